"""The one way from decoded pixels to the canonical 8-bit grey image, and back again for heatmaps.

The pixel cache of a run, inference and heatmaps all call `canonical`; nothing else may stretch or resize
what a network sees. NumPy and Pillow only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

PREPROCESS_VERSION = 1
"""Raised whenever `canonical` gives other pixels for the same input and parameters."""

_BLOCK_PIXELS = 1 << 20
_REDUCING_GAP = 2.0


class Fit(StrEnum):
    """How a picture that is not square becomes square."""

    SQUASH = "squash"  # both edges to the same length; the whole specimen, shapes distorted
    CROP = "crop"  # the central square; shapes true, the sides unseen
    PAD = "pad"  # the whole specimen, shapes true, mirrored at the borders to fill the square


class PreprocessParams(BaseModel):
    """Parameters of `canonical`; part of every card and run.

    Parameters
    ----------
    version
        Version of the function; a card of another version is refused.
    edge
        Edge of the canonical image in pixels.
    fit
        How a picture that is not square becomes square.
    decode_scale
        Fraction at which the file is decoded, as 1/n; 1 is full size.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = PREPROCESS_VERSION
    edge: int = Field(default=448, ge=32, le=4096)
    fit: Fit = Fit.SQUASH
    decode_scale: Literal[1] = 1


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the specimen lies: half-open boxes of pixels in the picture and in the canonical image.

    Parameters
    ----------
    top, left, bottom, right
        The part of the picture that is used.
    to_top, to_left, to_bottom, to_right
        Where it goes in the canonical image; outside of it there is padding.
    """

    top: int
    left: int
    bottom: int
    right: int
    to_top: int
    to_left: int
    to_bottom: int
    to_right: int


def placement(height: int, width: int, crop_row: int | None, params: PreprocessParams) -> Placement:
    """Say which part of a picture goes where.

    Parameters
    ----------
    height, width
        Of the picture in pixels, databar included.
    crop_row
        First row of the databar; ``None`` where there is none.
    """
    if crop_row is not None and not 0 < crop_row <= height:
        raise ValueError(f"crop row {crop_row} is not within 1 to {height}")
    rows = height if crop_row is None else crop_row
    edge = params.edge
    if params.fit is Fit.CROP:
        side = min(rows, width)
        top, left = (rows - side) // 2, (width - side) // 2
        return Placement(top, left, top + side, left + side, 0, 0, edge, edge)
    if params.fit is Fit.PAD:
        longest = max(rows, width)
        to_rows, to_columns = max(1, round(edge * rows / longest)), max(1, round(edge * width / longest))
        to_top, to_left = (edge - to_rows) // 2, (edge - to_columns) // 2
        return Placement(0, 0, rows, width, to_top, to_left, to_top + to_rows, to_left + to_columns)
    return Placement(0, 0, rows, width, 0, 0, edge, edge)


def canonical(
    pixels: NDArray[Any], *, crop_row: int | None, low: float, high: float, params: PreprocessParams
) -> NDArray[np.uint8]:
    """Make the canonical image: crop at the databar, stretch to 8 bits, resize with antialiasing.

    Parameters
    ----------
    pixels
        Decoded grey picture, (H, W), uint8, uint16 or a float type.
    crop_row
        First row of the databar; it and everything below is not seen. ``None``: no databar.
    low, high
        Contrast limits in the units of `pixels`, ``low < high``: values shown as black and as white. NaN is
        shown black, infinities by their sign.

    Returns
    -------
    (edge, edge) uint8

    Notes
    -----
    Stretched before it is resized: a hot pixel or an infinity then weighs no more than white does on
    the screen.
    """
    if pixels.ndim != 2 or 0 in pixels.shape:
        raise ValueError(f"a grey picture (H, W) with pixels in it is wanted, not shape {pixels.shape}")
    where = placement(pixels.shape[0], pixels.shape[1], crop_row, params)
    specimen = pixels[where.top : where.bottom, where.left : where.right]
    size = (where.to_right - where.to_left, where.to_bottom - where.to_top)
    resized = stretched_to(specimen, low, high, size)
    edge = params.edge
    if size == (edge, edge):
        return resized
    margins = ((where.to_top, edge - where.to_bottom), (where.to_left, edge - where.to_right))
    return np.pad(resized, margins, mode="symmetric")


def stretched_to(pixels: NDArray[Any], low: float, high: float, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Stretch as `stretched` does and resize with antialiasing, without ever holding a second full picture.

    Parameters
    ----------
    pixels
        (H, W) grey.
    low, high
        Contrast limits.
    size
        Wanted width and height.

    Returns
    -------
    (height, width) uint8: to the bit what Pillow's ``resize(size, BICUBIC, reducing_gap=2)`` makes of the
    whole stretched picture.
    """
    height, width = pixels.shape
    across, down = (
        max(1, int(full / wanted / _REDUCING_GAP)) for full, wanted in zip((width, height), size, strict=True)
    )
    rows = max(1, _BLOCK_PIXELS // width // down) * down  # whole cells: no cell is divided between two blocks
    blocks = []
    for start in range(0, height, rows):
        block = Image.fromarray(stretched(pixels[start : start + rows], low, high))
        blocks.append(np.asarray(block.reduce((across, down)) if across * down > 1 else block))
    reduced = Image.fromarray(np.concatenate(blocks) if len(blocks) > 1 else blocks[0])
    resized = reduced.resize(size, Image.Resampling.BICUBIC, box=(0, 0, width / across, height / down))
    return np.asarray(resized, dtype=np.uint8)


def stretched(pixels: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """Map `low` to 0 and `high` to 255, rounding to nearest and clipping beyond; same shape, contiguous."""
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise ValueError(f"contrast limits must be finite and rising, not {low} and {high}")
    if pixels.dtype == np.uint8:
        byte_table = _scaled(np.arange(256), low, high)
        return np.asarray(
            Image.fromarray(np.ascontiguousarray(pixels)).point(byte_table.tolist()), dtype=np.uint8
        )
    # Row blocks: the intermediate double-precision copy of a huge picture would be eight times its size.
    out = np.empty(pixels.shape, np.uint8)
    step = max(1, _BLOCK_PIXELS // pixels.shape[1])
    table = _scaled(np.arange(65536), low, high) if pixels.dtype == np.uint16 else None
    for start in range(0, pixels.shape[0], step):
        block = pixels[start : start + step]
        out[start : start + step] = _scaled(block, low, high) if table is None else table[block]
    return out


def _scaled(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    # Double precision for the limits' sake: a float picture may span 1e-12 or 1e30.
    scaled = (values.astype(np.float64) - low) * (255.0 / (high - low))
    np.nan_to_num(scaled, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def to_picture(
    heatmap: NDArray[np.float32], height: int, width: int, *, crop_row: int | None, params: PreprocessParams
) -> NDArray[np.float32]:
    """Lay a map of the canonical image over the picture it came from.

    Parameters
    ----------
    heatmap
        (edge, edge) in [0, 1].
    height, width, crop_row
        Of the picture, as for `placement`.

    Returns
    -------
    (height, width) float32 in [0, 1]; 0 on the databar and wherever the network did not look.
    """
    if heatmap.shape != (params.edge, params.edge):
        raise ValueError(f"a map of {params.edge} × {params.edge} is wanted, not {heatmap.shape}")
    where = placement(height, width, crop_row, params)
    part = heatmap[where.to_top : where.to_bottom, where.to_left : where.to_right]
    size = (where.right - where.left, where.bottom - where.top)
    resized = Image.fromarray(np.ascontiguousarray(part, dtype=np.float32)).resize(
        size, Image.Resampling.BILINEAR
    )
    full = np.zeros((height, width), np.float32)
    full[where.top : where.bottom, where.left : where.right] = np.clip(np.asarray(resized), 0.0, 1.0)
    return full
