"""How colourful a picture is. SEM detectors count electrons: their pictures are grey, whatever the file says.

A coarse sample of the colours is kept while a picture is turned grey, so that colour costs no second decode.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST_POINTS = 64  # along each axis: 4096 points give the mean chroma to about one percent


class ColourSample:
    """Colours of a picture at the points of a coarse grid.

    Parameters
    ----------
    height, width
        Of the picture in pixels.
    """

    def __init__(self, height: int, width: int) -> None:
        self._row_step = math.ceil(height / _MOST_POINTS)
        self._column_step = math.ceil(width / _MOST_POINTS)
        shape = (math.ceil(height / self._row_step), math.ceil(width / self._column_step), 3)
        self.colours: NDArray[np.float32] = np.zeros(shape, np.float32)

    def take(self, top: int, left: int, part: NDArray[Any]) -> None:
        """Keep the grid's points of a part (h, w, 3 or more) that begins at a row and column."""
        row, column = -(-top // self._row_step), -(-left // self._column_step)
        first = (row * self._row_step - top, column * self._column_step - left)
        points = part[first[0] :: self._row_step, first[1] :: self._column_step, :3]
        self.colours[row : row + points.shape[0], column : column + points.shape[1]] = points

    def look_up(self, palette: NDArray[np.uint16]) -> None:
        """Replace indices by the colours (entries, 3) that they stand for; black where the palette ends."""
        indices = self.colours[..., 0].astype(np.intp)
        known = indices < len(palette)
        self.colours = np.where(known[..., None], palette[np.where(known, indices, 0)], 0).astype(np.float32)


def chroma(colours: NDArray[np.float32] | None, share: float = 1.0) -> float:
    """Return the mean chroma of a picture, from 0 (grey) to 1 (pure colours).

    Parameters
    ----------
    colours
        (h, w, 3) as `ColourSample.colours`; ``None`` for a picture that is stored grey.
    share
        Only this upper share of the rows counts: the part above a databar.

    Notes
    -----
    ``sum(max(R, G, B) - min(R, G, B)) / sum(max(R, G, B))``: the saturation of HSV, weighted by brightness so
    that dark pixels, whose hue is noise, do not count.
    """
    if colours is None:
        return 0.0
    rows = np.nan_to_num(colours[: max(1, round(share * len(colours)))], nan=0.0, posinf=0.0, neginf=0.0)
    brightest = rows.max(axis=2)
    total = float(brightest.sum(dtype=np.float64))
    return float((brightest - rows.min(axis=2)).sum(dtype=np.float64)) / total if total > 0 else 0.0
