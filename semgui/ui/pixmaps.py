"""Thumbnails as pixmaps: decoded off-thread, the most recently seen kept."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from semgui.viewmodels.tasks import Lane, TaskRunner
from semgui.viewmodels.thumbnails import ThumbnailModel

_MAX_BYTES = 160 << 20


class PixmapCache(QObject):
    """Least recently seen out first, bounded in bytes."""

    changed = Signal()

    def __init__(self, runner: TaskRunner, thumbnails: ThumbnailModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._bytes = 0
        self._pixmaps: OrderedDict[int, QPixmap] = OrderedDict()
        self._generation = 0
        thumbnails.arrived.connect(self._decode)
        thumbnails.reset.connect(self._clear)

    def has(self, image_id: int) -> bool:
        """Whether a thumbnail is there."""
        return image_id in self._pixmaps

    def get(self, image_id: int) -> QPixmap | None:
        """Return a thumbnail, a null one for an unreadable image, ``None`` while it is on its way."""
        found = self._pixmaps.get(image_id)
        if found is not None:
            self._pixmaps.move_to_end(image_id)
        return found

    def _decode(self, image_id: int, encoded: bytes) -> None:
        generation = self._generation
        self._runner.run(
            Lane.THUMBNAIL,
            lambda: QImage.fromData(encoded),
            lambda image: self._keep(generation, image_id, image),
            lambda _: None,
        )

    def _keep(self, generation: int, image_id: int, image: QImage) -> None:
        if generation != self._generation:
            return
        pixmap = QPixmap.fromImage(image)
        old = self._pixmaps.pop(image_id, None)
        self._bytes += _size(pixmap) - (_size(old) if old else 0)
        self._pixmaps[image_id] = pixmap
        while self._bytes > _MAX_BYTES:
            _, dropped = self._pixmaps.popitem(last=False)
            self._bytes -= _size(dropped)
        self.changed.emit()

    def _clear(self) -> None:
        self._generation += 1
        self._pixmaps.clear()
        self._bytes = 0


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
