"""Why the model says so."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo, Context
from semgui.ui.heat_bar import METHOD_NAMES
from semgui.viewmodels.heatmap import Question

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what the heatmap can be asked."""
    heatmap = w.session.heatmap

    def method(value: object) -> ActionInfo:
        return ActionInfo(
            f"view.heatmap.{value}",
            tr(METHOD_NAMES[value]),
            "View/" + mark("Heatmap"),
            lambda: heatmap.ask(dataclasses.replace(heatmap.question, method=value)),
            enabled=w.has_model,
            checked=lambda: heatmap.question.method is value,
        )

    return (
        ActionInfo(
            "view.heatmap",
            tr("Heatmap: why this class"),
            "View",
            heatmap.toggle,
            ("H",),
            "fire",
            enabled=lambda: w.has_image() and not w.session.labels.blind,
            checked=lambda: heatmap.on,
            toolbar=True,
            separator=True,
            context=(Context.PICTURE,),
            tip=tr("Colour what the model looked at"),
        ),
        ActionInfo(
            "view.heatmap_against",
            tr("Heatmap: why not the next class"),
            "View",
            lambda: _ask_against_second(w),
            ("Shift+H",),
            enabled=w.has_model,
            context=(Context.PICTURE,),
            tip=tr("Colour what speaks for this class and not for the next one"),
        ),
        ActionInfo(
            "view.heatmap_method",
            tr("Heatmap: the other method"),
            "View/" + mark("Heatmap"),
            lambda: _ask_by_other_method(w),
            ("Ctrl+Shift+H",),
            enabled=w.has_model,
            tip=tr("LayerCAM shows finer places, Grad-CAM++ whole regions"),
        ),
        ActionInfo(
            "view.heatmap_more",
            tr("Heatmap: more opaque"),
            "View/" + mark("Heatmap"),
            lambda: w.pane.heat_bar.fade(1),
            ("Alt++", "Alt+="),
            again_while_held=True,
            enabled=lambda: w.has_model() and heatmap.on,
            tip=tr("Also Ctrl or Alt and the wheel over the picture"),
        ),
        ActionInfo(
            "view.heatmap_less",
            tr("Heatmap: less opaque"),
            "View/" + mark("Heatmap"),
            lambda: w.pane.heat_bar.fade(-1),
            ("Alt+-",),
            again_while_held=True,
            enabled=lambda: w.has_model() and heatmap.on,
        ),
        *(method(value) for value in METHOD_NAMES),
    )


def _ask_by_other_method(w: MainWindow) -> None:
    heatmap = w.session.heatmap
    methods = list(METHOD_NAMES)
    other = methods[(methods.index(heatmap.question.method) + 1) % len(methods)]
    heatmap.ask(dataclasses.replace(heatmap.question, method=other))


def _ask_against_second(w: MainWindow) -> None:
    detail = w.session.inspector.detail
    if detail is None or detail.answer is None or len(detail.answer.bars) < 2:
        return
    first, second = detail.answer.bars[:2]
    heatmap = w.session.heatmap
    heatmap.ask(Question(first.class_id, second.class_id, heatmap.question.method))
