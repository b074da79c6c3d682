"""At the microscope: the watched folder, and single images beside the project."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo
from semgui.viewmodels.desk import Mode

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_MENU = "File/" + mark("At the microscope")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what is for work at the microscope."""
    live = w.session.live

    def and_save(change: Callable[[], None]) -> Callable[[], None]:
        def handler() -> None:
            change()
            w.preferences.save()

        return handler

    return (
        ActionInfo(
            "live.watch",
            tr("Watch for new images"),
            _MENU,
            and_save(live.toggle),
            ("Ctrl+L",),
            "eye_outline",
            enabled=lambda: w.in_project() and live.possible,
            checked=lambda: live.watching,
            toolbar=True,
            tip=tr("Images that the microscope writes into the folder appear by themselves, classified"),
        ),
        ActionInfo(
            "live.follow",
            tr("Follow the newest image"),
            _MENU,
            and_save(live.toggle_follow),
            ("Ctrl+Shift+L",),
            enabled=lambda: w.in_project() and live.watching,
            checked=lambda: live.follow,
            tip=tr("Show each new image at once, unless you have gone to another one"),
        ),
        ActionInfo(
            "live.newest",
            tr("Go to the newest image"),
            _MENU,
            live.go_to_newest,
            ("Ctrl+Alt+N",),
            enabled=lambda: w.in_project() and live.newest is not None,
        ),
        ActionInfo(
            "live.latest",
            tr("Latest: the newest first"),
            _MENU,
            live.toggle_latest,
            ("Ctrl+Alt+L",),
            enabled=w.in_project,
            checked=lambda: live.latest_first,
            tip=tr("List the images by the time at which they were written, and show the newest"),
        ),
        ActionInfo(
            "live.back",
            tr("Back to the project"),
            "File",
            w.session.back_to_project,
            ("Alt+Left",),
            enabled=lambda: w.session.mode is Mode.IMAGE and w.session.opened is not None,
            tip=tr("Leave the image that was dropped on the window"),
        ),
    )
