"""Help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import tr
from semgui.ui.actions import ActionInfo

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what the menu Help has."""
    return (
        ActionInfo(
            "help.palette",
            tr("Search commands…"),
            "Help",
            w.palette_.open,
            ("Ctrl+K", "Ctrl+Shift+P"),
            tip=tr("Find any command, class or project by some of its letters"),
        ),
        ActionInfo("help.shortcuts", tr("Shortcuts"), "Help", w.show_shortcuts, ("F1",)),
        ActionInfo("help.about", tr("About SEMGui"), "Help", w.dialogs.about),
    )
