"""Which points of a map are chosen, and which can be."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.domain.ids import ImageId
from semgui.services.embedding_map import EmbeddingMap, Layout
from semgui.viewmodels.gallery import GalleryModel

Rows = NDArray[np.bool_]


class Picking(StrEnum):
    """What a click or a lasso does to what was chosen before."""

    ONLY = "only"
    ADD = "add"
    REMOVE = "remove"


class MapChoice:
    """What is chosen is what `GalleryModel` shows, all of it selected.

    The keys of classes, the menus and undo work on it as anywhere.

    Attributes
    ----------
    map
        The points.
    shown
        (N,) bool, points that pass the filter of the gallery.
    picked
        (N,) bool, points that are chosen.
    """

    shown_changed = Signal()
    picked_changed = Signal()

    def __init__(self, gallery: GalleryModel) -> None:
        self._gallery = gallery
        self.map = no_map(Layout.PCA)
        self._fit()

    def pick(self, rows: Rows, how: Picking = Picking.ONLY) -> int:
        """Choose points; those that do not pass the filter cannot be chosen.

        Returns
        -------
        int
            How many of `rows` could be. If none, everything stays as it is.
        """
        rows = rows & self.shown
        count = int(np.count_nonzero(rows))
        if not count:
            return 0
        if how is Picking.ADD:
            rows = self.picked | rows
        elif how is Picking.REMOVE:
            rows = self.picked & ~rows
        self._show_picked(rows, self._first_of(rows))
        return count

    def pick_point(self, row: int, how: Picking = Picking.ONLY) -> None:
        """Choose one point, or add or remove it; added or alone, its image becomes the current one."""
        rows = np.zeros(len(self.map), np.bool_)
        rows[row] = True
        if how is Picking.ADD and self.picked[row]:
            how = Picking.REMOVE
        rows &= self.shown
        if not rows.any():
            return
        chosen = {Picking.ONLY: rows, Picking.ADD: self.picked | rows}.get(how, self.picked & ~rows)
        current = self.id_at(row) if chosen[row] else self._first_of(chosen)
        self._show_picked(chosen, current)

    def pick_nothing(self) -> None:
        """Choose nothing; the current image stays."""
        self._show_picked(np.zeros(len(self.map), np.bool_), None)

    def id_at(self, row: int) -> ImageId:
        """Return the image of a point."""
        return ImageId(int(self.map.ids[row]))

    def row_of(self, image_id: ImageId | None) -> int:
        """Return the point of an image, or -1."""
        found = np.flatnonzero(self.map.ids == image_id) if image_id is not None else np.zeros(0, np.int64)
        return int(found[0]) if found.size else -1

    @property
    def picked_count(self) -> int:
        """How many points are chosen."""
        return int(np.count_nonzero(self.picked))

    @property
    def shown_count(self) -> int:
        """How many points pass the filter."""
        return int(np.count_nonzero(self.shown))

    # Inside

    def _fit(self) -> None:
        """Begin with other points: all can be chosen, none is."""
        self.shown: Rows = np.ones(len(self.map), np.bool_)
        self.picked: Rows = np.zeros(len(self.map), np.bool_)

    def _show_picked(self, rows: Rows, current: ImageId | None) -> None:
        self.picked = rows
        ids = self.map.ids[rows]
        if ids.size:
            self._gallery.show_only(ids, current)
            self._gallery.select_all()
        else:
            self._gallery.show_all()
            self._gallery.select_current()
        self.picked_changed.emit()

    def _leave_gallery(self) -> None:
        """Leave nothing chosen that is not seen any more: a key would label it."""
        if self.picked_count:
            self._gallery.show_all()
            self._gallery.select_current()

    def _first_of(self, rows: Rows) -> ImageId | None:
        """Return the current image if it is among these points, else the first of them."""
        here = self.row_of(self._gallery.current)
        if here >= 0 and rows[here]:
            return self._gallery.current
        places = np.flatnonzero(rows)
        return self.id_at(int(places[0])) if places.size else None

    def _take_shown(self, shown: Rows) -> None:
        if shown.shape != self.shown.shape or np.array_equal(shown, self.shown):
            return
        self.shown = shown
        self.shown_changed.emit()


def no_map(layout: Layout) -> EmbeddingMap:
    """Return a map without points."""
    return EmbeddingMap(np.zeros(0, np.int64), np.zeros((0, 2), np.float32), layout)
