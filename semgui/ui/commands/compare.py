"""Images side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo, Context
from semgui.viewmodels.compare import Link

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what compares images."""
    compare = w.session.compare
    menu = "View/" + mark("Compare")

    def link(value: Link, text: str) -> ActionInfo:
        return ActionInfo(
            f"compare.link_{value}",
            text,
            menu,
            lambda: compare.set_link(value),
            enabled=lambda: compare.on and (value is not Link.SCALE or compare.has_scales),
            checked=lambda: compare.link is value,
        )

    return (
        ActionInfo(
            "compare.on",
            tr("Compare side by side"),
            "View",
            compare.toggle,
            ("C",),
            "view_column_outline",
            enabled=w.in_project,
            checked=lambda: compare.on,
            toolbar=True,
            context=(Context.THUMBNAILS,),
            tip=tr("Two to four chosen images, with one zoom and one place for all"),
        ),
        link(Link.FRACTION, tr("Compare the same part of each")),
        link(Link.SCALE, tr("Compare at the same scale")),
        link(Link.NONE, tr("Move each by itself")),
        ActionInfo(
            "compare.contrast",
            tr("Same contrast in all"),
            menu,
            compare.toggle_same_contrast,
            enabled=lambda: compare.on,
            checked=lambda: compare.same_contrast,
        ),
    )
