"""The classes to label with: keys, names, and how likely the model finds each; takes clicks and drops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
)
from PySide6.QtWidgets import QListView, QSizePolicy, QToolTip, QWidget

from semgui.domain.ids import ClassId, ImageId
from semgui.texts import tr
from semgui.ui.class_card import class_card
from semgui.ui.class_rows import CLASS_ROW, ClassRowPainter, ClassRows
from semgui.ui.drags import dragged_images
from semgui.ui.theme import Theme
from semgui.viewmodels.classes import ClassRow
from semgui.viewmodels.examples import ExampleModel

Assign = Callable[[Sequence[ImageId], ClassId], None]

_FLASH_MS = 350
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
        self._rows = ClassRows(self)
        self._delegate = ClassRowPainter(theme, self)
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
                row: ClassRow = index.data(CLASS_ROW)
                text = class_card(row.sem_class, self._examples)
                QToolTip.showText(event.globalPos(), text, self.viewport(), self.visualRect(index))
                return True
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with a class."""
        index = self.indexAt(event.pos())
        if index.isValid():
            row: ClassRow = index.data(CLASS_ROW)
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
        row: ClassRow = index.data(CLASS_ROW)
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
            row: ClassRow = index.data(CLASS_ROW)
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
            row: ClassRow = index.data(CLASS_ROW)
            self._choose(row.sem_class.id)

    def _row_height(self) -> int:
        return self._delegate.height(self.fontMetrics())

    def _content_height(self) -> int:
        return self._rows.rowCount() * self._row_height() + 2 * self.frameWidth()
