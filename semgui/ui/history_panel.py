"""What was done in the project, newest first; a click goes to that point."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QHideEvent, QKeyEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from semgui.catalogue.batches import ActionState, PastAction
from semgui.domain.ids import BatchId
from semgui.texts import tr
from semgui.ui.columns import Column
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.history import START, HistoryModel

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

Index = QModelIndex | QPersistentModelIndex
_ENTRY = Qt.ItemDataRole.UserRole


class HistoryPanel(Column):
    """The actions, those that are undone dim, and a mark at the one that is the last in force."""

    def __init__(self, window: MainWindow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self._history = window.session.hand.history
        self.list = _HistoryList(self._history, window.settings.annotator, window.theme)
        self.list.left = window.gallery.setFocus
        self.more = QPushButton(tr("Older"))
        self.more.clicked.connect(self._history.read_more)
        self.redo_all = QPushButton(tr("Redo all"))
        self.redo_all.clicked.connect(self._history.redo_all)
        buttons = QHBoxLayout()
        buttons.addWidget(self.more)
        buttons.addStretch(1)
        buttons.addWidget(self.redo_all)
        self.body.setContentsMargins(GRID, GRID, GRID, GRID)
        self.body.addWidget(self.list, stretch=1)
        self.body.addLayout(buttons)
        self.setMinimumWidth(260)
        self.setFocusProxy(self.list)
        self._history.changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.list.set_theme(theme)

    def refresh(self) -> None:
        """Show the actions as they are."""
        self.list.refresh()
        self.more.setVisible(self._history.more)
        self.redo_all.setEnabled(self._history.can_redo)

    def showEvent(self, event: QShowEvent) -> None:
        """Read while somebody looks."""
        super().showEvent(event)
        self._history.watch(on=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Read no longer."""
        super().hideEvent(event)
        self._window.gallery.setFocus()
        self._history.watch(on=False)


class _HistoryList(QListView):
    def __init__(self, history: HistoryModel, annotator: str, theme: Theme) -> None:
        super().__init__()
        self._history = history
        self.left = lambda: None
        self._rows = _Rows(history, annotator, self)
        self._delegate = _EntryDelegate(history, theme, self)
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(tr("History"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(self._go)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._delegate.theme = theme
        self.viewport().update()

    def refresh(self) -> None:
        """Show the actions as they are, the cursor at the last one in force."""
        self._rows.refresh()
        self.setCurrentIndex(self._rows.index(self._rows.row_of(self._history.here)))

    def event(self, event: QEvent) -> bool:
        """Claim the keys of a list before the window's shortcuts see them."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            own = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Home, Qt.Key.Key_End)
            if event.key() in own and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the point chosen."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(self.currentIndex())
        elif event.key() == Qt.Key.Key_Escape:
            self.left()
        else:
            super().keyPressEvent(event)

    def _go(self, index: Index) -> None:
        if index.isValid():
            action: PastAction | None = index.data(_ENTRY)
            if action is None:
                self._history.go_to(START)
            elif action.can_be_undone:
                self._history.go_to(action.id)


class _Rows(QAbstractListModel):
    """The actions, and below the oldest one the state before all of them."""

    def __init__(self, history: HistoryModel, annotator: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._history = history
        self._annotator = annotator
        self._actions: tuple[PastAction, ...] = ()

    def refresh(self) -> None:
        """Take over the actions."""
        if self._history.actions != self._actions:
            self.beginResetModel()
            self._actions = tuple(a for a in self._history.actions if a.can_be_undone)
            self.endResetModel()

    def row_of(self, batch_id: BatchId) -> int:
        """Row of an action; that of the start where it is none of them."""
        return next((n for n, a in enumerate(self._actions) if a.id == batch_id), len(self._actions))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        with_start = 0 if self._history.more else 1
        return 0 if parent.isValid() else len(self._actions) + with_start

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        action = self._actions[index.row()] if index.row() < len(self._actions) else None
        if role == _ENTRY:
            return action
        if role == Qt.ItemDataRole.ToolTipRole and action is not None:
            when = action.created_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
            return f"{action.title}\n{action.annotator}, {when}"
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return tr("Start") if action is None else action.title
        return None

    def line_of(self, action: PastAction) -> str:
        """Who did it and when, as short as it can be told."""
        at = action.created_at.astimezone()
        today = at.date() == datetime.now().astimezone().date()
        when = at.strftime("%H:%M") if today else at.strftime("%d %b %H:%M")
        return when if action.annotator == self._annotator else f"{action.annotator} {when}"


class _EntryDelegate(QStyledItemDelegate):
    def __init__(self, history: HistoryModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._history = history
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, QFontMetrics(option.font).height() + GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        action: PastAction | None = index.data(_ENTRY)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = option.rect.adjusted(GRID // 2, 0, -GRID, 0)
        self._paint_back(painter, option, area)
        here = self._history.here == (START if action is None else action.id)
        if here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.accent))
            painter.drawEllipse(QRect(area.left() + 2, area.center().y() - 3, 7, 7))
        undone = action is not None and action.state is not ActionState.DONE
        area.setLeft(area.left() + 2 * GRID)
        metrics = QFontMetrics(painter.font())
        line = index.model().line_of(action) if action is not None else ""
        painter.setPen(QColor(self.theme.dim))
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, centre | Qt.AlignmentFlag.AlignRight, line)
        area.setRight(area.right() - metrics.horizontalAdvance(line) - GRID)
        painter.setPen(QColor(self.theme.disabled if undone else self.theme.text))
        words = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, centre, words)
        painter.restore()

    def _paint_back(self, painter: QPainter, option: QStyleOptionViewItem, area: QRect) -> None:
        raised = self.theme.raised if self.theme.name == "dark" else self.theme.line
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(raised))
            painter.drawRoundedRect(option.rect.adjusted(0, 0, 0, -1), 4, 4)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(self.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(option.rect.adjusted(0, 0, -1, -2), 4, 4)
            painter.setPen(Qt.PenStyle.NoPen)
