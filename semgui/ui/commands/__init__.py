"""What each action does: one module a subject, together the table that `semgui.ui.actions` works from.

A module has ``actions(window)``; it is named once in `_SUBJECTS`, in the order of the menus. Texts go through
`semgui.texts.tr`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from semgui.ui.actions import ActionInfo
from semgui.ui.commands import (
    appearance,
    arrange,
    class_keys,
    classes,
    compare,
    confusions,
    contrast,
    databar,
    edit,
    examples,
    figure,
    file,
    groups,
    guide,
    heatmap,
    history,
    label,
    live,
    measure,
    model,
    model_library,
    modes,
    navigate,
    panels,
    picture,
    pointed,
    review,
    show,
    training,
)
from semgui.ui.commands import map as map_

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

Subject = Callable[["MainWindow"], tuple[ActionInfo, ...]]


def at_pictures(subject: Subject) -> Subject:
    """Let actions be used only in a mode in which images are looked at: "1" labels nothing unseen."""

    def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
        return tuple(
            dataclasses.replace(info, enabled=lambda enabled=info.enabled: w.modes.at_pictures and enabled())
            for info in subject(w)
        )

    return actions


def at_labels(subject: Subject) -> Subject:
    """Let actions be used wherever images are chosen; what is typed beside a picture needs the picture."""

    def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
        def usable(info: ActionInfo) -> bool:
            seen = w.modes.at_pictures if info.id in _TYPED else w.modes.at_labels
            return seen and info.enabled()

        return tuple(dataclasses.replace(info, enabled=lambda info=info: usable(info)) for info in subject(w))

    return actions


_TYPED = frozenset({"label.tag", "label.note"})

_SUBJECTS: tuple[Subject, ...] = (
    file.actions,
    at_pictures(figure.actions),
    live.actions,
    file.last_actions,
    history.actions,
    at_pictures(edit.actions),
    examples.actions,
    at_pictures(databar.actions),
    modes.actions,
    at_pictures(navigate.actions),
    at_pictures(picture.actions),
    at_pictures(contrast.actions),
    at_pictures(measure.actions),
    at_pictures(compare.actions),
    at_pictures(heatmap.actions),
    at_pictures(show.actions),
    at_pictures(arrange.actions),
    map_.actions,
    panels.actions,
    appearance.actions,
    at_labels(class_keys.actions),
    at_labels(label.actions),
    review.actions,
    groups.actions,
    classes.actions,
    model.actions,
    model_library.actions,
    training.actions,
    confusions.actions,
    at_pictures(pointed.actions),
    guide.actions,
)


def action_table(window: MainWindow) -> tuple[ActionInfo, ...]:
    """Return everything that can be done in a window."""
    return tuple(action for subject in _SUBJECTS for action in subject(window))
