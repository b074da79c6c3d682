"""Splitting a class: the chosen images of it get a new one, whose name is typed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from semgui.domain.taxonomy import SemClass
from semgui.texts import tr
from semgui.ui.palette import Palette, PaletteEntry

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def class_splitter(w: MainWindow) -> Palette:
    """Return the line in which the name of the new class is typed."""
    return Palette(
        w,
        lambda: (),
        w.theme,
        hint=tr("Name of a new class for those of the chosen images that have the class of this one"),
        otherwise=lambda name: _split_off(w, name),
    )


def class_to_split(w: MainWindow) -> SemClass | None:
    """Return the class of the image on screen; ``None``: it has none that one may know."""
    detail = w.session.inspector.detail
    known = w.can_label() and not w.session.labels.blind and detail is not None
    return w.session.labels.class_of(detail.label) if known and detail is not None else None


def _split_off(w: MainWindow, name: str) -> PaletteEntry | None:
    old = class_to_split(w)
    if not name or old is None:
        return None
    targets = w.session.gallery.targets
    return PaletteEntry(
        tr("New class “{name}”, split off {old}", name=name, old=old.name),
        partial(w.session.hand.classes.split, old.id, name, targets),
        tr("{n} image(s) chosen", "", len(targets)),
    )
