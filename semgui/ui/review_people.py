"""How well annotators agree: Cohen's kappa of every two, class by class, and what is to be settled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from semgui.services.agreement import AgreementReport
from semgui.texts import tr
from semgui.ui.columns import label
from semgui.ui.theme import GRID
from semgui.viewmodels.review_people import PeopleModel

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


_WIDTH = 720  # pixels: a number far from its name is hard to read


class PeoplePage(QWidget):
    """The pairs of annotators, the classes of the chosen pair, and the way to settle disagreements."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._window = window
        self._people: PeopleModel = window.session.people
        self.summary = label(wrap=True)
        self.settle = QPushButton()
        self.settle.setObjectName("primary")
        self.settle.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.pairs = _Table((tr("Annotators"), tr("Images of both"), tr("Alike"), tr("Kappa")))
        self.classes = _Table((tr("Class"), tr("First"), tr("Second"), tr("Both"), tr("Kappa")))
        self._classes_heading = label(kind="heading")
        self._place()
        self.settle.clicked.connect(self._people.settle)
        self.settle.clicked.connect(lambda: window.modes.page("review").show_view("one"))
        self.pairs.itemSelectionChanged.connect(self._show_classes)
        self._people.changed.connect(self.refresh)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Read it anew."""
        super().showEvent(event)
        self._people.refresh()

    def read_if_seen(self) -> None:
        """Read another project."""
        if self.isVisible():
            self._people.refresh()

    def refresh(self) -> None:
        """Show what was found."""
        report = self._people.report
        self.summary.setText(_summary(report))
        several = report is not None and bool(report.pairs)
        for part in (self.pairs, self.classes, self._classes_heading):
            part.setVisible(several)
        disputes = len(report.disputes) if report else 0
        self.settle.setVisible(bool(disputes))
        self.settle.setText(tr("Settle {n:,} disagreement(s)", "", disputes))
        rows = [
            (f"{p.first} – {p.second}", p.agreement.images, p.agreement.share, p.agreement.kappa)
            for p in (report.pairs if report else ())
        ]
        chosen = max(0, self.pairs.currentRow())
        self.pairs.show_rows(
            [(who, f"{images:,}", _share(share), _kappa(kappa)) for who, images, share, kappa in rows]
        )
        if rows:
            self.pairs.selectRow(min(chosen, len(rows) - 1))
        self._show_classes()

    def _show_classes(self) -> None:
        report, row = self._people.report, self.pairs.currentRow()
        if report is None or not 0 <= row < len(report.pairs):
            self.classes.show_rows([])
            return
        pair = report.pairs[row]
        self._classes_heading.setText(
            tr("Class by class: {first} and {second}", first=pair.first, second=pair.second)
        )
        matrix = pair.agreement.matrix
        rows = [
            (
                name,
                f"{int(matrix[index].sum()):,}",
                f"{int(matrix[:, index].sum()):,}",
                f"{int(matrix[index, index]):,}",
                _kappa(float(pair.agreement.per_class[index])),
            )
            for index, name in enumerate(report.names)
            if matrix[index].sum() or matrix[:, index].sum()
        ]
        self.classes.show_rows(rows)

    def _place(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        column.setSpacing(GRID)
        column.addWidget(label(tr("Agreement of annotators"), "big"))
        column.addWidget(self.summary)
        row = QHBoxLayout()
        row.addWidget(self.settle)
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(GRID)
        column.addWidget(self.pairs, stretch=1)
        column.addWidget(self._classes_heading)
        column.addWidget(self.classes, stretch=3)
        for table in (self.pairs, self.classes):
            table.setMaximumWidth(_WIDTH)


class _Table(QTableWidget):
    """A table whose values can be copied."""

    def __init__(self, heads: Sequence[str]) -> None:
        super().__init__(0, len(heads))
        self.setHorizontalHeaderLabels(list(heads))
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeaderItem(0).setTextAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self._copy)

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show these."""
        blocked = self.blockSignals(True)
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, words in enumerate(row):
                item = QTableWidgetItem(words)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(number, column, item)
        self.blockSignals(blocked)

    def _copy(self) -> None:
        rows = [
            "\t".join(self.item(row, column).text() for column in range(self.columnCount()))
            for row in range(self.rowCount())
        ]
        QGuiApplication.clipboard().setText("\n".join(rows))


def _summary(report: AgreementReport | None) -> str:
    if report is None:
        return tr("What annotators said is being read…")
    if not report.images:
        return tr("Nobody has labelled an image yet.")
    if not report.pairs:
        return tr(
            "No image was labelled by two people yet. Who opens this project with another name (Settings) "
            "and labels some of the same images can be compared here."
        )
    people = ", ".join(
        tr("{who} {n:,}", "a name and how many images", n_images, who=who)
        for who, n_images in report.images.items()
    )
    return tr(
        "Images labelled: {people}. Open disagreements: {open:,}; settled: {settled:,}.",
        people=people,
        open=len(report.disputes),
        settled=report.settled,
    )


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.0f} %"


def _kappa(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"
