"""A list of what can be chosen, with counts, in sections that fold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPolygonF,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from semgui.texts import tr
from semgui.ui.class_signs import ClassSign, paint_sign
from semgui.ui.theme import GRID, Theme

_ENTRY = Qt.ItemDataRole.UserRole
_INDENT = 12
_FOLD = 14  # width of the triangle's place
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list.

    Parameters
    ----------
    choose
        Called with whether it is chosen beside what is chosen already; ``None`` for a heading.
    folded
        Whether what belongs below it is hidden; ``None``: there is nothing below it.
    fold
        Hides what is below it or shows it.
    hollow
        Whether its sign is that of what only the model says.
    menu
        Offers what can be done with it, at a place of the screen.
    """

    text: str
    count: int | None = None
    sign: ClassSign | None = None
    indent: int = 0
    active: bool = False
    tip: str = ""
    choose: Callable[[bool], None] | None = None
    folded: bool | None = None
    fold: Callable[[], None] | None = None
    hollow: bool = False
    menu: Callable[[QPoint], None] | None = None

    @property
    def words(self) -> str:
        """What a screen reader says."""
        parts = [self.text] if self.count is None else [self.text, f"{self.count:,}"]
        return ", ".join([*parts, tr("chosen")] if self.active else parts)


class FacetList(QListView):
    """Shows entries; a click chooses one, with Ctrl one more; a click on a triangle or a heading folds."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._entries = _Entries(self)
        self._delegate = _EntryDelegate(theme, self)
        self.setModel(self._entries)
        self.setItemDelegate(self._delegate)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._delegate.theme = theme
        self.viewport().update()

    def show_entries(self, entries: list[Entry]) -> None:
        """Show these."""
        self._entries.replace(entries)

    def entries(self) -> list[Entry]:
        """Return what is shown."""
        return self._entries.entries

    def event(self, event: QEvent) -> bool:
        """Claim the keys that choose here: Enter must not accept a prediction, Space not go on."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _KEYS
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose or fold the line that the keyboard is on."""
        index = self.currentIndex()
        if not index.isValid() or event.key() not in _KEYS:
            super().keyPressEvent(event)
            return
        entry: Entry = index.data(_ENTRY)
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            if entry.fold is not None and entry.folded is (event.key() == Qt.Key.Key_Right):
                entry.fold()
        elif entry.choose is None:
            if entry.fold is not None:
                entry.fold()
        else:
            entry.choose(bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose or fold."""
        index = self.indexAt(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton or not index.isValid():
            super().mousePressEvent(event)
            return
        self.setCurrentIndex(index)
        entry: Entry = index.data(_ENTRY)
        left = self.visualRect(index).left() + GRID // 2 + entry.indent * _INDENT
        on_fold = entry.choose is None or event.position().x() < left + _FOLD
        if entry.fold is not None and on_fold:
            entry.fold()
        elif entry.choose is not None:
            entry.choose(bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with an entry."""
        where = event.pos()
        index = self.indexAt(where)
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            where = self.visualRect(index).center()
        entry: Entry | None = index.data(_ENTRY) if index.isValid() else None
        if entry is not None and entry.menu is not None:
            entry.menu(self.viewport().mapToGlobal(where))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the second click for another first one."""
        self.mousePressEvent(event)


_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right)


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def replace(self, entries: list[Entry]) -> None:
        """Show these, adding and removing at the end only: the scroll position stays."""
        old, new = len(self.entries), len(entries)
        if new > old:
            self.beginInsertRows(QModelIndex(), old, new - 1)
            self.entries = entries
            self.endInsertRows()
        elif new < old:
            self.beginRemoveRows(QModelIndex(), new, old - 1)
            self.entries = entries
            self.endRemoveRows()
        self.entries = entries
        if new:
            self.dataChanged.emit(self.index(0), self.index(new - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        if role == _ENTRY:
            return entry
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.tip or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return entry.words
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _EntryDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, QFontMetrics(option.font).height() + GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(_ENTRY)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = option.rect.adjusted(0, 1, -GRID // 2, -1)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(self.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, 4, 4)
        if entry.choose is None:
            self._paint_heading(painter, area, entry)
        else:
            self._paint_entry(painter, option, area, entry)
        painter.restore()

    def _paint_heading(self, painter: QPainter, area: QRect, entry: Entry) -> None:
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        self._paint_fold(painter, area.left() + GRID // 2, area.center().y(), entry)
        painter.setPen(QColor(self.theme.dim))
        painter.drawText(area.adjusted(GRID // 2 + _FOLD, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, entry.text)

    def _paint_entry(
        self, painter: QPainter, option: QStyleOptionViewItem, area: QRect, entry: Entry
    ) -> None:
        hovered = option.state & QStyle.StateFlag.State_MouseOver
        painter.setPen(Qt.PenStyle.NoPen)
        if entry.active or hovered:
            painter.setBrush(QColor(self.theme.raised if self.theme.name == "dark" else self.theme.line))
            painter.drawRoundedRect(area, 4, 4)
        if entry.active:
            painter.setBrush(QColor(self.theme.accent))
            painter.drawRoundedRect(QRect(area.left(), area.top() + 4, 3, area.height() - 8), 1.5, 1.5)
        left = area.left() + GRID // 2 + entry.indent * _INDENT
        self._paint_fold(painter, left, area.center().y(), entry)
        left += _FOLD
        font = QFont(painter.font())
        if entry.sign is not None:
            letters = QFont(font)
            letters.setBold(True)
            letters.setPixelSize(10)
            box = QRectF(left, area.center().y() - 7, 19 if len(entry.sign.letters) > 1 else 14, 14)
            ink = QColor(self.theme.text) if entry.hollow else None
            paint_sign(painter, box, entry.sign, letters, hollow=ink)
            left += 25
        painter.setFont(font)
        metrics = QFontMetrics(font)
        number = "" if entry.count is None else f"{entry.count:,}"
        painter.setPen(QColor(self.theme.dim))
        right = area.adjusted(0, 0, -GRID, 0)
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(right, centre | Qt.AlignmentFlag.AlignRight, number)
        painter.setPen(QColor(self.theme.text if entry.active or entry.count else self.theme.dim))
        room = right.right() - metrics.horizontalAdvance(number) - GRID - left
        words = QRect(left, area.top(), room, area.height())
        text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideMiddle, words.width())
        painter.drawText(words, centre | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_fold(self, painter: QPainter, left: int, y: int, entry: Entry) -> None:
        if entry.folded is None:
            return
        corners = [(3, -4), (8, 0), (3, 4)] if entry.folded else [(1, -2), (9, -2), (5, 3)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.dim))
        painter.drawPolygon(QPolygonF([QPointF(left + dx, y + dy) for dx, dy in corners]))
