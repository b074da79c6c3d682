"""Which rows are chosen: as a row of switches, so that a hundred thousand cost no more than one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


class Selection:
    """Chosen rows and the row from which a stretch is chosen.

    Attributes
    ----------
    mask
        (N,) whether each row is chosen.
    anchor
        Where the last stretch began, or -1.
    """

    def __init__(self, rows: int = 0) -> None:
        self.mask: Mask = np.zeros(rows, bool)
        self.anchor = -1

    @property
    def count(self) -> int:
        """How many rows are chosen."""
        return int(np.count_nonzero(self.mask))

    def only(self, row: int) -> None:
        """Choose one row, or none (-1)."""
        self.mask = np.zeros_like(self.mask)
        if row >= 0:
            self.mask[row] = True
        self.anchor = row

    def toggle(self, row: int) -> None:
        """Choose a row, or no longer."""
        self.mask = self.mask.copy()
        self.mask[row] = not self.mask[row]
        self.anchor = row

    def stretch(self, row: int, *, keep: bool) -> None:
        """Choose from the anchor to a row.

        Parameters
        ----------
        keep
            Whether what is chosen already stays so.
        """
        start = row if self.anchor < 0 else self.anchor
        self.mask = self.mask.copy() if keep else np.zeros_like(self.mask)
        self.mask[min(start, row) : max(start, row) + 1] = True
        self.anchor = start

    def put(self, mask: Mask) -> None:
        """Choose exactly these rows; the anchor stays."""
        self.mask = mask.copy()

    def follow(self, before: NDArray[np.int64], now: NDArray[np.int64]) -> None:
        """Go on with other rows: what was chosen stays so where it is still there."""
        anchored = before[self.anchor] if 0 <= self.anchor < before.size else -1
        self.mask = np.isin(now, before[self.mask])
        place = np.flatnonzero(now == anchored)
        self.anchor = int(place[0]) if place.size else -1
