"""The labelled images that are most like each image, found when somebody asks and kept."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEIGHBOURS = 10
"""How many are looked at."""

_UNKNOWN, _NOBODY = -2, -1
_ROWS_AT_ONCE = 512
_SPARE = 8  # looked at beyond those wanted, since near-duplicates among them do not count


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest labelled images of n images, the most similar first.

    Parameters
    ----------
    rows
        (n, 10) int64; -1 where there are fewer.
    similarity
        (n, 10) float32, cosine of the embeddings; NaN where there are fewer.
    """

    rows: NDArray[np.int64]
    similarity: NDArray[np.float32]


class Likeness:
    """Finds nearest labelled images; an image's own near-duplicates do not count.

    Parameters
    ----------
    embeddings
        (N, D) float16.
    groups
        (N,) near-duplicates, see `semgui.review.evidence.Evidence`.
    labelled
        (N,) bool, the images that are found.
    """

    def __init__(
        self,
        embeddings: NDArray[np.float16],
        groups: NDArray[np.int64],
        labelled: NDArray[np.bool_],
    ) -> None:
        self._embeddings = embeddings
        self._groups = groups
        self._labelled = labelled
        self._lock = threading.Lock()
        self._rows = np.full((len(embeddings), NEIGHBOURS), _UNKNOWN, np.int32)
        self._similarity = np.full((len(embeddings), NEIGHBOURS), np.nan, np.float32)
        self._known: NDArray[np.float32] | None = None

    def of(self, rows: NDArray[np.int64]) -> Near:
        """Return the nearest labelled images of some rows."""
        rows = np.asarray(rows, np.int64)
        with self._lock:
            new = rows[self._rows[rows, 0] == _UNKNOWN]
            for start in range(0, len(new), _ROWS_AT_ONCE):
                self._search(new[start : start + _ROWS_AT_ONCE])
            return Near(self._rows[rows].astype(np.int64), self._similarity[rows])

    def with_labelled(self, labelled: NDArray[np.bool_]) -> Likeness:
        """Return the same for other labelled images; itself if they are the same ones."""
        if np.array_equal(labelled, self._labelled):
            return self
        return Likeness(self._embeddings, self._groups, labelled)

    def _search(self, rows: NDArray[np.int64]) -> None:
        reference = np.flatnonzero(self._labelled)
        self._rows[rows] = _NOBODY
        if not len(reference):
            return
        if self._known is None:
            self._known = _unit(self._embeddings[reference])
        cosines = _unit(self._embeddings[rows]) @ self._known.T
        count = min(NEIGHBOURS + _SPARE, len(reference))
        best = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        values = np.take_along_axis(cosines, best, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        best, values = np.take_along_axis(best, order, axis=1), np.take_along_axis(values, order, axis=1)
        found = reference[best]
        for i, row in enumerate(rows.tolist()):
            others = np.flatnonzero(self._groups[found[i]] != self._groups[row])[:NEIGHBOURS]
            self._rows[row, : len(others)] = found[i, others]
            self._similarity[row, : len(others)] = values[i, others]


def _unit(embeddings: NDArray[np.float16]) -> NDArray[np.float32]:
    values = embeddings.astype(np.float32)
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values / np.maximum(lengths, 1e-12), np.float32)
