"""What the colours of a confusion matrix mean."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from semgui.texts import tr
from semgui.ui.confusion_colours import colour_of
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.confusion_matrix import Kind, shade_of

_SHARES = (0.01, 0.05, 0.2, 0.5, 1.0)


class MatrixLegend(QWidget):
    """Two rows of colours: called right, and called something else, by the share of the class."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        shares = ", ".join(f"{share:.0%}" for share in _SHARES)
        self.setToolTip(
            tr(
                "Blue: called what it is labelled, or better than before. Red: called something else, or "
                "worse. From faint to full: {shares} of the images of the class.",
                shares=shares,
            )
        )

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the words and the colours."""
        width = sum(self.fontMetrics().horizontalAdvance(words) for words in self._words())
        return QSize(width + 2 * len(_SHARES) * GRID + 6 * GRID, self.fontMetrics().height() + GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint both."""
        painter = QPainter(self)
        painter.setFont(self.font())
        left, height = 0, self.height()
        for kind, words in zip((Kind.RIGHT, Kind.WRONG), self._words(), strict=True):
            for share in _SHARES:
                square = QRect(left, (height - GRID) // 2, GRID, GRID)
                painter.fillRect(square, colour_of(shade_of(kind, share), self._theme))
                left += GRID
            painter.setPen(QColor(self._theme.dim))
            width = self.fontMetrics().horizontalAdvance(words)
            room = QRect(left + GRID // 2, 0, width + GRID, height)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
            left += width + 2 * GRID

    def _words(self) -> tuple[str, str]:
        return tr("right"), tr("confused")
