"""Whether confidences mean what they say, and how much of the gap is chance. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.calibrate import expected_calibration_error

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Bins of a reliability diagram (Niculescu-Mizil & Caruana 2005); all (B,), empty bins left out.

    Parameters
    ----------
    confidence, accuracy
        Mean confidence and share of right predictions.
    count
        Images.
    """

    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    count: NDArray[np.int64]


def reliability(probabilities: Floats, labels: Ints, bins: int = 10) -> Reliability:
    """Sort predictions (N, C) into equal bins of confidence and compare with the labels (N,)."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(which, minlength=bins)
    there = count > 0
    return Reliability(
        np.bincount(which, weights=confidence, minlength=bins)[there] / count[there],
        np.bincount(which, weights=right, minlength=bins)[there] / count[there],
        count[there].astype(np.int64),
    )


@dataclass(frozen=True, slots=True)
class ByChance:
    """Expected calibration error that a perfectly calibrated model shows on so few images.

    Parameters
    ----------
    mean, high
        Mean and 95th percentile over draws.
    """

    mean: float
    high: float


def ece_of_perfect_calibration(probabilities: Floats, *, draws: int = 200, seed: int = 0) -> ByChance:
    """Draw labels from the predicted probabilities (N, C) themselves and measure the error that is left.

    The estimate is never zero for finite N, however good the model: an error within it is no evidence of bad
    calibration (Vaicenavicius et al. 2019, consistency resampling of Bröcker & Smith 2007).
    """
    if len(probabilities) == 0:
        return ByChance(0.0, 0.0)
    generator = np.random.default_rng(seed)
    cumulated = np.cumsum(probabilities, axis=1)
    errors = []
    for _ in range(draws):
        where = generator.random((len(probabilities), 1)) * cumulated[:, -1:]
        labels = (cumulated < where).sum(axis=1)
        errors.append(expected_calibration_error(probabilities, labels))
    return ByChance(float(np.mean(errors)), float(np.quantile(errors, 0.95)))
