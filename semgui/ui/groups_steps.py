"""The way from images without classes to a model of one's own: the steps, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from semgui.domain.ids import ClassId
from semgui.review.strategies import NEXT
from semgui.services.train_settings import Preset
from semgui.texts import mark, tr
from semgui.ui.columns import label, restyle
from semgui.ui.commands.examples import search_like_class
from semgui.ui.theme import GRID
from semgui.viewmodels.cold_start import FEWEST_LABELS, Step, Way, way_of
from semgui.viewmodels.confusion_learning import Stage
from semgui.viewmodels.proposals import ProposalModel
from semgui.viewmodels.run_words import progress_words

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_NAMES: Mapping[Step, str] = {
    Step.GROUP: mark("Group"),
    Step.NAME: mark("Name"),
    Step.LABEL: mark("Five of each"),
    Step.TRAIN: mark("Train"),
    Step.REVIEW: mark("Review"),
}
_TRAINED = (Stage.ENDED, Stage.LEARNED, Stage.UNKNOWN)


class GroupSteps(QWidget):
    """One line of steps, a sentence about the next one, and its button."""

    def __init__(self, window: MainWindow, model: ProposalModel) -> None:
        super().__init__()
        self.setObjectName("column")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._window = window
        self._session = window.session
        self._learning = window.session.learning
        self._model = model
        self._counts: dict[ClassId | None, int] = {}
        self.way: Way = way_of({}, (), grouped=False)
        self.steps: dict[Step, QLabel] = {}
        self.sentence = label(wrap=True)
        self.button = QPushButton()
        self.button.setObjectName("primary")
        self.own = QPushButton(tr("Begin without these classes"))
        self._place()
        self.button.clicked.connect(self._go_on)
        self.own.clicked.connect(window.session.hand.classes.archive_all)
        hand = window.session.hand
        hand.committed.connect(lambda _: self.read())
        hand.changed.connect(self.read)
        for signal in (model.changed, self._learning.changed, hand.labels.taxonomy_changed):
            signal.connect(self.refresh)
        window.session.mode_changed.connect(self.read)
        self.read()

    def read(self) -> None:
        """Count the labels anew."""
        opened = self._session.opened
        if opened is None or self._session.brain is None:
            return

        def done(counts: dict[ClassId | None, int]) -> None:
            if opened is self._session.opened:
                self._counts = counts
                self.refresh()

        self._session.read(opened.class_counts, done)

    def refresh(self) -> None:
        """Say where one is."""
        brain = self._session.brain
        known = [class_id for class_id, _ in brain.classes] if brain else []
        self.way = way_of(self._counts, known, grouped=bool(self._model.groups))
        for step, words in self.steps.items():
            done = self.way.is_done(step)
            restyle(words, "good" if done else "title" if step is self.way.now else "dim")
            number = list(Step).index(step) + 1
            words.setText(f"{'✓' if done else number} {tr(_NAMES[step])}")
        sentence, button = self._words()
        self.sentence.setText(sentence)
        self.button.setText(button)
        # Before there are groups, the middle of the page offers the same in large.
        self.button.setVisible(bool(button) and self.way.now is not Step.GROUP)
        self.button.setEnabled(brain is not None)
        active = self._session.labels.taxonomy.active
        self.own.setVisible(bool(active) and self.way.classes == 0)
        names = ", ".join(c.name for c in active)
        self.own.setToolTip(tr("Set these aside, which nobody has used: {names}", names=names))

    def _words(self) -> tuple[str, str]:
        way = self.way
        if way.now is Step.GROUP:
            words = tr("Nobody has named anything here yet. Images that look alike can be named together.")
            return words, tr("Propose groups")
        if way.now is Step.NAME:
            words = tr("Choose a group, take out what does not belong (Ctrl+click), and type what it shows.")
            return words, tr("Next group")
        if way.now is Step.LABEL:
            short = ", ".join(
                tr("{name} has {n}", name=self._session.labels.name_of(class_id), n=count)
                for class_id, count in way.short[:3]
            )
            words = tr("Each class needs {n} labels: {short}.", n=FEWEST_LABELS, short=short)
            return words, tr("Find more {name}", name=self._session.labels.name_of(way.short[0][0]))
        if way.now is Step.TRAIN:
            return self._training_words()
        words = tr("The model knows your {n} classes. Look at what it is least sure of.", n=way.classes)
        return words, tr("Go to Review")

    def _training_words(self) -> tuple[str, str]:
        learning = self._learning
        if learning.stage is Stage.TRAINING:
            run = learning.run
            how = " · ".join(progress_words(run.progress)) if run and run.progress else tr("it begins")
            return tr("The new model learns in the background: {how}.", how=how), ""
        if learning.stage is Stage.COMPARING:
            return tr("The new model is compared with the one before."), tr("Use the new model")
        if learning.stage in _TRAINED:
            return tr("The new model is ready."), tr("Use the new model")
        words = tr(
            "{n} classes have at least {few} labels. A first model learns them in the background.",
            n=self.way.classes,
            few=FEWEST_LABELS,
        )
        return f"{learning.problem} {words}".strip(), tr("Train now")

    def _go_on(self) -> None:
        way, learning = self.way, self._learning
        if way.now is Step.GROUP:
            self._model.propose()
        elif way.now is Step.NAME:
            self._model.choose_next()
        elif way.now is Step.LABEL:
            search_like_class(self._window, way.short[0][0])
        elif way.now is Step.REVIEW:
            self._session.review.choose(NEXT)
            self._window.modes.show("review")
        elif learning.stage in (*_TRAINED, Stage.COMPARING):
            learning.promote()
        else:
            learning.learn(Preset.QUICK)

    def _place(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for number, step in enumerate(Step):
            if number:
                row.addWidget(label("›", "dim"))
            self.steps[step] = label()
            row.addWidget(self.steps[step])
        row.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(GRID)
        below.addWidget(self.sentence, stretch=1)
        below.addWidget(self.own)
        below.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column.setSpacing(GRID // 2)
        column.addLayout(row)
        column.addLayout(below)
