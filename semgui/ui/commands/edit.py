"""Choosing, finding and copying."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from semgui.texts import tr
from semgui.ui.actions import ActionInfo, Context

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what is done with what is on screen."""
    return (
        ActionInfo(
            "edit.select_all",
            tr("Select all"),
            "Edit",
            w.session.gallery.select_all,
            ("Ctrl+A",),
            enabled=w.in_project,
            separator=True,
        ),
        ActionInfo(
            "edit.find",
            tr("Filter by name"),
            "Edit",
            w.sidebar.search.setFocus,
            ("Ctrl+F",),
            enabled=w.in_project,
            tip=tr("Show only images with these letters in their names"),
        ),
        ActionInfo(
            "edit.copy",
            tr("Copy values"),
            "Edit",
            lambda: _copy_values(w),
            ("Ctrl+C",),
            "content_copy",
            enabled=w.has_image,
            context=(Context.THUMBNAILS, Context.PICTURE),
            separator=True,
            tip=tr("Copy path, metadata, label and probabilities of the image"),
        ),
        ActionInfo(
            "edit.copy_paths",
            tr("Copy file paths"),
            "Edit",
            lambda: _copy_paths(w),
            ("Ctrl+Shift+C",),
            enabled=w.has_image,
            context=(Context.THUMBNAILS, Context.PICTURE),
        ),
    )


def _copy_values(w: MainWindow) -> None:
    detail = w.session.inspector.detail
    if detail is not None:
        QGuiApplication.clipboard().setText(detail.as_text())
        w.status.say(tr("Copied path, metadata, label and probabilities."))


def _copy_paths(w: MainWindow) -> None:
    def read(paths: list[Path]) -> None:
        QGuiApplication.clipboard().setText("\n".join(str(path) for path in paths))
        w.status.say(tr("Copied {n:,} path(s).", "", len(paths)))

    w.session.with_paths(read)
