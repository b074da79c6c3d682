"""What is drawn over the picture with the window's own font: ruler lines and the legend of the heatmap."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from semgui.texts import tr
from semgui.ui.canvas import PictureCanvas
from semgui.ui.canvas_heat import heat_colours
from semgui.ui.theme import GRID
from semgui.viewmodels.ruler import Measure, RulerModel

_LINE = QColor("#ffd84a")  # seen on any grey, and on no class colour's side
_HALO = QColor(0, 0, 0, 190)
_PLATE = QColor(20, 22, 25, 200)
_INK = QColor("#f0f0f0")
_TICK = 6.0


class PictureOverlay(QWidget):
    """Lies over the canvas; mouse and wheel go through it."""

    def __init__(self, canvas: PictureCanvas, ruler: RulerModel) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._ruler = ruler
        self._legend = ""
        self._colours = "inferno"
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        canvas.installEventFilter(self)
        canvas.view_changed.connect(self.refresh)
        ruler.changed.connect(self.refresh)
        self.refresh()

    def show_legend(self, text: str) -> None:
        """Say what the colours of the heatmap mean; nothing: there is no heatmap."""
        if text != self._legend:
            self._legend = text
            self.refresh()

    def set_colours(self, name: str) -> None:
        """Draw the legend in other colours."""
        self._colours = name
        self.update()

    def refresh(self) -> None:
        """Draw anew; where there is nothing to draw, the canvas is left alone."""
        wanted = bool(self._legend or self._ruler.drawing or self._ruler.measures)
        self.setVisible(wanted)
        if wanted:
            self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the size of the canvas."""
        if event.type() is QEvent.Type.Resize:
            self.resize(self._canvas.size())
        return super().eventFilter(watched, event)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw lines with their lengths, and the legend."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lines = [*self._ruler.measures]
        if self._ruler.drawing is not None:
            lines.append(self._ruler.drawing)
        for number, measure in enumerate(lines, start=1):
            self._draw_measure(painter, measure, number if len(lines) > 1 else 0)
        if self._legend:
            self._draw_legend(painter)

    def _draw_measure(self, painter: QPainter, measure: Measure, number: int) -> None:
        start = self._canvas.to_canvas(QPointF(measure.x0, measure.y0))
        end = self._canvas.to_canvas(QPointF(measure.x1, measure.y1))
        along = end - start
        length = max((along.x() ** 2 + along.y() ** 2) ** 0.5, 1e-6)
        across = QPointF(-along.y(), along.x()) * (_TICK / length)
        for colour, width in ((_HALO, 4.0), (_LINE, 1.6)):
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(start, end)
            for at in (start, end):
                painter.drawLine(at - across, at + across)
        words = self._ruler.words(measure)
        self._plate(painter, (start + end) / 2, f"{number}  {words}" if number else words)

    def _plate(self, painter: QPainter, centre: QPointF, text: str) -> None:
        size = painter.fontMetrics().size(0, text)
        box = QRectF(0, 0, size.width() + 2 * GRID, size.height() + GRID / 2)
        box.moveCenter(centre + QPointF(0, -size.height() - 2))
        box.moveLeft(min(max(box.left(), 2), self.width() - box.width() - 2))
        box.moveTop(min(max(box.top(), 2), self.height() - box.height() - 2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PLATE)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(_LINE)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_legend(self, painter: QPainter) -> None:
        metrics = painter.fontMetrics()
        ends = (tr("nothing"), tr("most"))
        bar, height = 15 * GRID, GRID
        head = metrics.elidedText(self._legend, Qt.TextElideMode.ElideRight, 36 * GRID)
        across = metrics.horizontalAdvance(ends[0]) + bar + metrics.horizontalAdvance(ends[1]) + 2 * GRID
        width = max(across, metrics.horizontalAdvance(head)) + 2 * GRID
        plate = QRectF(2 * GRID, 0, width, 2 * metrics.height() + 1.5 * GRID)
        plate.moveBottom(self.height() - 2 * GRID)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PLATE)
        painter.drawRoundedRect(plate, 4, 4)
        painter.setPen(_INK)
        inner = plate.adjusted(GRID, GRID / 2, -GRID, -GRID / 2)
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, head)
        lower = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, lower, ends[0])
        left = inner.left() + metrics.horizontalAdvance(ends[0]) + GRID
        strip = QRectF(left, inner.bottom() - (metrics.height() + height) / 2, bar, height)
        gradient = QLinearGradient(strip.topLeft(), strip.topRight())
        colours = heat_colours(self._colours)
        for k in range(0, len(colours), 7):
            red, green, blue, alpha = (float(v) for v in colours[k])
            gradient.setColorAt(k / (len(colours) - 1), QColor.fromRgbF(red, green, blue, alpha))
        painter.fillRect(strip, QColor(128, 128, 128))
        painter.fillRect(strip, gradient)
        painter.drawText(QPointF(strip.right() + GRID, inner.bottom() - metrics.descent()), ends[1])
