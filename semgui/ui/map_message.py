"""What is said in the place of a map or of groups: why there is nothing, and the button that helps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from semgui.ui.columns import label
from semgui.ui.theme import GRID

_WIDTH = 480  # pixels: lines that can be read


class MapMessage(QWidget):
    """A title, a sentence and a button in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title, self.words = label(kind="big"), label(kind="dim", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setFixedWidth(_WIDTH)
        self.button = QPushButton()
        self.button.setObjectName("primary")
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(30 * GRID)
        column = QVBoxLayout(self)
        column.setSpacing(2 * GRID)
        column.addStretch(2)
        for part in (self.title, self.words, self.bar, self.button):
            column.addWidget(part, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def say(self, title: str, words: str, help_: str = "", *, busy: bool = False) -> None:
        """Say it; without words for the button there is none."""
        self.title.setText(title)
        self.words.setText(words)
        # A layout that centres a wrapped label gives it one line.
        self.words.setMinimumHeight(self.words.heightForWidth(_WIDTH))
        self.words.setVisible(bool(words))
        self.button.setText(help_)
        self.button.setVisible(bool(help_))
        self.bar.setVisible(busy)
