"""A button in a colour, with the colours to choose from."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QColorDialog, QFrame, QGridLayout, QPushButton, QToolButton, QWidget

from semgui.catalogue.presets import palette
from semgui.texts import tr
from semgui.ui.theme import GRID

_COLUMNS = 8
_ROWS = 4
_SIDE = 24


class ColourButton(QToolButton):
    """Shows a colour; a click offers the palette, which people with any colour vision can tell apart."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.colour = "#808080"
        self.setFixedSize(2 * _SIDE, _SIDE + 4)
        self.setToolTip(tr("Colour of the class"))
        self.setAccessibleName(tr("Colour of the class"))
        self.clicked.connect(self._offer)

    def show_colour(self, colour: str) -> None:
        """Show a colour."""
        self.colour = colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the colour."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colour))
        painter.drawRoundedRect(self.rect().adjusted(4, 4, -4, -4), 3, 3)
        painter.end()

    def _offer(self) -> None:
        popup = _Popup(self)
        popup.picked.connect(self.picked)
        popup.move(self.mapToGlobal(QPoint(0, self.height())))
        popup.show()


class _Popup(QFrame):
    picked = Signal(str)

    def __init__(self, button: ColourButton) -> None:
        super().__init__(button, Qt.WindowType.Popup)
        self.setObjectName("column")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout(self)
        grid.setContentsMargins(GRID, GRID, GRID, GRID)
        grid.setSpacing(4)
        self._colour = button.colour
        self._window = button.window()
        for number, colour in enumerate(palette()[: _COLUMNS * _ROWS]):
            swatch = QToolButton()
            swatch.setFixedSize(_SIDE, _SIDE)
            ring = "#888888" if colour == button.colour else "transparent"
            swatch.setStyleSheet(f"background: {colour}; border: 2px solid {ring}; border-radius: 4px;")
            swatch.setAccessibleName(colour)
            swatch.clicked.connect(lambda _=False, colour=colour: self._pick(colour))
            grid.addWidget(swatch, number // _COLUMNS, number % _COLUMNS)
        other = QPushButton(tr("Other colour…"))
        other.clicked.connect(self._ask)
        grid.addWidget(other, _ROWS, 0, 1, _COLUMNS)

    def _pick(self, colour: str) -> None:
        self.picked.emit(colour)
        self.close()

    def _ask(self) -> None:
        dialog = QColorDialog(QColor(self._colour), self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        button = self.parent()
        dialog.colorSelected.connect(lambda colour: button.picked.emit(colour.name()))
        dialog.show()
        self.close()
