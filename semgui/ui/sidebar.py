"""The left column: what the gallery is narrowed to, with counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
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
    QTimer,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from semgui.ui.columns import Column
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.labelling import LabelModel
from semgui.viewmodels.tiles import GalleryFilter, Show

SHOW_NAMES = {
    Show.ALL: "All images",
    Show.UNLABELLED: "Unlabelled",
    Show.DISAGREE: "Label ≠ model",
    Show.UNCERTAIN: "Uncertain",
    Show.NOT_SEM: "Unlike SEM images",
    Show.UNREADABLE: "Unreadable",
    Show.MISSING: "Missing files",
}
_TYPING_MS = 200
_ENTRY = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list; a heading where `choose` is missing."""

    text: str
    count: int | None = None
    colour: str | None = None
    indent: int = 0
    active: bool = False
    tip: str = ""
    choose: Callable[[], None] | None = None


class Sidebar(Column):
    """Filters; what is chosen is the gallery's filter, nothing is kept here."""

    def __init__(
        self, gallery: GalleryModel, labels: LabelModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._labels = labels
        self.body.setContentsMargins(GRID, GRID, GRID // 2, GRID)
        self.search = FilterEdit()
        self.search.setPlaceholderText("Filter by name")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Filter by name")
        self._typed = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typed.timeout.connect(self._narrow_by_text)
        self.search.textEdited.connect(lambda _: self._typed.start())
        self.search.textChanged.connect(lambda text: None if text else self._typed.start())

        self.list = QListView()
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._entries = _Entries(self)
        self._delegate = _EntryDelegate(theme, self.list)
        self.list.setModel(self._entries)
        self.list.setItemDelegate(self._delegate)
        self.list.clicked.connect(self._clicked)
        self.body.addWidget(self.search)
        self.body.addWidget(self.list, stretch=1)
        for signal in (gallery.counts_changed, gallery.rows_changed, labels.taxonomy_changed):
            signal.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._delegate.theme = theme
        self.list.viewport().update()

    def refresh(self) -> None:
        """Show the counts and the filter as they are."""
        self._entries.replace([*self._shows(), *self._classes(), *self._folders()])
        if self._gallery.filter.text != self.search.text() and not self._typed.isActive():
            self.search.setText(self._gallery.filter.text)

    def narrow(self, **changes: object) -> None:
        """Change parts of the filter."""
        self._gallery.narrow(dataclasses.replace(self._gallery.filter, **changes))
        self.refresh()

    def clear(self) -> None:
        """Show all images again."""
        self.search.clear()
        self._gallery.narrow(GalleryFilter())
        self.refresh()

    def _narrow_by_text(self) -> None:
        self.narrow(text=self.search.text().strip())

    def _shows(self) -> list[Entry]:
        counts = self._gallery.counts.shows
        chosen = self._gallery.filter.show
        always = {Show.ALL, Show.UNLABELLED, Show.DISAGREE, Show.UNCERTAIN, chosen}
        return [Entry("Show")] + [
            Entry(
                name,
                counts.get(show, 0),
                active=show is chosen,
                choose=lambda show=show: self.narrow(show=show),
            )
            for show, name in SHOW_NAMES.items()
            if show in always or counts.get(show)
        ]

    def _classes(self) -> list[Entry]:
        counts = self._gallery.counts.classes
        chosen = self._gallery.filter.class_id
        entries = [
            Entry(
                c.name,
                counts.get(c.id, 0),
                colour=c.colour,
                active=c.id == chosen,
                tip=f"{c.name}: labelled so or, without a label, predicted so",
                choose=lambda i=c.id: self.narrow(class_id=None if i == self._gallery.filter.class_id else i),
            )
            for c in self._labels.taxonomy.active
        ]
        return [Entry("Classes"), *entries] if entries else []

    def _folders(self) -> list[Entry]:
        folders = self._gallery.counts.folders
        chosen = self._gallery.filter.folder
        entries = [
            Entry(
                f.path.name or str(f.path),
                f.count,
                indent=f.depth,
                active=f.path == chosen,
                tip=str(f.path),
                choose=lambda p=f.path: self.narrow(folder=None if p == self._gallery.filter.folder else p),
            )
            for f in folders
        ]
        return [Entry("Folders"), *entries] if entries else []

    def _clicked(self, index: QModelIndex) -> None:
        entry = index.data(_ENTRY)
        if entry.choose is not None:
            entry.choose()


class FilterEdit(QLineEdit):
    """A line to type in that keeps its keys: Enter must not accept a prediction from here."""

    def event(self, event: QEvent) -> bool:
        """Claim every key without Ctrl or Alt before a shortcut sees it."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            function_key = Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F12
            if not event.modifiers() & plain and not function_key:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keys back to the pictures with Enter or Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.window().setFocus()
            return
        super().keyPressEvent(event)


class _Entries(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    def replace(self, entries: list[Entry]) -> None:
        """Show these; without a reset where their number stays, so that the scroll position does too."""
        if len(entries) == len(self._entries):
            self._entries = entries
            self.dataChanged.emit(self.index(0), self.index(len(entries) - 1))
            return
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self._entries[index.row()]
        if role == _ENTRY:
            return entry
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.tip or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return entry.text if entry.count is None else f"{entry.text}, {entry.count}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        heading = self._entries[index.row()].choose is None
        return Qt.ItemFlag.NoItemFlags if heading else Qt.ItemFlag.ItemIsEnabled


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
        if entry.choose is None:
            self._paint_heading(painter, area, entry.text)
        else:
            self._paint_entry(painter, option, area, entry)
        painter.restore()

    def _paint_heading(self, painter: QPainter, area: QRect, text: str) -> None:
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.dim))
        painter.drawText(area.adjusted(GRID, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

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
        left = area.left() + GRID + entry.indent * 12
        if entry.colour:
            painter.setBrush(QColor(entry.colour))
            painter.drawEllipse(QRect(left, area.center().y() - 4, 9, 9))
            left += 16
        metrics = QFontMetrics(painter.font())
        number = "" if entry.count is None else f"{entry.count:,}"
        number_width = metrics.horizontalAdvance(number)
        painter.setPen(QColor(self.theme.dim))
        right = area.adjusted(0, 0, -GRID, 0)
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(right, centre | Qt.AlignmentFlag.AlignRight, number)
        painter.setPen(QColor(self.theme.text if entry.active or entry.count else self.theme.dim))
        words = QRect(left, area.top(), right.right() - number_width - GRID - left, area.height())
        text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideMiddle, words.width())
        painter.drawText(words, centre | Qt.AlignmentFlag.AlignLeft, text)
