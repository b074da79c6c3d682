"""The points of a map on the screen: moved, magnified, pointed at, surrounded with a lasso."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from semgui.texts import tr
from semgui.ui.map_points import PointPainter
from semgui.ui.theme import Theme
from semgui.viewmodels.map import MapModel
from semgui.viewmodels.map_camera import MapCamera, inside_polygon
from semgui.viewmodels.map_choice import Picking

_REACH = 9.0  # pixels about a point in which the mouse is on it
_STEP = 1.25  # of one notch of the wheel
_PAN = 48  # pixels of an arrow key
_REST_MS = 60  # of the mouse, before the point under it is told
_CORNER = 2.0  # pixels between two corners of a lasso
_LEFT = Qt.MouseButton.LeftButton
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class Tool(StrEnum):
    """What dragging with the mouse does."""

    MOVE = "move"
    LASSO = "lasso"
    RECTANGLE = "rectangle"


class MapCanvas(QWidget):
    """Shows a `MapModel` and takes the hand.

    Attributes
    ----------
    tool
        What dragging does.
    """

    rested = Signal(int, QPointF)  # the mouse rests on a point, or (-1) on none
    opened = Signal(int)  # a double click on a point
    menu_asked = Signal(object)  # a place of the screen
    missed = Signal()  # a lasso around nothing

    def __init__(self, model: MapModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self.camera = MapCamera()
        self._points = PointPainter(model, self.camera, theme)
        self.tool = Tool.MOVE
        self.current = -1
        self._pressed: QPointF | None = None
        self._dragging = False
        self._last = QPointF()
        self._lasso: list[QPointF] = []
        self._under = -1
        self._resting = QTimer(self, singleShot=True, interval=_REST_MS)
        self._resting.timeout.connect(self._tell_under)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 200)
        self.setObjectName("map")
        self.setAccessibleName(tr("Map of the images"))
        for signal in (
            model.points_changed,
            model.colours_changed,
            model.shown_changed,
            model.picked_changed,
        ):
            signal.connect(self.refresh)
        self.set_tool(Tool.MOVE)

    # What is shown

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = self._points.theme = theme
        self.refresh()

    def refresh(self) -> None:
        """Paint anew: the points or their colours are others."""
        self._points.changed()
        self.update()

    def set_tool(self, tool: Tool) -> None:
        """Let dragging do something else."""
        self.tool = tool
        self._lasso = []
        self.setCursor(Qt.CursorShape.OpenHandCursor if tool is Tool.MOVE else Qt.CursorShape.CrossCursor)
        self.update()

    def emphasise(self, entry: int | None) -> None:
        """Let the points of one entry of the legend stand out."""
        if entry != self._points.emphasis:
            self._points.emphasis = entry
            self.refresh()

    def show_current(self, row: int) -> None:
        """Mark the point of the current image; -1: it is not on the map."""
        if row != self.current:
            self.current = row
            self.update()

    def fit(self) -> None:
        """See the whole map."""
        self.camera.fit()
        self._repaint()

    def zoom(self, factor: float) -> None:
        """Make the map larger or smaller about its middle."""
        self.camera.zoom_about(self.width() / 2, self.height() / 2, factor)
        self._repaint()

    def place_of(self, row: int) -> QPointF:
        """Return where a point is on the widget."""
        x, y = self.camera.to_pixels(self._model.map.places[row : row + 1])[0].tolist()
        return QPointF(x, y)

    def row_at(self, where: QPointF) -> int:
        """Return the point nearest to a place on the widget among those in reach; -1 if there is none."""
        if not len(self._model.map):
            return -1
        away = self.camera.to_pixels(self._model.map.places) - np.array([where.x(), where.y()], np.float32)
        squares = np.where(self._model.shown, np.einsum("ij,ij->i", away, away), np.inf)
        nearest = int(squares.argmin())
        return nearest if squares[nearest] <= (_REACH + self._radius() / 2) ** 2 else -1

    # Painting

    def paintEvent(self, _: QPaintEvent) -> None:
        """Put the points on the screen, and what the hand does above them."""
        painter = QPainter(self)
        painter.drawImage(0, 0, self._points.image(self.width(), self.height(), self.devicePixelRatioF()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ring(painter, self.current, 3.0)
        self._paint_ring(painter, self._under, 1.5)
        self._paint_lasso(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look through a window of another size."""
        self.camera.resize(self.width(), self.height())
        self._points.moved()
        self._set_under(-1)
        super().resizeEvent(event)

    def _repaint(self) -> None:
        self._points.moved()
        self.update()

    def _radius(self) -> float:
        return self._points.radius(self.width(), self.height())

    def _paint_ring(self, painter: QPainter, row: int, width: float) -> None:
        if not 0 <= row < len(self._model.map):
            return
        radius = self._radius() + 4
        for colour, pen in ((self._theme.canvas, width + 2), (self._theme.accent, width)):
            painter.setPen(QPen(QColor(colour), pen))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self.place_of(row), radius, radius)

    def _paint_lasso(self, painter: QPainter) -> None:
        if len(self._lasso) < 2:
            return
        inside = QColor(self._theme.accent)
        inside.setAlpha(40)
        painter.setPen(QPen(QColor(self._theme.accent), 1.5))
        painter.setBrush(inside)
        painter.drawPolygon(QPolygonF(self._corners()))

    def _corners(self) -> list[QPointF]:
        if self.tool is not Tool.RECTANGLE:
            return self._lasso
        box = QRectF(self._lasso[0], self._lasso[-1]).normalized()
        return [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()]

    # Hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to move the map or to draw a lasso, or get ready for a click."""
        self._pressed = self._last = event.position()
        self._dragging = False
        moving = self.tool is Tool.MOVE and not event.modifiers() & _SHIFT
        self._lasso = [event.position()] if event.button() is _LEFT and not moving else []
        self._set_under(-1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the map, go on with the lasso, or look what is under the mouse."""
        where = event.position()
        if self._pressed is None:
            self._set_under(self.row_at(where))
            self._resting.start()
            return
        far = (where - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        self._dragging = self._dragging or far
        if not self._dragging:
            return
        if self._lasso:
            if (where - self._lasso[-1]).manhattanLength() >= _CORNER:
                self._lasso.append(where)
            self.update()
        else:
            self.camera.pan(where.x() - self._last.x(), where.y() - self._last.y())
            self._repaint()
        self._last = where

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what the press began."""
        how = _how(event.modifiers())
        if event.button() is _LEFT and self._dragging and self._lasso:
            self._surround(how)
        elif event.button() is _LEFT and self._pressed is not None and not self._dragging:
            row = self.row_at(event.position())
            if row >= 0:
                self._model.pick_point(row, how)
        self._pressed, self._dragging, self._lasso = None, False, []
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go to the image."""
        row = self.row_at(event.position())
        if event.button() is _LEFT and row >= 0:
            self.opened.emit(row)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Magnify about the mouse."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        where = event.position()
        self.camera.zoom_about(where.x(), where.y(), _STEP ** (turned / 120))
        self._set_under(-1)
        self._repaint()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move and magnify."""
        pans = {
            Qt.Key.Key_Left: (_PAN, 0),
            Qt.Key.Key_Right: (-_PAN, 0),
            Qt.Key.Key_Up: (0, _PAN),
            Qt.Key.Key_Down: (0, -_PAN),
        }
        zooms = {Qt.Key.Key_Plus: _STEP, Qt.Key.Key_Equal: _STEP, Qt.Key.Key_Minus: 1 / _STEP}
        if event.key() in pans:
            self.camera.pan(*pans[Qt.Key(event.key())])
            self._repaint()
        elif event.key() in zooms:
            self.zoom(zooms[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        self._set_under(-1)
        self._tell_under()
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu for what is under the mouse, which is chosen if it was not."""
        row = self.row_at(QPointF(event.pos()))
        if row >= 0 and not self._model.picked[row]:
            self._model.pick_point(row)
        self.menu_asked.emit(event.globalPos())

    def _surround(self, how: Picking) -> None:
        corners = np.array([self.camera.to_map(p.x(), p.y()) for p in self._corners()])
        if not self._model.pick(inside_polygon(self._model.map.places, corners), how):
            self.missed.emit()

    def _set_under(self, row: int) -> None:
        if row != self._under:
            self._under = row
            self.update()
            if row < 0:
                self._resting.stop()
                self.rested.emit(-1, QPointF())

    def _tell_under(self) -> None:
        if self._under >= 0:
            self.rested.emit(self._under, self.place_of(self._under))


def _how(keys: Qt.KeyboardModifier) -> Picking:
    if keys & _CTRL:
        return Picking.REMOVE
    return Picking.ADD if keys & _SHIFT else Picking.ONLY
