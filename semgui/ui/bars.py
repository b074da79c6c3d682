"""Bars of the class probabilities."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.answer import Answer, ClassProbability

_TOP = 5
_BAR = 4
_GAP = 2  # between the words and their bar
_PER_CENT = "\N{NO-BREAK SPACE}%"  # a line never breaks between a number and its sign


def percent(probability: float) -> str:
    """Return a probability as people read it; never "100 %" for what is not certain."""
    if 0.995 <= probability < 1:
        return f">99{_PER_CENT}"
    if 0 < probability < 0.005:
        return f"<1{_PER_CENT}"
    return f"{round(100 * probability)}{_PER_CENT}"


class ProbabilityBars(QWidget):
    """The most likely classes, each with its name, a bar and a percentage."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._answer: Answer | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.update()

    def show_answer(self, answer: Answer | None) -> None:
        """Show an answer, or nothing."""
        self._answer = answer
        self.updateGeometry()
        self.setToolTip(self.as_text())
        self.setAccessibleName(self.as_text())
        self.update()

    def as_text(self) -> str:
        """All classes and probabilities, one a line, for copying."""
        bars = self._answer.bars if self._answer else ()
        return "\n".join(f"{bar.name}\t{bar.probability:.4f}" for bar in bars)

    def sizeHint(self) -> QSize:
        """Room for the classes shown."""
        return QSize(200, max(1, len(self._shown())) * self._row_height())

    def minimumSizeHint(self) -> QSize:
        """Room for the classes shown."""
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint one row a class."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, bar in enumerate(self._shown()):
            self._paint_row(painter, row * self._row_height(), bar, first=row == 0)
        painter.end()

    def _shown(self) -> tuple[ClassProbability, ...]:
        return self._answer.bars[:_TOP] if self._answer else ()

    def _row_height(self) -> int:
        return self.fontMetrics().height() + _GAP + _BAR + GRID

    def _bold(self) -> QFont:
        font = self.font()
        font.setBold(True)
        return font

    def _paint_row(self, painter: QPainter, top: int, bar: ClassProbability, *, first: bool) -> None:
        font = self._bold() if first else self.font()
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        line = QRectF(0, top, self.width(), metrics.height())
        number = percent(bar.probability)
        painter.setPen(QColor(self._theme.text if first else self._theme.dim))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, number)
        room = line.width() - metrics.horizontalAdvance(number) - GRID
        name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, name)
        # Below the words, not beside them: class names are long, and a bar of full width tells more.
        groove = QRectF(0, line.bottom() + _GAP, self.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.raised if self._theme.name == "dark" else self._theme.line))
        painter.drawRoundedRect(groove, _BAR / 2, _BAR / 2)
        filled = QRectF(groove)
        filled.setWidth(max(groove.width() * bar.probability, _BAR))
        painter.setBrush(QColor(bar.colour))
        painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)
