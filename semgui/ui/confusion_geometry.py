"""Where the parts of a confusion matrix lie, for a place of some size or for paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QFont, QFontMetrics

from semgui.texts import mark, tr
from semgui.ui.theme import GRID
from semgui.viewmodels.confusion_matrix import MatrixContent

CORNER = mark("labelled ↓ called →")
"""What rows and columns are; marked for translation."""
_WIDEST_NAMES, _HIGHEST_NAMES = 0.3, 0.34  # of the place
_LARGEST_CELL = 9  # times the height of a line
_LARGEST_TEXT = 1.6  # times the font's own height
_SMALLEST_TEXT = 8  # pixels; smaller numbers are told by the line below and by the tooltip


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where things lie, in pixels.

    Parameters
    ----------
    left, top
        Room for the names of rows and columns.
    cell
        Edge of a cell.
    count
        C.
    upright
        Whether the names of columns are written upwards.
    support
        Width of the column with the number of images of each row, part of `left`.
    text
        Height of the numbers in the cells; 0: too little room for any.
    """

    left: int
    top: int
    cell: int
    count: int
    upright: bool
    support: int
    text: int

    @property
    def size(self) -> QSize:
        """Of everything."""
        edge = self.cell * self.count
        return QSize(self.left + edge + 1, self.top + edge + 1)

    def cell_rect(self, row: int, column: int) -> QRect:
        """Place of a cell as if nothing were scrolled."""
        return QRect(self.left + column * self.cell, self.top + row * self.cell, self.cell, self.cell)


def names_width(content: MatrixContent, font: QFont, most: int) -> int:
    """Return the room that names and numbers of the rows want, not more than `most`."""
    wanted = _longest(content.names, _bold(font)) + _support_width(content, font)
    least = QFontMetrics(font).horizontalAdvance(tr(CORNER)) + GRID
    return max(min(wanted, most), least)


def fitted(
    content: MatrixContent, font: QFont, place: QSize, smallest_cell: int, left: int | None = None
) -> Geometry:
    """Find the largest cells with which a matrix fits a place, none below `smallest_cell`.

    Parameters
    ----------
    left
        Room for the names of the rows; ``None``: what they want.
    """
    metrics = _bold(font)
    count = max(len(content), 1)
    longest = _longest(content.names, metrics)
    left = names_width(content, font, round(_WIDEST_NAMES * place.width())) if left is None else left
    support = _support_width(content, font) if left else 0
    line = metrics.height()
    most = max(round(_HIGHEST_NAMES * place.height()), 8 * GRID)

    def edge(top: int) -> int:
        room = min((place.width() - left - 1) // count, (place.height() - top - 1) // count)
        return max(smallest_cell, min(room, _LARGEST_CELL * line))

    top, upright = line + GRID, False
    if longest > edge(top):
        top, upright = min(longest, most), True
        in_two = min(_longest([part for n in content.names for part in in_two_lines(n)], metrics), most)
        if edge(in_two) >= 2 * line:
            top = in_two
    cell = edge(top)
    return Geometry(left, top, cell, count, upright, support, _text_height(content, font, cell))


def on_paper(content: MatrixContent, font: QFont) -> Geometry:
    """Lay a whole matrix out with cells large enough for their numbers and names that are never shortened."""
    metrics, count = QFontMetrics(font), max(len(content), 1)
    widest = max((metrics.horizontalAdvance(text) for text in _texts(content)), default=0)
    cell = max(widest + GRID, 2 * metrics.height())
    longest = _longest(content.names, _bold(font))
    support = _support_width(content, font)
    upright = longest > cell
    top = longest if upright else metrics.height() + GRID
    return Geometry(longest + support, top, cell, count, upright, support, metrics.ascent())


def in_two_lines(name: str) -> tuple[str, ...]:
    """Break a name of several words into two lines of about one length."""
    words = name.split()
    if len(words) < 2:
        return (name,)
    breaks = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return min(breaks, key=lambda lines: max(map(len, lines)))


def _support_width(content: MatrixContent, font: QFont) -> int:
    return _bold(font).horizontalAdvance(f"{max(content.support, default=0):,}") + GRID


def _bold(font: QFont) -> QFontMetrics:
    made = QFont(font)
    made.setBold(True)
    return QFontMetrics(made)


def _longest(names: Iterable[str], metrics: QFontMetrics) -> int:
    return max((metrics.horizontalAdvance(name) for name in names), default=0) + GRID + GRID // 2


def _text_height(content: MatrixContent, font: QFont, cell: int) -> int:
    """Return the largest height of numbers with which each fits its cell; 0 if none does."""
    metrics = QFontMetrics(font)
    widest = max((metrics.horizontalAdvance(text) for text in _texts(content)), default=1)
    own = metrics.ascent()
    wanted = max(own, min(round(_LARGEST_TEXT * own), cell // 4))
    height = min(wanted, int(own * (cell - 4) / max(widest, 1)), cell - 4)
    return height if height >= _SMALLEST_TEXT else 0


def _texts(content: MatrixContent) -> set[str]:
    every = range(len(content))
    return {content.text(row, column) for row in every for column in every}
