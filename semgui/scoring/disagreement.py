"""Where two opinions differ."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Scores = NDArray[np.float32]


def model_disagreement(first: Floats, second: Floats) -> Scores:
    """Return how differently two models see each image.

    Parameters
    ----------
    first, second
        (N, C) probabilities; rows with NaN give NaN.

    Returns
    -------
    (N,) float32 in [0, 1]: 0 where they say the same, 1 where each rules out what the other says.

    Raises
    ------
    ValueError
        If the shapes differ.

    Notes
    -----
    Jensen–Shannon divergence in bits (Lin 1991), the measure of a committee's disagreement that McCallum and
    Nigam (1998) use for active learning.
    """
    if first.shape != second.shape:
        raise ValueError(f"probabilities of shapes {first.shape} and {second.shape} cannot be compared")
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    middle = (one + other) / 2
    bits = (_relative_entropy(one, middle) + _relative_entropy(other, middle)) / 2
    return np.clip(bits, 0, 1).astype(np.float32)


def label_disagreement(labels: NDArray[np.int64], probabilities: Floats) -> Scores:
    """Return how far a model is from saying the label.

    Parameters
    ----------
    labels
        (N,) class index, -1 for none.
    probabilities
        (N, C), calibrated.

    Returns
    -------
    (N,) float32 in [0, 1]: one minus the probability of the label; NaN without a label.
    """
    labels = np.asarray(labels)
    said = np.take_along_axis(probabilities, np.maximum(labels, 0)[:, None], axis=1)[:, 0]
    return np.where(labels >= 0, np.clip(1 - said, 0, 1), np.nan).astype(np.float32)


def _relative_entropy(of: Floats, to: Floats) -> Floats:
    """Return the sum of p·log2(p/q) of each row, where 0·log 0 is 0."""
    ratio = np.divide(of, to, out=np.ones_like(of), where=(of > 0) | np.isnan(of))
    return np.asarray((of * np.log2(ratio)).sum(axis=1))
