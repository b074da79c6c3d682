"""The command palette: everything that can be done now, found by typing some of its letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from semgui.texts import tr
from semgui.ui.columns import label
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.fuzzy import Match, match

_WIDTH, _ROWS = 640, 12
Index = QModelIndex | QPersistentModelIndex
_ENTRY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One thing that can be done.

    Parameters
    ----------
    words
        What is read and searched.
    run
        Does it.
    where
        Where else it is found (a menu), or more of what it is (a path); dim, and searched after `words`.
    keys
        Its shortcut.
    colour
        Of the class it is about.
    """

    words: str
    run: Callable[[], None]
    where: str = ""
    keys: str = ""
    colour: str = ""


class Palette(QFrame):
    """Lies over the upper middle of a window while it is used; Escape or a click beside it closes it.

    Parameters
    ----------
    entries
        Asked each time it opens, so that only what can be done now is offered.
    hint
        Stands where one types.
    otherwise
        Offers something to do with words that are found nowhere; ``None`` if there is nothing.
    """

    def __init__(
        self,
        window: QWidget,
        entries: Callable[[], Sequence[PaletteEntry]],
        theme: Theme,
        *,
        hint: str,
        otherwise: Callable[[str], PaletteEntry | None] = lambda _: None,
    ) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self._window = window
        self._ask = entries
        self._otherwise = otherwise
        self._before: QWidget | None = None
        self._last: list[str] = []
        self.edit = _PaletteEdit(self)
        self.edit.setPlaceholderText(hint)
        self.edit.setAccessibleName(hint)
        self.edit.textChanged.connect(self._search)
        self._found = _Found(self)
        self.list = QListView()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setModel(self._found)
        self.list.setMouseTracking(True)
        self.list.setItemDelegate(_EntryDelegate(theme, self.list))
        self.list.clicked.connect(self._run)
        self._nothing = label(tr("Nothing is called so, or it cannot be done now."), "dim")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.edit)
        layout.addWidget(self._nothing)
        layout.addWidget(self.list)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.list.setItemDelegate(_EntryDelegate(theme, self.list))

    def open(self) -> None:
        """Offer what can be done now; open already, close."""
        if self.isVisible():
            self.close_and_return()
            return
        self._before = QApplication.focusWidget()
        self._entries = sorted(self._ask(), key=self._rank)
        self.edit.clear()
        self._search("")
        self.show()
        self.raise_()
        self.edit.setFocus()

    def close_and_return(self) -> None:
        """Close, and give the keyboard back to where it was."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()

    def step(self, rows: int) -> None:
        """Go up or down in the list, around its ends."""
        count = self._found.rowCount()
        if count:
            now = self.list.currentIndex().row()
            row = (now + rows) % count if abs(rows) == 1 else min(max(now + rows, 0), count - 1)
            self.list.setCurrentIndex(self._found.index(row))

    def run_current(self) -> None:
        """Do what is chosen."""
        if self.list.currentIndex().isValid():
            self._run(self.list.currentIndex())

    def _rank(self, entry: PaletteEntry) -> int:
        return self._last.index(entry.words) if entry.words in self._last else len(self._last)

    def _search(self, query: str) -> None:
        found = [(m, entry) for entry in self._entries if (m := _match(query, entry)) is not None]
        if query.strip():
            found.sort(key=lambda pair: -pair[0].score)
        rows = [(entry, m.places) for m, entry in found]
        if not rows and (other := self._otherwise(query.strip())) is not None:
            rows = [(other, ())]
        self._found.replace(rows)
        self.list.setCurrentIndex(self._found.index(0))
        self._nothing.setVisible(not rows)
        self.list.setVisible(bool(rows))
        self._place(len(rows))

    def _place(self, rows: int) -> None:
        height = self.list.sizeHintForRow(0) * min(rows, _ROWS) if rows else 0
        self.list.setFixedHeight(height)
        width = min(_WIDTH, self._window.width() - 4 * GRID)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((self._window.width() - width) // 2, 8 * GRID)

    def _run(self, index: QModelIndex) -> None:
        entry: PaletteEntry = index.data(_ENTRY)[0]
        self._last = [entry.words, *(words for words in self._last if words != entry.words)]
        self.close_and_return()
        entry.run()


def _match(query: str, entry: PaletteEntry) -> Match | None:
    found = match(query, entry.words)
    if found is None and entry.where:
        with_place = match(query, f"{entry.words} {entry.where}")
        if with_place is not None:  # by words that are only in the place: after all others
            inside = tuple(place for place in with_place.places if place < len(entry.words))
            found = Match(with_place.score - 100, inside)
    return found


class _PaletteEdit(QLineEdit):
    """Keeps every key, so that none reaches the pictures, and hands some to the list."""

    def __init__(self, palette: Palette) -> None:
        super().__init__(palette)
        self._palette = palette

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_Tab: 1,
            Qt.Key.Key_PageDown: _ROWS,
            Qt.Key.Key_PageUp: -_ROWS,
        }
        if event.key() in steps:
            self._palette.step(steps[event.key()])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._palette.run_current()
        elif event.key() == Qt.Key.Key_Escape or _asks_again(event):
            self._palette.close_and_return()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        self._palette.step(1 if forward else -1)
        return True

    def focusOutEvent(self, event: QEvent) -> None:
        super().focusOutEvent(event)
        self._palette.hide()


def _asks_again(event: QKeyEvent) -> bool:
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    return (event.key(), event.modifiers()) in {(Qt.Key.Key_K, control), (Qt.Key.Key_P, control | shift)}


class _Found(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[tuple[PaletteEntry, tuple[int, ...]]] = []

    def replace(self, rows: list[tuple[PaletteEntry, tuple[int, ...]]]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == _ENTRY:
            return row
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return row[0].words
        return None


class _EntryDelegate(QStyledItemDelegate):
    """Words with the letters found in bold, the place dim, the keys at the right."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, QFontMetrics(option.font).height() + GRID + 4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, places = index.data(_ENTRY)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.accent))
            painter.drawRoundedRect(option.rect, 4, 4)
        strong = QColor(self._theme.on_accent if chosen else self._theme.text)
        weak = strong if chosen else QColor(self._theme.dim)
        area = option.rect.adjusted(GRID, 0, -GRID, 0)
        metrics = QFontMetrics(painter.font())
        painter.setPen(weak)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, entry.keys)
        if entry.keys:
            area.setRight(area.right() - metrics.horizontalAdvance(entry.keys) - 2 * GRID)
        if entry.colour:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(entry.colour))
            painter.drawEllipse(QRect(area.left(), area.center().y() - 4, 9, 9))
            area.setLeft(area.left() + 16)
        painter.setPen(strong)
        area.setLeft(_draw_words(painter, area, entry.words, set(places)) + GRID)
        painter.setPen(weak)
        where = metrics.elidedText(entry.where, Qt.TextElideMode.ElideMiddle, max(0, area.width()))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, where)
        painter.restore()


def _draw_words(painter: QPainter, area: QRect, words: str, places: set[int]) -> int:
    """Draw words with some letters bold, shortened to the area, and return where they end."""
    normal = QFont(painter.font())
    bold = QFont(normal)
    bold.setWeight(QFont.Weight.Bold)
    shown = QFontMetrics(bold if places else normal).elidedText(
        words, Qt.TextElideMode.ElideMiddle, area.width()
    )
    if shown != words:
        places = set()
    left = area.left()
    for start, end, is_bold in _runs(len(shown), places):
        painter.setFont(bold if is_bold else normal)
        piece = shown[start:end]
        painter.drawText(area.adjusted(left - area.left(), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, piece)
        left += painter.fontMetrics().horizontalAdvance(piece)
    painter.setFont(normal)
    return left


def _runs(length: int, places: set[int]) -> list[tuple[int, int, bool]]:
    runs: list[tuple[int, int, bool]] = []
    for index in range(length):
        is_bold = index in places
        if runs and runs[-1][2] is is_bold:
            runs[-1] = (runs[-1][0], index + 1, is_bold)
        else:
            runs.append((index, index + 1, is_bold))
    return runs
