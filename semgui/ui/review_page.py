"""The mode Review: the queue, the picture with images like it below, and what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from semgui.texts import mark, tr
from semgui.ui.gallery import GalleryView
from semgui.ui.group_header import GroupHeaders
from semgui.ui.review_accept import AcceptPage
from semgui.ui.review_likes import LikeStrip
from semgui.ui.review_panel import ReviewPanel
from semgui.ui.review_people import PeoplePage
from semgui.ui.review_progress import ReviewProgress
from semgui.ui.review_queue import QueueChooser
from semgui.ui.review_sheet import ReviewSheet
from semgui.ui.review_tiles import QueuePainter
from semgui.ui.review_waiting import ReviewWaiting
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.review import ReviewModel

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


_VIEWS = (
    ("one", mark("One"), mark("Judge one image after the other")),
    ("sheet", mark("Thirty"), mark("See thirty at a time, click the wrong ones and confirm the rest")),
    ("accept", mark("Accept"), mark("Accept predictions unseen, as far as an audit proves them")),
    ("people", mark("People"), mark("How well annotators agree, and what they disagree on")),
)
_QUEUE = ("one", "sheet")  # views of the queue; the others are pages of their own


class ReviewPage(QSplitter):
    """Puts the parts of Review in their places; the picture is Browse's own, lent while Review is shown."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._window = window
        session, theme = window.session, window.theme
        self._review: ReviewModel = session.review
        self._view = "one"
        self._shown_before: QWidget | None = None
        self.switches: dict[str, QToolButton] = {}
        self.chooser = QueueChooser(session, self._review, theme)
        painter = QueuePainter(
            session.labels, theme, lambda: self._review.blind, self._review.order.is_settled
        )
        headers = GroupHeaders(session.gallery, session.labels, theme)
        self.queue = GalleryView(session.gallery, session.thumbnails, window.pixmaps, painter, headers, theme)
        self.queue.set_grid(on=True)
        self.queue.setAccessibleName(tr("Queue"))
        self.queue.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.queue.customContextMenuRequested.connect(
            lambda where: window.menus.of_thumbnails(self.queue.viewport().mapToGlobal(where))
        )
        self.progress = ReviewProgress(session)
        self.likes = LikeStrip(session.case, session.labels, theme)
        self.panel = ReviewPanel(session, window.assign, self.queue.setFocus, self._deeds(), theme)
        self.panel.palette_box.menu_asked.connect(window.menus.of_class)
        self.waiting = ReviewWaiting(window)
        self.sheet = ReviewSheet(session, window.pixmaps, theme)
        self.accept = AcceptPage(window)
        self.people = PeoplePage(window)
        self._place()
        session.mode_changed.connect(self._opened)
        self._review.changed.connect(self.refresh)
        session.sheet.changed.connect(self.refresh)
        session.accept.drawn.connect(lambda: self.show_view("one"))
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Borrow the picture and begin."""
        super().showEvent(event)
        if not event.spontaneous():
            self._window.browse.lend_picture(self._for_picture.addWidget)
            self._review.enter()
            self.queue.setFocus()

    def _opened(self) -> None:
        """Begin with a project that was opened so quickly that this page was never away."""
        if self.isVisible():
            self._review.enter()
            for page in (self.accept, self.people):
                page.read_if_seen()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the picture back; the queue is kept."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._review.leave()
            self._window.browse.take_picture_back()

    @property
    def shows_pictures(self) -> bool:
        """Whether there is an image that keys can mean."""
        return self._review.reviewing and self._view in _QUEUE

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for part in (self.chooser, self.queue, self.likes, self.panel, self.waiting, self.sheet):
            part.set_theme(theme)

    def refresh(self) -> None:
        """Show the picture or the sheet, why there is none, or another view."""
        judging, by_sheet = self._review.reviewing, self._window.session.sheet.on
        if self._view in _QUEUE:
            self._view = "sheet" if by_sheet else "one"
        at_queue = self._view in _QUEUE
        views = {"one": self._middle, "sheet": self.sheet, "accept": self.accept, "people": self.people}
        shown = views[self._view] if judging or not at_queue else self.waiting
        self._centre.setCurrentWidget(shown)
        for view, button in self.switches.items():
            button.setChecked(view == self._view)
        self.switches["sheet"].setEnabled(not self._review.blind)
        self.panel.setVisible(shown is self._middle)
        self.queue.setVisible(shown is self._middle)
        self.chooser.setVisible(at_queue)
        self.progress.setVisible(at_queue and judging)
        self.likes.setVisible(not self._review.blind)
        self.queue.viewport().update()
        if shown is not self._shown_before and self.isVisible():
            at = {self.sheet: self.sheet.view, self._middle: self.queue}
            at.get(shown, shown).setFocus()  # the keys mean images now, or nothing
        self._shown_before = shown

    def show_view(self, view: str) -> None:
        """Show one image, thirty, or a page about all of them."""
        self._view = view
        if view in _QUEUE:
            self._window.session.sheet.show(on=view == "sheet")
        self.refresh()
        self._window.actions_.refresh()

    def splitters(self) -> dict[str, QSplitter]:
        """Return what the user can move the borders of, by names that never change."""
        return {"whole": self, "middle": self._middle}

    def _deeds(self) -> tuple[tuple[str, object], ...]:
        by_id = self._window.actions_.by_id
        return (
            (tr("Keep"), by_id["review.keep"]),
            (tr("Accept"), by_id["label.accept"]),
            (tr("Skip"), by_id["review.skip"]),
            (tr("Flag"), by_id["label.flag"]),
            (tr("Exclude"), by_id["label.exclude"]),
            (tr("Undo"), by_id["edit.undo"]),
            (tr("None of these"), by_id["review.none"]),
        )

    def _switches(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        for view, words, tip in _VIEWS:
            button = QToolButton()
            button.setObjectName("switch")
            button.setText(tr(words))
            button.setToolTip(tr(tip))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, view=view: self.show_view(view))
            self.switches[view] = button
            row.addWidget(button)
        return row

    def _place(self) -> None:
        left = QWidget()
        left.setObjectName("column")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(left)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addLayout(self._switches())
        column.addWidget(self.chooser)
        column.addWidget(self.queue, stretch=100)
        column.addStretch(1)
        column.addWidget(self.progress)
        left.setMinimumWidth(264)
        room = QWidget()
        self._for_picture = QVBoxLayout(room)
        self._for_picture.setContentsMargins(0, 0, 0, 0)
        self._middle = QSplitter(Qt.Orientation.Vertical)
        self._middle.addWidget(room)
        self._middle.addWidget(self.likes)
        for part, share in enumerate((6, 1)):  # on a large screen images like it are large, too
            self._middle.setStretchFactor(part, share)
        self._middle.setSizes([600, self.likes.sizeHint().height()])
        self._centre = QStackedWidget()
        self._centre.addWidget(self._middle)
        self._centre.addWidget(self.waiting)
        self._centre.addWidget(self.sheet)
        self._centre.addWidget(self.accept)
        self._centre.addWidget(self.people)
        for splitter in (self, self._middle):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        for part in (left, self._centre, self.panel):
            self.addWidget(part)
        self.setStretchFactor(1, 1)
        self.setSizes([272, 2000, 312])
