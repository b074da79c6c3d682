"""Opening and closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.texts import tr
from semgui.ui.actions import ActionInfo
from semgui.viewmodels.desk import Mode

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what the menu File has."""
    session = w.session
    return (
        ActionInfo(
            "file.open_folder",
            tr("Open folder…"),
            "File",
            w.dialogs.open_folder,
            ("Ctrl+O",),
            "folder_open_outline",
            toolbar=True,
            tip=tr("Look through a folder of images; labels go into a project beside it"),
        ),
        ActionInfo(
            "file.open_project",
            tr("Open project…"),
            "File",
            w.dialogs.open_project,
            ("Ctrl+Shift+O",),
            tip=tr("Go on with a project that is there already"),
        ),
        ActionInfo(
            "file.open_image",
            tr("Open image…"),
            "File",
            w.dialogs.open_image,
            ("Ctrl+I",),
            tip=tr("Look at one image and its class, without a project"),
        ),
        ActionInfo(
            "file.sample",
            tr("Sample project"),
            "File",
            session.open_sample,
            enabled=lambda: not session.drawing_sample,
            tip=tr("Try everything on drawn micrographs"),
        ),
        ActionInfo(
            "file.rescan",
            tr("Look for new images"),
            "File",
            session.work.scan,
            ("F5",),
            enabled=lambda: w.in_project() and not session.work.scanning,
            separator=True,
            tip=tr("Read the folders of the project again"),
        ),
        ActionInfo(
            "file.import",
            tr("Import labels…"),
            "File",
            w.dialogs.import_labels,
            enabled=w.in_project,
            separator=True,
            tip=tr("From a table or a JSON file; classes that are missing are made"),
        ),
        ActionInfo(
            "file.import_folders",
            tr("Import labels from class folders…"),
            "File",
            w.dialogs.import_class_folders,
            enabled=w.in_project,
            tip=tr("From a folder that holds one folder of images for each class"),
        ),
        ActionInfo(
            "file.label_by_folders",
            tr("Label by folder names"),
            "File",
            lambda: session.work.label_by_folders(w.settings.annotator),
            enabled=w.in_project,
            tip=tr("Each image gets the class that the folder in the opened one is called by"),
        ),
        ActionInfo(
            "file.thumbnails",
            tr("Make all thumbnails"),
            "File",
            session.work.fill_thumbnails,
            enabled=w.in_project,
            tip=tr("Now, for all images, instead of when they come into view"),
        ),
        ActionInfo(
            "file.export",
            tr("Export labels…"),
            "File",
            w.dialogs.export_labels,
            ("Ctrl+E",),
            enabled=w.in_project,
            tip=tr("Write the labels as a table, as JSON or as a folder a class"),
        ),
    )


def last_actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what stands at the end of the menu."""
    session = w.session
    return (
        ActionInfo(
            "file.close",
            tr("Close project"),
            "File",
            session.close,
            ("Ctrl+W",),
            enabled=lambda: session.mode is not Mode.EMPTY,
            separator=True,
            tip=tr("Everything is saved already"),
        ),
        ActionInfo(
            "file.settings",
            tr("Settings…"),
            "File",
            w.show_settings,
            ("Ctrl+,",),
            tip=tr("Your name, colours, device, limits and the cache"),
        ),
        ActionInfo("file.quit", tr("Quit"), "File", w.close, ("Ctrl+Q",)),
    )
