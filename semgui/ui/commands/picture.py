"""How the picture is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo, Context

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_ZOOM = 1.25
_PAN = 0.2  # of what is in view
_WAYS = (
    ("left", mark("Look further left"), "Alt+Shift+Left", -1, 0),
    ("right", mark("Look further right"), "Alt+Shift+Right", 1, 0),
    ("up", mark("Look further up"), "Alt+Shift+Up", 0, -1),
    ("down", mark("Look further down"), "Alt+Shift+Down", 0, 1),
)

_ZOOM_MENU = "View/" + mark("Zoom")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return the ways to look at the picture."""
    canvas = w.pane.canvas

    def pan(name: str, text: str, key: str, across: int, down: int) -> ActionInfo:
        return ActionInfo(
            f"view.pan_{name}",
            tr(text),
            "View/" + mark("Move the picture"),
            lambda: canvas.pan_by(_PAN * across, _PAN * down),
            (key,),
            enabled=w.has_image,
            again_while_held=True,
        )

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
            context=(Context.PICTURE,),
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
            context=(Context.PICTURE,),
            tip=tr("One pixel of the image is one pixel of the screen"),
        ),
        ActionInfo(
            "view.fill",
            tr("Fill the canvas"),
            _ZOOM_MENU,
            canvas.fill,
            ("Shift+F",),
            enabled=w.has_image,
            tip=tr("Leave nothing empty around the picture"),
        ),
        ActionInfo(
            "view.keep",
            tr("Keep zoom and place"),
            "View",
            lambda: _toggle_keep_view(w),
            ("Shift+Z",),
            enabled=w.has_image,
            checked=lambda: w.pane.keep_view,
            context=(Context.PICTURE,),
            tip=tr("From image to image; off: every image is fitted in"),
        ),
        ActionInfo(
            "view.zoom_in",
            tr("Zoom in"),
            _ZOOM_MENU,
            lambda: canvas.zoom_by(_ZOOM),
            ("+", "=", "Ctrl++"),
            enabled=w.has_image,
            again_while_held=True,
        ),
        ActionInfo(
            "view.zoom_out",
            tr("Zoom out"),
            _ZOOM_MENU,
            lambda: canvas.zoom_by(1 / _ZOOM),
            ("-", "Ctrl+-"),
            enabled=w.has_image,
            again_while_held=True,
        ),
        *(pan(*way) for way in _WAYS),
        ActionInfo(
            "view.grid",
            tr("Thumbnails only"),
            "View",
            w.toggle_grid,
            ("G",),
            "view_grid_outline",
            enabled=lambda: w.in_project() and w.modes.current.id == "browse",
            checked=lambda: w.browse.grid,
            toolbar=True,
            tip=tr("Give the whole middle to the thumbnails"),
        ),
    )


def _toggle_keep_view(w: MainWindow) -> None:
    w.pane.toggle_keep_view()
    w.settings.window.keep_view = w.pane.keep_view
    w.preferences.save()
    kept = w.pane.keep_view
    w.status.say(tr("Zoom and place are kept.") if kept else tr("Every image is fitted in."))
