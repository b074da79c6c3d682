"""A hundred thousand points as pixels: discs with smooth edges, written by numpy, whatever the graphics card.

Drawing them one by one takes a painter of Qt a second, and through OpenGL without a card a tenth of one. Here
every offset within a disc is one assignment for all points.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint32]
_MARGIN = 24  # pixels around the picture, so that no point at its edge needs a look of its own
LARGEST = 20.0
"""Radius up to which discs are drawn."""
_STEPS = 4  # places along an edge pixel at which it is asked whether it lies inside


@dataclass(frozen=True, slots=True)
class Disc:
    """A disc about the middle of a pixel.

    Parameters
    ----------
    inner
        (n, 2) offsets (row, column) of the pixels that it covers.
    edge, cover
        (m, 2) offsets of those that it covers in part, and (m,) that part of 256.
    """

    inner: NDArray[np.int64]
    edge: NDArray[np.int64]
    cover: NDArray[np.uint32]


@cache
def disc(radius: float) -> Disc:
    """Return a disc with its radius in pixels."""
    reach = math.ceil(radius + 0.5)
    across = np.arange(-reach, reach + 1)
    fine = (np.arange(_STEPS) + 0.5) / _STEPS - 0.5
    along = (across[:, None] + fine).ravel()
    inside = np.hypot(along[:, None], along[None, :]) <= radius
    side = len(across)
    part = inside.reshape(side, _STEPS, side, _STEPS).mean(axis=(1, 3))
    offsets = np.stack(np.meshgrid(across, across, indexing="ij"), axis=-1)
    partly = (part > 0) & (part < 1)
    return Disc(offsets[part == 1], offsets[partly], (part[partly] * 256).astype(np.uint32))


class Raster:
    """A picture to put points into; used again for every frame, since fresh memory costs more than painting.

    Parameters
    ----------
    width, height
        In pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.size = (width, height)
        self._shape = (height + 2 * _MARGIN, width + 2 * _MARGIN)
        self._pixels: Pixels = np.zeros(self._shape, np.uint32)
        self._last = np.zeros(self._pixels.size, np.int32)

    @property
    def pixels(self) -> Pixels:
        """The picture, (H, W) uint32 ``0xffrrggbb``."""
        return self._pixels[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]

    @property
    def memory(self) -> tuple[Pixels, int]:
        """The picture as it lies in memory, from its first pixel on, and the bytes from line to line."""
        first = _MARGIN * self._shape[1] + _MARGIN
        return self._pixels.reshape(-1)[first:], 4 * self._shape[1]

    def fill(self, ground: int) -> None:
        """Begin a frame with one colour everywhere, ``0xffrrggbb``."""
        self._pixels.fill(ground)

    def draw(self, places: NDArray[np.float32], colours: Pixels, radius: float) -> None:
        """Put discs into the picture; of those in one place the last is seen.

        Parameters
        ----------
        places
            (N, 2) x and y in pixels from the upper left corner; what lies outside is left out.
        colours
            (N,) ``0xffrrggbb``.
        radius
            Of every disc, in pixels, at most `LARGEST`.
        """
        height, width = self._shape
        across, down = (np.floor(places[:, k]).astype(np.int64) + _MARGIN for k in (0, 1))
        reach = math.ceil(radius + 0.5)
        seen = (across >= reach) & (across < width - reach) & (down >= reach) & (down < height - reach)
        flat = down[seen] * width + across[seen]
        flat, colours = self._on_top(flat, colours[seen])
        shape = disc(min(radius, LARGEST))
        pixels = self._pixels.reshape(-1)
        for (row, column), cover in zip(shape.edge.tolist(), shape.cover, strict=True):
            target = flat + (row * width + column)
            pixels[target] = _blend(pixels[target], colours, cover)
        for row, column in shape.inner.tolist():
            pixels[flat + (row * width + column)] = colours

    def _on_top(self, flat: NDArray[np.int64], colours: Pixels) -> tuple[NDArray[np.int64], Pixels]:
        """Leave out points that another one hides completely: in dense maps that is most of them."""
        order = np.arange(len(flat), dtype=np.int32)
        self._last[flat] = order
        above = np.flatnonzero(self._last[flat] == order)
        return flat[above], colours[above]


def _blend(below: Pixels, above: Pixels, cover: np.uint32) -> Pixels:
    """Mix colours, two channels at a time; `cover` of 256 parts come from above."""
    rest = np.uint32(256) - cover
    mixed: Pixels = np.full_like(below, 0xFF000000)
    for mask in (np.uint32(0x00FF00FF), np.uint32(0x0000FF00)):
        mixed |= (((above & mask) * cover + (below & mask) * rest) >> np.uint32(8)) & mask
    return mixed
