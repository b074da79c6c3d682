"""A classifier on the project's own labels that never judges an image that it was trained on."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from semgui.scoring.folds import make_folds
from semgui.scoring.novelty import novelty
from semgui.scoring.ridge import Committee
from semgui.scoring.ticks import Tick

FOLDS = 10

_FEW = 5  # labelled images below which a head does not speak for a class
_RARE = 0.01  # share of the images that a class may be predicted for without counting

Ids = NDArray[np.int64]


class Head:
    """Judges labelled images by the other folds, all others by all of them.

    Parameters
    ----------
    features
        One (N, D) for each depth of the network that was looked at, finite, the last one last.
    groups
        (N,) near-duplicates; they lie in one fold.
    labels
        (N,) by which the folds are balanced; -1 without.
    """

    def __init__(self, features: Sequence[NDArray[np.float16]], groups: Ids, labels: Ids) -> None:
        self._features = tuple(features)
        self._folds = make_folds(labels, groups, FOLDS, 0)
        self._lock = threading.Lock()  # the ridge remembers what it was asked last
        self._ridge: Committee | None = None

    def probabilities(self, labels: Ids, classes: int) -> NDArray[np.float32]:
        """Return calibrated probabilities (N, C): a few seconds the first time, a tenth of it after."""
        with self._lock:
            return self._the_ridge().probabilities(labels, classes)

    def novelty(self, labels: Ids, classes: int, tick: Tick) -> NDArray[np.float32]:
        """Return how unlike the labelled images each is, (N,), see `semgui.scoring.novelty`."""
        with self._lock:
            logits = self._the_ridge().logits(labels, classes)
        return novelty(self._features[-1], logits, labels, self._folds, tick)

    def _the_ridge(self) -> Committee:
        if self._ridge is None:
            self._ridge = Committee(self._features, self._folds)
        return self._ridge


def judged_by_head(labels: Ids, groups: Ids, said: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Decide which images a head judges, (N,).

    Labelled ones if two classes have more than one witness each; the others if, besides, the labels cover the
    classes that the model sees.

    Parameters
    ----------
    labels, groups
        (N,) as for `Head`.
    said
        (N, C) what the model says.
    """
    counts = np.bincount(labels[labels >= 0], minlength=said.shape[1])
    witnesses = [len(np.unique(groups[labels == c])) for c in range(said.shape[1])]
    if sum(n >= 2 for n in witnesses) < 2:
        return np.zeros(len(labels), np.bool_)
    seen = np.bincount(said.argmax(axis=1), minlength=said.shape[1]) > _RARE * len(labels)
    covered = bool((counts[seen] >= _FEW).all())
    return (labels >= 0) | covered
