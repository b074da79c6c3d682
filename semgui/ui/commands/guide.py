"""Help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import tr
from semgui.ui.about import Helper
from semgui.ui.actions import ActionInfo

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what the menu Help has."""
    helper = Helper(w)
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
        ActionInfo(
            "help.diagnostics",
            tr("Copy diagnostics"),
            "Help",
            helper.copy_diagnostics,
            separator=True,
            tip=tr("Put what somebody who helps would ask for on the clipboard; nothing is sent"),
        ),
        ActionInfo(
            "help.logs",
            tr("Open log folder"),
            "Help",
            helper.open_logs,
            tip=tr("Show the folder of the log and of notes on crashes"),
        ),
        ActionInfo("help.licences", tr("Licences"), "Help", helper.show_licences),
        ActionInfo("help.about", tr("About SEMGui"), "Help", helper.about, separator=True),
    )
