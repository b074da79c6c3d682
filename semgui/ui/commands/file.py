"""Opening and closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.ui.actions import ActionInfo
from semgui.viewmodels.session import Mode

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what the menu File has."""
    session = w.session
    return (
        ActionInfo(
            "file.open_folder",
            "Open folder…",
            "File",
            w.dialogs.open_folder,
            ("Ctrl+O",),
            "folder_open_outline",
            toolbar=True,
        ),
        ActionInfo("file.open_project", "Open project…", "File", w.dialogs.open_project, ("Ctrl+Shift+O",)),
        ActionInfo("file.open_image", "Open image…", "File", w.dialogs.open_image, ("Ctrl+I",)),
        ActionInfo(
            "file.sample",
            "Sample project",
            "File",
            session.open_sample,
            enabled=lambda: not session.drawing_sample,
        ),
        ActionInfo(
            "file.rescan",
            "Look for new images",
            "File",
            session.work.scan,
            ("F5",),
            enabled=lambda: w.in_project() and not session.work.scanning,
            separator=True,
        ),
        ActionInfo(
            "file.unreadable", "Unreadable files…", "File", w.dialogs.show_unreadable, enabled=w.in_project
        ),
        ActionInfo(
            "file.export",
            "Export labels…",
            "File",
            w.dialogs.export_labels,
            ("Ctrl+E",),
            enabled=w.in_project,
        ),
        ActionInfo(
            "file.close",
            "Close project",
            "File",
            session.close,
            ("Ctrl+W",),
            enabled=lambda: session.mode is not Mode.EMPTY,
            separator=True,
        ),
        ActionInfo("file.quit", "Quit", "File", w.close, ("Ctrl+Q",)),
    )
