"""What is done with classes as a whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from semgui.catalogue.presets import PRESETS
from semgui.domain.ids import ClassId
from semgui.domain.taxonomy import SemClass
from semgui.texts import mark, tr
from semgui.ui.actions import ActionInfo, Context
from semgui.ui.class_editor import ClassEditor
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
        ActionInfo(
            "classes.none",
            tr("Begin without classes"),
            _MENU,
            classes.archive_all,
            enabled=lambda: w.in_project() and bool(classes.taxonomy.active),
            separator=True,
            tip=tr("Archives every class, to find or import others; labels stay, and Ctrl+Z takes it back"),
        ),
        *_in_the_list(w),
    )


def _in_the_list(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what the context menu of the list of classes has; the list's own keys do the same."""
    classes, pointed = w.session.hand.classes, w.pointed

    def found() -> SemClass | None:
        return None if pointed.class_id is None else classes.taxonomy.by_id(pointed.class_id)

    def in_use() -> bool:
        sem_class = found()
        return sem_class is not None and not sem_class.archived

    def entry(
        name: str,
        words: str | Callable[[], str],
        call: Callable[[ClassId], None],
        enabled: Callable[[], bool] = in_use,
    ) -> ActionInfo:
        def handler() -> None:
            if pointed.class_id is not None:
                call(pointed.class_id)

        return ActionInfo(
            f"class.{name}",
            words,
            "",
            handler,
            enabled=lambda: w.in_project() and enabled(),
            context=(Context.CLASS_LIST,),
        )

    def archive_words() -> str:
        return tr("Archive") if in_use() else tr("Restore")

    return (
        entry("rename", tr("Rename"), partial(_rename, w)),
        entry("up", tr("Move up"), lambda class_id: classes.move(class_id, -1)),
        entry("down", tr("Move down"), lambda class_id: classes.move(class_id, 1)),
        entry("archive", archive_words, classes.archive_or_restore, lambda: found() is not None),
    )


def _rename(w: MainWindow, class_id: ClassId) -> None:
    editor = w.findChild(ClassEditor)
    if editor is not None:
        editor.list.choose(class_id)
        editor.list.rename()
