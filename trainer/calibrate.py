"""From logits to probabilities that mean what they say. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]

_COLDEST, _HOTTEST = 0.05, 20.0


def softmax(logits: Floats, temperature: float = 1.0) -> NDArray[np.float64]:
    """Turn logits (N, C) into probabilities (N, C) after dividing by the temperature."""
    scaled = np.asarray(logits, np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    exponentials = np.exp(scaled)
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))


def negative_log_likelihood(logits: Floats, labels: Ints, temperature: float = 1.0) -> float:
    """Mean of -log p(true class)."""
    true = softmax(logits, temperature)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(true, 1e-300)).mean())


def fit_temperature(logits: Floats, labels: Ints, weights: Floats | None = None) -> float:
    """Find the temperature under which held-out labels are likeliest (Guo et al. 2017).

    Parameters
    ----------
    logits
        (N, C) of images that the model was not trained on.
    labels
        (N,) index of the true class.
    weights
        (N,) how much each image counts; ``None``: all the same.

    Returns
    -------
    Temperature, within 0.05 to 20; 1.0 for no images.

    Notes
    -----
    The likelihood is concave in 1/T, with slope ``mean(E_t[z] - E_p[z])``: bisection finds its one maximum.
    The target t gives the true class (N + 1) / (N + 2) and shares the rest (Platt 1999): a few images that
    are all right do not prove that the model never errs.
    """
    if len(labels) == 0:
        return 1.0
    logits = np.asarray(logits, np.float64)
    doubt = 1 / (len(labels) + 2)
    true = logits[np.arange(len(labels)), labels]
    others = (logits.sum(axis=1) - true) / max(logits.shape[1] - 1, 1)
    wanted = (1 - doubt) * true + doubt * others

    def rises(inverse: float) -> bool:
        expected = (softmax(logits, 1 / inverse) * logits).sum(axis=1)
        return bool(np.average(wanted - expected, weights=weights) > 0)

    low, high = 1 / _HOTTEST, 1 / _COLDEST
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) else (low, middle)
    return float(2 / (low + high))


def expected_calibration_error(probabilities: Floats, labels: Ints, bins: int = 15) -> float:
    """Mean gap between confidence and accuracy over equal bins of confidence, weighted by their counts."""
    if len(labels) == 0:
        return 0.0
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == labels
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(which, weights=correct - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))


@dataclass(frozen=True, slots=True)
class Threshold:
    """A confidence from which on predictions are accepted.

    Parameters
    ----------
    value
        Accept confidences of at least this.
    accuracy, coverage
        Of the accepted images, and their share, on the images it was chosen on.
    reached
        False when no threshold gave the accuracy asked for; `value` is then 1.
    """

    value: float
    accuracy: float
    coverage: float
    reached: bool


def choose_threshold(
    probabilities: Floats, labels: Ints, accuracy: float, weights: Floats | None = None
) -> Threshold:
    """Find the lowest confidence above which held-out predictions are right as often as asked.

    Parameters
    ----------
    probabilities
        (N, C), calibrated, of images that the model was not trained on.
    labels
        (N,) index of the true class.
    accuracy
        Wanted among the accepted images, in (0, 1].
    weights
        (N,) how much each image counts; ``None``: all the same.
    """
    weights = np.ones(len(labels)) if weights is None else weights
    confidence = probabilities.max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    sorted_confidence = confidence[order]
    correct = (probabilities.argmax(axis=1) == labels)[order]
    accepted = np.cumsum(weights[order])
    running = np.cumsum(correct * weights[order]) / accepted
    # Equal confidences are accepted together: only the last of each run is a possible cut.
    last_of_run = np.append(sorted_confidence[1:] < sorted_confidence[:-1], np.True_)[: len(labels)]
    good = np.flatnonzero((running >= accuracy) & last_of_run)
    if len(good) == 0:
        return Threshold(1.0, 0.0, 0.0, reached=False)
    cut = int(good[-1])
    return Threshold(
        float(sorted_confidence[cut]),
        float(running[cut]),
        float(accepted[cut] / accepted[-1]),
        reached=True,
    )
