"""Files and folders dropped anywhere on the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget


class DropTarget(QObject):
    """Hands what is dropped on a widget, or on a part of it that does not take it itself, to `call`.

    Parameters
    ----------
    widget
        Accepts drops from now on.
    call
        Gets the local paths, at least one.
    """

    def __init__(self, widget: QWidget, call: Callable[[list[Path]], None]) -> None:
        super().__init__(widget)
        self._call = call
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take files and folders."""
        if isinstance(event, QDropEvent):  # a QDragEnterEvent is one as well
            paths = _local_paths(event.mimeData())
            if not paths:
                return False
            event.acceptProposedAction()
            if not isinstance(event, QDragEnterEvent) and event.type() is QEvent.Type.Drop:
                # The program that the drag comes from waits until this returns.
                QTimer.singleShot(0, self, lambda: self._call(paths))
            return True
        return super().eventFilter(watched, event)


def _local_paths(mime: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
