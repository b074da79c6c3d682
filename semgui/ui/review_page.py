"""The mode Review: the queue, the picture with images like it below, and what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from semgui.texts import tr
from semgui.ui.gallery import GalleryView
from semgui.ui.group_header import GroupHeaders
from semgui.ui.review_likes import LikeStrip
from semgui.ui.review_panel import ReviewPanel
from semgui.ui.review_progress import ReviewProgress
from semgui.ui.review_queue import QueueChooser
from semgui.ui.review_sheet import ReviewSheet
from semgui.ui.review_tiles import QueuePainter
from semgui.ui.review_waiting import ReviewWaiting
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.review import ReviewModel

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


class ReviewPage(QSplitter):
    """Puts the parts of Review in their places; the picture is Browse's own, lent while Review is shown."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._window = window
        session, theme = window.session, window.theme
        self._review: ReviewModel = session.review
        self._judging_by = (False, False)
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
        self._place()
        self._review.changed.connect(self.refresh)
        session.sheet.changed.connect(self.refresh)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Borrow the picture and begin."""
        super().showEvent(event)
        if not event.spontaneous():
            self._window.browse.lend_picture(lambda pane: self._middle.insertWidget(0, pane))
            self._middle.setSizes(self._heights)
            self._review.enter()
            self.queue.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the picture back; the queue is kept."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._heights = self._middle.sizes()
            self._review.leave()
            self._window.browse.take_picture_back()

    @property
    def shows_pictures(self) -> bool:
        """Whether there is an image that keys can mean."""
        return self._review.reviewing

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for part in (self.chooser, self.queue, self.likes, self.panel, self.waiting, self.sheet):
            part.set_theme(theme)

    def refresh(self) -> None:
        """Show the picture, or why there is none."""
        judging, by_sheet = self._review.reviewing, self._window.session.sheet.on
        shown = self.sheet if by_sheet else self._middle
        self._centre.setCurrentWidget(shown if judging else self.waiting)
        self.panel.setVisible(judging and not by_sheet)
        self.queue.setVisible(judging and not by_sheet)
        self.likes.setVisible(not self._review.blind)
        self.queue.viewport().update()
        judging_by = (judging, by_sheet)
        if judging and judging_by != self._judging_by and self.isVisible():
            (self.sheet.view if by_sheet else self.queue).setFocus()  # the keys mean images now
        self._judging_by = judging_by

    def splitters(self) -> dict[str, QSplitter]:
        """Return what the user can move the borders of, by names that never change."""
        return {"review": self, "review middle": self._middle}

    def _deeds(self) -> tuple[tuple[str, object], ...]:
        by_id = self._window.actions_.by_id
        return (
            (tr("Keep"), by_id["review.keep"]),
            (tr("Accept"), by_id["label.accept"]),
            (tr("Skip"), by_id["review.skip"]),
            (tr("Flag"), by_id["label.flag"]),
            (tr("Exclude"), by_id["label.exclude"]),
            (tr("Undo"), by_id["edit.undo"]),
        )

    def _switches(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        for action_id in ("review.sheet",):
            button = QToolButton()
            button.setObjectName("switch")
            button.setDefaultAction(self._window.actions_.by_id[action_id])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
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
        column.addWidget(self.queue, stretch=1)
        column.addStretch(0)
        column.addWidget(self.progress)
        left.setMinimumWidth(264)
        self._middle = QSplitter(Qt.Orientation.Vertical)
        self._middle.addWidget(self.likes)
        self._heights = [2000, self.likes.sizeHint().height()]
        self._centre = QStackedWidget()
        self._centre.addWidget(self._middle)
        self._centre.addWidget(self.waiting)
        self._centre.addWidget(self.sheet)
        for splitter in (self, self._middle):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        for part in (left, self._centre, self.panel):
            self.addWidget(part)
        self.setStretchFactor(1, 1)
        self.setSizes([272, 2000, 312])
