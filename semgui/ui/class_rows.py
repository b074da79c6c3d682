"""The rows of the class palette: what they hold, and how they are painted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from semgui.domain.ids import ClassId
from semgui.ui.bars import percent
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.classes import ClassRow

Index = QModelIndex | QPersistentModelIndex

CLASS_ROW = Qt.ItemDataRole.UserRole
"""Role of the `ClassRow`."""

_INDENT = 14
_KEY = 20
_DOT = 10
_BAR = 3


class ClassRows(QAbstractListModel):
    """The classes in their own order, those below another after it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[ClassRow, ...] = ()

    def replace(self, rows: Sequence[ClassRow]) -> bool:
        """Show these; returns whether they are others than before."""
        if tuple(rows) == self._rows:
            return False
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()
        return True

    def row_of(self, class_id: ClassId) -> int:
        """Return the row of a class, or -1."""
        return next((n for n, row in enumerate(self._rows) if row.sem_class.id == class_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return how many there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a `ClassRow`, or what a screen reader says."""
        row = self._rows[index.row()]
        if role == CLASS_ROW:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            key = row.sem_class.shortcut
            return f"{row.sem_class.name} ({key})" if key else row.sem_class.name
        return None


class ClassRowPainter(QStyledItemDelegate):
    """Paints key, colour, name and probability of a class.

    Attributes
    ----------
    labelled
        The class that the image has.
    probabilities
        Of the classes that the model knows; ``None``: it said nothing.
    enabled
        Whether a click would label.
    flashing, target
        Classes that are lit: asked for just now, below a drag.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.labelled: ClassId | None = None
        self.probabilities: Mapping[ClassId, float] | None = None
        self.enabled = False
        self.flashing: ClassId | None = None
        self.target: ClassId | None = None

    def height(self, metrics: QFontMetrics) -> int:
        """Return the height of a row."""
        return metrics.height() + GRID + 1

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the room of one line with its bar."""
        return QSize(80, self.height(QFontMetrics(option.font)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row."""
        row: ClassRow = index.data(CLASS_ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_back(painter, option, row.sem_class.id)
        words = option.rect.adjusted(GRID // 2, 0, -GRID // 2, -_BAR - 2)
        lit = row.sem_class.id in (self.flashing, self.target)
        strong = QColor(self.theme.on_accent if lit else self.theme.text if self.enabled else self.theme.dim)
        weak = strong if lit else QColor(self.theme.dim)
        self._paint_key(painter, words, row.sem_class.shortcut, weak)
        left = words.left() + _KEY + GRID // 2 + row.depth * _INDENT
        painter.setPen(QPen(strong, 1) if lit else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(row.sem_class.colour))
        painter.drawEllipse(QRect(left, words.center().y() - _DOT // 2 + 1, _DOT, _DOT))
        words.setLeft(left + _DOT + GRID)
        font = QFont(option.font)
        font.setBold(row.sem_class.id == self.labelled)
        painter.setFont(font)
        self._paint_words(painter, words, row, strong, weak)
        painter.restore()

    def _paint_back(self, painter: QPainter, option: QStyleOptionViewItem, class_id: ClassId) -> None:
        raised = self.theme.raised if self.theme.name == "dark" else self.theme.line
        painter.setPen(Qt.PenStyle.NoPen)
        back = option.rect.adjusted(0, 0, 0, -1)
        if class_id in (self.flashing, self.target):
            painter.setBrush(QColor(self.theme.accent))
            painter.drawRoundedRect(back, 4, 4)
        elif class_id == self.labelled or (option.state & QStyle.StateFlag.State_MouseOver and self.enabled):
            painter.setBrush(QColor(raised))
            painter.drawRoundedRect(back, 4, 4)
        if class_id == self.labelled and class_id != self.flashing:
            painter.setBrush(QColor(self.theme.accent))
            painter.drawRoundedRect(QRectF(back.left(), back.top() + 4, 3, back.height() - 8), 1.5, 1.5)

    def _paint_key(self, painter: QPainter, words: QRect, key: str, colour: QColor) -> None:
        if not key:
            return
        box = QRectF(words.left() + 2, words.center().y() - 8, _KEY - 3, 17)
        outline = QColor(colour)
        outline.setAlpha(110)
        painter.setPen(QPen(outline, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key.upper())

    def _paint_words(
        self, painter: QPainter, words: QRect, row: ClassRow, strong: QColor, weak: QColor
    ) -> None:
        metrics = QFontMetrics(painter.font())
        centre = Qt.AlignmentFlag.AlignVCenter
        probability = self._probability(row.sem_class.id)
        room = words.width()
        if probability is not None:
            number = percent(probability)
            painter.setPen(strong if probability >= 0.5 else weak)
            painter.drawText(words, centre | Qt.AlignmentFlag.AlignRight, number)
            room -= metrics.horizontalAdvance(">99 %") + GRID
            self._paint_bar(painter, words, row.sem_class.colour, probability)
        painter.setPen(strong)
        name = metrics.elidedText(row.sem_class.name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(words, centre | Qt.AlignmentFlag.AlignLeft, name)

    def _paint_bar(self, painter: QPainter, words: QRect, colour: str, probability: float) -> None:
        groove = QRectF(words.left(), words.bottom() + 1, words.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.line))
        painter.drawRoundedRect(groove, _BAR / 2, _BAR / 2)
        if probability >= 0.005:
            groove.setWidth(max(groove.width() * probability, _BAR))
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(groove, _BAR / 2, _BAR / 2)

    def _probability(self, class_id: ClassId) -> float | None:
        return None if self.probabilities is None else self.probabilities.get(class_id)
