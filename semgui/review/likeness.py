"""The labelled images that are most like each image, found when somebody asks and kept."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.scoring.neighbours import NeighbourTable, largest
from semgui.scoring.principal import principal_coordinates
from semgui.scoring.ticks import Tick, silent

NEIGHBOURS = 10
"""How many are looked at."""

_UNKNOWN, _NOBODY = -2, -1
_PRODUCTS_AT_ONCE = 8_000_000  # of four bytes: memory stays flat however many labels there are
_AXES = 128
_COMPARED_AT_ONCE = 64
_CANDIDATES = 24  # near-duplicates among them do not count


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
        self._points: NDArray[np.float32] | None = None
        self._reference = np.flatnonzero(labelled)

    def of(self, rows: NDArray[np.int64], tick: Tick = silent) -> NeighbourTable:
        """Return the nearest labelled images of some rows, (n, 10), by the cosine of their embeddings.

        Parameters
        ----------
        tick
            Told how many rows are done; may raise to stop, and what was found is kept.
        """
        rows = np.asarray(rows, np.int64)
        with self._lock:
            new = rows[self._rows[rows, 0] == _UNKNOWN]
        at_once = max(1, _PRODUCTS_AT_ONCE // max(1, len(self._reference)))
        for start in range(0, len(new), at_once):
            with self._lock:  # for a moment each: somebody may ask for the image on screen meanwhile
                self._search(new[start : start + at_once])
            tick(min(start + at_once, len(new)), len(new))
        with self._lock:
            return NeighbourTable(self._rows[rows].astype(np.int64), self._similarity[rows])

    def with_labelled(self, labelled: NDArray[np.bool_]) -> Likeness:
        """Return the same for other labelled images; itself if they are the same ones."""
        if np.array_equal(labelled, self._labelled):
            return self
        other = Likeness(self._embeddings, self._groups, labelled)
        other._points = self._points  # the widest axes are those of all images
        return other

    def _search(self, rows: NDArray[np.int64]) -> None:
        """Look for candidates along the widest axes, which is many times quicker, then compare in full."""
        self._rows[rows] = _NOBODY
        if not len(self._reference):
            return
        if self._points is None:
            self._points = _unit(principal_coordinates(self._embeddings, _AXES))
        likely = self._points[rows] @ self._points[self._reference].T
        count = min(_CANDIDATES, len(self._reference))
        found = self._reference[largest(likely, count)]
        queries = _unit(self._embeddings[rows])
        cosines = np.empty(found.shape, np.float32)
        for start in range(0, len(rows), _COMPARED_AT_ONCE):
            part = slice(start, start + _COMPARED_AT_ONCE)
            cosines[part] = np.einsum("ij,ikj->ik", queries[part], _unit(self._embeddings[found[part]]))
        cosines[self._groups[found] == self._groups[rows][:, None]] = -np.inf
        best = np.lexsort((found, -cosines), axis=1)[:, :NEIGHBOURS]
        values = np.take_along_axis(cosines, best, axis=1)
        there = np.isfinite(values)
        places = np.arange(best.shape[1])
        self._rows[rows[:, None], places] = np.where(there, np.take_along_axis(found, best, axis=1), _NOBODY)
        self._similarity[rows[:, None], places] = np.where(there, values, np.nan)


def _unit(embeddings: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    values = embeddings.astype(np.float32)
    lengths = np.linalg.norm(values, axis=-1, keepdims=True)
    return np.asarray(values / np.maximum(lengths, 1e-12), np.float32)
