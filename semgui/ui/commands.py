"""What each action does: the table that `semgui.ui.actions` turns into menus, toolbar and shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from semgui.domain.taxonomy import SemClass
from semgui.ui.actions import ActionInfo
from semgui.ui.picture_pane import METHOD_NAMES
from semgui.ui.sidebar import SHOW_NAMES
from semgui.viewmodels.session import Mode

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_KEYS = "1234567890"
_ZOOM = 1.25


def action_table(window: MainWindow) -> tuple[ActionInfo, ...]:
    """Return everything that can be done in a window."""
    return (*_file(window), *_edit(window), *_view(window), *_label(window), *_model(window), *_help(window))


def _file(w: MainWindow) -> tuple[ActionInfo, ...]:
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


def _edit(w: MainWindow) -> tuple[ActionInfo, ...]:
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
            w.copy_values,
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
            w.copy_paths,
            ("Ctrl+Shift+C",),
            enabled=w.has_image,
            context=True,
        ),
    )


def _view(w: MainWindow) -> tuple[ActionInfo, ...]:
    return (*_going(w), *_picture(w), *_heatmap(w), *_showing(w), *_looks(w))


def _going(w: MainWindow) -> tuple[ActionInfo, ...]:
    gallery = w.session.gallery
    return (
        ActionInfo(
            "view.previous",
            "Previous image",
            "View",
            lambda: gallery.step(-1),
            ("Left",),
            "chevron_left",
            enabled=w.in_project,
            toolbar=True,
        ),
        ActionInfo(
            "view.next",
            "Next image",
            "View",
            lambda: gallery.step(1),
            ("Right", "Space"),
            "chevron_right",
            enabled=w.in_project,
            toolbar=True,
        ),
        ActionInfo(
            "view.first",
            "First image",
            "View",
            lambda: gallery.step(-gallery.ids.size),
            ("Home",),
            enabled=w.in_project,
        ),
        ActionInfo(
            "view.last",
            "Last image",
            "View",
            lambda: gallery.step(gallery.ids.size),
            ("End",),
            enabled=w.in_project,
        ),
    )


def _picture(w: MainWindow) -> tuple[ActionInfo, ...]:
    canvas = w.pane.canvas
    return (
        ActionInfo(
            "view.fit",
            "Fit picture",
            "View",
            canvas.fit,
            ("F",),
            "fit_to_page_outline",
            enabled=w.has_image,
            toolbar=True,
            separator=True,
        ),
        ActionInfo(
            "view.actual",
            "Actual pixels (1:1)",
            "View",
            canvas.one_to_one,
            ("Z",),
            "magnify",
            enabled=w.has_image,
            toolbar=True,
        ),
        ActionInfo(
            "view.zoom_in",
            "Zoom in",
            "View",
            lambda: canvas.zoom_by(_ZOOM),
            ("+", "=", "Ctrl++"),
            enabled=w.has_image,
        ),
        ActionInfo(
            "view.zoom_out",
            "Zoom out",
            "View",
            lambda: canvas.zoom_by(1 / _ZOOM),
            ("-", "Ctrl+-"),
            enabled=w.has_image,
        ),
        ActionInfo(
            "view.grid",
            "Thumbnails only",
            "View",
            w.toggle_grid,
            ("G",),
            "view_grid_outline",
            enabled=w.in_project,
            checked=lambda: w.grid,
            toolbar=True,
        ),
    )


def _heatmap(w: MainWindow) -> tuple[ActionInfo, ...]:
    heatmap = w.session.heatmap

    def method(value: object) -> ActionInfo:
        return ActionInfo(
            f"view.heatmap.{value}",
            METHOD_NAMES[value],
            "View/Heatmap method",
            lambda: w.ask_heatmap(method=value),
            enabled=w.has_model,
            checked=lambda: heatmap.question.method is value,
        )

    return (
        ActionInfo(
            "view.heatmap",
            "Heatmap: why this class",
            "View",
            heatmap.toggle,
            ("H",),
            "fire",
            enabled=w.has_image,
            checked=lambda: heatmap.on,
            toolbar=True,
            separator=True,
        ),
        ActionInfo(
            "view.heatmap_against",
            "Heatmap: why not the next class",
            "View",
            w.ask_against_second,
            ("Shift+H",),
            enabled=w.has_model,
        ),
        *(method(value) for value in METHOD_NAMES),
    )


def _showing(w: MainWindow) -> tuple[ActionInfo, ...]:
    gallery = w.session.gallery

    def show(value: object, name: str) -> ActionInfo:
        return ActionInfo(
            f"view.show.{value}",
            name,
            "View/Show",
            lambda: w.sidebar.narrow(show=value),
            enabled=w.in_project,
            checked=lambda: gallery.filter.show is value,
        )

    clear = ActionInfo(
        "view.clear_filters",
        "Clear all filters",
        "View/Show",
        w.sidebar.clear,
        ("Ctrl+Shift+F",),
        enabled=w.in_project,
    )
    return (*(show(value, name) for value, name in SHOW_NAMES.items()), clear)


def _looks(w: MainWindow) -> tuple[ActionInfo, ...]:
    return (
        ActionInfo(
            "view.theme",
            lambda: "Light theme" if w.theme.name == "dark" else "Dark theme",
            "View",
            w.toggle_theme,
            ("Ctrl+T",),
            "theme_light_dark",
            separator=True,
        ),
        ActionInfo(
            "view.full_screen",
            "Full screen",
            "View",
            w.toggle_full_screen,
            ("F11",),
            checked=w.isFullScreen,
        ),
    )


def _label(w: MainWindow) -> tuple[ActionInfo, ...]:
    labels, gallery = w.session.labels, w.session.gallery

    def keyed(key: str) -> ActionInfo:
        def sem_class() -> SemClass | None:
            return next((c for c in labels.taxonomy.active if c.shortcut == key), None)

        def words() -> str:
            found = sem_class()
            return found.name.replace("&", "&&") if found else f"No class with key {key}"

        def assign() -> None:
            found = sem_class()
            if found is not None:
                w.assign(found.id)

        return ActionInfo(
            f"label.{key}",
            words,
            "Label",
            assign,
            (key,),
            enabled=lambda: w.can_label() and sem_class() is not None,
            context=True,
        )

    return (
        *(keyed(key) for key in _KEYS),
        ActionInfo(
            "label.accept",
            "Accept prediction",
            "Label",
            lambda: labels.accept(gallery.targets),
            ("Return", "Enter", "A"),
            "check",
            enabled=w.can_accept,
            toolbar=True,
            context=True,
            separator=True,
        ),
        ActionInfo(
            "label.clear",
            "Remove label",
            "Label",
            lambda: labels.clear_label(gallery.targets),
            ("Delete", "Backspace"),
            "label_off_outline",
            enabled=w.can_label,
            toolbar=True,
            context=True,
        ),
        ActionInfo(
            "label.advance",
            "Go on after labelling",
            "Label",
            w.toggle_auto_advance,
            ("N",),
            checked=lambda: labels.auto_advance,
            separator=True,
        ),
    )


def _model(w: MainWindow) -> tuple[ActionInfo, ...]:
    work, activities = w.session.work, w.session.activities
    return (
        ActionInfo(
            "model.classify",
            "Classify new images",
            "Model",
            work.classify,
            ("Ctrl+R",),
            "play_outline",
            enabled=lambda: work.can_classify,
            toolbar=True,
        ),
        ActionInfo(
            "model.cancel",
            "Stop",
            "Model",
            activities.cancel_all,
            ("Esc",),
            "stop",
            enabled=lambda: bool(activities.running),
            toolbar=True,
        ),
    )


def _help(w: MainWindow) -> tuple[ActionInfo, ...]:
    return (
        ActionInfo("help.shortcuts", "Shortcuts", "Help", w.show_shortcuts, ("F1",)),
        ActionInfo("help.about", "About SEMGui", "Help", w.dialogs.about),
    )
