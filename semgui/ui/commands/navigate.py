"""Going from image to image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import tr
from semgui.ui.actions import ActionInfo

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return the steps through the gallery."""
    gallery = w.session.gallery
    return (
        ActionInfo(
            "view.previous",
            tr("Previous image"),
            "View",
            lambda: gallery.step(-1),
            ("Left",),
            "chevron_left",
            enabled=w.in_project,
            toolbar=True,
        ),
        ActionInfo(
            "view.next",
            tr("Next image"),
            "View",
            lambda: gallery.step(1),
            ("Right", "Space"),
            "chevron_right",
            enabled=w.in_project,
            toolbar=True,
        ),
        ActionInfo(
            "view.first",
            tr("First image"),
            "View",
            lambda: gallery.step(-gallery.ids.size),
            ("Home",),
            enabled=w.in_project,
        ),
        ActionInfo(
            "view.last",
            tr("Last image"),
            "View",
            lambda: gallery.step(gallery.ids.size),
            ("End",),
            enabled=w.in_project,
        ),
    )
