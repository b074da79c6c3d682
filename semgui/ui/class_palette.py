"""The classes to label with: keys, names, and how likely the model finds each; takes clicks and drops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import (
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from semgui.domain.ids import ClassId, ImageId
from semgui.texts import tr
from semgui.ui.bars import percent
from semgui.ui.class_card import class_card
from semgui.ui.drags import dragged_images
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.classes import ClassRow
from semgui.viewmodels.examples import ExampleModel

Index = QModelIndex | QPersistentModelIndex
Assign = Callable[[Sequence[ImageId], ClassId], None]

_ROW = Qt.ItemDataRole.UserRole
_FLASH_MS = 350
_INDENT = 14
_KEY = 20
_DOT = 10
_BAR = 3
_FEWEST = 4  # rows that stay in view however small the window is


class ClassPalette(QListView):
    """One row a class, in the classes' own order, so that the hand finds it blindly.

    Parameters
    ----------
    choose
        Gets the class that was clicked on.
    drop
        Gets images that were dropped on a class.
    hover
        Gets a sentence about what a drop would do; empty when the drag goes elsewhere.

    Attributes
    ----------
    menu_asked
        A context menu was asked for, for a class, at a place of the screen.
    """

    menu_asked = Signal(str, QPoint)

    def __init__(
        self,
        choose: Callable[[ClassId], None],
        drop: Assign,
        hover: Callable[[str], None],
        examples: ExampleModel,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choose = choose
        self._drop = drop
        self._hover = hover
        self._examples = examples
        self._rows = _Rows(self)
        self._delegate = _RowDelegate(theme, self)
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setObjectName("palette_list")
        self.setAccessibleName(tr("Classes"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with the pictures
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.viewport().setAcceptDrops(True)
        self.clicked.connect(self._clicked)
        self._flash_over = QTimer(self, singleShot=True, interval=_FLASH_MS)
        self._flash_over.timeout.connect(lambda: self.flash(None))

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._delegate.theme = theme
        self.viewport().update()

    def show_classes(
        self,
        rows: Sequence[ClassRow],
        labelled: ClassId | None,
        probabilities: Mapping[ClassId, float] | None,
        *,
        enabled: bool,
    ) -> None:
        """Show these classes, which of them the image has, and what the model says.

        Parameters
        ----------
        probabilities
            Of the classes that the model knows; ``None``: it said nothing.
        """
        delegate = self._delegate
        delegate.labelled, delegate.probabilities, delegate.enabled = labelled, probabilities, enabled
        if self._rows.replace(rows):
            self.setMaximumHeight(self._content_height())
            self.updateGeometry()
        self.viewport().update()

    def flash(self, class_id: ClassId | None) -> None:
        """Light a class up for a moment: it was asked for just now."""
        self._delegate.flashing = class_id
        if class_id is not None:
            self._flash_over.start()
            row = self._rows.row_of(class_id)
            if row >= 0:
                self.scrollTo(self._rows.index(row))
        self.viewport().update()

    def place_of(self, class_id: ClassId) -> QPoint:
        """Return the middle of a class's row, in the viewport."""
        return self.visualRect(self._rows.index(self._rows.row_of(class_id))).center()

    def sizeHint(self) -> QSize:
        """All rows."""
        return QSize(200, self._content_height())

    def minimumSizeHint(self) -> QSize:
        """Return the height of a few rows."""
        few = min(_FEWEST, max(1, self._rows.rowCount()))
        return QSize(80, few * self._row_height() + 2 * self.frameWidth())

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what a class is."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            if index.isValid():
                row: ClassRow = index.data(_ROW)
                text = class_card(row.sem_class, self._examples)
                QToolTip.showText(event.globalPos(), text, self.viewport(), self.visualRect(index))
                return True
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with a class."""
        index = self.indexAt(event.pos())
        if index.isValid():
            row: ClassRow = index.data(_ROW)
            self.menu_asked.emit(row.sem_class.id, event.globalPos())

    # Drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take images only; files belong to the window."""
        if dragged_images(event.mimeData()) and self._delegate.enabled:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Light up the class below the pointer, and say what a drop would do."""
        index = self.indexAt(event.position().toPoint())
        count = len(dragged_images(event.mimeData()))
        if not index.isValid() or not count:
            self._target(None)
            event.ignore()
            return
        row: ClassRow = index.data(_ROW)
        self._target(row.sem_class.id)
        self._hover(tr("Label {n:,} image(s) as {name}", "", count, name=row.sem_class.name))
        self._scroll_at_edge(event.position().toPoint())
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget the class below the pointer."""
        self._target(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Label what was dropped."""
        index = self.indexAt(event.position().toPoint())
        ids = dragged_images(event.mimeData())
        self._target(None)
        if index.isValid() and ids:
            event.acceptProposedAction()
            row: ClassRow = index.data(_ROW)
            class_id = row.sem_class.id
            QTimer.singleShot(0, self, lambda: self._drop(ids, class_id))

    def _target(self, class_id: ClassId | None) -> None:
        if class_id is None and self._delegate.target is not None:
            self._hover("")
        self._delegate.target = class_id
        self.viewport().update()

    def _scroll_at_edge(self, where: QPoint) -> None:
        edge, bar = self._row_height() // 2, self.verticalScrollBar()
        if where.y() < edge:
            bar.setValue(bar.value() - edge)
        elif where.y() > self.viewport().height() - edge:
            bar.setValue(bar.value() + edge)

    def _clicked(self, index: QModelIndex) -> None:
        if self._delegate.enabled:
            row: ClassRow = index.data(_ROW)
            self._choose(row.sem_class.id)

    def _row_height(self) -> int:
        return self._delegate.height(self.fontMetrics())

    def _content_height(self) -> int:
        return self._rows.rowCount() * self._row_height() + 2 * self.frameWidth()


class _Rows(QAbstractListModel):
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
        """Row of a class, or -1."""
        return next((n for n, row in enumerate(self._rows) if row.sem_class.id == class_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == _ROW:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            key = row.sem_class.shortcut
            return f"{row.sem_class.name} ({key})" if key else row.sem_class.name
        return None


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.labelled: ClassId | None = None
        self.probabilities: Mapping[ClassId, float] | None = None
        self.enabled = False
        self.flashing: ClassId | None = None
        self.target: ClassId | None = None

    def height(self, metrics: QFontMetrics) -> int:
        """Height of a row."""
        return metrics.height() + GRID + 1

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, self.height(QFontMetrics(option.font)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: ClassRow = index.data(_ROW)
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
