"""All that is said about a model on one set of images. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer import calibrate, metrics
from trainer.card import Card, CardClass
from trainer.confusions import ConfusedPair, confused_pairs
from trainer.figures import Interval, Measurement
from trainer.measure import measured
from trainer.reliability import ByChance, Reliability, ece_of_perfect_calibration, reliability


@dataclass(frozen=True, slots=True)
class Selected:
    """What is left when only predictions from a confidence on are taken.

    Parameters
    ----------
    confidence
        The threshold.
    accuracy
        Among those taken; 0 if none is.
    coverage
        Share of all images that is taken.
    images
        Taken.
    low, high
        Interval of the accuracy, drawn over groups.
    """

    confidence: float
    accuracy: float
    coverage: float
    images: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A model on a set of images.

    Parameters
    ----------
    card
        Of the model.
    probabilities
        (N, C) calibrated.
    labels
        (N,) index of the true class.
    measurement
        Accuracy, balanced accuracy and macro-F1 with intervals over groups, classes, confusion matrix, ECE.
    ece_uncalibrated
        Expected calibration error without the temperature.
    ece_by_chance
        What a perfectly calibrated model would show on so many images.
    reliability
        Confidence against accuracy.
    selected
        At the card's own threshold.
    pairs
        Classes taken for each other, the most images first.
    """

    card: Card
    probabilities: NDArray[np.float64]
    labels: NDArray[np.int64]
    measurement: Measurement
    ece_uncalibrated: float
    ece_by_chance: ByChance
    reliability: Reliability
    selected: Selected
    pairs: tuple[ConfusedPair, ...]

    @property
    def right(self) -> NDArray[np.bool_]:
        """(N,) whether each prediction is right."""
        return np.asarray(self.probabilities.argmax(axis=1) == self.labels)

    def as_dict(self) -> dict[str, Any]:
        """Return everything for ``metrics.json``."""
        m, names = self.measurement, [c.name for c in self.card.classes]
        figures = {"accuracy": m.accuracy, "balanced_accuracy": m.balanced_accuracy, "macro_f1": m.macro_f1}
        return {
            "model": self.card.name,
            "n": m.images,
            "groups": m.groups,
            **{name: figure.value for name, figure in figures.items()},
            "intervals": {name: [f.low, f.high] for name, f in figures.items()},
            "confidence_level": m.confidence_level,
            "ece": m.ece,
            "ece_uncalibrated": self.ece_uncalibrated,
            "ece_by_chance": {"mean": self.ece_by_chance.mean, "p95": self.ece_by_chance.high},
            "temperature": self.card.temperature,
            "selected": {
                "confidence": self.selected.confidence,
                "accuracy": self.selected.accuracy,
                "coverage": self.selected.coverage,
                "n": self.selected.images,
                "interval": [self.selected.low, self.selected.high],
            },
            "classes": [
                {"id": c.class_id, "name": name, **_figures(c.precision, c.recall, c.f1, c.support)}
                for c, name in zip(m.classes, names, strict=True)
            ],
            "confused": [
                {
                    "true": names[p.first],
                    "predicted": names[p.second],
                    "images": p.first_as_second,
                    "reverse": p.second_as_first,
                    "share": p.share,
                }
                for p in self.pairs
            ],
        }


def evaluate(
    card: Card,
    logits: NDArray[np.floating[Any]],
    labels: NDArray[np.int64],
    groups: NDArray[Any],
    *,
    name: str,
    how: str,
) -> Evaluation:
    """Compare a model's logits with the truth.

    Parameters
    ----------
    card
        Gives classes, temperature and threshold.
    logits
        (N, C), N at least 1, before the temperature.
    labels
        (N,) index of the true class.
    groups
        (N,) images of one group are not independent; the intervals draw whole groups.
    name, how
        Of the set, and which images it holds, in plain words.
    """
    probabilities = calibrate.softmax(logits, card.temperature)
    measurement = measured(card.classes, logits, labels, groups, card.temperature, name=name, how=how)
    return Evaluation(
        card=card,
        probabilities=probabilities,
        labels=labels,
        measurement=measurement,
        ece_uncalibrated=calibrate.expected_calibration_error(calibrate.softmax(logits), labels),
        ece_by_chance=ece_of_perfect_calibration(probabilities),
        reliability=reliability(probabilities, labels),
        selected=selected(probabilities, labels, groups, card.thresholds.uncertain_below),
        pairs=tuple(confused_pairs(np.asarray(measurement.confusion, np.int64))),
    )


def classification_report(evaluation: Evaluation) -> str:
    """Return the table of precision, recall, F1 and support as text, in the layout people know."""
    m = evaluation.measurement
    width = max(len("balanced accuracy"), *(len(c.name) for c in evaluation.card.classes))
    lines = [f"{'':>{width}}  precision  recall  f1-score  support", ""]
    for c, known in zip(m.classes, evaluation.card.classes, strict=True):
        lines.append(_line(known, c.precision, c.recall, c.f1, c.support, width))
    total = f"{m.images:>9}"
    lines += [""]
    for label, figure in (
        ("accuracy", m.accuracy),
        ("balanced accuracy", m.balanced_accuracy),
        ("macro-F1", m.macro_f1),
    ):
        lines.append(f"{label:>{width}}  {_with_interval(figure):>25}{total}")
    return "\n".join(lines) + "\n"


def _line(known: CardClass, precision: float, recall: float, f1: float, support: int, width: int) -> str:
    return f"{known.name:>{width}}  {precision:9.2f}  {recall:6.2f}  {f1:8.2f}  {support:7d}"


def _with_interval(figure: Interval) -> str:
    return f"{figure.value:.3f} ({figure.low:.2f} to {figure.high:.2f})"


def _figures(precision: float, recall: float, f1: float, support: int) -> dict[str, Any]:
    return {"precision": precision, "recall": recall, "f1": f1, "support": support}


def selected(
    probabilities: NDArray[np.float64], labels: NDArray[np.int64], groups: NDArray[Any], threshold: float
) -> Selected:
    """Say what taking only confidences from a threshold on leaves of (N, C) predictions."""
    taken = probabilities.max(axis=1) >= threshold
    if not taken.any():
        return Selected(threshold, 0.0, 0.0, 0, 0.0, 1.0)
    found = metrics.bootstrap_by_group(
        metrics.accuracy,
        labels[taken],
        probabilities[taken].argmax(axis=1),
        groups[taken],
        probabilities.shape[1],
    )
    return Selected(threshold, found.value, float(taken.mean()), int(taken.sum()), found.low, found.high)
