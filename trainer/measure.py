"""What a model reached on a set of images, as the card says it. NumPy only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer import calibrate, metrics
from trainer.card import CardClass
from trainer.figures import ClassFigures, Interval, Measurement


def measured(
    classes: Sequence[CardClass],
    logits: NDArray[np.floating[Any]],
    labels: NDArray[np.int64],
    groups: NDArray[Any],
    temperature: float,
    *,
    name: str = "test",
    how: str = "Images kept apart from training and calibration, whole groups at a time.",
) -> Measurement:
    """Measure logits (N, C) against labels (N,), with bootstrap intervals over groups (N,)."""
    count = len(classes)
    probabilities = calibrate.softmax(logits, temperature)
    predicted = probabilities.argmax(axis=1)
    confusion = metrics.confusion_matrix(labels, predicted, count)
    report = metrics.class_report(confusion)

    def interval(figure: Callable[[metrics.Counts], float]) -> Interval:
        drawn = metrics.bootstrap_by_group(figure, labels, predicted, groups, count)
        return Interval(value=drawn.value, low=drawn.low, high=drawn.high)

    return Measurement(
        name=name,
        how=how,
        images=len(labels),
        groups=len(np.unique(groups)),
        accuracy=interval(metrics.accuracy),
        balanced_accuracy=interval(metrics.balanced_accuracy),
        macro_f1=interval(metrics.macro_f1),
        ece=calibrate.expected_calibration_error(probabilities, labels),
        classes=tuple(
            ClassFigures(
                class_id=c.id,
                precision=report.precision[i],
                recall=report.recall[i],
                f1=report.f1[i],
                support=int(report.support[i]),
            )
            for i, c in enumerate(classes)
        ),
        confusion=tuple(tuple(int(n) for n in row) for row in confusion),
    )
