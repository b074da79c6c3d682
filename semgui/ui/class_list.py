"""The classes as a list that is put in order by drag and keys, and renamed in place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QByteArray,
    QEvent,
    QItemSelectionModel,
    QMimeData,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QHelpEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip, QWidget

from semgui.domain.ids import ClassId
from semgui.texts import tr
from semgui.ui.class_card import class_card
from semgui.ui.class_rows import CLASS_ROW, ClassRows, Index
from semgui.ui.theme import GRID, Theme
from semgui.ui.typing import TypingLine
from semgui.viewmodels.classes import ClassModel, ClassRow, tree_rows
from semgui.viewmodels.examples import ExampleModel

_MIME = "application/x-semgui-class"
_INDENT = 14
_KEY = 20
_OWN_KEYS = {
    *(Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_Escape),
}


class ClassList(QListView):
    """Classes with colour, key and count.

    F2 or a double click renames, Alt with an arrow moves, Delete archives or restores.
    """

    chosen = Signal()
    menu_asked = Signal(str, QPoint)  # for a class, at a place of the screen
    left = Signal()  # Escape: the keys belong to the pictures again

    def __init__(
        self, classes: ClassModel, examples: ExampleModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._classes = classes
        self._examples = examples
        self._rows = _Rows(classes, self)
        self._delegate = _RowDelegate(theme, self)
        self._archived = False
        self._waits = False  # whether the classes are to be shown anew when a name is typed
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(tr("Classes"))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.setEditTriggers(QListView.EditTrigger.DoubleClicked | QListView.EditTrigger.EditKeyPressed)
        self.setDragDropMode(QListView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(True)
        self.selectionModel().currentChanged.connect(lambda *_: self.chosen.emit())

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._delegate.theme = theme
        self.viewport().update()

    @property
    def archived(self) -> bool:
        """Whether archived classes are shown, too."""
        return self._archived

    def show_archived(self, *, on: bool) -> None:
        """Show archived classes, too, or not."""
        self._archived = on
        self.refresh()

    def refresh(self) -> None:
        """Show the classes as they are, or as soon as a name is typed; the chosen one stays chosen."""
        self._waits = self.state() is QListView.State.EditingState
        if self._waits:  # other rows would take the line away, and what is typed on would be keys of classes
            return
        before = self.current
        self._rows.replace(tree_rows(self._classes.taxonomy, archived=self._archived))
        if before is not None:
            self.choose(before)
        if not self.currentIndex().isValid() and self._rows.rowCount():
            self.setCurrentIndex(self._rows.index(0))
        self.chosen.emit()
        self.viewport().update()

    @property
    def current(self) -> ClassId | None:
        """The chosen class."""
        index = self.currentIndex()
        return index.data(CLASS_ROW).sem_class.id if index.isValid() else None

    def choose(self, class_id: ClassId) -> None:
        """Choose a class."""
        row = self._rows.row_of(class_id)
        if row >= 0:
            index = self._rows.index(row)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(index)

    def rename(self) -> None:
        """Let the user type another name."""
        if self.currentIndex().isValid():
            self.edit(self.currentIndex())

    def closeEditor(self, editor: QWidget, hint: QStyledItemDelegate.EndEditHint) -> None:
        """Show what has changed while a name was typed."""
        super().closeEditor(editor, hint)
        if self._waits:
            self.refresh()

    def minimumSizeHint(self) -> QSize:
        """Return the height of a few rows."""
        return QSize(120, 4 * max(24, self.sizeHintForRow(0)))

    def sizeHint(self) -> QSize:
        """About ten rows."""
        return QSize(240, 10 * self.sizeHintForRow(0) if self._rows.rowCount() else 200)

    def event(self, event: QEvent) -> bool:
        """Claim the keys of a list before the window's shortcuts see them."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            bare = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier)
            if bare and event.key() in _OWN_KEYS:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move, archive, leave."""
        current = self.current
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif current is None:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in steps:
            self._classes.move(current, steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Delete:
            self._classes.archive_or_restore(current)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.rename()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu, for the class under the pointer or, by the menu key, for the chosen one."""
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            self.setCurrentIndex(index)
            below = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
            self.menu_asked.emit(index.data(CLASS_ROW).sem_class.id, below if by_key else event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what a class is."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            if index.isValid():
                card = class_card(index.data(CLASS_ROW).sem_class, self._examples)
                QToolTip.showText(event.globalPos(), card, self.viewport(), self.visualRect(index))
                return True
        return super().viewportEvent(event)


class _Rows(ClassRows):
    """The same, to be renamed and dragged."""

    def __init__(self, classes: ClassModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._classes = classes

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.EditRole:
            return row.sem_class.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            count = self.count_of(row)
            return tr("{name}, {n:,} image(s)", "", count, name=row.sem_class.name)
        return super().data(index, role)

    def count_of(self, row: ClassRow) -> int:
        """Labelled images of a class."""
        return self._classes.counts.get(row.sem_class.id, 0)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        sem_class = self._rows[index.row()].sem_class
        if role == Qt.ItemDataRole.EditRole and str(value).strip() != sem_class.name:
            self._classes.rename(sem_class.id, str(value))
        return False  # the new name is shown when it is on the disk

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
        archived = self._rows[index.row()].sem_class.archived
        return base if archived else base | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [_MIME]

    def mimeData(self, indexes: Sequence[Index]) -> QMimeData:
        mime = QMimeData()
        mime.setData(_MIME, QByteArray(str(self._rows[indexes[0].row()].sem_class.id).encode()))
        return mime

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        moved = ClassId(bytes(data.data(_MIME).data()).decode())
        active = [r.sem_class.id for r in self._rows if not r.sem_class.archived]
        self._classes.place_before(moved, active[row] if 0 <= row < len(active) else None)
        return False  # nothing to remove: the new order is shown when it is on the disk


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: ClassList) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, QFontMetrics(option.font).height() + GRID)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        return TypingLine(lambda: None, parent)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        left = self._name_left(option.rect, index.data(CLASS_ROW)) - GRID
        editor.setGeometry(option.rect.adjusted(left - option.rect.left(), -2, 0, 2))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: ClassRow = index.data(CLASS_ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            raised = self.theme.raised if self.theme.name == "dark" else self.theme.line
            painter.setBrush(QColor(self.theme.accent if chosen else raised))
            painter.drawRoundedRect(option.rect.adjusted(0, 0, 0, -1), 4, 4)
        strong = QColor(self.theme.on_accent if chosen else self.theme.text)
        weak = strong if chosen else QColor(self.theme.dim)
        area = option.rect.adjusted(GRID // 2, 0, -GRID, 0)
        self._paint_words(painter, area, row, index.model().count_of(row), strong, weak)
        painter.restore()

    def _paint_words(
        self, painter: QPainter, area: QRect, row: ClassRow, count: int, strong: QColor, weak: QColor
    ) -> None:
        centre = Qt.AlignmentFlag.AlignVCenter
        metrics = QFontMetrics(painter.font())
        left = self._name_left(area, row)
        painter.setBrush(QColor(row.sem_class.colour))
        painter.drawRoundedRect(QRect(left - 20, area.center().y() - 5, 12, 12), 3, 3)
        painter.setPen(weak)
        key = QRect(area.left(), area.top(), _KEY - 4, area.height())
        painter.drawText(key, Qt.AlignmentFlag.AlignCenter, row.sem_class.shortcut.upper())
        number = tr("archived") if row.sem_class.archived else f"{count:,}"
        painter.drawText(area, centre | Qt.AlignmentFlag.AlignRight, number)
        painter.setPen(weak if row.sem_class.archived else strong)
        room = area.right() - metrics.horizontalAdvance(number) - GRID - left
        name = metrics.elidedText(row.sem_class.name, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(QRect(left, area.top(), room, area.height()), centre, name)

    def _name_left(self, area: QRect, row: ClassRow) -> int:
        return area.left() + _KEY + 22 + row.depth * _INDENT
