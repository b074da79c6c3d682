"""What the colours of a map mean: names with their numbers, or a ramp."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from semgui.texts import tr
from semgui.ui.theme import DARK, GRID, Theme
from semgui.viewmodels.map import MapModel
from semgui.viewmodels.map_colours import ramp_stops

_DOT = 10
_RAMP = 12


class MapLegend(QWidget):
    """One line a colour; the mouse on a line lets its points stand out, a click chooses them."""

    pointed = Signal(object)  # number of the line, or None
    chosen = Signal(int, object)  # number of the line, keys held

    def __init__(self, model: MapModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._at: int | None = None
        self._counts: list[int] = []
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("What the colours mean"))
        model.colours_changed.connect(self.refresh)
        model.shown_changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.update()

    def refresh(self) -> None:
        """Show what the colours mean now."""
        shown = self._model.shown
        self._counts = [
            int((entry.rows & shown).sum()) if entry.rows.shape == shown.shape else 0
            for entry in self._model.colours.entries
        ]
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for all lines."""
        return QSize(200, self._top() + len(self._counts) * self._line() + GRID)

    def minimumSizeHint(self) -> QSize:
        """All lines, however narrow."""
        return QSize(120, self.sizeHint().height())

    def rect_of(self, line: int) -> QRect:
        """Return where a line stands."""
        return QRect(0, self._top() + line * self._line(), self.width(), self._line())

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint the ramp and the lines."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._model.colours.ramp is not None:
            self._paint_ramp(painter)
        for number, entry in enumerate(self._model.colours.entries):
            box = self.rect_of(number)
            if number == self._at:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self._theme.raised if self._theme is DARK else self._theme.line))
                painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), 4, 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(entry.colour or self._theme.dim))
            middle = QPointF(box.left() + GRID + _DOT / 2, box.center().y() + 1)
            painter.drawEllipse(middle, _DOT / 2, _DOT / 2)
            self._paint_words(painter, box.adjusted(2 * GRID + _DOT, 0, -GRID, 0), entry.name, number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Let the points of the line under the mouse stand out."""
        self._point_at(self._line_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Let all points stand out again."""
        self._point_at(None)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the points of a line."""
        line = self._line_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and line is not None:
            self.chosen.emit(line, event.modifiers())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through the lines, and choose with the space bar."""
        last = len(self._counts) - 1
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if event.key() in steps and last >= 0:
            here = -1 if self._at is None else self._at
            self._point_at(min(max(here + steps[Qt.Key(event.key())], 0), last))
        elif event.key() == Qt.Key.Key_Space and self._at is not None:
            self.chosen.emit(self._at, event.modifiers())
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Say all of a name."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            line = self._line_at(QPointF(event.pos()))
            if line is not None:
                entry = self._model.colours.entries[line]
                how = tr("A click chooses these images, with Shift beside what is chosen, with Ctrl not.")
                QToolTip.showText(event.globalPos(), f"{entry.tip or entry.name}\n{how}", self)
                return True
        return super().event(event)

    def _paint_words(self, painter: QPainter, box: QRect, name: str, number: int) -> None:
        metrics = painter.fontMetrics()
        count = f"{self._counts[number]:,}"
        painter.setPen(QColor(self._theme.dim))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)
        room = box.width() - metrics.horizontalAdvance(count) - GRID
        painter.setPen(QColor(self._theme.text))
        words = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

    def _paint_ramp(self, painter: QPainter) -> None:
        ramp = self._model.colours.ramp
        assert ramp is not None  # asked before
        strip = QRectF(GRID, GRID / 2, self.width() - 2 * GRID, _RAMP)
        gradient = QLinearGradient(strip.topLeft(), strip.topRight())
        stops = ramp_stops(dark=self._theme is DARK)
        for k in range(0, len(stops), 8):
            gradient.setColorAt(k / (len(stops) - 1), QColor(stops[k]))
        gradient.setColorAt(1, QColor(stops[-1]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(strip, 3, 3)
        painter.setPen(QColor(self._theme.dim))
        words = strip.translated(0, _RAMP + 2)
        words.setHeight(self._line())
        for text, side in (
            (ramp.low, Qt.AlignmentFlag.AlignLeft),
            (ramp.middle, Qt.AlignmentFlag.AlignHCenter),
            (ramp.high, Qt.AlignmentFlag.AlignRight),
        ):
            painter.drawText(words, side | Qt.AlignmentFlag.AlignTop, text)

    def _line(self) -> int:
        return QFontMetrics(self.font()).height() + GRID

    def _top(self) -> int:
        return 0 if self._model.colours.ramp is None else _RAMP + self._line() + GRID

    def _line_at(self, where: QPointF) -> int | None:
        line = int((where.y() - self._top()) // self._line())
        return line if 0 <= line < len(self._counts) else None

    def _point_at(self, line: int | None) -> None:
        if line != self._at:
            self._at = line
            self.update()
            self.pointed.emit(line)
