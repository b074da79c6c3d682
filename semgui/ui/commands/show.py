"""What the gallery is narrowed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.catalogue.facets import State
from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo
from semgui.viewmodels.filters import STATE_NAMES, holds, is_filtered

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_MENU = "View/" + mark("Show")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return the filters."""
    gallery = w.session.gallery

    def show(state: State, name: str) -> ActionInfo:
        return ActionInfo(
            f"view.show.{state}",
            tr(name),
            _MENU,
            lambda: w.sidebar.show_state(state),
            enabled=w.in_project,
            checked=lambda: holds(gallery.filter, state),
        )

    clear = ActionInfo(
        "view.clear_filters",
        tr("Clear all filters"),
        _MENU,
        w.sidebar.clear,
        ("Ctrl+Shift+F",),
        enabled=lambda: w.in_project() and is_filtered(gallery.filter),
        tip=tr("Show all images again"),
    )
    return (*(show(state, name) for state, name in STATE_NAMES.items()), clear)
