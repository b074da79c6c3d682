"""The left side of Review: what the queue is, the images in it, and how far one is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QToolButton, QVBoxLayout, QWidget

from semgui.domain.ids import ClassId
from semgui.review.strategies import PAIR, STRATEGIES
from semgui.texts import mark, tr
from semgui.ui.columns import label
from semgui.ui.filter_bar import FilterBar
from semgui.ui.icons import themed
from semgui.ui.review_closer import CloserSwitch
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.classes import tree_rows
from semgui.viewmodels.filters import is_filtered
from semgui.viewmodels.review import ReviewModel
from semgui.viewmodels.review_saying import DISPUTES
from semgui.viewmodels.review_words import DESCRIPTIONS
from semgui.viewmodels.session import Session

_DISPUTES_TITLE = mark("Annotators disagree")
_PAIR_TITLE = mark("One class that looks like another")


class QueueChooser(QWidget):
    """The strategy, what it is good for, the two classes of a pair, and the filters it goes with."""

    def __init__(self, session: Session, review: ReviewModel, theme: Theme) -> None:
        super().__init__()
        self._review = review
        self._labels = session.labels
        self._gallery = session.gallery
        self._classes: list[tuple[str, ClassId]] = []
        self.strategy = QComboBox()
        self.strategy.setAccessibleName(tr("Queue"))
        for strategy in STRATEGIES[:2]:
            self.strategy.addItem(strategy.title, strategy.name)
        self.strategy.addItem(tr(_PAIR_TITLE), PAIR)
        for strategy in STRATEGIES[2:]:
            self.strategy.addItem(strategy.title, strategy.name)
        self.description = label(kind="dim", wrap=True)
        self.labelled, self.like = _class_box(tr("Labelled")), _class_box(tr("looks like"))
        self._pair = QWidget()
        self.only = QToolButton()  # a condition that no filter could be; a click takes it away
        self.only.setObjectName("chip")
        self.only.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.only.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.only.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.only.clicked.connect(review.review_all)
        self.closer = CloserSwitch(session)
        self.filters = FilterBar(session.gallery, session.labels, theme)
        self._place()
        for box in (self.strategy, self.labelled, self.like):
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.strategy.activated.connect(lambda _: self._choose())
        for box in (self.labelled, self.like):
            box.activated.connect(lambda _: self._choose())
        review.changed.connect(self.refresh)
        session.labels.taxonomy_changed.connect(self.refresh)
        self.set_theme(theme)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.filters.set_theme(theme)
        self.only.setIcon(themed("close", theme))

    def refresh(self) -> None:
        """Show what is chosen."""
        review = self._review
        at = self.strategy.findData(DISPUTES)
        if review.strategy == DISPUTES and at < 0:
            self.strategy.addItem(tr(_DISPUTES_TITLE), DISPUTES)
        elif review.strategy != DISPUTES and at >= 0:  # it is begun where the disagreements are counted
            self.strategy.removeItem(at)
        self.strategy.setCurrentIndex(self.strategy.findData(review.strategy))
        self.strategy.setItemData(
            self.strategy.currentIndex(), tr(DESCRIPTIONS[review.strategy]), Qt.ItemDataRole.ToolTipRole
        )
        self.description.setText(tr(DESCRIPTIONS[review.strategy]))
        self._pair.setVisible(review.strategy == PAIR)
        self.closer.setVisible(not review.blind and review.strategy not in (DISPUTES, "duplicates"))
        self.only.setVisible(review.only is not None)
        self.filters.setVisible(review.only is None and is_filtered(self._gallery.filter))
        if review.only is not None:
            what = review.only[1]
            room = self.only.fontMetrics().elidedText(what, Qt.TextElideMode.ElideMiddle, 25 * GRID)
            self.only.setText(room.replace("&", "&&"))
            self.only.setToolTip(tr("Only: {what} – click to review all", what=what))
        self._offer_classes()
        if review.pair is not None:
            for box, class_id in zip((self.labelled, self.like), review.pair, strict=True):
                box.setCurrentIndex(box.findData(class_id))

    def _offer_classes(self) -> None:
        classes = [(row.sem_class.name, row.sem_class.id) for row in tree_rows(self._labels.taxonomy)]
        if classes == self._classes:
            return
        self._classes = classes
        for box in (self.labelled, self.like):
            chosen = box.currentData()
            box.clear()
            for name, class_id in classes:
                box.addItem(name, class_id)
            box.setCurrentIndex(box.findData(chosen))

    def _choose(self) -> None:
        name: str = self.strategy.currentData()
        pair = (self.labelled.currentData(), self.like.currentData())
        chosen = name == PAIR and None not in pair and pair[0] != pair[1]
        self._review.choose(name, pair if chosen else None)

    def _place(self) -> None:
        grid = QGridLayout(self._pair)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID // 2)
        grid.setColumnStretch(1, 1)
        for row, (words, box) in enumerate(((tr("Labelled"), self.labelled), (tr("looks like"), self.like))):
            grid.addWidget(label(words, "dim"), row, 0)
            grid.addWidget(box, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        for part in (self.strategy, self.description, self.closer, self._pair, self.only, self.filters):
            column.addWidget(part)


def _class_box(words: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(words)
    box.setPlaceholderText(tr("Choose a class"))
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    return box
