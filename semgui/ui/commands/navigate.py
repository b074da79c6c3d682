"""Going from image to image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_MENU = "View/" + mark("Go to")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return the steps through the gallery."""
    gallery = w.session.gallery

    def one_by_one() -> bool:
        return w.in_project() and not w.session.sheet.on

    return (
        ActionInfo(
            "view.previous",
            tr("Previous image"),
            _MENU,
            lambda: _step(w, -1),
            ("Left",),
            "chevron_left",
            enabled=one_by_one,
            toolbar=True,
            again_while_held=True,
        ),
        ActionInfo(
            "view.next",
            tr("Next image"),
            _MENU,
            lambda: _step(w, 1),
            ("Right", "Space"),
            "chevron_right",
            enabled=one_by_one,
            toolbar=True,
            again_while_held=True,
        ),
        ActionInfo(
            "view.first",
            tr("First image"),
            _MENU,
            lambda: gallery.step(-gallery.ids.size),
            ("Home",),
            enabled=one_by_one,
        ),
        ActionInfo(
            "view.last",
            tr("Last image"),
            _MENU,
            lambda: gallery.step(gallery.ids.size),
            ("End",),
            enabled=one_by_one,
        ),
    )


def _step(w: MainWindow, by: int) -> None:
    """Go to the next image, or, where several stand side by side, to the next of these."""
    if w.session.compare.on:
        w.session.compare.step(by)
    else:
        w.session.gallery.step(by)
