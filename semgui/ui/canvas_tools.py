"""What mouse and wheel do on the picture beside moving it: measure, move the crop line, fade the heatmap."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent

from semgui.ui.canvas import PictureCanvas
from semgui.viewmodels.crop import CropModel
from semgui.viewmodels.ruler import Measure, RulerModel

_REACH = 5.0  # pixels of the screen around the crop line in which it is taken
_STILL = 4.0  # pixels of the screen that a click may move
_LEFT = Qt.MouseButton.LeftButton
_RIGHT = Qt.MouseButton.RightButton
_FADING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class CanvasTools(QObject):
    """Sees the events of the canvas first; what it does not use moves the picture as ever."""

    faded = Signal(int)  # turns of the wheel with Ctrl or Alt, away from the user positive
    menu_asked = Signal(QPoint)  # a right click, at a place of the screen; a right drag zooms

    def __init__(self, canvas: PictureCanvas, ruler: RulerModel, crop: CropModel) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._ruler = ruler
        self._crop = crop
        self._from: QPointF | None = None
        self._right: QPointF | None = None
        canvas.native.setMouseTracking(True)
        canvas.native.installEventFilter(self)
        ruler.changed.connect(self._show_tool)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Use an event, or let it pass."""
        kind = event.type()
        if kind is QEvent.Type.Wheel:
            return self._wheel(event)
        if kind is QEvent.Type.MouseButtonPress:
            return self._press(event)
        if kind is QEvent.Type.MouseMove:
            return self._move(event)
        if kind is QEvent.Type.MouseButtonRelease:
            return self._release(event)
        return super().eventFilter(watched, event)

    def _wheel(self, event: QWheelEvent) -> bool:
        if not event.modifiers() & _FADING:
            return False
        # With Alt, some systems turn the wheel sideways.
        turned = event.angleDelta().y() or event.angleDelta().x()
        self.faded.emit(1 if turned > 0 else -1)
        return True

    def _press(self, event: QMouseEvent) -> bool:
        if event.button() is _RIGHT:
            self._right = event.position()
        if event.button() is not _LEFT:
            return False
        if self._ruler.on:
            self._from = self._canvas.to_picture(event.position())
            return True
        if self._near_line(event.position()):
            self._crop.begin()
            return True
        return False

    def _move(self, event: QMouseEvent) -> bool:
        if self._from is not None:
            self._ruler.draw(self._measure(event))
            return True
        if self._crop.dragging:
            self._crop.drag(round(self._canvas.to_picture(event.position()).y()))
            return True
        if not self._ruler.on and not event.buttons():
            self._point(near_line=self._near_line(event.position()))
        return self._ruler.on and bool(event.buttons() & _LEFT)

    def _release(self, event: QMouseEvent) -> bool:
        if event.button() is _RIGHT and self._right is not None:
            if (event.position() - self._right).manhattanLength() <= _STILL:
                self.menu_asked.emit(event.globalPosition().toPoint())
            self._right = None
        if event.button() is not _LEFT:
            return False
        if self._from is not None:
            self._ruler.draw(self._measure(event))
            self._from = None
            self._ruler.finish()
            return True
        if self._crop.dragging:
            self._crop.drop()
            return True
        return False

    def _measure(self, event: QMouseEvent) -> Measure:
        assert self._from is not None  # only while a line is drawn
        to = self._canvas.to_picture(event.position())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:  # level or upright
            across, down = abs(to.x() - self._from.x()), abs(to.y() - self._from.y())
            to = QPointF(to.x(), self._from.y()) if across >= down else QPointF(self._from.x(), to.y())
        return Measure(self._from.x(), self._from.y(), to.x(), to.y())

    def _near_line(self, where: QPointF) -> bool:
        row = self._crop.row
        if row is None or not self._crop.possible:
            return False
        line = self._canvas.to_canvas(QPointF(0, row))
        return abs(line.y() - where.y()) <= _REACH

    def _show_tool(self) -> None:
        self._from = None if not self._ruler.on else self._from
        self._point(near_line=False)

    def _point(self, *, near_line: bool) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self._ruler.on:
            shape = Qt.CursorShape.CrossCursor
        elif near_line:
            shape = Qt.CursorShape.SizeVerCursor
        if self._canvas.native.cursor().shape() is not shape:
            self._canvas.native.setCursor(shape)
