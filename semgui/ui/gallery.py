"""Thumbnails of up to 100,000 images in a strip or a grid.

Where things stand is arithmetic (`GridLayout`), what is chosen is the model's; only what is in view is
painted, and scrolling paints only what comes into view.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
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
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from semgui.domain.ids import ImageId
from semgui.texts import tr
from semgui.ui.gallery_hand import GalleryHand
from semgui.ui.group_header import GroupHeaders
from semgui.ui.pixmaps import PixmapCache
from semgui.ui.theme import Theme
from semgui.ui.tile_painter import TilePainter
from semgui.viewmodels.gallery import GalleryModel, RowsChange
from semgui.viewmodels.grid_layout import GridLayout
from semgui.viewmodels.thumbnails import ThumbnailModel

_WANT_MS = 60  # thumbnails are asked for this often while the view moves
_SHARPEN_MS = 200  # after the last change of size


class GalleryView(QAbstractScrollArea):
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
        super().__init__(parent)
        self.setObjectName("gallery")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Images"))
        self._gallery = gallery
        self._thumbnails = thumbnails
        self._pixmaps = pixmaps
        self.painter = painter
        self.headers = headers
        self.theme = theme
        self._grid = False
        self._jumping = False
        self._shown_ids = gallery.ids
        self.layout_ = GridLayout([0], (1, 1), 1)
        # Opaque: a scrolled sheet is moved on the screen, and only what comes into view is painted.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setMouseTracking(False)
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

    @property
    def is_grid(self) -> bool:
        """Whether thumbnails fill the space, and are not a single strip."""
        return self._grid

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

    def strip_height(self) -> int:
        """Height that shows one row and its scroll bar."""
        return self.painter.tile_size().height() + self.horizontalScrollBar().sizeHint().height()

    def sizeHint(self) -> QSize:
        """One row."""
        return QSize(600, self.strip_height())

    def minimumSizeHint(self) -> QSize:
        """One tile."""
        return QSize(self.painter.tile_size().width(), self.strip_height())

    # Where things are

    def origin(self) -> QPoint:
        """Place of the sheet that the upper left corner of the viewport shows."""
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def rect_of(self, row: int) -> QRect:
        """Where a row's tile is in the viewport."""
        box = self.layout_.box(row)
        return QRect(box.x, box.y, box.width, box.height).translated(-self.origin())

    def row_at(self, where: QPoint) -> int:
        """Row at a place in the viewport, or -1."""
        place = where + self.origin()
        return self.layout_.row_at(place.x(), place.y())

    def rows_in_view(self) -> tuple[int, int]:
        """First and last row that can be seen; (0, -1) if none can."""
        rows = self._rows_between(0, 0)
        return (int(rows[0]), int(rows[-1])) if rows.size else (0, -1)

    def scroll_to(self, row: int) -> None:
        """Bring a row into view: in the grid with little movement, in the strip to its middle."""
        if not 0 <= row < self.layout_.rows:
            return
        box = self.layout_.box(row)
        if not self._grid:
            middle = box.x + box.width // 2 - self.viewport().width() // 2
            self.horizontalScrollBar().setValue(middle)
            return
        bar, height = self.verticalScrollBar(), self.viewport().height()
        top = box.y - self.layout_.header
        if top < bar.value():
            bar.setValue(top)
        elif box.y + box.height > bar.value() + height:
            bar.setValue(min(top, box.y + box.height - height))  # a low view shows its upper end

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is in view and was not painted before."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dirty = event.rect()
        painter.fillRect(dirty, self.palette().window())
        origin = self.origin()
        sheet = dirty.translated(origin)
        painter.translate(-origin)
        self._paint_tiles(painter, sheet)
        for group, top in self.layout_.headers(sheet.top(), sheet.bottom() + 1):
            self.headers.paint(painter, self._header_rect(top), group)
        painter.translate(origin)
        self._paint_sticky_header(painter)
        self._hand.paint(painter)
        painter.end()

    def _paint_tiles(self, painter: QPainter, sheet: QRect) -> None:
        ids, selected = self._gallery.ids, self._gallery.selected
        several = self._gallery.selected_count > 1
        current = self._gallery.current
        for row in self.layout_.rows_in(
            sheet.left(), sheet.top(), sheet.right() + 1, sheet.bottom() + 1
        ).tolist():
            image_id = int(ids[row])
            box = self.layout_.box(row)
            self.painter.paint(
                painter,
                QRect(box.x, box.y, box.width, box.height),
                self._gallery.tile(row),
                self._pixmaps.get(image_id),
                current=image_id == current,
                chosen=bool(selected[row]) and (several or image_id != current),
            )

    def _header_rect(self, top: int) -> QRect:
        return QRect(0, top, max(self.layout_.width, self.viewport().width()), self.layout_.header)

    def _sticky(self) -> tuple[int, QRect] | None:
        """Group whose header stays in view although it begins above, and where its header stands."""
        top = self.verticalScrollBar().value()
        group = self.layout_.group_at(top) if self._grid and self.layout_.header else -1
        if group < 0 or self.layout_.top(group) == top:
            return None
        pushed = min(0, self.layout_.top(group + 1) - top - self.layout_.header)
        return group, self._header_rect(pushed)

    def _paint_sticky_header(self, painter: QPainter) -> None:
        sticky = self._sticky()
        if sticky is not None:
            self.headers.paint(painter, sticky[1], sticky[0])

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
        rows = self._rows_between(0, 0)
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
        self._layout()
        if change is RowsChange.REPLACED:
            self._restore(anchor)
        self._jumping = False
        self.viewport().update()
        self._want_soon()

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
        self._layout()
        self._restore(anchor)
        self.viewport().update()
        self._want_soon()

    def _layout(self) -> None:
        size, area = self.painter.tile_size(), self.viewport().size()
        groups = self._gallery.groups
        if not self._grid or not groups:
            counts, header, folded = [self._gallery.ids.size], 0, None
        else:
            counts, header = [group.count for group in groups], self.headers.height
            folded = [self._gallery.is_folded(group) for group in range(len(groups))]
        columns = max(1, area.width() // size.width()) if self._grid else max(1, self._gallery.ids.size)
        # The columns share the width evenly: no ragged edge at the right.
        width = max(size.width(), area.width() // columns) if self._grid else size.width()
        self.layout_ = GridLayout(counts, (width, size.height()), columns, header, folded)
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setRange(0, 0 if self._grid else max(0, self.layout_.width - area.width()))
        down.setRange(0, max(0, self.layout_.height - area.height()) if self._grid else 0)
        across.setPageStep(area.width())
        down.setPageStep(max(size.height(), area.height() - size.height()))
        across.setSingleStep(size.width() // 3)
        down.setSingleStep(size.height() // 3)

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
        seen = self._rows_between(0, 0)
        beyond = self._rows_between(area.width(), area.height())
        if not beyond.size:
            return
        here = self._gallery.current_row
        middle = here if seen.size and seen[0] <= here <= seen[-1] else int(beyond[beyond.size // 2])
        rows = np.concatenate([seen, np.setdiff1d(beyond, seen)])
        away = np.abs(rows - middle) + np.where(np.isin(rows, seen), 0, rows.size)
        rows = rows[np.argsort(away, kind="stable")]
        ids = [ImageId(i) for i in self._gallery.ids[rows].tolist()]
        self._thumbnails.want([i for i in ids if not self._pixmaps.has(i)])

    def _rows_between(self, across: int, down: int) -> np.ndarray:
        """Rows in view and so many pixels beyond, sideways in the strip, up and down in the grid."""
        area = self.viewport().rect().translated(self.origin())
        across, down = (0, down) if self._grid else (across, 0)
        return self.layout_.rows_in(
            max(0, area.left() - across),
            max(0, area.top() - down),
            min(area.right() + 1 + across, max(1, self.layout_.width)),
            area.bottom() + 1 + down,
        )

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

    def header_at(self, where: QPoint) -> int:
        """Return the group whose header is at a place in the viewport, or -1."""
        if not self.layout_.header or not self._grid:
            return -1
        sticky = self._sticky()
        if sticky is not None and sticky[1].contains(where):
            return sticky[0]
        y = where.y() + self.origin().y()
        return self.layout_.group_at(y) if self.layout_.is_header(y) else -1
