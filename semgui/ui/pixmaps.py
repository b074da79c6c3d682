"""Thumbnails as pixmaps: the most recently seen kept."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from semgui.viewmodels.thumbnails import Thumbnail, ThumbnailModel

_MAX_BYTES = 160 << 20


class PixmapCache(QObject):
    """Least recently seen out first, bounded in bytes."""

    changed = Signal(object)  # ids of the images whose thumbnails arrived, as a set; None: any

    def __init__(self, thumbnails: ThumbnailModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._bytes = 0
        self._pixmaps: OrderedDict[int, QPixmap] = OrderedDict()
        self._sharp: set[int] = set()  # those that are as large as they are shown now
        thumbnails.arrived.connect(self._keep)
        thumbnails.reset.connect(self._clear)
        thumbnails.outdated.connect(self._outdate)

    @property
    def nbytes(self) -> int:
        """Memory that the thumbnails take."""
        return self._bytes

    def has(self, image_id: int) -> bool:
        """Whether a thumbnail is there, as large as it is shown."""
        return image_id in self._sharp

    def get(self, image_id: int) -> QPixmap | None:
        """Return a thumbnail, a null one for an unreadable image, ``None`` while it is on its way."""
        found = self._pixmaps.get(image_id)
        if found is not None:
            self._pixmaps.move_to_end(image_id)
        return found

    def set_edge(self, edge: int) -> None:
        """Have thumbnails of another size; those that are there serve until then."""
        if edge != self._thumbnails.edge:
            self._thumbnails.set_edge(edge)
            self._sharp.clear()

    def _keep(self, arrived: tuple[Thumbnail, ...]) -> None:
        for thumbnail in arrived:
            pixmap = _pixmap(thumbnail)
            key = int(thumbnail.id)
            old = self._pixmaps.pop(key, None)
            self._bytes += _size(pixmap) - (_size(old) if old else 0)
            self._pixmaps[key] = pixmap
            self._sharp.add(key)
        while self._bytes > _MAX_BYTES:
            key, dropped = self._pixmaps.popitem(last=False)
            self._sharp.discard(key)
            self._bytes -= _size(dropped)
        self.changed.emit({int(thumbnail.id) for thumbnail in arrived})

    def _outdate(self, ids: tuple[int, ...]) -> None:
        outdated = {int(i) for i in ids}
        self._sharp -= outdated
        self.changed.emit(outdated)

    def _clear(self) -> None:
        self._pixmaps.clear()
        self._sharp.clear()
        self._bytes = 0


def _pixmap(thumbnail: Thumbnail) -> QPixmap:
    if thumbnail.pixels is None:
        return QPixmap()
    height, width = thumbnail.pixels.shape
    grey = QImage(thumbnail.pixels.data, width, height, width, QImage.Format.Format_Grayscale8)
    return QPixmap.fromImage(grey)  # a copy: the array may go


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
