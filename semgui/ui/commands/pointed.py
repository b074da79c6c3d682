"""What is done with a class or a folder that was pointed at; in context menus only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from semgui.domain.ids import ClassId
from semgui.texts import tr
from semgui.ui.actions import ActionInfo, Context
from semgui.ui.class_editor import ClassEditor
from semgui.ui.reveal import open_with_system

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


@dataclass(slots=True)
class Pointed:
    """What the last context menu was asked for at."""

    class_id: ClassId | None = None
    folder: Path | None = None


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what the context menus of classes and folders have."""
    pointed = w.pointed

    def on_class() -> bool:
        return w.in_project() and pointed.class_id is not None

    def on_folder() -> bool:
        return w.in_project() and pointed.folder is not None

    return (
        ActionInfo(
            "class.assign",
            lambda: tr("Label as {name}", name=_class_name(w)),
            "",
            lambda: w.assign(pointed.class_id),
            enabled=lambda: on_class() and w.can_label(),
            context=(Context.CLASS, Context.CLASS_LIST),
        ),
        ActionInfo(
            "class.show",
            lambda: tr("Show only {name}", name=_class_name(w)),
            "",
            lambda: w.sidebar.narrow(classes=frozenset({pointed.class_id})),
            enabled=on_class,
            context=(Context.CLASS, Context.CLASS_LIST),
        ),
        ActionInfo(
            "class.edit",
            tr("Edit class…"),
            "",
            lambda: _edit_class(w),
            enabled=on_class,
            context=(Context.CLASS,),
        ),
        ActionInfo(
            "folder.show",
            tr("Show only this folder"),
            "",
            lambda: w.sidebar.narrow(folder=pointed.folder),
            enabled=lambda: on_folder() and w.session.gallery.filter.folder != pointed.folder,
            context=(Context.FOLDER,),
        ),
        ActionInfo(
            "folder.leave",
            tr("Show all folders"),
            "",
            lambda: w.sidebar.narrow(folder=None),
            enabled=lambda: on_folder() and w.session.gallery.filter.folder is not None,
            context=(Context.FOLDER,),
        ),
        ActionInfo(
            "folder.copy_path",
            tr("Copy folder path"),
            "",
            lambda: _copy_folder(w),
            enabled=on_folder,
            context=(Context.FOLDER,),
        ),
        ActionInfo(
            "folder.reveal",
            tr("Open in the file manager"),
            "",
            lambda: _open_folder(w),
            enabled=on_folder,
            context=(Context.FOLDER,),
        ),
    )


def _class_name(w: MainWindow) -> str:
    found = w.session.labels.class_of(w.pointed.class_id)
    return found.name.replace("&", "&&") if found else ""


def _edit_class(w: MainWindow) -> None:
    w.panels.open("classes")
    editor = w.findChild(ClassEditor)
    assert (
        editor is not None and w.pointed.class_id is not None
    )  # the panel is open, the menu was for a class
    editor.list.choose(w.pointed.class_id)
    editor.list.setFocus()


def _copy_folder(w: MainWindow) -> None:
    QGuiApplication.clipboard().setText(str(w.pointed.folder))
    w.status.say(tr("Copied the path of the folder."))


def _open_folder(w: MainWindow) -> None:
    folder = w.pointed.folder
    assert folder is not None  # the menu was for a folder
    if not folder.is_dir():
        w.session.notices.warn(tr("The folder {path} is no longer there.", path=folder))
    elif not open_with_system(folder):
        w.session.notices.warn(tr("No file manager could be asked to show the folder."))
