"""Thumbnails of up to 100,000 images in a strip or a grid: what happens on the sheet."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from semgui.domain.ids import ImageId
from semgui.texts import tr
from semgui.ui.gallery_hand import GalleryHand
from semgui.ui.gallery_sheet import GallerySheet
from semgui.ui.group_header import GroupHeaders
from semgui.ui.pixmaps import PixmapCache
from semgui.ui.theme import Theme
from semgui.ui.tile_painter import TilePainter
from semgui.viewmodels.gallery import GalleryModel, RowsChange
from semgui.viewmodels.thumbnails import ThumbnailModel

_WANT_MS = 60  # thumbnails are asked for this often while the view moves
_SHARPEN_MS = 200  # after the last change of size


class GalleryView(GallerySheet):
    """Shows the rows and takes the selection by mouse and keys."""

    opened = Signal()  # a double click: the user wants to see the picture
    size_step_asked = Signal(int)  # larger (1) or smaller (-1) thumbnails

    def __init__(
        self,
        gallery: GalleryModel,
        thumbnails: ThumbnailModel,
        pixmaps: PixmapCache,
        painter: TilePainter,
        headers: GroupHeaders,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(gallery, pixmaps, painter, headers, theme, parent)
        self.setObjectName("gallery")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Images"))
        self._thumbnails = thumbnails
        self._jumping = False
        self._shown_ids = gallery.ids
        self._hand = GalleryHand(self, gallery)
        self._wanting = QTimer(self, singleShot=True, interval=_WANT_MS)
        self._wanting.timeout.connect(self._want_thumbnails)
        self._sharpening = QTimer(self, singleShot=True, interval=_SHARPEN_MS)
        self._sharpening.timeout.connect(self._sharpen)
        gallery.rows_changed.connect(self._rows_changed)
        gallery.tiles_changed.connect(self._repaint)
        gallery.current_changed.connect(self._show_current)
        gallery.selection_changed.connect(self._repaint)
        gallery.filter_changed.connect(self._expect_other_rows)
        gallery.folds_changed.connect(self._relayout)
        pixmaps.changed.connect(self._repaint_images)
        self.set_grid(on=False)

    # What is shown how

    def set_grid(self, *, on: bool) -> None:
        """Fill the space with rows of thumbnails, or show a single strip."""
        self._grid = on
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        # A bar that comes and goes would change the columns, and with them whether it is needed.
        self.setHorizontalScrollBarPolicy(off if on else needed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn if on else off)
        self.restyle()
        self.scroll_to(self._gallery.current_row)

    def restyle(self) -> None:
        """Lay out anew after the painter got another size or other captions."""
        self._relayout()
        self._sharpening.start(_SHARPEN_MS)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.theme = theme
        self.painter.set_theme(theme)
        self.headers.set_theme(theme)
        self._relayout()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is in view and was not painted before."""
        painter = QPainter(self.viewport())
        self.paint_sheet(painter, event.rect())
        self._hand.paint(painter)
        painter.end()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted; the header that stays is painted again."""
        if self.layout_.header or self._hand.is_banding:
            self.viewport().update()
        else:
            self.viewport().scroll(dx, dy)
        self._want_soon()

    def _repaint(self) -> None:
        self.viewport().update()
        self._want_soon()

    def _repaint_images(self, ids: set[int]) -> None:
        rows = self.rows_between(0, 0)
        for row in rows[np.isin(self._gallery.ids[rows], list(ids))].tolist():
            self.viewport().update(self.rect_of(row))
        self._want_soon()

    # From the model

    def _expect_other_rows(self) -> None:
        self._jumping = True
        self.viewport().update()

    def _rows_changed(self, change: RowsChange) -> None:
        anchor = self._anchor()
        self._shown_ids = self._gallery.ids
        self.lay_out()
        if change is RowsChange.REPLACED:
            self._restore(anchor)
        self._jumping = False
        self.viewport().update()
        self._want_thumbnails()  # not soon but now: they are made while the window is painted

    def _anchor(self) -> tuple[ImageId, QPoint] | None:
        """Return an image in view and where it is: the current one, or any if new rows came by themselves."""
        first, last = self.rows_in_view()
        old = self._shown_ids
        if last < 0 or last >= old.size or last >= self.layout_.rows:
            return None
        here = np.flatnonzero(old[first : last + 1] == self._gallery.current)
        if here.size:
            first += int(here[0])
        elif self._jumping:
            return None
        return ImageId(int(old[first])), self.rect_of(first).topLeft()

    def _restore(self, anchor: tuple[ImageId, QPoint] | None) -> None:
        row = -1 if anchor is None else self._gallery.row_of(anchor[0])
        if anchor is None or row < 0:
            self.scroll_to(self._gallery.current_row)
            return
        box = self.layout_.box(row)
        self.horizontalScrollBar().setValue(box.x - anchor[1].x() if not self._grid else 0)
        self.verticalScrollBar().setValue(box.y - anchor[1].y() if self._grid else 0)

    def _show_current(self) -> None:
        row = self._gallery.current_row
        tile = self._gallery.tile(row) if row >= 0 else None
        self.setAccessibleDescription(self.painter.describe(tile) if tile else "")
        if not self._hand.is_busy:  # what the mouse is on is in view
            self.scroll_to(row)
        self.viewport().update()

    # Layout

    def _relayout(self) -> None:
        anchor = self._anchor()
        self.lay_out()
        self._restore(anchor)
        self.viewport().update()
        self._want_soon()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new width."""
        super().resizeEvent(event)
        self._relayout()

    # Thumbnails

    def _want_soon(self, *_: object) -> None:
        if not self._wanting.isActive():
            self._wanting.start()

    def _sharpen(self) -> None:
        """Ask for pictures of the very size that they are painted in: painting then need not shrink them."""
        self._pixmaps.set_edge(round(self.painter.side * self.devicePixelRatio()))
        self._want_soon()

    def _want_thumbnails(self) -> None:
        """Ask for thumbnails in view and a screen beyond, the nearest to the middle first."""
        if not self._gallery.ids.size or not self.isVisible():
            return
        area = self.viewport().rect()
        seen = self.rows_between(0, 0)
        beyond = self.rows_between(area.width(), area.height())
        if not beyond.size:
            return
        here = self._gallery.current_row
        middle = here if seen.size and seen[0] <= here <= seen[-1] else int(beyond[beyond.size // 2])
        rows = np.concatenate([seen, np.setdiff1d(beyond, seen)])
        away = np.abs(rows - middle) + np.where(np.isin(rows, seen), 0, rows.size)
        rows = rows[np.argsort(away, kind="stable")]
        ids = [ImageId(i) for i in self._gallery.ids[rows].tolist()]
        self._thumbnails.want([i for i in ids if not self._pixmaps.has(i)])

    # Hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose, or begin to."""
        self._hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag thumbnails or a rubber band."""
        self._hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what the press began."""
        self._hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the picture."""
        if event.button() is Qt.MouseButton.LeftButton and self.row_at(event.position().toPoint()) >= 0:
            self.opened.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu where the keyboard is, too."""
        where = event.pos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard and self._gallery.current_row >= 0:
            where = self.rect_of(self._gallery.current_row).center()
        self.customContextMenuRequested.emit(where)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, and with Shift select."""
        if not self._hand.key(event):
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl change the size. An ordinary wheel scrolls the strip sideways."""
        turned = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if turned:
                self.size_step_asked.emit(1 if turned > 0 else -1)
            event.accept()
        elif self._grid or not turned or event.angleDelta().x():
            super().wheelEvent(event)
        else:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - round(turned / 120 * self.layout_.tile_width))
            event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """Say in words what the mouse is on."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            row = self.row_at(event.pos())
            tile = self._gallery.tile(row) if row >= 0 else None
            words = self.painter.describe(tile) if tile else ""
            area = self.rect_of(row) if tile else QRect()
            QToolTip.showText(event.globalPos(), words, self.viewport(), area)
            return True
        return super().viewportEvent(event)
