"""Where the window and its parts stand, from one start to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QSplitter, QWidget

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_VERSION = 1  # of the docks and bars; another one is not restored


def kept_layout(window: MainWindow) -> dict[str, str]:
    """Return the places of everything as text for the settings."""
    states = {"window": window.saveGeometry(), "docks": window.saveState(_VERSION)}
    for mode_id, page in window.modes.built.items():
        for name, splitter in _splitters(page).items():
            states[f"{mode_id}.{name}"] = splitter.saveState()
    before = window.settings.window.layout  # of pages that were not looked at this time
    return {**before, **{name: _text(state) for name, state in states.items()}}


def restore_layout(window: MainWindow, kept: dict[str, str]) -> None:
    """Put the window and its docks where they were.

    What does not fit (another version, a screen that is gone) stays.
    """
    if "window" in kept:
        window.restoreGeometry(_state(kept["window"]))
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowFullScreen)
    if "docks" in kept:
        window.restoreState(_state(kept["docks"]), _VERSION)
        window.panels.restored()


def restore_page(mode_id: str, page: QWidget, kept: dict[str, str]) -> None:
    """Put the borders of a page where they were, when it is made."""
    for name, splitter in _splitters(page).items():
        if f"{mode_id}.{name}" in kept:
            handle = splitter.handleWidth()
            splitter.restoreState(_state(kept[f"{mode_id}.{name}"]))
            splitter.setHandleWidth(handle)
            splitter.setChildrenCollapsible(False)


def _splitters(page: QWidget) -> dict[str, QSplitter]:
    """Return what the user can move the borders of, by names that never change."""
    found: dict[str, QSplitter] = page.splitters() if hasattr(page, "splitters") else {}
    return found


def _text(state: QByteArray) -> str:
    return state.toBase64().toStdString()


def _state(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "replace"))
