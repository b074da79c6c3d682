"""Thumbnails of up to 100,000 images in a strip or a grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from semgui.domain.ids import ImageId
from semgui.ui.pixmaps import PixmapCache
from semgui.ui.theme import Theme
from semgui.ui.tile_delegate import TileDelegate
from semgui.viewmodels.gallery import GalleryModel, RowsChange
from semgui.viewmodels.thumbnails import ThumbnailModel
from semgui.viewmodels.tiles import GalleryFilter, Tile

Index = QModelIndex | QPersistentModelIndex

_SETTLE_MS = 40  # scrolling wants nothing until the view rests this long


class GalleryRows(QAbstractListModel):
    """Qt's view of a `GalleryModel`; holds no rows of its own."""

    def __init__(self, gallery: GalleryModel, describe: Callable[[Tile], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._describe = describe
        self._count = gallery.ids.size

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Count of images."""
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Words for what the delegate paints."""
        if role not in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        tile = self._gallery.tile(index.row())
        return self._describe(tile) if tile else None

    def follow(self, change: RowsChange) -> None:
        """Take over how the rows changed."""
        count = self._gallery.ids.size
        if change is RowsChange.APPENDED:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._count = count
            self.endResetModel()


class GalleryView(QListView):
    """Shows the rows and takes the selection by mouse and keys."""

    def __init__(
        self,
        gallery: GalleryModel,
        thumbnails: ThumbnailModel,
        pixmaps: PixmapCache,
        delegate: TileDelegate,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("gallery")
        self._gallery = gallery
        self._thumbnails = thumbnails
        self._pixmaps = pixmaps
        self._delegate = delegate
        self._syncing = False
        self._rows = GalleryRows(gallery, delegate.describe, self)
        self.setModel(self._rows)
        self.setItemDelegate(delegate)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("Images")
        self.set_grid(on=False)

        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settled.timeout.connect(self._want_thumbnails)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self._settle)
        self.selectionModel().selectionChanged.connect(self._selection_taken)
        self.selectionModel().currentChanged.connect(self._selection_taken)
        gallery.rows_changed.connect(self._rows_changed)
        gallery.tiles_changed.connect(self._repaint)
        gallery.current_changed.connect(self._show_selection)
        gallery.selection_changed.connect(self._show_selection)
        pixmaps.changed.connect(self._repaint)

    def set_grid(self, *, on: bool) -> None:
        """Fill the space with rows of thumbnails, or show a single strip."""
        self.setWrapping(on)
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setHorizontalScrollBarPolicy(off if on else needed)
        self.setVerticalScrollBarPolicy(needed if on else off)
        self._show_selection()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._delegate.set_theme(theme)
        self.viewport().update()

    def strip_height(self) -> int:
        """Height that shows one row and its scroll bar."""
        return self._delegate.tile_size().height() + self.horizontalScrollBar().sizeHint().height() + 4

    def sizeHint(self) -> QSize:
        """One row."""
        return QSize(600, self.strip_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tiles or, without any, what to do."""
        super().paintEvent(event)
        if self._rows.rowCount():
            return
        filtered = self._gallery.filter != GalleryFilter()
        words = "No image passes the filters; Ctrl+Shift+F clears them." if filtered else "No images yet."
        painter = QPainter(self.viewport())
        painter.setPen(self.palette().placeholderText().color())
        painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, words)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for what came into view."""
        super().resizeEvent(event)
        self._settle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let an ordinary wheel scroll the strip sideways."""
        turned = event.angleDelta().y()
        if self.isWrapping() or not turned or event.angleDelta().x():
            super().wheelEvent(event)
            return
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - round(turned / 120 * self._delegate.tile_size().width()))
        event.accept()

    # From the model

    def _rows_changed(self, change: RowsChange) -> None:
        self._syncing = True
        self._rows.follow(change)
        self._syncing = False
        if change is RowsChange.REPLACED:
            self._show_selection()
        self._settle()

    def _repaint(self) -> None:
        self.viewport().update()
        self._settle()

    def _show_selection(self) -> None:
        if self._syncing:
            return
        row = self._gallery.current_row
        index = self._rows.index(row, 0) if row >= 0 else QModelIndex()
        self._syncing = True
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(
            self._selection_of(self._gallery.selection), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        self._syncing = False
        if index.isValid():
            self.scrollTo(index, self._scroll_hint())

    def _scroll_hint(self) -> QAbstractItemView.ScrollHint:
        hints = QAbstractItemView.ScrollHint
        return hints.EnsureVisible if self.isWrapping() else hints.PositionAtCenter

    def _selection_of(self, ids: tuple[ImageId, ...]) -> QItemSelection:
        chosen = QItemSelection()
        if not ids:
            return chosen
        rows = np.flatnonzero(np.isin(self._gallery.ids, np.asarray(ids, dtype=np.int64)))
        if not rows.size:
            return chosen
        for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
            chosen.select(self._rows.index(int(run[0]), 0), self._rows.index(int(run[-1]), 0))
        return chosen

    # To the model

    def _selection_taken(self, *_: object) -> None:
        if self._syncing:
            return
        rows = [
            np.arange(part.top(), part.bottom() + 1) for part in self.selectionModel().selection()
        ]  # one entry a run of rows, not one a row
        picked = np.sort(np.concatenate(rows)) if rows else np.zeros(0, dtype=np.int64)
        current = self.currentIndex().row()
        ids = self._gallery.ids
        self._syncing = True
        self._gallery.set_current_and_selection(
            ImageId(int(ids[current])) if 0 <= current < ids.size else None,
            [ImageId(i) for i in ids[picked].tolist()],
        )
        self._syncing = False

    def _settle(self, *_: object) -> None:
        # Not connected directly: a scroll bar's value would pass for the timer's milliseconds.
        self._settled.start(_SETTLE_MS)

    def _want_thumbnails(self) -> None:
        """Ask for thumbnails in view and a screen beyond, the nearest to the middle first."""
        count = self._rows.rowCount()
        if not count or not self.isVisible():
            return
        first, last = self.rows_in_view()
        beyond = last - first + 1
        rows = np.arange(max(0, first - beyond), min(count, last + 1 + beyond))
        current = self._gallery.current_row
        middle = current if first <= current <= last else (first + last) // 2
        rows = rows[np.argsort(np.abs(rows - middle), kind="stable")]
        ids = [ImageId(i) for i in self._gallery.ids[rows].tolist()]
        self._thumbnails.want([i for i in ids if not self._pixmaps.has(i)])

    def rows_in_view(self) -> tuple[int, int]:
        """First and last row that can be seen."""
        area = self.viewport().rect()
        tile = self._delegate.tile_size()
        # A tile's middle lies on the grid even where the corner of the viewport shows a gap.
        first = self.indexAt(area.topLeft() + _half(tile)).row()
        start = max(first, 0)
        across = area.width() // tile.width() + 2
        down = area.height() // tile.height() + 2 if self.isWrapping() else 1
        return start, min(start + across * down, self._rows.rowCount()) - 1


def _half(size: QSize) -> QPoint:
    return QPoint(size.width() // 2, size.height() // 2)
