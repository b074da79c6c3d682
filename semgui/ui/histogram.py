"""The histogram of the picture with a handle for black and one for white."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from semgui.texts import tr
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.look import LookModel

_REACH = 12  # pixels around a handle in which it is taken


class HistogramView(QWidget):
    """Grey values of the specimen area, counted, with the limits of the contrast to drag."""

    dragged = Signal()

    def __init__(self, look: LookModel, theme: Theme) -> None:
        super().__init__()
        self._look = look
        self._theme = theme
        self._held = ""
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(8 * GRID)
        self.setToolTip(
            tr("Drag the handles: what is shown as black and as white. Double-click: automatic again.")
        )
        look.changed.connect(self._repaint)
        look.histogram_changed.connect(self._repaint)

    def sizeHint(self) -> QSize:
        """Prefer a size in which a step of grey can be hit."""
        return QSize(320, 8 * GRID)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.update()

    def _repaint(self) -> None:
        self.update()  # Qt's own method has no signature that psygnal could read

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the nearer handle."""
        if event.button() is Qt.MouseButton.LeftButton and self._look.look is not None:
            x, look = event.position().x(), self._look.look
            far = {"low": abs(self._x(look.low) - x), "high": abs(self._x(look.high) - x)}
            self._held = min(far, key=lambda name: far[name])
            self._drag(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the handle."""
        if self._held:
            self._drag(event.position().x())
            return
        look, x = self._look.look, event.position().x()
        near = look is not None and min(abs(self._x(v) - x) for v in (look.low, look.high)) < _REACH
        self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        """Let the handle go."""
        self._held = ""

    def mouseDoubleClickEvent(self, _: QMouseEvent) -> None:
        """Go back to automatic."""
        self._held = ""
        self._look.reset()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint bars, the curve from grey to brightness, and handles."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        painter.fillRect(area, QColor(self._theme.raised))
        self._paint_counts(painter, area)
        look = self._look.look
        if look is None:
            return
        left, right = self._x(look.low), self._x(look.high)
        outside = QColor(self._theme.panel)
        outside.setAlpha(150)
        painter.fillRect(QRectF(area.left(), area.top(), left - area.left(), area.height()), outside)
        painter.fillRect(QRectF(right, area.top(), area.right() - right, area.height()), outside)
        self._paint_curve(painter, area, left, right)
        for x, fill in ((left, "#000000"), (right, "#ffffff")):
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setPen(QPen(QColor(self._theme.accent), 1.5))
            painter.setBrush(QColor(fill))
            base = area.bottom()
            painter.drawPolygon(
                QPolygonF([QPointF(x, base - 1), QPointF(x - 5, base + 8), QPointF(x + 5, base + 8)])
            )

    def _paint_counts(self, painter: QPainter, area: QRectF) -> None:
        found = self._look.histogram
        if found is None or not found.counts.any():
            return
        # A root lets rare greys be seen beside a background that fills half of the picture.
        heights = np.sqrt(found.counts / max(1, np.sort(found.counts)[-2]))
        outline = [QPointF(area.left(), area.bottom())]
        for k, height in enumerate(np.minimum(heights, 1.0)):
            x = area.left() + area.width() * (k + 0.5) / len(heights)
            outline.append(QPointF(x, area.bottom() - height * (area.height() - 2)))
        outline.append(QPointF(area.right(), area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.dim))
        painter.drawPolygon(QPolygonF(outline))

    def _paint_curve(self, painter: QPainter, area: QRectF, left: float, right: float) -> None:
        look = self._look.look
        assert look is not None  # the caller has looked
        parts = np.linspace(0, 1, 33)
        brightness = parts**look.gamma
        if look.inverted:
            brightness = 1 - brightness
        painter.setPen(QPen(QColor(self._theme.accent), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(
            QPolygonF(
                [
                    QPointF(left + (right - left) * p, area.bottom() - b * area.height())
                    for p, b in zip(parts, brightness, strict=True)
                ]
            )
        )

    def _drag(self, x: float) -> None:
        look = self._look.look
        if look is None:
            return
        area = self._area()
        first, last = self._look.range
        value = first + (last - first) * min(max((x - area.left()) / area.width(), 0), 1)
        step = (last - first) / 500
        if self._held == "low":
            self._look.set_limits(min(value, look.high - step), look.high)
        else:
            self._look.set_limits(look.low, max(value, look.low + step))
        self.dragged.emit()

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(6, 2, -6, -10)

    def _x(self, value: float) -> float:
        first, last = self._look.range
        area = self._area()
        return area.left() + area.width() * (value - first) / (last - first)
