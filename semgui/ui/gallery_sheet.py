"""The sheet of thumbnails: where everything stands on it, and how what is in view is painted."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from semgui.ui.group_header import GroupHeaders
from semgui.ui.pixmaps import PixmapCache
from semgui.ui.theme import Theme
from semgui.ui.tile_painter import TilePainter
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.grid_layout import GridLayout


class GallerySheet(QAbstractScrollArea):
    """Tiles in a strip or a grid, with the headers of their groups; knows nothing of mouse and keys.

    Where things stand is arithmetic (`GridLayout`); only what is in view is painted, and scrolling paints
    only what comes into view.
    """

    def __init__(
        self,
        gallery: GalleryModel,
        pixmaps: PixmapCache,
        painter: TilePainter,
        headers: GroupHeaders,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._gallery = gallery
        self._pixmaps = pixmaps
        self.painter = painter
        self.headers = headers
        self.theme = theme
        self._grid = False
        self.layout_ = GridLayout([0], (1, 1), 1)
        # Opaque: a scrolled sheet is moved on the screen, and only what comes into view is painted.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def is_grid(self) -> bool:
        """Whether thumbnails fill the space, and are not a single strip."""
        return self._grid

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
        rows = self.rows_between(0, 0)
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

    def header_at(self, where: QPoint) -> int:
        """Return the group whose header is at a place in the viewport, or -1."""
        if not self.layout_.header or not self._grid:
            return -1
        sticky = self._sticky()
        if sticky is not None and sticky[1].contains(where):
            return sticky[0]
        y = where.y() + self.origin().y()
        return self.layout_.group_at(y) if self.layout_.is_header(y) else -1

    def rows_between(self, across: int, down: int) -> np.ndarray:
        """Rows in view and so many pixels beyond, sideways in the strip, up and down in the grid."""
        area = self.viewport().rect().translated(self.origin())
        across, down = (0, down) if self._grid else (across, 0)
        return self.layout_.rows_in(
            max(0, area.left() - across),
            max(0, area.top() - down),
            min(area.right() + 1 + across, max(1, self.layout_.width)),
            area.bottom() + 1 + down,
        )

    # Layout

    def lay_out(self) -> None:
        """Place everything anew."""
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

    # Painting

    def paint_sheet(self, painter: QPainter, dirty: QRect) -> None:
        """Paint a rectangle of the viewport."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(dirty, self.palette().window())
        origin = self.origin()
        sheet = dirty.translated(origin)
        painter.translate(-origin)
        self._paint_tiles(painter, sheet)
        for group, top in self.layout_.headers(sheet.top(), sheet.bottom() + 1):
            self.headers.paint(painter, self._header_rect(top), group)
        painter.translate(origin)
        self._paint_sticky_header(painter)

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
