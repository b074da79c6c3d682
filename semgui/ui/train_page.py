"""The mode Train: a form to start a run, the runs there are, and the one that is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from semgui.texts import tr
from semgui.ui.columns import label
from semgui.ui.run_detail import STATES, RunDetail
from semgui.ui.theme import GRID, Theme
from semgui.ui.train_form import TrainForm
from semgui.viewmodels.training import TrainingModel

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_PATH = Qt.ItemDataRole.UserRole
_HINT_WIDTH = 480  # pixels: lines that can be read


class TrainPage(QSplitter):
    """Form and runs at the left, the chosen run at the right."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.training: TrainingModel = window.session.training
        by_id = window.actions_.by_id
        self.form = TrainForm(self.training, window.session, by_id["train.start"])
        self.form.can_start_changed.connect(window.refresh_soon)
        self.list = QListWidget()
        self.list.setObjectName("entries")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Runs"))
        self.list.setSpacing(GRID // 2)
        self.list.currentItemChanged.connect(self._chosen)
        self.detail = RunDetail(self.training, by_id, window.theme)
        self._right = QStackedWidget()
        self._right.addWidget(_nothing_yet())
        self._right.addWidget(self.detail)
        self._place()
        self.training.changed.connect(self.refresh)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Watch the runs while they are looked at."""
        super().showEvent(event)
        self.form.refresh()
        self.training.watch()

    def hideEvent(self, event: QHideEvent) -> None:
        """Look no more; the runs go on."""
        super().hideEvent(event)
        self.training.unwatch()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.detail.set_theme(theme)

    def refresh(self) -> None:
        """Show the runs as they are."""
        blocked = self.list.blockSignals(True)
        runs = self.training.runs
        while self.list.count() > len(runs):
            self.list.takeItem(self.list.count() - 1)
        for row, run in enumerate(runs):
            item = self.list.item(row)
            if item is None:
                item = QListWidgetItem()
                self.list.addItem(item)
            epoch = f" · {run.epochs[-1].epoch}/{run.epochs[-1].epochs}" if run.epochs else ""
            item.setText(f"{run.name}\n    {tr(STATES[run.state])}{epoch}")
            item.setData(_PATH, str(run.path))
            item.setToolTip(str(run.path))
            if run.path == self.training.chosen:
                self.list.setCurrentRow(row)
        self.list.blockSignals(blocked)
        self._right.setCurrentIndex(1 if self.training.current is not None else 0)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        self.training.choose(Path(item.data(_PATH)) if item else None)

    def _place(self) -> None:
        left = QWidget()
        left.setObjectName("column")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(left)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column.setSpacing(GRID)
        column.addWidget(self.form)
        column.addWidget(label(tr("Runs"), "heading"))
        column.addWidget(self.list, stretch=1)
        scrolled = QScrollArea()  # small screens with panels below have no room for all of the form
        scrolled.setWidget(left)
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setMinimumWidth(300)
        self.addWidget(scrolled)
        self.addWidget(self._right)
        self.setStretchFactor(1, 1)
        self.setSizes([340, 1000])


def _nothing_yet() -> QWidget:
    room = QWidget()
    room.setObjectName("page")
    layout = QVBoxLayout(room)
    words = tr(
        "Nothing was trained yet. Label images of at least two classes, choose a network at the left, and "
        "start: the run goes on in the background, also when this window is closed."
    )
    hint = label(words, "dim", wrap=True)
    hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
    hint.setMaximumWidth(_HINT_WIDTH)
    layout.addStretch(1)
    middle = QHBoxLayout()
    middle.addStretch(1)
    middle.addWidget(hint, stretch=8)
    middle.addStretch(1)
    layout.addLayout(middle)
    layout.addStretch(1)
    return room
