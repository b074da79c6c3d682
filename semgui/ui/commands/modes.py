"""Going from mode to mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo
from semgui.ui.modes import ModePage

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_MENU = "View/" + mark("Mode")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return a switch for every mode; none while there is no choice."""
    modes = w.modes

    def go(number: int, mode: ModePage) -> ActionInfo:
        return ActionInfo(
            f"mode.{mode.id}",
            tr(mode.title),
            _MENU,
            lambda: modes.show(mode.id),
            (f"Ctrl+{number}",),
            enabled=lambda: mode.enabled(w),
            checked=lambda: modes.current is mode,
            tip=tr(mode.tip),
        )

    return tuple(go(n, mode) for n, mode in enumerate(modes.table, 1)) if len(modes.table) > 1 else ()
