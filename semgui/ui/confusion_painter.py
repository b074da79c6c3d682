"""Draws a confusion matrix."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen

from semgui.texts import tr
from semgui.ui.confusion_colours import colour_of, readable_on
from semgui.ui.confusion_geometry import CORNER, Geometry, in_two_lines, on_paper
from semgui.ui.theme import GRID, LIGHT, Theme
from semgui.viewmodels.confusion_matrix import MatrixContent

_WITH_LINES = 9  # pixels: lines between smaller cells would be most of the picture
_PAPER = replace(LIGHT, window="#ffffff", panel="#f4f4f6")


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
    geometry = on_paper(content, font)
    image = QImage(geometry.size * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    painter = QPainter(image)
    painter.setFont(font)
    draw(painter, content, geometry, _PAPER, QRect(QPoint(0, 0), geometry.size), QPoint(0, 0), Marks())
    painter.end()
    return image


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
    words = [tr("called →"), tr("labelled ↓")] if geometry.top >= 2 * line + GRID else [tr(CORNER)]
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


def _text(painter: QPainter, room: QRect, side: Qt.AlignmentFlag, text: str) -> None:
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, text)


def _name_font(font: QFont, geometry: Geometry) -> QFont:
    """Return the font of names, smaller where rows are lower than a line."""
    made = QFont(font)
    line = QFontMetrics(font).height()
    if geometry.cell < line:
        made.setPixelSize(max(round(QFontMetrics(font).ascent() * geometry.cell / line), 6))
    return made
