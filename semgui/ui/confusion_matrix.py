"""The confusion matrix on screen: hover tells, arrows move, Enter opens, Ctrl+C copies."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from semgui.texts import tr
from semgui.ui.confusion_geometry import Geometry, fitted, names_width
from semgui.ui.confusion_painter import Marks, draw, image_of
from semgui.ui.theme import Theme
from semgui.viewmodels.confusion_matrix import MatrixContent

_NONE = (-1, -1)
_PAGE = 10  # cells
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_PageUp: (-_PAGE, 0),
    Qt.Key.Key_PageDown: (_PAGE, 0),
}
_PIXELS_ON_PAPER = 2.0


class MatrixView(QAbstractScrollArea):
    """Paints a `MatrixContent`; cells as large as the place allows, scrolled where that is too small."""

    chosen = Signal(int, int)
    pointed = Signal(int, int)
    opened = Signal(int, int)
    menu_wanted = Signal(QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._smallest_cell = 1
        self._left: int | None = None
        self._content = MatrixContent.empty()
        self._marks = Marks()
        self._geometry: Geometry | None = None
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Confusion matrix"))

    @property
    def content(self) -> MatrixContent:
        """What is shown."""
        return self._content

    @property
    def current(self) -> tuple[int, int]:
        """Row and column of the chosen cell; (−1, −1) for none."""
        return self._marks.current

    def set_content(self, content: MatrixContent) -> None:
        """Show a matrix."""
        self._content = content
        self._marks = Marks(self._inside(self._marks.current))
        self._lay_out()

    def set_cells(self, smallest: int, left: int | None) -> None:
        """Scroll where cells would be smaller than this; leave this room for the names of the rows.

        Parameters
        ----------
        left
            0: they stand beside another matrix; ``None``: as much as they want.
        """
        if (smallest, left) != (self._smallest_cell, self._left):
            self._smallest_cell, self._left = smallest, left
            self._lay_out()

    def names_width(self, most: int) -> int:
        """Return the room that the names of the rows want, not more than `most`."""
        return names_width(self._content, self.font(), most)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.viewport().update()

    def set_current(self, row: int, column: int) -> None:
        """Choose a cell, and bring it into view."""
        cell = self._inside((row, column))
        if cell == self._marks.current:
            return
        self._marks = Marks(cell, self._marks.hovered)
        if cell != _NONE:
            self._bring_into_view(cell)
            self.setAccessibleDescription(self._content.sentence(*cell))
            event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(event)
        self.viewport().update()

    def rect_of(self, row: int, column: int) -> QRect:
        """Place of a cell in the viewport."""
        return self._placed().cell_rect(row, column).translated(-self._scrolled())

    def cell_at(self, where: QPoint) -> tuple[int, int]:
        """Row and column at a place of the viewport; (−1, −1) beside the cells."""
        geometry = self._placed()
        if where.x() < geometry.left or where.y() < geometry.top or not len(self._content):
            return _NONE
        inside = where + self._scrolled() - QPoint(geometry.left, geometry.top)
        row, column = inside.y() // geometry.cell, inside.x() // geometry.cell
        return (row, column) if row < geometry.count and column < geometry.count else _NONE

    def copy(self) -> None:
        """Put the numbers into the clipboard, with tabs between."""
        if len(self._content):
            QGuiApplication.clipboard().setText(self._content.as_tsv())

    def image(self) -> QImage:
        """Draw the whole matrix for a file, on white."""
        return image_of(self._content, self.font(), _PIXELS_ON_PAPER)

    # Qt

    def sizeHint(self) -> QSize:
        """Ask for room for small cells."""
        return QSize(320, 320)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the cells to the new place."""
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        """Fit anew when the font is another."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is in view."""
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        view = self.viewport().rect()
        draw(painter, self._content, self._placed(), self._theme, view, self._scrolled(), self._marks)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrows, open with Enter, copy with Ctrl+C."""
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.current != _NONE:
                self.opened.emit(*self.current)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            last = len(self._content) - 1 if key == Qt.Key.Key_End else 0
            row = last if event.modifiers() & Qt.KeyboardModifier.ControlModifier else max(self.current[0], 0)
            self._choose((row, last))
        elif key in _STEPS and len(self._content):
            self._step(*_STEPS[key])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choose the first cell, so that arrows have somewhere to begin."""
        super().focusInEvent(event)
        by_tab = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if by_tab and self.current == _NONE and len(self._content):
            self._choose((0, 0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the mouse."""
        cell = self.cell_at(event.position().toPoint())
        if cell != _NONE:
            self._choose(cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the cell under the mouse."""
        cell = self.cell_at(event.position().toPoint())
        if cell != _NONE and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(*cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell of the cell under the mouse."""
        self._point_at(self.cell_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing."""
        super().leaveEvent(event)
        self._point_at(_NONE)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Let the page offer what can be done with the cell."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard and self.current != _NONE:
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.rect_of(*self.current).center()))
        else:
            self.menu_wanted.emit(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what a cell means, and names that were shortened."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._told(event.pos()), self.viewport())
            return True
        return super().viewportEvent(event)

    # Inside

    def _told(self, where: QPoint) -> str:
        cell = self.cell_at(where)
        if cell != _NONE:
            return self._content.sentence(*cell)
        geometry = self._placed()
        inside = where + self._scrolled() - QPoint(geometry.left, geometry.top)
        beside = inside.y() // geometry.cell if where.x() < geometry.left else -1
        above = inside.x() // geometry.cell if where.y() < geometry.top else -1
        names = self._content.names
        if above < 0 <= beside < len(names):
            return self._content.about_row(beside)
        if beside < 0 <= above < len(names):
            return self._content.about_column(above)
        return ""

    def _step(self, down: int, right: int) -> None:
        last = len(self._content) - 1
        row, column = self.current if self.current != _NONE else (-down, -right)
        self._choose((min(max(row + down, 0), last), min(max(column + right, 0), last)))

    def _choose(self, cell: tuple[int, int]) -> None:
        before = self.current
        self.set_current(*cell)
        if self.current != before:
            self.chosen.emit(*self.current)

    def _point_at(self, cell: tuple[int, int]) -> None:
        if cell != self._marks.hovered:
            self._marks = Marks(self._marks.current, cell)
            self.viewport().update()
            self.pointed.emit(*cell)

    def _inside(self, cell: tuple[int, int]) -> tuple[int, int]:
        count = len(self._content)
        return cell if 0 <= cell[0] < count and 0 <= cell[1] < count else _NONE

    def _bring_into_view(self, cell: tuple[int, int]) -> None:
        geometry = self._placed()
        bars = (self.verticalScrollBar(), self.horizontalScrollBar())
        rooms = (self.viewport().height() - geometry.top, self.viewport().width() - geometry.left)
        for bar, room, index in zip(bars, rooms, cell, strict=True):
            start = index * geometry.cell
            bar.setValue(min(max(bar.value(), start + geometry.cell - room), start))

    def _scrolled(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _placed(self) -> Geometry:
        if self._geometry is None:
            self._geometry = fitted(
                self._content,
                self.font(),
                self.viewport().size(),
                self._smallest_cell,
                self._left,
            )
        return self._geometry

    def _lay_out(self) -> None:
        self._geometry = None
        size, place = self._placed().size, self.viewport().size()
        for bar, needed, there in (
            (self.horizontalScrollBar(), size.width(), place.width()),
            (self.verticalScrollBar(), size.height(), place.height()),
        ):
            bar.setRange(0, max(needed - there, 0))
            bar.setPageStep(there)
            bar.setSingleStep(self._placed().cell)
        self.viewport().update()
