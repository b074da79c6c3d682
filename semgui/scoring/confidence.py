"""How unsure probabilities are, each score in [0, 1], higher for less sure.

Source of the three: Settles 2009, "Active Learning Literature Survey", section 3.1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Scores = NDArray[np.float32]


def least_confidence(probabilities: Floats) -> Scores:
    """Return one minus the highest probability, scaled so that an even distribution has 1.

    Parameters
    ----------
    probabilities
        (N, C), rows sum to one; rows with NaN give NaN.

    Returns
    -------
    (N,) float32 in [0, 1].
    """
    classes = _classes(probabilities)
    return _bounded((1 - probabilities.max(axis=1)) * classes / max(classes - 1, 1))


def margin(probabilities: Floats) -> Scores:
    """Return one minus the gap between the two highest probabilities (N,); 1 where they are equal.

    Parameters
    ----------
    probabilities
        (N, C), rows sum to one; rows with NaN give NaN.
    """
    if _classes(probabilities) == 1:
        return _bounded(1 - probabilities[:, 0])
    highest = np.partition(probabilities, -2, axis=1)[:, -2:]
    return _bounded(1 - (highest[:, 1] - highest[:, 0]))


def entropy(probabilities: Floats) -> Scores:
    """Return Shannon's entropy (N,), divided by that of an even distribution.

    Parameters
    ----------
    probabilities
        (N, C), rows sum to one; rows with NaN give NaN.
    """
    classes = _classes(probabilities)
    values = np.asarray(probabilities, np.float64)
    # The limit of p·log p at 0 is 0.
    logarithms = np.log(values, out=np.zeros_like(values), where=values > 0)
    logarithms[np.isnan(values)] = np.nan
    return _bounded(-(values * logarithms).sum(axis=1) / np.log(max(classes, 2)))


def _classes(probabilities: Floats) -> int:
    if probabilities.ndim != 2 or probabilities.shape[1] == 0:
        raise ValueError(f"probabilities of shape {probabilities.shape}, where (N, C) is needed")
    return int(probabilities.shape[1])


def _bounded(scores: Floats) -> Scores:
    return np.clip(scores, 0, 1).astype(np.float32)
