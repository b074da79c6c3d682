"""What each action does: one module a subject, together the table that `semgui.ui.actions` works from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.ui.actions import ActionInfo
from semgui.ui.commands import (
    appearance,
    edit,
    file,
    guide,
    heatmap,
    label,
    model,
    navigate,
    picture,
    show,
)

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

# In the order of the menus.
_SUBJECTS = (
    file.actions,
    edit.actions,
    navigate.actions,
    picture.actions,
    heatmap.actions,
    show.actions,
    appearance.actions,
    label.actions,
    model.actions,
    guide.actions,
)


def action_table(window: MainWindow) -> tuple[ActionInfo, ...]:
    """Return everything that can be done in a window."""
    return tuple(action for subject in _SUBJECTS for action in subject(window))
