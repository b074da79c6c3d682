"""Panels that can stand beside the work: docks, plugged in with one entry of `PANELS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QWidget

from semgui.texts import mark, tr
from semgui.ui.class_editor import ClassEditor
from semgui.ui.history_panel import HistoryPanel
from semgui.ui.theme import Theme
from semgui.ui.unreadable import UnreadablePanel

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
_FIRST_HEIGHT, _FIRST_WIDTH = 200, 320
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea


@dataclass(frozen=True, slots=True)
class PanelInfo:
    """One panel.

    Parameters
    ----------
    id
        Part of the action ``panel.ID`` and of the saved layout; never changes.
    title
        Marked for translation.
    tip
        What it is for, in a sentence; marked for translation.
    build
        Makes the content when the panel is first shown. Content that has a method ``set_theme(theme)`` is
        told of another theme.
    area
        Where it stands at first.
    shortcut
        Shows and hides it.
    """

    id: str
    title: str
    tip: str
    build: Callable[[MainWindow], QWidget]
    area: Qt.DockWidgetArea = _BOTTOM
    shortcut: str = ""


def _unreadable(window: MainWindow) -> QWidget:
    return UnreadablePanel(window.session)


PANELS: tuple[PanelInfo, ...] = (
    PanelInfo(
        "unreadable",
        mark("Unreadable files"),
        mark("Which files cannot be read, and why"),
        _unreadable,
        shortcut="Ctrl+U",
    ),
    PanelInfo(
        "classes",
        mark("Classes"),
        mark("Make, order and change classes"),
        ClassEditor,
        area=_RIGHT,
        shortcut="Ctrl+G",
    ),
    PanelInfo(
        "history",
        mark("History"),
        mark("What was done, and going back to any point"),
        HistoryPanel,
        area=_RIGHT,
        shortcut="Ctrl+H",
    ),
)


class Panels(QObject):
    """The docks of a window; their places are part of `QMainWindow.saveState`."""

    changed = Signal()

    def __init__(self, window: MainWindow, table: tuple[PanelInfo, ...] = PANELS) -> None:
        super().__init__(window)
        self._window = window
        self.table = table
        self._suspended: set[str] = set()
        self._placed: set[str] = set()  # or where the user left them
        # Panels at the right stand above each other, and need the whole height for it.
        window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        self._docks = {info.id: self._dock(info) for info in table}

    def toggle(self, panel_id: str) -> None:
        """Show a panel and give it the keyboard, or hide it."""
        if self.is_open(panel_id):
            self._docks[panel_id].hide()
        else:
            self.open(panel_id)

    def open(self, panel_id: str) -> None:
        """Show a panel and give it the keyboard."""
        dock = self._docks[panel_id]
        self._suspended.clear()
        self._fill(panel_id)
        dock.show()
        if panel_id not in self._placed:
            self._placed.add(panel_id)
            self._give_room(dock, self._info(panel_id).area)
        dock.raise_()
        dock.widget().setFocus()

    def is_open(self, panel_id: str) -> bool:
        """Whether a panel is shown or would be if its window were."""
        return not self._docks[panel_id].isHidden()

    def restored(self) -> None:
        """Take the places of all panels as the user's own: a saved layout was restored."""
        self._placed.update(self._docks)

    def suspend(self) -> None:
        """Hide all panels while nothing is open that they could show."""
        self._suspended |= {panel_id for panel_id in self._docks if self.is_open(panel_id)}
        for dock in self._docks.values():
            dock.hide()

    def resume(self) -> None:
        """Show the panels again that `suspend` hid."""
        for panel_id in self._suspended:
            self._docks[panel_id].show()
        self._suspended.clear()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for dock in self._docks.values():
            if hasattr(dock.widget(), "set_theme"):
                dock.widget().set_theme(theme)

    def _dock(self, info: PanelInfo) -> QDockWidget:
        dock = QDockWidget(tr(info.title), self._window)
        dock.setObjectName(f"panel.{info.id}")
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetClosable | QDockWidget.DockWidgetFeature.DockWidgetMovable
        )
        self._window.addDockWidget(info.area, dock)
        dock.hide()
        dock.visibilityChanged.connect(lambda shown: self._shown(info.id, shown))
        return dock

    def _shown(self, panel_id: str, shown: bool) -> None:
        if shown:
            self._fill(panel_id)
        self.changed.emit()

    def _fill(self, panel_id: str) -> None:
        dock = self._docks[panel_id]
        if dock.widget() is None:
            dock.setWidget(self._info(panel_id).build(self._window))

    def _give_room(self, dock: QDockWidget, area: Qt.DockWidgetArea) -> None:
        if area in (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea):
            self._window.resizeDocks([dock], [_FIRST_WIDTH], Qt.Orientation.Horizontal)
        else:
            self._window.resizeDocks([dock], [_FIRST_HEIGHT], Qt.Orientation.Vertical)

    def _info(self, panel_id: str) -> PanelInfo:
        return next(info for info in self.table if info.id == panel_id)
