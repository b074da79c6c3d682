"""What a model is and how good it is, for reading and copying."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QWidget

from semgui.registry.store import ModelInfo
from semgui.texts import tr
from semgui.ui.columns import Column, label
from semgui.ui.theme import GRID
from trainer.card import Card
from trainer.figures import Interval, Measurement


class ModelDetail(QScrollArea):
    """The card of one model."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.show_model(None)

    def show_model(self, info: ModelInfo | None) -> None:
        """Show a model, or what to do when none is chosen."""
        column = Column()
        if info is None:
            column.body.addWidget(label(tr("Choose a model in the list."), "dim", wrap=True))
        elif info.card is None or info.problem is not None:
            column.body.addWidget(label(info.name, "title"))
            column.body.addWidget(label(info.problem or "", "error", wrap=True))
        else:
            _fill(column, info, info.card)
        column.body.addStretch(1)
        self.setWidget(column)


def _fill(column: Column, info: ModelInfo, card: Card) -> None:
    column.body.addWidget(label(info.name, "big"))
    column.body.addWidget(label(str(info.id), "dim"))
    if card.summary:
        column.body.addWidget(label(card.summary, wrap=True))
    for measurement in card.measurements:
        column.section(
            tr(
                "Measured: {name}, {n:,} image(s) in {groups:,} groups",
                "",
                measurement.images,
                name=measurement.name,
                groups=measurement.groups,
            )
        )
        column.body.addWidget(_figures(measurement))
        column.body.addWidget(label(measurement.how, "dim", wrap=True))
    column.section(tr("Thresholds"))
    column.body.addWidget(label(card.thresholds.promise, wrap=True))
    column.section(tr("Classes"))
    column.body.addWidget(label(", ".join(c.name for c in card.classes), wrap=True))
    column.section(tr("Made of"))
    made = card.provenance
    for source in made.sources:
        words = tr(
            "{name}: {n:,} image(s), {licence}",
            "",
            source.images,
            name=source.name,
            licence=source.licence,
        )
        column.body.addWidget(label(words, wrap=True))
    column.body.addWidget(
        label(
            tr(
                "{network}, seed {seed}, {created}",
                network=card.backbone.architecture,
                seed=made.seed,
                created=made.created or tr("date unknown"),
            ),
            "dim",
            wrap=True,
        )
    )
    column.body.addWidget(label(str(info.folder), "dim", wrap=True))


def _figures(m: Measurement) -> QWidget:
    rows = [
        (tr("accuracy"), _with_interval(m.accuracy)),
        (tr("balanced accuracy"), _with_interval(m.balanced_accuracy)),
        (tr("macro-F1"), _with_interval(m.macro_f1)),
        (tr("calibration error"), f"{m.ece:.3f}"),
    ]
    return figure_table([], rows)


def _with_interval(figure: Interval) -> str:
    return f"{figure.value:.3f}  ({figure.low:.2f} – {figure.high:.2f})"


def figure_table(head: list[str], rows: list[tuple[str, ...]]) -> QWidget:
    """Return a small table whose numbers can be copied, the first column for names."""
    table = QWidget()
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(3 * GRID)
    grid.setVerticalSpacing(GRID // 2)
    lines = [head, *map(list, rows)] if head else [list(row) for row in rows]
    for row, cells in enumerate(lines):
        for column, text in enumerate(cells):
            cell: QLabel = label(text, "dim" if column == 0 or (head and row == 0) else "")
            side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
            grid.addWidget(cell, row, column, side)
    grid.setColumnStretch(max(len(line) for line in lines), 1)
    return table
