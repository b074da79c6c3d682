"""A rectangle dragged over the picture, to search for images like that region."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from semgui.services.example_search import Region
from semgui.ui.canvas import PictureCanvas

_LEFT = Qt.MouseButton.LeftButton
_FRAME = QColor("#ffd84a")  # as the ruler: seen on any grey
_HALO = QColor(0, 0, 0, 190)
_VEIL = QColor(0, 0, 0, 90)


class RegionTool(QWidget):
    """Lies over the canvas and, while it is on, takes the left button before anything else does.

    Attributes
    ----------
    on
        Whether a region is being asked for.
    """

    chosen = Signal(object)  # Region, in pixels of the picture; the tool is off again
    changed = Signal()

    def __init__(self, canvas: PictureCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._from: QPointF | None = None
        self._to = QPointF()
        self.on = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()
        canvas.native.installEventFilter(self)
        canvas.installEventFilter(self)

    def set_on(self, *, on: bool) -> None:
        """Ask for a region, or no longer."""
        self.on = on
        self._from = None
        self.resize(self._canvas.size())
        self.setVisible(on)
        if on:
            self.raise_()
            self._canvas.native.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self._canvas.native.unsetCursor()
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Use an event of the left button, or let it pass."""
        if watched is self._canvas:
            if event.type() is QEvent.Type.Resize:
                self.resize(self._canvas.size())
            return False
        if not self.on or not isinstance(event, QMouseEvent):
            return False
        kind, pressed = event.type(), event.button() is _LEFT
        if kind is QEvent.Type.MouseButtonPress and pressed:
            self._from = self._to = event.position()
        elif kind is QEvent.Type.MouseMove and self._from is not None:
            self._to = event.position()
        elif kind is QEvent.Type.MouseButtonRelease and pressed and self._from is not None:
            self._to = event.position()
            region = self._region()
            self.set_on(on=False)
            self.chosen.emit(region)
        else:
            return kind is QEvent.Type.MouseMove  # the crop line would change the cursor
        self.update()
        return True

    def paintEvent(self, _: QPaintEvent) -> None:
        """Frame the region."""
        if self._from is None:
            return
        painter = QPainter(self)
        box = QRectF(self._from, self._to).normalized()
        for part in (
            QRectF(0, 0, self.width(), box.top()),
            QRectF(0, box.bottom(), self.width(), self.height() - box.bottom()),
            QRectF(0, box.top(), box.left(), box.height()),
            QRectF(box.right(), box.top(), self.width() - box.right(), box.height()),
        ):
            painter.fillRect(part, _VEIL)
        for colour, width in ((_HALO, 3.5), (_FRAME, 1.5)):
            painter.setPen(QPen(colour, width))
            painter.drawRect(box)

    def _region(self) -> Region:
        assert self._from is not None  # only after a press
        first, last = self._canvas.to_picture(self._from), self._canvas.to_picture(self._to)
        across, down = sorted((first.x(), last.x())), sorted((first.y(), last.y()))
        return Region(
            top=max(0, round(down[0])),
            left=max(0, round(across[0])),
            bottom=max(0, round(down[1])),
            right=max(0, round(across[1])),
        )
