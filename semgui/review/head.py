"""A classifier on the project's own labels that never judges an image that it was trained on."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from semgui.scoring.calibration import pooled
from semgui.scoring.folds import make_folds
from semgui.scoring.logistic import out_of_fold_logistic
from semgui.scoring.novelty import novelty
from semgui.scoring.ridge import OutOfFoldRidge

FOLDS = 10


class Head:
    """Judges labelled images by the other folds, all others by all of them.

    Parameters
    ----------
    embeddings
        (N, D), finite.
    groups
        (N,) near-duplicates; they lie in one fold.
    labels
        (N,) by which the folds are balanced; -1 without.
    """

    def __init__(
        self, embeddings: NDArray[np.float16], groups: NDArray[np.int64], labels: NDArray[np.int64]
    ) -> None:
        self._embeddings = embeddings
        self._folds = make_folds(labels, groups, FOLDS, 0)
        self._lock = threading.Lock()  # the ridge remembers what it was asked last
        self._ridge: OutOfFoldRidge | None = None

    def quick(self, labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
        """Return calibrated probabilities (N, C): about a second the first time, a tenth of it after."""
        with self._lock:
            return self._the_ridge().probabilities(labels, classes)

    def novelty(self, labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
        """Return how unlike the labelled images each is, (N,), see `semgui.scoring.novelty`."""
        with self._lock:
            logits = self._the_ridge().logits(labels, classes)
        return novelty(self._embeddings, logits, labels, self._folds)

    def _the_ridge(self) -> OutOfFoldRidge:
        if self._ridge is None:
            self._ridge = OutOfFoldRidge(self._embeddings, self._folds)
        return self._ridge

    def refined(
        self, labels: NDArray[np.int64], classes: int, tick: Callable[[int, int], None]
    ) -> NDArray[np.float32]:
        """Return those pooled with logistic regression; `tick` hears of each fold, and may raise to stop."""
        slow = out_of_fold_logistic(self._embeddings, labels, self._folds, classes, tick=tick)
        return pooled(self.quick(labels, classes), slow, labels)
