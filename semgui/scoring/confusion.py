"""Which classes are taken for which: the matrix, its pairs and an order of classes, of labels with gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.confusions import ConfusedPair, confused_pairs, order_by_confusion
from trainer.metrics import confusion_matrix

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]
Counts = NDArray[np.int64]


def confusion_of(labels: Ints, probabilities: Floats) -> Counts:
    """Count labels (rows) against what is most probable (columns).

    Parameters
    ----------
    labels
        (N,) class index, -1 for none.
    probabilities
        (N, C); images without a label or with NaN are left out.

    Returns
    -------
    (C, C) int64.
    """
    labels = np.asarray(labels, np.int64)
    known = (labels >= 0) & np.isfinite(probabilities).all(axis=1)
    return confusion_matrix(labels[known], probabilities[known].argmax(axis=1), probabilities.shape[1])


@dataclass(frozen=True, slots=True)
class Trend:
    """A pair of classes now, and how much of both was confused before.

    Parameters
    ----------
    pair
        Now.
    before
        Share of the images of both classes taken for the other one; ``None`` if nothing is known.
    """

    pair: ConfusedPair
    before: float | None


def confused_with_trend(now: Counts, before: Counts | None, limit: int | None = None) -> list[Trend]:
    """Return the most confused pairs, each with its share in an earlier matrix of the same classes.

    Parameters
    ----------
    now, before
        (C, C): rows are labels, columns predictions.
    limit
        At most so many.
    """
    return [
        Trend(pair, None if before is None else share_between(before, pair.first, pair.second))
        for pair in confused_pairs(now, limit)
    ]


def share_between(confusion: Counts, first: int, second: int) -> float | None:
    """Return the share of the images of two classes taken for the other one; ``None`` for no images."""
    images = int(confusion[first].sum() + confusion[second].sum())
    return int(confusion[first, second] + confusion[second, first]) / images if images else None


def pair_scores(labels: Ints, probabilities: Floats, labelled: int, looks_like: int) -> NDArray[np.float32]:
    """Score images labelled as one class by how much they look like another.

    Parameters
    ----------
    labels
        (N,) class index, -1 for none.
    probabilities
        (N, C) out-of-fold.
    labelled, looks_like
        The two classes.

    Returns
    -------
    (N,) float32 in [0, 1]
        Of the probability of both, the share of the second (the coupling of Hastie and Tibshirani 1998); NaN
        for images with another label.
    """
    first, second = (np.asarray(probabilities[:, c], np.float64) for c in (labelled, looks_like))
    both = first + second
    share = np.divide(second, both, out=np.full(len(both), 0.5), where=both > 0)
    share[np.isnan(both)] = np.nan
    return np.where(np.asarray(labels) == labelled, share, np.nan).astype(np.float32)


__all__ = [
    "ConfusedPair",
    "Trend",
    "confused_pairs",
    "confused_with_trend",
    "confusion_of",
    "order_by_confusion",
    "pair_scores",
    "share_between",
]
