"""Which part of a map is seen: a middle and a scale, the same along both axes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROOM = 0.92  # part of the shorter side that the whole map takes
_DEEPEST = 400.0  # times the scale at which the whole map is seen
_FARTHEST = 0.4


class MapCamera:
    """Turns places of the map into pixels and back; y of the map goes up, y of pixels down.

    Attributes
    ----------
    middle
        Place of the map in the middle of the picture.
    zoom
        1: the whole map is seen.
    """

    def __init__(self) -> None:
        self.middle = (0.5, 0.5)
        self.zoom = 1.0
        self._size = (1.0, 1.0)

    @property
    def scale(self) -> float:
        """Pixels for one unit of the map."""
        return self.zoom * _ROOM * min(self._size)

    def resize(self, width: float, height: float) -> None:
        """Look through a window of another size; the middle stays."""
        self._size = (max(width, 1.0), max(height, 1.0))

    def fit(self) -> None:
        """See the whole map."""
        self.middle, self.zoom = (0.5, 0.5), 1.0

    def pan(self, across: float, down: float) -> None:
        """Move the map by pixels, with the mouse."""
        self.middle = (self.middle[0] - across / self.scale, self.middle[1] + down / self.scale)

    def zoom_about(self, x: float, y: float, factor: float) -> None:
        """Make the map larger by a factor; what is at a pixel stays there."""
        before = self.to_map(x, y)
        self.zoom = min(max(self.zoom * factor, _FARTHEST), _DEEPEST)
        after = self.to_map(x, y)
        self.middle = (
            self.middle[0] + before[0] - after[0],
            self.middle[1] + before[1] - after[1],
        )

    def to_map(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of the map at a pixel."""
        width, height = self._size
        return (
            self.middle[0] + (x - width / 2) / self.scale,
            self.middle[1] - (y - height / 2) / self.scale,
        )

    def to_pixels(self, places: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return where places of the map (N, 2) are in pixels, (N, 2) float32."""
        width, height = self._size
        scale = np.array([self.scale, -self.scale])
        shift = np.array([width / 2, height / 2]) - np.array(self.middle) * scale
        return np.asarray(places * scale + shift, np.float32)


def inside_polygon(places: NDArray[np.float32], corners: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which places lie inside a polygon, by the even-odd rule.

    Parameters
    ----------
    places
        (N, 2).
    corners
        (K, 2) in order; the last is joined to the first.

    Returns
    -------
    ndarray
        (N,) bool.
    """
    found = np.zeros(len(places), np.bool_)
    if len(corners) < 3:
        return found
    low, high = corners.min(axis=0), corners.max(axis=0)
    near = np.flatnonzero(np.all((places >= low) & (places <= high), axis=1))
    x, y = places[near, 0].astype(np.float64), places[near, 1].astype(np.float64)
    inside = np.zeros(len(near), np.bool_)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 == y1:
            continue
        between = (y0 > y) != (y1 > y)
        inside ^= between & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    found[near] = inside
    return found
