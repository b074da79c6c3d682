"""A hash of what a picture looks like: near for pictures that look alike, whatever file they come from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

GRID = 16
"""The hash compares neighbours on a grid of this many cells a side, along rows and along columns."""

WORDS = 2 * GRID * GRID // 64
"""64-bit words of a hash."""

BITS = 64 * WORDS


def perceptual_hash(image: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Hash a grey picture.

    Parameters
    ----------
    image
        (H, W) uint8, the specimen only (a databar would make all pictures of a microscope alike), for
        instance a canonical image.

    Returns
    -------
    (8,) uint64
        512 bits; two pictures are as alike as few of them differ.

    Notes
    -----
    The difference hash (N. Krawetz, "Kind of like that", 2013) in both directions: each bit says whether a
    cell is brighter than its neighbour. Brightness, contrast and gamma leave it as it is; resizing, JPEG and
    noise change the few bits of cells that are nearly equal.
    """
    picture = Image.fromarray(np.ascontiguousarray(image))
    # A box filter averages every pixel: cells of a noisy picture then differ by what is there.
    along = _cells(picture, GRID + 1, GRID)
    down = _cells(picture, GRID, GRID + 1)
    bits = np.concatenate([(along[:, 1:] > along[:, :-1]).ravel(), (down[1:] > down[:-1]).ravel()])
    return np.packbits(bits).view(np.uint64)


def _cells(picture: Image.Image, columns: int, rows: int) -> NDArray[np.float32]:
    small = picture.convert("F").resize((columns, rows), Image.Resampling.BOX)
    return np.asarray(small, np.float32)
