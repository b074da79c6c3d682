"""The order in which images are reviewed: what was seen stays, what is to come may be ranked anew."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]

KEPT_AHEAD = 6
"""Images after the current one that stay where they are when the rest is ranked anew: those are in sight."""


class ReviewOrder:
    """Ids of a queue, in the order in which they are shown, and those that are settled.

    What lies before the current image, the image itself and the next few keep their places when a correction
    changes the ranking, so that nothing moves under the eye or the mouse.

    Attributes
    ----------
    ids
        (N,) int64.
    """

    def __init__(self) -> None:
        self.ids: Ids = np.zeros(0, np.int64)
        self._settled: set[int] = set()

    @property
    def settled(self) -> int:
        """How many images of the queue were answered."""
        return len(self._settled)

    @property
    def open(self) -> int:
        """How many images of the queue wait."""
        return int(self.ids.size - np.isin(self.ids, self._settled_ids()).sum())

    def start(self, ranking: Ids) -> None:
        """Begin a queue."""
        self.ids = np.asarray(ranking, np.int64)
        self._settled = set()

    def settle(self, ids: Iterable[int]) -> None:
        """Count images as answered; they stay where they are."""
        self._settled.update(int(i) for i in ids)

    def reopen(self, ids: Iterable[int]) -> None:
        """Have images wait again: their answers were taken back."""
        self._settled.difference_update(int(i) for i in ids)

    def is_settled(self, image_id: int) -> bool:
        """Whether an image was answered."""
        return int(image_id) in self._settled

    def rank_anew(self, ranking: Ids, row: int) -> bool:
        """Put what comes later than the next few into another order; returns whether anything moved.

        Parameters
        ----------
        ranking
            All images of the queue as they are ranked now; those that it lacks leave the queue.
        row
            Of the current image; -1: there is none.
        """
        fixed = self.ids[: row + 1 + KEPT_AHEAD] if row >= 0 else self.ids[:0]
        done = self.ids[np.isin(self.ids, self._settled_ids())]
        done = done[~np.isin(done, fixed)]  # they are still of the queue, but nobody need pass them again
        rest = ranking[~np.isin(ranking, np.concatenate([fixed, done]))]
        ids = np.concatenate([fixed, rest, done])
        moved = not np.array_equal(ids, self.ids)
        self.ids = ids
        return moved

    def put_first(self, ids: Iterable[int]) -> None:
        """Have these images wait before all others, in their order."""
        first = np.array([i for i in ids if i in self.ids], np.int64)
        done = self.ids[np.isin(self.ids, self._settled_ids())]
        done = done[~np.isin(done, first)]
        rest = self.ids[~np.isin(self.ids, np.concatenate([done, first]))]
        self.ids = np.concatenate([done, first, rest])

    def next_open(self, row: int) -> int:
        """Return the row of the next image that waits after a row; -1 if none follows."""
        waits = ~np.isin(self.ids[row + 1 :], self._settled_ids())
        return row + 1 + int(np.argmax(waits)) if waits.any() else -1

    def left_over(self) -> Ids:
        """Return the images that wait, in their order."""
        return self.ids[~np.isin(self.ids, self._settled_ids())]

    def _settled_ids(self) -> Ids:
        return np.fromiter(self._settled, np.int64, len(self._settled))
