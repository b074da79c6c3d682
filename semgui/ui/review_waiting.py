"""Review without an image to judge: what is being prepared, or what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from semgui.review.audit import Part
from semgui.review.strategies import NEXT
from semgui.texts import mark, tr
from semgui.ui.columns import label
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.filters import cleared
from semgui.viewmodels.review import ReviewModel
from semgui.viewmodels.review_accept import FIRST_SAMPLE
from semgui.viewmodels.review_words import Why

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

Offers = tuple[tuple[str, Callable[[], None]], ...]
"""Words of buttons and what they do; the first is what most people want."""

_WIDTH = 480  # pixels: lines that can be read
_WORDS = {
    Why.NO_MODEL: (
        mark("No model to review with"),
        mark("A queue is put in order by what a model sees in the images. Choose one in Models."),
    ),
    Why.NOT_CLASSIFIED: (
        mark("No image is classified yet"),
        mark("A queue is put in order by what the model sees in the images. Let it look at them first."),
    ),
    Why.NO_LABELS: (
        mark("No labels to review yet"),
        mark("This queue looks for wrong labels. Label some images of each class first."),
    ),
    Why.NO_SAMPLE: (
        mark("No sample is drawn"),
        mark(
            "An audit is a random sample that you judge without seeing what was said. Of images with labels "
            "it tells how many labels are wrong; of images without, how good predictions are."
        ),
    ),
    Why.NO_PAIR: (mark("Which two classes?"), mark("Choose at the left the two classes that are confused.")),
    Why.GROUPING: (
        mark("Near-duplicates are looked for…"),
        mark("The queue comes by itself. Other queues can be reviewed meanwhile."),
    ),
    Why.NOT_GROUPED: (
        mark("Nobody has looked for near-duplicates"),
        mark("Small copies of all images are compared, which takes a while the first time."),
    ),
    Why.FILTERED: (
        mark("No image of this queue passes the filters"),
        mark("The filters of Browse hold here, too."),
    ),
    Why.NOBODY: (mark("Nothing to review here"), mark("No image belongs into this queue. Choose another.")),
    Why.FINISHED: (
        mark("The queue is done"),
        mark("Every image of it was judged. Choose another queue, or train a model with what was corrected."),
    ),
}


_READING = mark("Images, labels and what the model sees are read")
_DRAW = {
    Part.LABELLED: mark("Draw {n} with labels"),
    Part.UNLABELLED: mark("Draw {n} without labels"),
}


class ReviewWaiting(QWidget):
    """Says what is waited for, or what is missing and where to get it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._window = window
        self._review: ReviewModel = window.session.review
        self.title = label(kind="big")
        self.words = label(kind="dim", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setMaximumWidth(_WIDTH)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setMaximumWidth(_WIDTH)
        self.buttons: list[QPushButton] = []
        self._offers: Offers = ()
        self._row = QHBoxLayout()
        self._place()
        self._review.changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme: all of it is of the style sheet."""

    def refresh(self) -> None:
        """Say how it is now."""
        why, problem = self._review.why, self._review.problem
        self.bar.setVisible(self._review.preparing)
        if why is not None:
            title, words = _WORDS[why]
            self._say(tr(title), tr(words), self._ways_out(why))
        elif problem:
            again = (tr("Try again"), self._review.prepare_again)
            self._say(tr("The queue could not be prepared"), problem, (again,))
        else:
            self._say(tr("Preparing the queue…"), tr(_READING), ())

    def _ways_out(self, why: Why) -> Offers:
        session, modes, by_id = self._window.session, self._window.modes, self._window.actions_.by_id
        gallery = session.gallery
        judged = why is Why.FINISHED and self._review.strategy == "audit"
        ways: dict[Why, Offers] = {
            Why.NO_MODEL: ((tr("Go to Models"), lambda: modes.show("models")),),
            Why.NOT_CLASSIFIED: ((tr("Classify now"), by_id["model.classify"].trigger),),
            Why.NO_LABELS: ((tr("Review what the model is unsure of"), lambda: self._review.choose(NEXT)),),
            Why.NO_SAMPLE: tuple(
                (tr(words, "", FIRST_SAMPLE[part]), partial(session.accept.draw, part, FIRST_SAMPLE[part]))
                for part, words in _DRAW.items()
            ),
            Why.NOT_GROUPED: ((tr("Look for them"), self._review.source.group),),
            Why.FILTERED: ((tr("Clear all filters"), lambda: gallery.narrow(cleared(gallery.filter))),),
            Why.FINISHED: (
                (tr("What does it say?"), by_id["review.accept_page"].trigger)
                if judged
                else (tr("Train a model"), lambda: modes.show("train")),
            ),
        }
        return (*ways.get(why, ()), (tr("Go to Browse"), lambda: modes.show("browse")))

    def _say(self, title: str, words: str, offers: Offers) -> None:
        self.title.setText(title)
        self.words.setText(words)
        if [words for words, _ in offers] == [words for words, _ in self._offers]:
            return
        self._offers = offers
        for button in self.buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self.buttons = []
        for number, (text, call) in enumerate(offers):
            button = QPushButton(text)
            button.setObjectName("" if number else "primary")
            button.clicked.connect(lambda _=False, call=call: call())
            self._row.insertWidget(1 + number, button)
            self.buttons.append(button)

    def _place(self) -> None:
        self._row.setSpacing(GRID)
        self._row.addStretch(1)
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(2 * GRID)
        column.addStretch(2)
        column.addWidget(self.title, alignment=Qt.AlignmentFlag.AlignCenter)
        for part in (self.words, self.bar):
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(part, stretch=8)
            row.addStretch(1)
            column.addLayout(row)
        column.addLayout(self._row)
        column.addStretch(3)
