"""How the picture is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import tr
from semgui.ui.actions import ActionInfo

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_ZOOM = 1.25


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return the ways to look at the picture."""
    canvas = w.pane.canvas
    return (
        ActionInfo(
            "view.fit",
            tr("Fit picture"),
            "View",
            canvas.fit,
            ("F",),
            "fit_to_page_outline",
            enabled=w.has_image,
            toolbar=True,
            separator=True,
            tip=tr("Show the whole picture"),
        ),
        ActionInfo(
            "view.actual",
            tr("Actual pixels (1:1)"),
            "View",
            canvas.one_to_one,
            ("Z",),
            "magnify",
            enabled=w.has_image,
            toolbar=True,
            tip=tr("One pixel of the image is one pixel of the screen"),
        ),
        ActionInfo(
            "view.zoom_in",
            tr("Zoom in"),
            "View",
            lambda: canvas.zoom_by(_ZOOM),
            ("+", "=", "Ctrl++"),
            enabled=w.has_image,
        ),
        ActionInfo(
            "view.zoom_out",
            tr("Zoom out"),
            "View",
            lambda: canvas.zoom_by(1 / _ZOOM),
            ("-", "Ctrl+-"),
            enabled=w.has_image,
        ),
        ActionInfo(
            "view.grid",
            tr("Thumbnails only"),
            "View",
            w.toggle_grid,
            ("G",),
            "view_grid_outline",
            enabled=w.in_project,
            checked=lambda: w.browse.grid,
            toolbar=True,
            tip=tr("Give the whole middle to the thumbnails"),
        ),
    )
