"""What is done with classes as a whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from semgui.catalogue.presets import PRESETS
from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo
from semgui.ui.class_files import ask_class_folder, ask_class_list, ask_class_target
from semgui.ui.class_start import PRESET_NAMES

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_MENU = "Label/" + mark("Classes")


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return the ways to get classes in and out."""
    classes = w.session.hand.classes

    def preset(name: str) -> ActionInfo:
        words = tr("Add the {name}", name=tr(PRESET_NAMES[name]))
        return ActionInfo(
            f"classes.preset.{name}", words, _MENU, partial(classes.add_preset, name), enabled=w.in_project
        )

    return (
        *(preset(name) for name in PRESETS),
        ActionInfo(
            "classes.import_list",
            tr("Import a list (CSV, JSON)…"),
            _MENU,
            partial(ask_class_list, w, classes),
            enabled=w.in_project,
            separator=True,
        ),
        ActionInfo(
            "classes.import_folder",
            tr("Import from class folders…"),
            _MENU,
            partial(ask_class_folder, w, classes),
            enabled=w.in_project,
        ),
        ActionInfo(
            "classes.export_list",
            tr("Export the list…"),
            _MENU,
            partial(ask_class_target, w, classes),
            enabled=w.in_project,
        ),
    )
