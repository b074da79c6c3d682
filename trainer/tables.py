"""An evaluation as tables for other programs: ``confusion.csv`` and ``predictions.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from trainer.evaluation import Evaluation


def confusion_csv(evaluation: Evaluation) -> str:
    """Return the confusion matrix: a line for each true class, a column for each predicted one."""
    names = [c.name for c in evaluation.card.classes]
    counts = evaluation.measurement.confusion
    rows = ([name, *of_class] for name, of_class in zip(names, counts, strict=True))
    return _csv(["true \\ predicted", *names], rows)


def predictions_csv(
    evaluation: Evaluation, columns: Sequence[str], images: Iterable[Sequence[str]], groups: Iterable[str]
) -> str:
    """Return what the model says of every image, a line each.

    Parameters
    ----------
    columns
        Names of what `images` says of each.
    images, groups
        N each, in the order of the evaluation.
    """
    names = [c.name for c in evaluation.card.classes]
    best, confidence = evaluation.probabilities.argmax(axis=1), evaluation.probabilities.max(axis=1)
    each = zip(images, evaluation.labels, best, confidence, groups, strict=True)
    rows = ([*image, names[true], names[said], f"{p:.6f}", group] for image, true, said, p, group in each)
    return _csv([*columns, "true", "predicted", "confidence", "group"], rows)


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()
