"""What the command palette offers: actions, classes to label as or to look at, projects opened last."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from semgui.texts import tr
from semgui.ui.actions import shown_keys
from semgui.ui.palette import PaletteEntry

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def palette_entries(w: MainWindow) -> list[PaletteEntry]:
    """Return all that can be done now."""
    return [*_actions(w), *_classes(w), *_projects(w)]


def _actions(w: MainWindow) -> list[PaletteEntry]:
    actions = w.actions_
    return [
        PaletteEntry(
            info.plain_words,
            actions.by_id[info.id].trigger,
            " / ".join(tr(part) for part in info.menu.split("/")),
            shown_keys(actions.keymap.keys(info.id)[:1]),
        )
        for info in actions.table
        # What has no menu is for something that was pointed at, the keys of classes are offered by the
        # names of classes, and the palette itself is open already.
        if info.menu and actions.by_id[info.id].isEnabled()
        if info.id != "help.palette" and not info.is_class_key
    ]


def _classes(w: MainWindow) -> list[PaletteEntry]:
    if not (w.in_project() and w.modes.current.pictures):
        return []
    entries = []
    for c in w.session.labels.taxonomy.active:
        if w.can_label():
            words = tr("Label as {name}", name=c.name)
            entries.append(
                PaletteEntry(words, partial(w.assign, c.id), keys=c.shortcut or "", colour=c.colour)
            )
        words = tr("Show only {name}", name=c.name)
        entries.append(
            PaletteEntry(words, partial(w.sidebar.narrow, classes=frozenset({c.id})), colour=c.colour)
        )
    return entries


def _projects(w: MainWindow) -> list[PaletteEntry]:
    return [
        PaletteEntry(tr("Open project {name}", name=path.stem), partial(w.open_path, path), str(path.parent))
        for path in map(Path, w.preferences.recent_projects)
        if path != w.session.place
    ]
