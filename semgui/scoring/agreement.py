"""How well two people agree on classes, beyond what chance would give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two people say of the same images.

    Parameters
    ----------
    images
        How many both labelled.
    share
        Of these, how many alike; NaN for no images.
    kappa
        Cohen's kappa: 1 for full agreement, 0 for what chance would give, below for less; NaN where both
        used one and the same class only, which tells nothing.
    per_class
        (C,) kappa of each class against all others; NaN where neither, or both always, used it.
    matrix
        (C, C) int64 images: rows what the first says, columns the second.
    """

    images: int
    share: float
    kappa: float
    per_class: NDArray[np.float64]
    matrix: NDArray[np.int64]


def agreement(first: Ints, second: Ints, classes: int) -> Agreement:
    """Compare the labels of two people.

    Parameters
    ----------
    first, second
        (N,) class index, -1 for none; images with only one label are left out.
    classes
        C.

    Raises
    ------
    ValueError
        If the lengths differ.

    Notes
    -----
    Cohen 1960, "A coefficient of agreement for nominal scales"; of a single class after Fleiss, Levin and
    Paik 2003, section 18.1: all other classes count as one.
    """
    first, second = np.asarray(first, np.int64), np.asarray(second, np.int64)
    if first.shape != second.shape:
        raise ValueError(f"{len(first)} labels of one and {len(second)} of the other")
    both = (first >= 0) & (second >= 0)
    flat = np.bincount(first[both] * classes + second[both], minlength=classes * classes)
    matrix = flat.reshape(classes, classes).astype(np.int64)
    return agreement_of(matrix)


def agreement_of(matrix: NDArray[np.int64]) -> Agreement:
    """Summarise a matrix of counts (C, C): rows what the first says, columns the second."""
    per_class = [_kappa(_against_the_rest(matrix, c)) for c in range(len(matrix))]
    total = int(matrix.sum())
    return Agreement(
        images=total,
        share=float(np.trace(matrix) / total) if total else float("nan"),
        kappa=_kappa(matrix),
        per_class=np.array(per_class, np.float64),
        matrix=matrix,
    )


def _against_the_rest(matrix: NDArray[np.int64], chosen: int) -> NDArray[np.int64]:
    both = int(matrix[chosen, chosen])
    first, second = int(matrix[chosen].sum()) - both, int(matrix[:, chosen].sum()) - both
    return np.array([[both, first], [second, int(matrix.sum()) - both - first - second]], np.int64)


def _kappa(matrix: NDArray[np.int64]) -> float:
    total = float(matrix.sum())
    if total == 0:
        return float("nan")
    observed = float(np.trace(matrix)) / total
    expected = float(matrix.sum(axis=0) @ matrix.sum(axis=1)) / total**2
    return float("nan") if expected >= 1 else (observed - expected) / (1 - expected)
