"""Sections of a report that say how good a model is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from trainer.card import Card, CardClass
from trainer.charts import accuracy_over_coverage, bars, reliability_diagram
from trainer.confusions import ConfusedPair, order_by_confusion
from trainer.evaluation import Evaluation
from trainer.figures import ClassFigures, Interval, Measurement
from trainer.html import cells, matrix, note, table

_MOST_PAIRS = 12


def measurement_sections(card: Card, m: Measurement) -> list[str]:
    """Return figures, classes and confusion matrix of one measurement."""

    def line(name: str, figure: Interval) -> list[str]:
        return cells([name, f"{figure.value:.3f}", f"{figure.low:.3f} – {figure.high:.3f}"])

    figures = table(
        ["figure", "value", f"{m.confidence_level:.0%} interval"],
        [
            line("accuracy", m.accuracy),
            line("balanced accuracy", m.balanced_accuracy),
            line("macro-F1", m.macro_f1),
            cells(["expected calibration error", f"{m.ece:.3f}", ""]),
        ],
    )
    names = {c.id: c.name for c in card.classes}
    classes = table(
        ["class", "precision", "recall", "F1", "images"],
        [
            cells([names[c.class_id], *(_share(v, c) for v in (c.precision, c.recall, c.f1)), c.support])
            for c in m.classes
        ],
    )
    recall = bars(
        [names[c.class_id] for c in m.classes if c.support],
        [c.recall for c in m.classes if c.support],
        [f"{c.recall:.0%} of {c.support}" for c in m.classes if c.support],
    )
    return [
        f"<h2>{escape(m.name.capitalize())}: {m.images:,} images in {m.groups:,} groups</h2>",
        note(f"{m.how} Intervals: bootstrap over groups."),
        figures,
        "<h2>Classes</h2>",
        classes,
        "<h3>Recall</h3>",
        recall,
        "<h2>Confusion</h2>",
        _confusion(card.classes, m),
    ]


def evaluation_sections(evaluation: Evaluation) -> list[str]:
    """Return all sections of an evaluation."""
    card, chance = evaluation.card, evaluation.ece_by_chance
    m, selected = evaluation.measurement, evaluation.selected
    verdict = "no more than" if m.ece <= chance.high else "more than"
    calibration = (
        f"Expected calibration error {m.ece:.3f} (uncalibrated {evaluation.ece_uncalibrated:.3f}). "
        f"A perfectly calibrated model would show {chance.mean:.3f} on so few images, and up to "
        f"{chance.high:.3f} one time in twenty: this is {verdict} chance."
    )
    chosen = (
        f"From a confidence of {selected.confidence:.2f} on: {selected.images:,} of these {m.images:,} "
        f"images ({selected.coverage:.0%}), {selected.accuracy:.1%} of them right ({selected.low:.0%} to "
        f"{selected.high:.0%}, drawn by group). "
        if selected.images
        else f"No image here reaches the confidence of {selected.confidence:.2f}. "
    )
    chosen += f"What the card promises: {card.thresholds.promise}"
    confidence = evaluation.probabilities.max(axis=1)
    return [
        *measurement_sections(card, m),
        "<h2>Commonly confused</h2>",
        confused_table(card.classes, evaluation.pairs),
        "<h2>Calibration</h2>",
        note(calibration),
        reliability_diagram(evaluation.reliability),
        "<h2>Taking only sure predictions</h2>",
        note(chosen),
        accuracy_over_coverage(confidence.tolist(), evaluation.right.tolist()),
    ]


def confused_table(classes: Sequence[CardClass], pairs: Sequence[ConfusedPair]) -> str:
    """Return the table of classes taken for each other."""
    if not pairs:
        return note("No two classes were taken for each other.")
    rows = [
        [
            *cells([f"{classes[p.first].name} taken for {classes[p.second].name}", p.first_as_second]),
            *cells([p.second_as_first, f"{p.share:.1%}"]),
        ]
        for p in pairs[:_MOST_PAIRS]
    ]
    more = f"The first {_MOST_PAIRS} of {len(pairs)} pairs." if len(pairs) > _MOST_PAIRS else ""
    head = ["classes", "images", "the other way round", "of all images of the two"]
    return table(head, rows) + (note(more) if more else "")


def _confusion(classes: Sequence[CardClass], m: Measurement) -> str:
    counts = np.asarray(m.confusion, np.int64)
    order = order_by_confusion(counts)
    return matrix(
        "true ↓ predicted →",
        [classes[j].name for j in order],
        [
            [
                f"<td>{escape(classes[i].name)}</td>",
                *(_cell(int(counts[i, j]), int(counts[i].sum()), hit=i == j) for j in order),
            ]
            for i in order
        ],
    ) + note("Classes that are confused with each other stand together.")


def _share(value: float, of: ClassFigures) -> str:
    return f"{value:.3f}" if of.support else "–"


def _cell(count: int, of_class: int, *, hit: bool) -> str:
    share = count / of_class if of_class else 0.0
    colour = "0, 114, 178" if hit else "213, 94, 0"  # Okabe–Ito blue and vermilion
    kind = ' class="hit"' if hit else ""
    return f'<td{kind} style="background: rgba({colour}, {0.7 * share:.2f})">{count or "·"}</td>'
