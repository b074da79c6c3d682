"""Labelling by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import tr
from semgui.ui.actions import ActionInfo, Context

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what gives and takes labels."""
    labels, gallery = w.session.labels, w.session.gallery
    return (
        ActionInfo(
            "label.accept",
            tr("Accept prediction"),
            "Label",
            lambda: labels.accept(gallery.targets),
            ("Return", "Enter", "A"),
            "check",
            enabled=w.can_accept,
            toolbar=True,
            context=(Context.THUMBNAILS,),
            separator=True,
            tip=tr("Label what is chosen as the model says"),
        ),
        ActionInfo(
            "label.clear",
            tr("Remove label"),
            "Label",
            lambda: labels.clear_label(gallery.targets),
            ("Delete", "Backspace"),
            "label_off_outline",
            enabled=w.can_label,
            toolbar=True,
            context=(Context.THUMBNAILS,),
            tip=tr("Take the labels of what is chosen away"),
        ),
        ActionInfo(
            "label.advance",
            tr("Go on after labelling"),
            "Label",
            w.toggle_auto_advance,
            ("N",),
            checked=lambda: labels.auto_advance,
            separator=True,
            tip=tr("Whether a label goes on to the next image"),
        ),
    )
