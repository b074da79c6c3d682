"""Mouse and keys on thumbnails: choosing, stretches, the rubber band, dragging them away."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QDrag, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication

from semgui.ui.drags import drag_pixmap, images_mime
from semgui.ui.tile_painter import PAD
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.selection import Mask

if TYPE_CHECKING:
    from semgui.ui.gallery import GalleryView

_SCROLL_MS = 16
_EDGE = 24  # pixels inside the viewport in which a band begins to scroll it
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class GalleryHand:
    """What the hand does on a `GalleryView`."""

    def __init__(self, view: GalleryView, gallery: GalleryModel) -> None:
        self._view = view
        self._gallery = gallery
        self._pressed: QPoint | None = None  # on the sheet
        self._pressed_row = -1
        self._on_picture = False
        self._choose_on_release = False
        self._band_end: QPoint | None = None  # on the sheet
        self._base: Mask = np.zeros(0, bool)
        self._inverting = False
        self._pointer = QPoint()
        self._scrolling = QTimer(view, interval=_SCROLL_MS)
        self._scrolling.timeout.connect(self._scroll_on)

    @property
    def is_busy(self) -> bool:
        """Whether a button is down."""
        return self._pressed is not None

    @property
    def is_banding(self) -> bool:
        """Whether a rubber band is being drawn."""
        return self._band_end is not None

    # Mouse

    def press(self, event: QMouseEvent) -> None:
        """Choose what is under the mouse, or get ready for a band."""
        where = event.position().toPoint()
        row = self._tile_at(where)
        if event.button() is Qt.MouseButton.RightButton:
            if row >= 0 and not self._gallery.selected[row]:
                self._gallery.go_to_row(row)
            return
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        group = self._view.header_at(where)
        if group >= 0:
            if event.modifiers() & _CTRL:
                self._gallery.select_group(group)
            else:
                self._gallery.fold(group)
            return
        self._pressed = where + self._view.origin()
        self._pressed_row = row
        box = self._view.painter.picture_box(self._view.rect_of(row)) if row >= 0 else QRect()
        self._on_picture = box.contains(where)
        self._choose_on_release = False
        keys = event.modifiers()
        self._inverting = bool(keys & _CTRL)
        if row >= 0:
            self._choose(row, keys)
        kept = bool(keys & (_CTRL | _SHIFT))
        self._base = self._gallery.selected.copy() if kept else np.zeros_like(self._gallery.selected)

    def _tile_at(self, where: QPoint) -> int:
        """Return the row whose tile is painted at a place, or -1: the gap between two is no tile."""
        row = self._view.row_at(where)
        if row < 0:
            return -1
        box = self._view.painter.picture_box(self._view.rect_of(row))
        return row if box.left() - 2 <= where.x() <= box.right() + 2 else -1

    def _choose(self, row: int, keys: Qt.KeyboardModifier) -> None:
        if keys & _SHIFT:
            self._gallery.stretch(row, keep=bool(keys & _CTRL))
        elif keys & _CTRL:
            self._gallery.toggle(row)
        elif self._gallery.selected[row] and self._gallery.selected_count > 1:
            self._choose_on_release = True  # it may be dragged with the others
        else:
            self._gallery.go_to_row(row)

    def move(self, event: QMouseEvent) -> None:
        """Drag what was pressed: thumbnails by their pictures, a band from anywhere else."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        where = event.position().toPoint()
        self._pointer = where
        place = where + self._view.origin()
        if self._band_end is None:
            if (place - self._pressed).manhattanLength() < QApplication.startDragDistance():
                return
            if self._on_picture and not event.modifiers() & (_CTRL | _SHIFT):
                self._drag_away()
                return
        self._stretch_band(place)
        if self._overshoot():
            self._scrolling.start()

    def release(self, event: QMouseEvent) -> None:
        """End a band or a click."""
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed is None:
            return
        banded, nothing = self._band_end is not None, self._pressed_row < 0
        self._end()
        if banded:
            return
        if self._choose_on_release:
            self._gallery.go_to_row(self._pressed_row)
        elif nothing and not event.modifiers() & (_CTRL | _SHIFT):
            self._gallery.select_current()

    def paint(self, painter: QPainter) -> None:
        """Paint the band over the tiles."""
        if self._band_end is None or self._pressed is None:
            return
        accent = self._view.palette().highlight().color()
        area = self._band().translated(-self._view.origin())
        painter.fillRect(area, QColor(accent.red(), accent.green(), accent.blue(), 40))
        painter.setPen(accent)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area.adjusted(0, 0, -1, -1))

    def _band(self) -> QRect:
        assert self._pressed is not None
        assert self._band_end is not None
        return QRect(self._pressed, self._band_end).normalized()

    def _stretch_band(self, place: QPoint) -> None:
        self._band_end = place
        band = self._band()
        # What is touched is what is painted, not the gaps around it.
        gap = (self._view.layout_.tile_width - self._view.painter.side) // 2
        rows = self._view.layout_.rows_in(
            band.left() + gap, band.top() + PAD, band.right() + 1 - gap, band.bottom() + 1 - PAD
        )
        mask = self._base.copy()
        if mask.size != self._gallery.ids.size:  # other rows came meanwhile
            self._end()
            return
        mask[rows] = ~mask[rows] if self._inverting else True
        self._gallery.put_selection(mask)
        self._view.viewport().update()

    def _overshoot(self) -> QPoint:
        """How far the pointer is beyond the edges, or close to them."""
        area = self._view.viewport().rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        x = min(0, self._pointer.x() - area.left()) + max(0, self._pointer.x() - area.right())
        y = min(0, self._pointer.y() - area.top()) + max(0, self._pointer.y() - area.bottom())
        return QPoint(0, y) if self._view.is_grid else QPoint(x, 0)

    def _scroll_on(self) -> None:
        beyond = self._overshoot()
        if self._band_end is None or beyond.isNull():
            self._scrolling.stop()
            return
        for bar, by in (
            (self._view.horizontalScrollBar(), beyond.x()),
            (self._view.verticalScrollBar(), beyond.y()),
        ):
            # The further out, the faster; at most a screen in three steps.
            step = math.copysign(min(abs(by) * 0.6 + 2, bar.pageStep() / 3), by) if by else 0
            bar.setValue(bar.value() + round(step))
        self._stretch_band(self._pointer + self._view.origin())

    def _end(self) -> None:
        self._pressed = None
        self._band_end = None
        self._scrolling.stop()
        self._view.viewport().update()

    def _drag_away(self) -> None:
        row, ids = self._pressed_row, self._gallery.targets
        self._end()
        drag = QDrag(self._view)
        drag.setMimeData(images_mime(ids))
        box = self._view.painter.picture_box(self._view.rect_of(row))
        picture = self._view.viewport().grab(box)
        drag.setPixmap(drag_pixmap(picture, len(ids), self._view.theme))
        drag.exec(Qt.DropAction.CopyAction)  # Qt's own loop: the window goes on

    # Keys

    def key(self, event: QKeyEvent) -> bool:
        """Move or select; returns whether the key meant something here."""
        row = self._gallery.current_row
        target = self._target(Qt.Key(event.key()), row)
        keys = event.modifiers()
        if event.key() == Qt.Key.Key_Space and keys & _CTRL and row >= 0:
            self._gallery.toggle(row)
            return True
        if target is None or not self._gallery.ids.size:
            return False
        if keys & _SHIFT:
            self._gallery.stretch(target, keep=bool(keys & _CTRL))
        else:
            self._gallery.go_to_row(target)
        return True

    def _target(self, key: Qt.Key, row: int) -> int | None:
        """Return the row that a key leads to; ``None`` if it leads nowhere."""
        last = self._gallery.ids.size - 1
        if key not in _MOVES or last < 0:
            return None
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        if row < 0 or key in ends:
            return ends.get(key, 0)
        layout, area = self._view.layout_, self._view.viewport().size()
        across = max(1, area.width() // layout.tile_width - 1)
        down = max(1, area.height() // layout.tile_height - 1)
        if self._view.is_grid and key in _LINES:
            return layout.line_step(row, _LINES[key] if key in _ARROWS else down * _LINES[key])
        by = _STEPS.get(key) if key in _ARROWS else across * _LINES[key]
        return None if by is None else min(last, max(0, row + by))


_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_LINES = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_PageDown: 1,
}
_ARROWS = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, *_STEPS})
_MOVES = frozenset({*_STEPS, *_LINES, Qt.Key.Key_Home, Qt.Key.Key_End})
