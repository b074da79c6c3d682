"""One matrix, or three beside each other that move together: before, after, difference."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from semgui.ui.columns import ElidedLabel
from semgui.ui.confusion_matrix import MatrixView
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.confusion_matrix import MatrixContent

# Pixels: three matrices beside each other are for looking, one is for reading.
_SMALLEST, _SMALLEST_OF_THREE = 12, 6
_COUNT = 3


class MatrixRow(QWidget):
    """Lays matrices out so that their cells are of one size; only the first names its rows.

    Attributes
    ----------
    views
        All three; those that are not needed are hidden.
    """

    chosen = Signal(int, int)
    pointed = Signal(int, int, int)
    opened = Signal(int, int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views = tuple(MatrixView(theme, parent=self) for _ in range(_COUNT))
        self._headings = tuple(ElidedLabel("heading") for _ in range(_COUNT))
        for number, (view, heading) in enumerate(zip(self.views, self._headings, strict=True)):
            heading.setParent(self)
            view.chosen.connect(self.chosen)
            view.pointed.connect(partial(self.pointed.emit, number))
            view.opened.connect(partial(self.opened.emit, number))
            for other in self.views:
                if other is not view:
                    view.horizontalScrollBar().valueChanged.connect(other.horizontalScrollBar().setValue)
                    view.verticalScrollBar().valueChanged.connect(other.verticalScrollBar().setValue)
        self._shown = 1
        self.setMinimumSize(40 * GRID, 30 * GRID)

    @property
    def active(self) -> int:
        """Number of the matrix that has the keyboard; without that, of the one that says how it is now."""
        focused = (number for number, view in enumerate(self.views) if view.hasFocus())
        return next(focused, 1 if self._shown == _COUNT else 0)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for view in self.views:
            view.set_theme(theme)

    def show_contents(self, contents: Sequence[MatrixContent], titles: Sequence[str]) -> None:
        """Show one matrix, or three with their titles."""
        self._shown = len(contents)
        for number, view in enumerate(self.views):
            there = number < len(contents)
            if there:
                view.set_content(contents[number])
                self._headings[number].show_text(titles[number])
            elif view.hasFocus():
                self.views[0].setFocus()
            view.setVisible(there)
            self._headings[number].setVisible(there and bool(titles[number]))
        self._lay_out()

    def set_current(self, row: int, column: int) -> None:
        """Choose a cell in all of them."""
        for view in self.views[: self._shown]:
            view.set_current(row, column)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new place out."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        several = self._shown == _COUNT
        first, *others = self.views[: self._shown]
        first.set_cells(_SMALLEST_OF_THREE if several else _SMALLEST, None)
        for view in others:
            view.set_cells(_SMALLEST_OF_THREE, 0)
        top = self._headings[0].sizeHint().height() + GRID // 2 if several else 0
        names = first.names_width(self.width() // 6) if several else 0
        first.set_cells(_SMALLEST_OF_THREE if several else _SMALLEST, names if several else None)
        gaps = (self._shown - 1) * 2 * GRID
        share = (self.width() - names - gaps) // self._shown
        left = 0
        for number, view in enumerate(self.views[: self._shown]):
            width = share + (names if number == 0 else 0)
            indent = names if number == 0 and several else 0
            self._headings[number].setGeometry(left + indent, 0, width - indent, top)
            view.setGeometry(left, top, width, self.height() - top)
            left += width + 2 * GRID
