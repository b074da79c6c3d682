"""Lengths and angles on the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo, Context

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what the ruler does."""
    ruler = w.session.ruler
    menu = "View/" + mark("Ruler")

    def has_measures() -> bool:
        return w.has_image() and bool(ruler.measures)

    def copy() -> None:
        QGuiApplication.clipboard().setText(ruler.as_table())
        w.status.say(tr("Copied {n} length(s).", "", len(ruler.measures)))

    return (
        ActionInfo(
            "ruler.on",
            tr("Ruler"),
            "View",
            ruler.toggle,
            ("D",),
            "ruler",
            enabled=w.has_image,
            checked=lambda: ruler.on,
            toolbar=True,
            context=(Context.PICTURE,),
            tip=tr("Drag on the image to measure a length and an angle; Shift: level or upright"),
        ),
        ActionInfo(
            "ruler.copy",
            tr("Copy lengths"),
            menu,
            copy,
            ("Ctrl+Alt+D",),
            enabled=has_measures,
            tip=tr("As a table: length, unit, angle, ends"),
        ),
        ActionInfo(
            "ruler.remove_last",
            tr("Remove the last line"),
            menu,
            ruler.remove_last,
            ("Ctrl+D",),
            enabled=has_measures,
        ),
        ActionInfo(
            "ruler.clear",
            tr("Remove all lines of this image"),
            menu,
            ruler.clear,
            ("Shift+D",),
            enabled=has_measures,
            context=(Context.PICTURE,),
        ),
    )
