"""Draws a confusion matrix: where its parts lie for a place of some size, and how they look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen

from semgui.texts import mark, tr
from semgui.ui.theme import GRID, LIGHT, Theme
from semgui.viewmodels.confusion_matrix import Kind, MatrixContent, Shade

_WIDEST_NAMES, _HIGHEST_NAMES = 0.3, 0.34  # of the place
_CORNER = mark("labelled ↓ called →")
_LARGEST_CELL = 9  # times the height of a line
_LARGEST_TEXT = 1.6  # times the font's own height
_SMALLEST_TEXT = 8  # pixels; smaller numbers are told by the line below and by the tooltip
_WITH_LINES = 9  # pixels: lines between smaller cells would be most of the picture
_PAPER = replace(LIGHT, window="#ffffff", panel="#f4f4f6")
_FAINTEST = 0.10  # a single image is still seen


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


@dataclass(frozen=True, slots=True)
class Marks:
    """Cells that stand out, as (row, column): the chosen one, and the one under the mouse; −1 for none."""

    current: tuple[int, int] = (-1, -1)
    hovered: tuple[int, int] = (-1, -1)

    def names_row(self, row: int) -> bool:
        """Whether a cell of this row stands out."""
        return row in (self.current[0], self.hovered[0])

    def names_column(self, column: int) -> bool:
        """Whether a cell of this column stands out."""
        return column in (self.current[1], self.hovered[1])


def names_width(content: MatrixContent, font: QFont, most: int) -> int:
    """Return the room that names and numbers of the rows want, not more than `most`."""
    wanted = _longest(content.names, _bold(font)) + _support_width(content, font)
    least = QFontMetrics(font).horizontalAdvance(tr(_CORNER)) + GRID
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


def in_two_lines(name: str) -> tuple[str, ...]:
    """Break a name of several words into two lines of about one length."""
    words = name.split()
    if len(words) < 2:
        return (name,)
    breaks = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    return min(breaks, key=lambda lines: max(map(len, lines)))


def draw(
    painter: QPainter,
    content: MatrixContent,
    geometry: Geometry,
    theme: Theme,
    view: QRect,
    scrolled: QPoint,
    marks: Marks,
) -> None:
    """Draw the part of a matrix that is in view; names stay where they are while cells are scrolled.

    Parameters
    ----------
    view
        What is seen of the widget, from (0, 0).
    scrolled
        How far the cells are scrolled.
    """
    painter.fillRect(view, QColor(theme.window))
    painter.save()
    painter.setClipRect(view.adjusted(geometry.left, geometry.top, 0, 0))
    painter.translate(-scrolled)
    _draw_cells(painter, content, geometry, theme, view.translated(scrolled))
    _draw_marks(painter, geometry, theme, marks)
    painter.restore()
    _draw_rows(painter, content, geometry, theme, scrolled, marks)
    _draw_columns(painter, content, geometry, theme, scrolled, marks)
    painter.fillRect(0, 0, geometry.left, geometry.top, QColor(theme.window))
    if geometry.left:
        _draw_corner(painter, geometry, theme)


def image_of(content: MatrixContent, font: QFont, scale: float) -> QImage:
    """Draw a whole matrix on white, with cells large enough for their numbers, for a file.

    Parameters
    ----------
    scale
        Pixels of the image for one of the screen.
    """
    metrics, count = QFontMetrics(font), max(len(content), 1)
    widest = max((metrics.horizontalAdvance(text) for text in _texts(content)), default=0)
    cell = max(widest + GRID, 2 * metrics.height())
    longest = _longest(content.names, _bold(font))
    support = _support_width(content, font)
    upright = longest > cell
    top = longest if upright else metrics.height() + GRID  # names are never shortened on paper
    geometry = Geometry(longest + support, top, cell, count, upright, support, metrics.ascent())
    image = QImage(geometry.size * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    painter = QPainter(image)
    painter.setFont(font)
    draw(painter, content, geometry, _PAPER, QRect(QPoint(0, 0), geometry.size), QPoint(0, 0), Marks())
    painter.end()
    return image


def colour_of(shade: Shade, theme: Theme) -> QColor:
    """Return the colour of a cell: the theme's accent for what is right, its danger for what is not.

    Blue and red of different lightness on neutral grey: told apart with any colour vision.
    """
    ground = QColor(theme.panel)
    if shade.kind is Kind.NOTHING:
        return ground
    full = QColor(theme.accent if shade.kind is Kind.RIGHT else theme.danger)
    share = _FAINTEST + (1 - _FAINTEST) * shade.strength
    return QColor.fromRgbF(
        *(g + (f - g) * share for g, f in zip(ground.getRgbF()[:3], full.getRgbF()[:3], strict=True))
    )


def readable_on(ground: QColor, theme: Theme) -> QColor:
    """Return the darkest or the lightest ink of a theme, whichever contrasts more with a ground."""
    inks = (QColor(theme.text), QColor(theme.window))
    return max(inks, key=lambda ink: _contrast(ink, ground))


def _draw_cells(
    painter: QPainter, content: MatrixContent, geometry: Geometry, theme: Theme, view: QRect
) -> None:
    font = painter.font()
    if geometry.text:
        font.setPixelSize(geometry.text)
        painter.setFont(font)
    gap = 1 if geometry.cell >= _WITH_LINES else 0
    first_row, last_row = _visible(view.top(), view.bottom(), geometry.top, geometry)
    first_column, last_column = _visible(view.left(), view.right(), geometry.left, geometry)
    for row in range(first_row, last_row + 1):
        for column in range(first_column, last_column + 1):
            rect = geometry.cell_rect(row, column)
            ground = colour_of(content.shade(row, column), theme)
            painter.fillRect(rect.adjusted(gap, gap, 0, 0), ground)
            if geometry.text and (text := content.text(row, column)):
                painter.setPen(readable_on(ground, theme))
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


def _visible(first: int, last: int, start: int, geometry: Geometry) -> tuple[int, int]:
    """Return the first and the last cell between two pixels."""
    return (
        max((first - start) // geometry.cell, 0),
        min((last - start) // geometry.cell, geometry.count - 1),
    )


def _draw_marks(painter: QPainter, geometry: Geometry, theme: Theme, marks: Marks) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for cell, colour, width in ((marks.hovered, theme.dim, 1), (marks.current, theme.text, 2)):
        if min(cell) >= 0:
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRect(geometry.cell_rect(*cell).adjusted(1, 1, -1, -1))


def _draw_rows(
    painter: QPainter,
    content: MatrixContent,
    geometry: Geometry,
    theme: Theme,
    scrolled: QPoint,
    marks: Marks,
) -> None:
    if not geometry.left:
        return
    painter.save()
    font = _name_font(painter.font(), geometry)
    for row, name in enumerate(content.names):
        top = geometry.top + row * geometry.cell - scrolled.y()
        room = QRect(0, top, geometry.left - geometry.support, geometry.cell)
        if room.bottom() < geometry.top:
            continue
        font.setBold(marks.names_row(row))
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        metrics = QFontMetrics(font)
        text = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room.width() - GRID)
        _text(painter, room.adjusted(0, 0, -GRID // 2, 0), Qt.AlignmentFlag.AlignRight, text)
        painter.setPen(QColor(theme.dim))
        room = QRect(geometry.left - geometry.support, top, geometry.support, geometry.cell)
        _text(
            painter,
            room.adjusted(0, 0, -GRID // 2, 0),
            Qt.AlignmentFlag.AlignRight,
            f"{content.support[row]:,}",
        )
    painter.restore()


def _draw_columns(
    painter: QPainter,
    content: MatrixContent,
    geometry: Geometry,
    theme: Theme,
    scrolled: QPoint,
    marks: Marks,
) -> None:
    painter.save()
    painter.fillRect(0, 0, painter.device().width(), geometry.top, QColor(theme.window))
    font = _name_font(painter.font(), geometry)
    for column, name in enumerate(content.names):
        left = geometry.left + column * geometry.cell - scrolled.x()
        if left + geometry.cell <= geometry.left:
            continue
        font.setBold(marks.names_column(column))
        painter.setFont(font)
        unknown = bool(content.unknown) and content.unknown[column]
        painter.setPen(QColor(theme.disabled if unknown else theme.text))
        length = geometry.top if geometry.upright else geometry.cell
        text = _shortened(name, QFontMetrics(font), length - GRID, geometry.cell)
        painter.save()
        if geometry.upright:
            painter.translate(left, geometry.top)
            painter.rotate(-90)
            room = QRect(GRID // 2, 0, geometry.top, geometry.cell)
            _text(painter, room, Qt.AlignmentFlag.AlignLeft, text)
        else:
            room = QRect(left, 0, geometry.cell, geometry.top)
            _text(painter, room, Qt.AlignmentFlag.AlignHCenter, text)
        painter.restore()
    painter.restore()


def _draw_corner(painter: QPainter, geometry: Geometry, theme: Theme) -> None:
    painter.save()
    painter.setPen(QColor(theme.dim))
    metrics = QFontMetrics(painter.font())
    line = metrics.height()
    words = [tr("called →"), tr("labelled ↓")] if geometry.top >= 2 * line + GRID else [tr(_CORNER)]
    bottom = geometry.top - GRID // 2
    for text in reversed(words):
        room = QRect(0, bottom - line, geometry.left - GRID // 2, line)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        bottom -= line
    painter.restore()


def _shortened(name: str, metrics: QFontMetrics, length: int, across: int) -> str:
    """Return a name in one line or, where there is room across, in two; shortened if it is still too long."""
    if metrics.horizontalAdvance(name) <= length:
        return name
    lines = in_two_lines(name) if across >= 2 * metrics.height() else (name,)
    return "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideMiddle, length) for line in lines)


def _support_width(content: MatrixContent, font: QFont) -> int:
    return _bold(font).horizontalAdvance(f"{max(content.support, default=0):,}") + GRID


def _bold(font: QFont) -> QFontMetrics:
    made = QFont(font)
    made.setBold(True)
    return QFontMetrics(made)


def _longest(names: Iterable[str], metrics: QFontMetrics) -> int:
    return max((metrics.horizontalAdvance(name) for name in names), default=0) + GRID + GRID // 2


def _text(painter: QPainter, room: QRect, side: Qt.AlignmentFlag, text: str) -> None:
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, text)


def _name_font(font: QFont, geometry: Geometry) -> QFont:
    """Return the font of names, smaller where rows are lower than a line."""
    made = QFont(font)
    line = QFontMetrics(font).height()
    if geometry.cell < line:
        made.setPixelSize(max(round(QFontMetrics(font).ascent() * geometry.cell / line), 6))
    return made


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


def _contrast(one: QColor, other: QColor) -> float:
    """Contrast of two colours as the Web Content Accessibility Guidelines 2.1 define it, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
