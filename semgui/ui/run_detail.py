"""One run: how far it is, its curves, what it warns of, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFontDatabase
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from semgui.jobs.supervisor import RunState
from semgui.jobs.turn import QUEUED
from semgui.services.runs import RunView
from semgui.texts import mark, tr
from semgui.ui.action_button import ActionButton
from semgui.ui.columns import label, restyle
from semgui.ui.curves import RunCurves
from semgui.ui.model_detail import figure_table
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.run_words import progress_words, story_words
from semgui.viewmodels.training import TrainingModel

STATES = {
    RunState.NEW: mark("not started"),
    RunState.RUNNING: mark("running"),
    RunState.DONE: mark("done"),
    RunState.STOPPED: mark("stopped"),
    RunState.FAILED: mark("failed"),
    RunState.LOST: mark("broken off"),
}


class RunDetail(QWidget):
    """The chosen run.

    Parameters
    ----------
    actions
        The table's, by id.
    """

    def __init__(
        self,
        training: TrainingModel,
        actions: Mapping[str, QAction],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._training = training
        self.name = label("", "big")
        self.state = label("", "dim")
        self.stage = label("")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.failure = label("", "error", wrap=True)
        self.summary = label("", "", wrap=True)
        self.curves = RunCurves(theme)
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.log.setAccessibleName(tr("Log"))
        self.warnings = QPlainTextEdit()
        self.warnings.setReadOnly(True)
        self.settings = QPlainTextEdit()
        self.settings.setReadOnly(True)
        self.settings.setFont(self.log.font())
        self._place(actions)
        training.changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.curves.set_theme(theme)

    def refresh(self) -> None:
        """Show the run as it stands."""
        run = self._training.current
        self.setVisible(run is not None)
        if run is None:
            return
        self.name.setText(run.name)
        self.state.setText(f"{tr(STATES[run.state])} · {run.job.architecture} · {run.job.mode} · {run.path}")
        self._show_progress(run)
        self.failure.setText(run.failure)
        self.failure.setVisible(bool(run.failure))
        self.summary.setText(run.summary)
        self.summary.setVisible(bool(run.summary))
        self.curves.show_epochs(run.epochs)
        self._show_metrics(run)
        _set_text(self.log, story_words(run.story) + self._training.log)
        _set_text(self.warnings, "\n".join(run.warnings))
        self.tabs.setTabText(1, tr("Warnings ({n})", "", len(run.warnings)))
        _set_text(self.settings, run.job.model_dump_json(indent=2))

    def _show_progress(self, run: RunView) -> None:
        progress = run.progress if run.state is RunState.RUNNING else None
        self.bar.setVisible(progress is not None)
        self.stage.setVisible(progress is not None)
        if progress is None:
            return
        self.bar.setMaximum(0 if progress.stage == QUEUED else max(progress.total, 1))
        self.bar.setValue(progress.done)
        words = progress_words(progress)
        if run.epochs:
            words.append(tr("epoch {n} of {epochs}", "", run.epochs[-1].epoch, epochs=run.epochs[-1].epochs))
        if run.memory:
            words.append(tr("{gigabytes:.1f} GB in memory", gigabytes=run.memory / 1e9))
        self.stage.setText(" · ".join(words))

    def _show_metrics(self, run: RunView) -> None:
        table = QWidget()
        if run.metrics:
            head = ["", tr("images"), tr("accuracy"), tr("balanced accuracy"), tr("macro-F1"), tr("ECE")]
            rows = [
                (
                    m.split,
                    f"{m.images:,}",
                    *(f"{v:.3f}" for v in (m.accuracy, m.balanced_accuracy, m.macro_f1, m.ece)),
                )
                for m in run.metrics
            ]
            table = figure_table(head, rows)
        self._layout.replaceWidget(self._metrics, table)
        self._metrics.deleteLater()
        self._metrics = table
        table.setVisible(bool(run.metrics))

    def _place(self, actions: Mapping[str, QAction]) -> None:
        self.stop_button = ActionButton(actions["train.stop"], tr("Stop"))
        self.go_on_button = ActionButton(actions["train.go_on"], tr("Go on"))
        self.copy_button = ActionButton(actions["train.duplicate"], tr("Duplicate"))
        self.keep_button = ActionButton(actions["train.keep"], tr("Keep the model"))
        self.report_button = ActionButton(actions["train.report"], tr("Open report"))
        buttons = QHBoxLayout()
        for button in (
            self.stop_button,
            self.go_on_button,
            self.copy_button,
            self.keep_button,
            self.report_button,
        ):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.log, tr("Log"))
        self.tabs.addTab(self.warnings, "")
        self.tabs.addTab(self.settings, tr("Settings"))
        self._metrics = QWidget()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self._layout.setSpacing(GRID)
        for part in (self.name, self.state, self.stage, self.bar, self.failure, self.summary, self._metrics):
            self._layout.addWidget(part)
        self._layout.addLayout(buttons)
        self._layout.addWidget(self.curves, stretch=2)
        self._layout.addWidget(self.tabs, stretch=1)
        restyle(self.state, "dim")


def _set_text(view: QPlainTextEdit, text: str) -> None:
    """Show text without jumping: at its end if one was there, else where one was."""
    if view.toPlainText() == text:
        return
    bar = view.verticalScrollBar()
    at_end, where = bar.value() == bar.maximum(), bar.value()
    view.setPlainText(text)
    bar.setValue(bar.maximum() if at_end else where)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
