"""The right column: what the model says, the classes, marks, history and facts of the image on screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from semgui.domain.ids import ClassId, ImageId
from semgui.domain.image import ImageStatus
from semgui.texts import mark, tr
from semgui.ui.bars import ProbabilityBars, percent
from semgui.ui.class_palette import ClassPalette
from semgui.ui.class_start import ClassStart
from semgui.ui.columns import Column, label, restyle
from semgui.ui.fact_list import CopyLabel, FactList
from semgui.ui.line_list import LineList
from semgui.ui.mark_panel import MarkPanel
from semgui.ui.nearest import NearestPanel
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.classes import tree_rows
from semgui.viewmodels.inspector import Detail
from semgui.viewmodels.session import Session
from semgui.viewmodels.why import why_shown

_NARROWEST = 248  # where the name of a class still says which it is
_WITHOUT_ANSWER = {
    ImageStatus.PENDING: mark("Not classified yet."),
    ImageStatus.OK: mark("Not classified yet."),
    ImageStatus.UNREADABLE: mark("Not classified: the file cannot be read."),
    ImageStatus.MISSING: mark("Not classified: the file is not there any more."),
}
_HISTORY = 6  # newest events shown; `semgui label history` has them all


class InspectorPanel(Column):
    """Shows the details of the current image, and takes clicks and drops on classes.

    Parameters
    ----------
    assign
        Labels what is chosen.
    leave
        Gives the keyboard back to the pictures.
    """

    def __init__(
        self,
        session: Session,
        assign: Callable[[ClassId], None],
        leave: Callable[[], None],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        inspector, hand, say = session.inspector, session.hand, session.notices.info
        self._inspector = inspector
        self._labels = hand.labels
        self.name = CopyLabel(say, "title")
        self.label_line = label(kind="dim", wrap=True)
        self._model_line = label("", "heading", wrap=True)
        self.bars = ProbabilityBars(theme)
        self.sentence = label(wrap=True)
        self._nearest_heading = label(tr("Nearest known images"), "heading")
        self.nearest = NearestPanel(session.show_known, theme)
        self.palette_box = ClassPalette(assign, self._drop, say, hand.examples, theme)
        self.class_start = ClassStart(
            hand.classes, lambda: session.brain.classes if session.brain else (), leave
        )
        self.hint = label(kind="dim", wrap=True)
        self.marks = MarkPanel(hand.marks, session.gallery, leave, theme)
        self.history = LineList(say)
        self.facts = FactList(say)
        self._place()
        self.setMinimumWidth(_NARROWEST)
        inspector.changed.connect(self.refresh)
        hand.labels.taxonomy_changed.connect(self.refresh)
        hand.labels.asked.connect(lambda _, class_id: self.palette_box.flash(class_id))
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for part in (self.bars, self.nearest, self.palette_box, self.marks):
            part.set_theme(theme)

    def sizeHint(self) -> QSize:
        """Wide enough for a class name and its bar."""
        return QSize(304, 400)

    def refresh(self) -> None:
        """Show the details as they are."""
        detail = self._inspector.detail
        by_itself = detail is not None and detail.id is None
        labelling = self._labels.possible and not by_itself
        self._show_name(detail)
        self._show_classes(detail, labelling=labelling)
        self._show_answer(detail, by_itself=by_itself or not labelling)
        self._show_nearest(detail)
        self.hint.setVisible(not labelling)
        self.hint.setText(tr("Labels are kept in a project: take the image's folder in to label it."))
        for part in (self._marks_heading, self.marks):
            part.setVisible(labelling and detail is not None)
        self._show_history(detail.history if detail else ())
        self.facts.show_facts(detail.values if detail else ())
        self._facts_heading.setVisible(bool(detail and detail.values))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the name to the width there is."""
        super().resizeEvent(event)
        self._show_name(self._inspector.detail)

    def _place(self) -> None:
        self.body.setSpacing(GRID // 2)
        # What is clicked on stands above all that is longer for one image than for another.
        for part in (self.name, self.label_line):
            self.body.addWidget(part)
        self.body.addSpacing(GRID // 2)
        self.body.addWidget(self.palette_box, stretch=4)
        for part in (self.class_start, self._model_line, self.sentence, self.bars, self.hint):
            self.body.addWidget(part)
        below = Column()
        below.body.setContentsMargins(0, GRID // 2, GRID // 2, 0)
        below.body.setSpacing(GRID // 2)
        self._marks_heading = label(tr("Tags and note"), "heading")
        self._history_heading = label(tr("History of the label"), "heading")
        self._facts_heading = label(tr("From the file"), "heading")
        for heading, part in (
            (self._nearest_heading, self.nearest),
            (self._marks_heading, self.marks),
            (self._history_heading, self.history),
            (self._facts_heading, self.facts),
        ):
            below.body.addWidget(heading)
            below.body.addWidget(part)
            below.body.addSpacing(GRID // 2)
        below.body.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        scroll.setWidget(below)
        self.body.addWidget(scroll, stretch=1)

    def _drop(self, ids: Sequence[ImageId], class_id: ClassId) -> None:
        self._labels.set_label(ids, class_id)

    def _show_name(self, detail: Detail | None) -> None:
        if detail is None:
            self.name.show_copyable(tr("No image"), "")
            self.label_line.setText("")
            return
        self.name.show_copyable(detail.path.name, str(detail.path))
        self.name.setToolTip(tr("{text}\nA click copies it.", text=detail.path))
        self.label_line.setVisible(self._labels.possible and detail.id is not None)
        found = self._labels.class_of(detail.label)
        self.label_line.setText(tr("Label: {name}", name=found.name) if found else tr("Not labelled yet"))

    def _show_classes(self, detail: Detail | None, *, labelling: bool) -> None:
        answer = detail.answer if detail else None
        rows = tree_rows(self._labels.taxonomy)
        self.palette_box.show_classes(
            rows,
            detail.label if detail else None,
            {bar.class_id: bar.probability for bar in answer.bars} if answer else None,
            enabled=labelling and detail is not None,
        )
        self.palette_box.setVisible(labelling and bool(rows))
        self.class_start.offer(needed=labelling and not rows)

    def _show_answer(self, detail: Detail | None, *, by_itself: bool) -> None:
        answer = detail.answer if detail else None
        self.bars.show_answer(answer)
        shown = {c.id for c in self._labels.taxonomy.active}
        # The classes to label with show the same numbers, unless the model's own class is not among them.
        unlike = bool(shown) and answer is not None and answer.predicted.class_id not in shown
        self.bars.setVisible(answer is not None and (by_itself or unlike))
        if answer is None:
            self._model_line.setText("")
            self._say_about_model(tr(_WITHOUT_ANSWER[detail.status]) if detail else "", "dim")
            return
        first = answer.predicted
        self._model_line.setText(
            tr(
                "{model}: {name} {percent}",
                model=answer.model,
                name=first.name,
                percent=percent(first.probability),
            )
        )
        found = self._labels.class_of(detail.label if detail else None)
        marks = detail.marks if detail else None
        self._say_about_model(why_shown(found.name if found else None, answer, marks), "warning")

    def _say_about_model(self, words: str, kind: str) -> None:
        restyle(self.sentence, kind)
        self.sentence.setText(words)
        self.sentence.setVisible(bool(words))
        self._model_line.setVisible(bool(self._model_line.text()))

    def _show_nearest(self, detail: Detail | None) -> None:
        known = detail.known if detail else ()
        self.nearest.show_known(known, self._labels.taxonomy)
        self.nearest.setVisible(bool(known))
        self._nearest_heading.setVisible(bool(known))

    def _show_history(self, history: Sequence[str]) -> None:
        older = len(history) - _HISTORY
        more = (tr("… and {n} older", "", older),) if older > 0 else ()
        self.history.show_lines((*history[:_HISTORY], *more))
        self._history_heading.setVisible(bool(history))
