"""Labelling by some letters of a class, where there are more classes than keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from semgui.texts import tr
from semgui.ui.palette import Palette, PaletteEntry
from semgui.viewmodels.classes import tree_rows

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def class_finder(w: MainWindow) -> Palette:
    """Return the list of classes of a window; a name that no class has can become one."""
    return Palette(
        w,
        lambda: _entries(w),
        w.theme,
        hint=tr("Type some letters of a class; Enter labels what is chosen"),
        otherwise=lambda name: _new_class(w, name),
    )


def _entries(w: MainWindow) -> list[PaletteEntry]:
    taxonomy = w.session.labels.taxonomy
    names = {c.id: c.name for c in taxonomy}
    return [
        PaletteEntry(
            row.sem_class.name,
            partial(w.assign, row.sem_class.id),
            names.get(row.sem_class.parent, "") if row.depth else "",
            row.sem_class.shortcut,
            row.sem_class.colour,
        )
        for row in tree_rows(taxonomy)
    ]


def _new_class(w: MainWindow, name: str) -> PaletteEntry | None:
    if not name or not w.can_label():
        return None
    labels, targets = w.session.labels, w.session.gallery.targets
    return PaletteEntry(
        tr("New class “{name}”, and label as it", name=name), lambda: labels.set_new_class(targets, name)
    )
