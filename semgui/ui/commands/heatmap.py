"""Why the model says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.ui.actions import ActionInfo
from semgui.ui.picture_pane import METHOD_NAMES

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what the heatmap can be asked."""
    heatmap = w.session.heatmap

    def method(value: object) -> ActionInfo:
        return ActionInfo(
            f"view.heatmap.{value}",
            METHOD_NAMES[value],
            "View/Heatmap method",
            lambda: w.ask_heatmap(method=value),
            enabled=w.has_model,
            checked=lambda: heatmap.question.method is value,
        )

    return (
        ActionInfo(
            "view.heatmap",
            "Heatmap: why this class",
            "View",
            heatmap.toggle,
            ("H",),
            "fire",
            enabled=w.has_image,
            checked=lambda: heatmap.on,
            toolbar=True,
            separator=True,
        ),
        ActionInfo(
            "view.heatmap_against",
            "Heatmap: why not the next class",
            "View",
            w.ask_against_second,
            ("Shift+H",),
            enabled=w.has_model,
        ),
        *(method(value) for value in METHOD_NAMES),
    )
