"""Learning from corrections: the button, how far it is, what it changed, and using the new model."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from semgui.services.confusion_table import Ids
from semgui.services.corrections import Learned
from semgui.services.train_settings import Preset
from semgui.texts import mark, tr
from semgui.ui.columns import label
from semgui.ui.model_detail import figure_table
from semgui.ui.theme import GRID
from semgui.viewmodels.confusion_learning import LearningModel, Stage
from semgui.viewmodels.run_words import progress_words

_WAYS = (
    (Preset.QUICK, mark("Quick: a new head"), mark("Only the last layer learns; usually seconds to minutes")),
    (
        Preset.STANDARD,
        mark("Fine-tune in the background"),
        mark("The network learns, too; may take hours"),
    ),
)
_MOST = 1000  # of a progress bar


class LearningPanel(QWidget):
    """Below the pairs.

    Parameters
    ----------
    learning
        What is shown.
    """

    images_wanted = Signal(object, str)
    matrices_wanted = Signal(object)

    def __init__(self, learning: LearningModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._learning = learning
        self.said = label(wrap=True)
        self.way = QComboBox()
        self.way.setAccessibleName(tr("How to learn"))
        self.way.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.way.setMinimumContentsLength(14)
        for preset, words, tip in _WAYS:
            self.way.addItem(tr(words), preset)
            self.way.setItemData(self.way.count() - 1, tr(tip), Qt.ItemDataRole.ToolTipRole)
        self.learn_button = _button(tr("Learn from the corrections"), "primary")
        self.stop_button = _button(tr("Stop"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.figures = QWidget()
        self.mended_button, self.broken_button = _button(""), _button("")
        self.compare_button = _button(tr("See what it changed"))
        self.matrices_button = _button(tr("Before and after"))
        self.use_button = _button(tr("Use the new model"), "primary")
        self.aside_button = _button(tr("Put aside"))
        self.aside_button.setToolTip(tr("Everything stays as it is; the new model stays in the mode Train"))
        self._place()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Show where one is."""
        model = self._learning
        stage, learned = model.stage, model.learned
        ended = stage in (Stage.ENDED, Stage.LEARNED, Stage.UNKNOWN)
        at_work = stage in (Stage.TRAINING, Stage.COMPARING)
        for part, there in (
            (self._begin, not ended and not at_work),
            (self._work, at_work),
            (self.compare_button, stage is Stage.ENDED),
            (self._changes, stage is Stage.LEARNED),
            (self._decide, ended),
        ):
            part.setVisible(there)
        self.said.setText(self._sentence())
        self.said.setToolTip(self.said.text())
        corrections = model.corrections
        self.learn_button.setEnabled(model.can_learn and corrections is not None and corrections.labels > 0)
        self._show_progress()
        self._show_figures(learned if stage is Stage.LEARNED else None)

    def learn(self) -> None:
        """Begin, in the way that is chosen."""
        self._learning.learn(Preset(self.way.currentData()))

    def _sentence(self) -> str:
        model = self._learning
        match model.stage:
            case Stage.TRAINING:
                progress = model.run.progress if model.run is not None else None
                said = tr("Starting…") if progress is None else " · ".join(progress_words(progress))
            case Stage.COMPARING:
                said = tr("Comparing with the model in use on held-out images…")
            case Stage.ENDED:
                said = tr("A model has learned from the corrections and waits.")
            case Stage.LEARNED:
                said = "" if model.learned is None else model.learned.comparison.verdict()
            case Stage.UNKNOWN:
                said = tr("What is better now cannot be said: {reason}", reason=model.problem)
                said += f" {model.run.summary}" if model.run is not None else ""
            case Stage.IDLE:
                said = model.problem or self._what_there_is()
        return said if model.stage is Stage.LEARNED else said[:1].upper() + said[1:]

    def _what_there_is(self) -> str:
        found = self._learning.corrections
        if found is None:
            return ""
        if found.run is None:
            return tr("Nothing was learned from the {n:,} label(s) of this project yet.", "", found.labels)
        if found.labels == 0:
            return tr("No label is new since the last training.")
        return tr("{n:,} label(s) are new or changed since the last training.", "", found.labels)

    def _show_progress(self) -> None:
        model = self._learning
        done, total = 0, 0
        if model.stage is Stage.TRAINING and model.run is not None and model.run.progress is not None:
            done, total = model.run.progress.done, model.run.progress.total
        elif model.comparing is not None and model.comparing.progress.total:
            done, total = model.comparing.progress.done, model.comparing.progress.total
        self.bar.setRange(0, _MOST if total else 0)  # 0: busy, nobody knows how long
        if total:
            self.bar.setValue(round(_MOST * done / total))

    def _show_figures(self, learned: Learned | None) -> None:
        table = QWidget() if learned is None else _figures(learned)
        self._changes_layout.replaceWidget(self.figures, table)
        self.figures.deleteLater()
        self.figures = table
        if learned is not None:
            self.mended_button.setText(tr("Mended ({n:,})", "", len(learned.mended)))
            self.broken_button.setText(tr("Broken ({n:,})", "", len(learned.broken)))
            self.mended_button.setEnabled(len(learned.mended) > 0)
            self.broken_button.setEnabled(len(learned.broken) > 0)

    def _connect(self) -> None:
        model = self._learning
        self.learn_button.clicked.connect(self.learn)
        self.stop_button.clicked.connect(model.stop)
        self.compare_button.clicked.connect(model.compare)
        self.use_button.clicked.connect(model.promote)
        self.aside_button.clicked.connect(model.put_aside)
        self.matrices_button.clicked.connect(lambda: self.matrices_wanted.emit(model.learned))
        self.mended_button.clicked.connect(lambda: self._show(mended=True))
        self.broken_button.clicked.connect(lambda: self._show(mended=False))
        model.changed.connect(self.refresh)

    def _show(self, *, mended: bool) -> None:
        learned = self._learning.learned
        if learned is not None:
            ids: Ids = learned.mended if mended else learned.broken
            self.images_wanted.emit(ids, tr("mended") if mended else tr("broken"))

    def _place(self) -> None:
        self._begin = QWidget()
        begin = QVBoxLayout(self._begin)
        begin.setContentsMargins(0, 0, 0, 0)
        begin.setSpacing(GRID)
        begin.addWidget(self.way)
        begin.addWidget(self.learn_button)
        self._work = _row(self.bar, self.stop_button)
        self._changes = QWidget()
        self._changes_layout = QVBoxLayout(self._changes)
        self._changes_layout.setContentsMargins(0, 0, 0, 0)
        self._changes_layout.setSpacing(GRID)
        self._changes_layout.addWidget(self.figures)
        buttons = _row(self.mended_button, self.broken_button, self.matrices_button)
        self._changes_layout.addWidget(buttons)
        self._decide = _row(self.compare_button, self.use_button, self.aside_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(label(tr("Learning"), "heading"))
        for part in (self.said, self._begin, self._work, self._changes, self._decide):
            column.addWidget(part)


def _figures(learned: Learned) -> QWidget:
    both = (learned.comparison.first.evaluation.measurement, learned.comparison.second.evaluation.measurement)
    rows = []
    for words, figure in (
        (tr("accuracy"), "accuracy"),
        (tr("balanced accuracy"), "balanced_accuracy"),
        (tr("macro-F1"), "macro_f1"),
    ):
        a, b = (getattr(measurement, figure).value for measurement in both)
        rows.append((words, f"{a:.3f}", f"{b:.3f}", f"{b - a:+.3f}"))
    return figure_table([tr("held-out images"), tr("before"), tr("now"), tr("change")], rows)


def _button(text: str, kind: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(kind)
    return button


def _row(*parts: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(GRID)
    for part in parts:
        row.addWidget(part, stretch=0 if isinstance(part, QPushButton) else 1)
    return made
