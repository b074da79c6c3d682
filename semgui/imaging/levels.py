"""A picture at any size without grain: halved copies, and area averaging from the nearest of them.

Drawing every third pixel of a micrograph turns fine text into crumbs and fine lattices into moiré. Averaging
over what falls onto one pixel of the screen costs time in proportion to the source, so the source is the
halved copy that is just large enough.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from semgui.imaging.pages import own_pages

Grey = NDArray[Any]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the full picture; whole numbers are the edges of pixels."""

_SMALLEST = 512  # a copy that would be shorter than this along its longer edge is not made
_ROWS_AT_ONCE = 1 << 22  # pixels summed up at a time: a large picture needs no wide copy of itself


def halved_copies(pixels: Grey) -> tuple[Grey, ...]:
    """Return the picture and copies of a half, a quarter … of its size, each pixel the mean of four.

    Parameters
    ----------
    pixels
        (H, W) grey, uint8, uint16 or float32.

    Returns
    -------
    Arrays of the same dtype; of an odd number of rows or columns the last one is repeated, so that pixel
    (i, j) of copy k always stands for the square of 2^k pixels at (2^k i, 2^k j). They need a third of the
    picture's memory together.
    """
    copies = [pixels]
    while max(copies[-1].shape) >= 2 * _SMALLEST and min(copies[-1].shape) > 1:
        copies.append(_halved(copies[-1]))
    return tuple(copies)


def resampled(copies: tuple[Grey, ...], box: Box, size: tuple[int, int]) -> Grey:
    """Return a part of a picture at a smaller size, every value the mean of the area that it stands for.

    Parameters
    ----------
    copies
        From `halved_copies`.
    box
        Part of the full picture, inside it.
    size
        Wanted rows and columns, at most those of the box.

    Returns
    -------
    Array of that size and of the picture's dtype.
    """
    rows, columns = size
    left, top, right, bottom = box
    reduction = min((right - left) / columns, (bottom - top) / rows)
    number = min(max(0, int(np.log2(max(reduction, 1.0)) + 1e-9)), len(copies) - 1)
    source, step = copies[number], 2**number
    # Only what is needed: Pillow would convert all of a large picture for a corner of it.
    x0, y0 = int(left / step), int(top / step)
    x1, y1 = int(np.ceil(right / step)), int(np.ceil(bottom / step))
    part = source[y0:y1, x0:x1]
    within = (
        left / step - x0,
        top / step - y0,
        min(right / step - x0, part.shape[1]),
        min(bottom / step - y0, part.shape[0]),
    )
    if within == (0, 0, columns, rows) and part.shape == size:
        return part
    # Pillow's own 16-bit mode is slower than going through floats.
    plain = part if part.dtype == np.uint8 else part.astype(np.float32, copy=False)
    picture = Image.fromarray(np.ascontiguousarray(plain))
    small = np.asarray(picture.resize((columns, rows), Image.Resampling.HAMMING, box=within))
    return small if small.dtype == source.dtype else _as_dtype(small, source.dtype)


def without_gaps(pixels: Grey, filling: float) -> Grey:
    """Return a picture whose undefined and infinite values are filled; the very same if it has none."""
    if pixels.dtype.kind != "f" or np.isfinite(np.add.reduce(pixels, axis=None, dtype=np.float64)):
        return pixels
    largest = float(np.finfo(np.float32).max)
    return np.asarray(np.nan_to_num(pixels, nan=filling, posinf=largest, neginf=filling))


def _halved(pixels: Grey) -> Grey:
    rows, columns = pixels.shape
    if rows % 2 or columns % 2:
        pixels = np.pad(pixels, ((0, rows % 2), (0, columns % 2)), mode="edge")
        rows, columns = pixels.shape
    wide = np.dtype(
        np.float32 if pixels.dtype.kind == "f" else np.uint32 if pixels.itemsize > 1 else np.uint16
    )
    half = own_pages(pixels.nbytes // 4).view(pixels.dtype).reshape(rows // 2, columns // 2)
    step = max(1, _ROWS_AT_ONCE // columns // 2)
    for start in range(0, rows // 2, step):
        block = pixels[2 * start : 2 * (start + step)]
        total: Grey = block[::2, ::2].astype(wide)
        for part in (block[::2, 1::2], block[1::2, ::2], block[1::2, 1::2]):
            np.add(total, part, out=total)
        half[start : start + step] = total / 4 if wide.kind == "f" else (total + 2) // 4
    return half


def _as_dtype(values: NDArray[np.float32], dtype: np.dtype[Any]) -> Grey:
    if dtype.kind == "f":
        return values.astype(dtype)
    highest = np.iinfo(dtype).max
    return np.clip(np.rint(values), 0, highest).astype(dtype)
