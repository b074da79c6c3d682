"""Undo, finding and copying."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from semgui.ui.actions import ActionInfo

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what the menu Edit has."""
    labels = w.session.labels
    return (
        ActionInfo(
            "edit.undo", "Undo", "Edit", labels.undo, ("Ctrl+Z",), "undo", enabled=w.in_project, toolbar=True
        ),
        ActionInfo(
            "edit.redo",
            "Redo",
            "Edit",
            labels.redo,
            ("Ctrl+Shift+Z", "Ctrl+Y"),
            "redo",
            enabled=w.in_project,
            toolbar=True,
        ),
        ActionInfo(
            "edit.select_all",
            "Select all",
            "Edit",
            w.gallery.selectAll,
            ("Ctrl+A",),
            enabled=w.in_project,
            separator=True,
        ),
        ActionInfo(
            "edit.find",
            "Filter by name",
            "Edit",
            w.sidebar.search.setFocus,
            ("Ctrl+F",),
            enabled=w.in_project,
        ),
        ActionInfo(
            "edit.copy",
            "Copy values",
            "Edit",
            lambda: _copy_values(w),
            ("Ctrl+C",),
            "content_copy",
            enabled=w.has_image,
            context=True,
            separator=True,
        ),
        ActionInfo(
            "edit.copy_paths",
            "Copy file paths",
            "Edit",
            lambda: _copy_paths(w),
            ("Ctrl+Shift+C",),
            enabled=w.has_image,
            context=True,
        ),
    )


def _copy_values(w: MainWindow) -> None:
    detail = w.session.inspector.detail
    if detail is not None:
        QGuiApplication.clipboard().setText(detail.as_text())
        w.status.say("Copied path, metadata, label and probabilities.")


def _copy_paths(w: MainWindow) -> None:
    def read(paths: list[Path]) -> None:
        QGuiApplication.clipboard().setText("\n".join(str(path) for path in paths))
        w.status.say(f"Copied {len(paths):,} paths.")

    w.session.with_paths(read)
