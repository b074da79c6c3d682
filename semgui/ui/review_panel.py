"""The right side of Review: why the image is here, what speaks for which class, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QGridLayout, QScrollArea, QSizePolicy, QToolButton

from semgui.domain.ids import ClassId, ImageId
from semgui.texts import tr
from semgui.ui.class_palette import ClassPalette
from semgui.ui.columns import Column, label
from semgui.ui.fact_list import CopyLabel
from semgui.ui.line_list import LineList
from semgui.ui.mark_panel import MarkPanel
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.classes import tree_rows
from semgui.viewmodels.review import ReviewModel
from semgui.viewmodels.review_case import CaseModel
from semgui.viewmodels.session import Session

_NARROWEST = 264
_EVENTS = 5  # newest of the label history


class ReviewPanel(Column):
    """The case of the image on screen.

    Parameters
    ----------
    assign
        Labels what is chosen.
    leave
        Gives the keyboard back to the pictures.
    deeds
        What can be done with an image, in the order of the buttons, each in a word.
    """

    def __init__(
        self,
        session: Session,
        assign: Callable[[ClassId], None],
        leave: Callable[[], None],
        deeds: Sequence[tuple[str, QAction]],
        theme: Theme,
    ) -> None:
        super().__init__()
        say = session.notices.info
        self._review: ReviewModel = session.review
        self._case: CaseModel = session.case
        self._inspector = session.inspector
        self._labels = session.labels
        self.reason = label(wrap=True)
        self.name = CopyLabel(say, "dim")
        self.label_line = label("", "title", wrap=True)
        self.whose = label(kind="heading", wrap=True)
        self.palette_box = ClassPalette(assign, self._drop, say, session.hand.examples, theme)
        self.buttons = [_DeedButton(words, action) for words, action in deeds]
        self.none = self.buttons[-1]  # of an audit only
        self.marks = MarkPanel(session.hand.marks, session.gallery, leave, theme)
        self.history = LineList(say)
        self._place()
        self.setMinimumWidth(_NARROWEST)
        self._case.changed.connect(self.refresh)
        self._review.changed.connect(self.refresh)
        self._inspector.changed.connect(self.refresh)
        self._labels.taxonomy_changed.connect(self.refresh)
        self._labels.asked.connect(lambda _, class_id: self.palette_box.flash(class_id))
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for part in (self.palette_box, self.marks):
            part.set_theme(theme)

    def sizeHint(self) -> QSize:
        """Wide enough for a class name and its bar."""
        return QSize(312, 400)

    def refresh(self) -> None:
        """Show the case as it is; of an image that is judged blind, nothing that could sway."""
        shown, detail, blind = self._case.shown, self._inspector.detail, self._review.blind
        case = shown.case if shown else None
        self.reason.setText(case.reason if case else "")
        self.name.show_copyable(detail.path.name if detail else "", str(detail.path) if detail else "")
        current = detail.label if detail and not blind else None
        found = self._labels.class_of(current)
        for button in self.buttons[:2]:  # both are about what was said
            button.setVisible(not blind)
        self.none.setVisible(blind)
        self.label_line.setVisible(not blind)
        self.label_line.setText(tr("Label: {name}", name=found.name) if found else tr("Not labelled yet"))
        self.whose.setVisible(not blind and shown is not None)
        self.whose.setText(shown.whose if shown else "")
        probabilities = {bar.class_id: bar.probability for bar in shown.answer.bars} if shown else None
        self.palette_box.show_classes(
            tree_rows(self._labels.taxonomy),
            current,
            None if blind else probabilities,
            enabled=case is not None,
        )
        history = detail.history if detail and not blind else ()
        self.history.show_lines(history[:_EVENTS])
        self._history_heading.setVisible(bool(history))

    def _drop(self, ids: Sequence[ImageId], class_id: ClassId) -> None:
        self._labels.set_label(ids, class_id)

    def _place(self) -> None:
        self.body.setSpacing(GRID // 2)
        self.body.addWidget(label(tr("Why it is here"), "heading"))
        for part in (self.reason, self.name, self.label_line):
            self.body.addWidget(part)
        self.body.addSpacing(GRID // 2)
        grid = QGridLayout()
        grid.setSpacing(GRID // 2)
        for number, button in enumerate(self.buttons):
            grid.addWidget(button, number // 2, number % 2)
        self.body.addLayout(grid)
        self.body.addSpacing(GRID // 2)
        self.body.addWidget(self.whose)
        self.body.addWidget(self.palette_box, stretch=4)
        below = Column()
        below.body.setContentsMargins(0, GRID // 2, GRID // 2, 0)
        below.body.setSpacing(GRID // 2)
        self._history_heading = label(tr("History of the label"), "heading")
        below.body.addWidget(self._history_heading)
        below.body.addWidget(self.history)
        below.body.addSpacing(GRID // 2)
        below.body.addWidget(label(tr("Tags and note"), "heading"))
        below.body.addWidget(self.marks)
        below.body.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        scroll.setWidget(below)
        self.body.addWidget(scroll, stretch=1)


class _DeedButton(QToolButton):
    """An action with its words and its first key."""

    def __init__(self, words: str, action: QAction) -> None:
        super().__init__()
        self._words = words
        self._action = action
        self.setObjectName("offered")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        action = self._action
        keys = action.shortcuts()
        key = keys[0].toString(QKeySequence.SequenceFormat.NativeText) if keys else ""
        self.setText(f"{self._words}  {key}" if key else self._words)
        self.setToolTip(action.toolTip())
        self.setEnabled(action.isEnabled())
