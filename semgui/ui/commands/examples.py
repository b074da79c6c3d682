"""Images like an example."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from semgui.domain.ids import ClassId
from semgui.services.example_search import Region
from semgui.texts import tr
from semgui.ui.actions import ActionInfo, Context

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def actions(w: MainWindow) -> tuple[ActionInfo, ...]:
    """Return what finds images by their looks."""
    search = w.session.search

    def can_search() -> bool:
        return w.in_project() and w.session.brain is not None and w.session.gallery.current is not None

    return (
        ActionInfo(
            "search.like_image",
            tr("Images like this one"),
            "Edit",
            lambda: _like_image(w),
            ("E",),
            "image_search_outline",
            enabled=lambda: can_search() and w.modes.at_labels,
            separator=True,
            context=(Context.THUMBNAILS, Context.PICTURE),
            tip=tr("List all images in Browse, the most similar first"),
        ),
        ActionInfo(
            "search.like_region",
            tr("Images like a region"),
            "Edit",
            lambda: _ask_for_region(w),
            ("Shift+E",),
            enabled=lambda: can_search() and w.modes.current.id == "browse",
            checked=lambda: w.region.on,
            context=(Context.PICTURE,),
            tip=tr("Drag a rectangle on the picture: images that look like what is in it come first"),
        ),
        ActionInfo(
            "search.clear",
            tr("End the search"),
            "Edit",
            search.clear,
            enabled=lambda: search.active,
            tip=tr("List what passes the filter again"),
        ),
    )


def search_like_region(w: MainWindow, region: Region) -> None:
    """List images like a region of the picture on screen."""
    current, detail = w.session.gallery.current, w.session.inspector.detail
    if current is not None and detail is not None:
        w.session.search.like_region(current, detail.path.name, region)
        _show_results(w)


def search_like_class(w: MainWindow, class_id: ClassId) -> None:
    """List images without a label that look like those of a class."""
    w.session.search.like_class(class_id, w.session.labels.name_of(class_id))
    _show_results(w)


def _like_image(w: MainWindow) -> None:
    current = w.session.gallery.current
    tile, detail = w.session.gallery.tile_of(current), w.session.inspector.detail
    path = tile.path if tile is not None else detail.path if detail is not None else Path()
    if current is not None:
        w.session.search.like_image(current, path.name)
        _show_results(w)


def _ask_for_region(w: MainWindow) -> None:
    w.browse.set_grid(on=False)
    w.region.set_on(on=not w.region.on)
    if w.region.on:
        w.status.say(tr("Drag a rectangle on the picture."))


def _show_results(w: MainWindow) -> None:
    w.modes.show("browse")
    w.browse.set_grid(on=True)
