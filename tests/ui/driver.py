"""Drives a window by mouse and keys, as a user would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from semgui.domain.ids import ImageId
from semgui.imaging.decoders import Decoder
from semgui.settings import Settings
from semgui.viewmodels.brain import BrainFinder
from semgui.viewmodels.desk import Mode
from semgui.viewmodels.session import Session
from semgui.viewmodels.tiles import Tile

_PATIENCE_SECONDS = 60  # the machine may be busy with other tests


class Driver:
    """One window."""

    def __init__(self, qtbot, settings: Settings, find_brain: BrainFinder, decoder: Decoder) -> None:
        from semgui.ui.main_window import MainWindow

        self.qtbot = qtbot
        self._closed = False
        self.window = MainWindow(settings, find_brain, decoder)
        self.window.move(0, 0)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()

    @property
    def session(self) -> Session:
        return self.window.session

    def until(self, condition: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> None:
        """Let the window run until something is so."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=round(seconds * 1000))

    def until_idle(self) -> None:
        """Wait until everything that was begun has ended."""
        self.until(lambda: not self.session.opening and not self.window.runner.busy)

    def until_open(self, count: int) -> None:
        """Wait for the project and its images."""
        self.until(lambda: self.session.mode is Mode.PROJECT and self.session.gallery.ids.size == count)

    def press(self, button: QAbstractButton) -> None:
        """Click on a button as soon as it can be pressed."""
        self.until(lambda: button.isVisible() and button.isEnabled())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def drop(self, *paths: Path) -> None:
        """Drop files onto the window."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        where = self.window.rect().center()
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, mime, buttons, keys)
        QApplication.sendEvent(self.window, enter)
        assert enter.isAccepted()
        drop = QDropEvent(QPointF(where), Qt.DropAction.CopyAction, mime, buttons, keys)
        QApplication.sendEvent(self.window, drop)

    def key(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key wherever the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        QApplication.processEvents()

    def click_thumbnail(self, row: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        """Click on a thumbnail."""
        gallery = self.window.gallery
        gallery.scroll_to(row)
        QApplication.processEvents()
        where: QPoint = gallery.rect_of(row).center()
        assert gallery.viewport().rect().contains(where)
        QTest.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, modifier, where)
        QApplication.processEvents()

    def tile(self, row: int) -> Tile:
        """State of a thumbnail, read anew from the project."""
        gallery = self.session.gallery
        image_id = ImageId(int(gallery.ids[row]))
        return self.session.opened.library.tiles([image_id])[0]

    def shown_tile(self, row: int) -> Tile | None:
        """State of a thumbnail as it is painted."""
        return self.session.gallery.tile(row)

    def drag_onto(
        self, target: QWidget, where: QPoint, mime: QMimeData, action=Qt.DropAction.CopyAction
    ) -> None:
        """Drag something onto a place of a widget and let it fall."""
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(where, action, mime, buttons, keys)
        QApplication.sendEvent(target, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(target, QDragMoveEvent(where, action, mime, buttons, keys))
        QApplication.sendEvent(target, QDropEvent(QPointF(where), action, mime, buttons, keys))

    def notice(self) -> str:
        """The warning or error that stands in the window; empty if there is none."""
        bar = self.window.notice_bar
        return bar.text.text() if bar.isVisible() else ""

    def close(self) -> None:
        """Close the window and let Qt forget it."""
        if self._closed:
            return
        self._closed = True
        self.window.close()
        self.window.deleteLater()
        QTest.qWait(20)
