"""Showing and hiding panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo
from semgui.ui.panels import PanelInfo

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_MENU = "View/" + mark("Panels")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return a switch for every panel."""
    panels = w.panels

    def toggle(panel: PanelInfo) -> ActionInfo:
        return ActionInfo(
            f"panel.{panel.id}",
            tr(panel.title),
            _MENU,
            lambda: panels.toggle(panel.id),
            (panel.shortcut,) if panel.shortcut else (),
            enabled=w.in_project,
            checked=lambda: panels.is_open(panel.id),
            tip=tr(panel.tip),
        )

    return tuple(toggle(panel) for panel in panels.table)
