"""How the window looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import tr
from semgui.ui.actions import ActionInfo

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what changes the window's looks."""
    return (
        ActionInfo(
            "view.theme",
            lambda: tr("Light theme") if w.theme.name == "dark" else tr("Dark theme"),
            "View",
            w.looks.toggle,
            ("Ctrl+T",),
            "theme_light_dark",
            separator=True,
        ),
        ActionInfo(
            "view.full_screen",
            tr("Full screen"),
            "View",
            w.toggle_full_screen,
            ("F11",),
            checked=w.isFullScreen,
        ),
    )
