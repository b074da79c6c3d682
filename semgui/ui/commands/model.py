"""Work of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import tr
from semgui.ui.actions import ActionInfo

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what the model can be told to do."""
    work, activities = w.session.work, w.session.activities
    return (
        ActionInfo(
            "model.classify",
            tr("Classify new images"),
            "Model",
            work.classify,
            ("Ctrl+R",),
            "play_outline",
            enabled=lambda: work.can_classify,
            toolbar=True,
            tip=tr("Ask the model about the images it has not seen"),
        ),
        ActionInfo(
            "model.cancel",
            tr("Stop"),
            "Model",
            activities.cancel_all,
            ("Esc",),
            "stop",
            enabled=lambda: bool(activities.running),
            toolbar=True,
            tip=tr("Stop what runs; what is finished is kept"),
        ),
    )
