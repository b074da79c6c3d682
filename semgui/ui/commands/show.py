"""What the gallery is narrowed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo
from semgui.ui.sidebar import SHOW_NAMES

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_MENU = "View/" + mark("Show")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return the filters."""
    gallery = w.session.gallery

    def show(value: object, name: str) -> ActionInfo:
        return ActionInfo(
            f"view.show.{value}",
            tr(name),
            _MENU,
            lambda: w.sidebar.narrow(show=value),
            enabled=w.in_project,
            checked=lambda: gallery.filter.show is value,
        )

    clear = ActionInfo(
        "view.clear_filters",
        tr("Clear all filters"),
        _MENU,
        w.sidebar.clear,
        ("Ctrl+Shift+F",),
        enabled=w.in_project,
        tip=tr("Show all images again"),
    )
    return (*(show(value, name) for value, name in SHOW_NAMES.items()), clear)
