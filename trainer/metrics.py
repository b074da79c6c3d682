"""How good predictions are. NumPy only; classes are indices 0 … C-1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ClassReport:
    """Precision, recall, F1 and number of true images of each class; all (C,), 0 where undefined."""

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    support: Counts


def confusion_matrix(labels: Ints, predicted: Ints, classes: int) -> Counts:
    """Count (C, C): rows are true classes, columns predicted ones."""
    flat = np.bincount(np.asarray(labels) * classes + np.asarray(predicted), minlength=classes * classes)
    return flat.reshape(classes, classes).astype(np.int64)


def class_report(confusion: Counts) -> ClassReport:
    """Summarise each class of a confusion matrix."""
    hits = np.diag(confusion).astype(float)
    support, claimed = confusion.sum(axis=1), confusion.sum(axis=0)
    return ClassReport(
        precision=_ratio(hits, claimed),
        recall=_ratio(hits, support),
        f1=_ratio(2 * hits, support + claimed),
        support=support,
    )


def accuracy(confusion: Counts) -> float:
    """Share of images that are predicted right."""
    return float(_ratio(np.diag(confusion).sum(), confusion.sum()))


def balanced_accuracy(confusion: Counts) -> float:
    """Mean recall of the classes that have images."""
    return _mean_of_present(class_report(confusion).recall, confusion)


def macro_f1(confusion: Counts) -> float:
    """Mean F1 of the classes that have images; wrong claims of an absent class cost the others."""
    return _mean_of_present(class_report(confusion).f1, confusion)


@dataclass(frozen=True, slots=True)
class BootstrapInterval:
    """A figure with the percentiles of its bootstrap distribution."""

    value: float
    low: float
    high: float


def bootstrap_by_group(
    figure: Callable[[Counts], float],
    labels: Ints,
    predicted: Ints,
    groups: NDArray[Any],
    classes: int,
    *,
    level: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> BootstrapInterval:
    """Draw whole groups with replacement: images of one group are not independent witnesses.

    Parameters
    ----------
    figure
        Confusion matrix to number (`accuracy`, `macro_f1`, …).
    labels, predicted
        (N,) class indices.
    groups
        (N,) group of each image, any values.
    classes
        C.
    level
        Of the interval.
    draws
        Bootstrap samples.

    Notes
    -----
    Where every draw gives the same number (all right, or all wrong) the bootstrap knows no doubt; Wilson's
    interval for as many trials as there are groups stands in for it.
    """
    per_group = _confusion_by_group(labels, predicted, groups, classes)
    value = figure(per_group.sum(axis=0))
    count = len(per_group)
    if count == 0:
        return BootstrapInterval(value, value, value)
    generator = np.random.default_rng(seed)
    times = generator.multinomial(count, np.full(count, 1 / count), size=draws)
    drawn = np.einsum("dg,gij->dij", times, per_group)
    figures = [figure(confusion) for confusion in drawn]
    if min(figures) == max(figures):
        low, high = wilson_interval(value, count, level)
        return BootstrapInterval(value, min(low, value), max(high, value))  # rounding
    low, high = np.quantile(figures, [(1 - level) / 2, (1 + level) / 2])
    return BootstrapInterval(value, float(low), float(high))


def wilson_interval(share: float, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share seen in a number of trials (Wilson 1927)."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    centre = share + z**2 / (2 * trials)
    spread = z * float(np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2)))
    shrink = 1 + z**2 / trials
    return max(0.0, (centre - spread) / shrink), min(1.0, (centre + spread) / shrink)


def _confusion_by_group(labels: Ints, predicted: Ints, groups: NDArray[Any], classes: int) -> Counts:
    names, which = np.unique(groups, return_inverse=True)
    confusion = np.zeros((len(names), classes, classes), np.int64)
    np.add.at(confusion, (which, np.asarray(labels), np.asarray(predicted)), 1)
    return confusion


def _ratio(part: Any, whole: Any) -> NDArray[np.float64]:
    part, whole = np.asarray(part, float), np.asarray(whole, float)
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0))


def _mean_of_present(values: NDArray[np.float64], confusion: Counts) -> float:
    present = confusion.sum(axis=1) > 0
    return float(values[present].mean()) if present.any() else 0.0
