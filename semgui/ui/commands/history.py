"""Undo and redo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import tr
from semgui.ui.actions import ActionInfo

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return the steps back and forth."""
    writer = w.session.hand.writer
    return (
        ActionInfo(
            "edit.undo",
            tr("Undo"),
            "Edit",
            writer.undo,
            ("Ctrl+Z",),
            "undo",
            enabled=w.in_project,
            toolbar=True,
            tip=tr("Take the last change of labels or classes back"),
        ),
        ActionInfo(
            "edit.redo",
            tr("Redo"),
            "Edit",
            writer.redo,
            ("Ctrl+Shift+Z", "Ctrl+Y"),
            "redo",
            enabled=w.in_project,
            toolbar=True,
            tip=tr("Do what was taken back again"),
        ),
    )
