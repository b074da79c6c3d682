"""Where the window and its parts stand, from one start to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_VERSION = 1  # of the docks and bars; another one is not restored


def kept_layout(window: MainWindow) -> dict[str, str]:
    """Return the places of everything as text for the settings."""
    states = {
        "window": window.saveGeometry(),
        "docks": window.saveState(_VERSION),
        **{f"browse.{name}": splitter.saveState() for name, splitter in window.browse.splitters().items()},
    }
    return {name: _text(state) for name, state in states.items()}


def restore_layout(window: MainWindow, kept: dict[str, str]) -> None:
    """Put everything where it was; what does not fit (another version, a screen that is gone) stays."""
    if "window" in kept:
        window.restoreGeometry(_state(kept["window"]))
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowFullScreen)
    if "docks" in kept:
        window.restoreState(_state(kept["docks"]), _VERSION)
        window.panels.restored()
    for name, splitter in window.browse.splitters().items():
        if f"browse.{name}" in kept:
            handle = splitter.handleWidth()
            splitter.restoreState(_state(kept[f"browse.{name}"]))
            splitter.setHandleWidth(handle)
            splitter.setChildrenCollapsible(False)


def _text(state: QByteArray) -> str:
    return state.toBase64().toStdString()


def _state(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "replace"))
