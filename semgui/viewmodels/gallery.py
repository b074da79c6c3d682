"""The images to choose from: an array of ids in order and in groups, one current, some selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.catalogue.facets import Facets
from semgui.catalogue.grouping import ImageGroup
from semgui.catalogue.query import ImageQuery
from semgui.catalogue.sorting import Listing
from semgui.domain.ids import ImageId
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.rows_reader import GallerySource, RowsReader
from semgui.viewmodels.selection import Mask, Selection
from semgui.viewmodels.tasks import TaskRunner
from semgui.viewmodels.tile_cache import TileCache
from semgui.viewmodels.tiles import Tile

Ids = NDArray[np.int64]


class RowsChange(StrEnum):
    """How the rows differ from those before."""

    APPENDED = "appended"  # more at the end, the others as before
    REPLACED = "replaced"


class GalleryModel:
    """Rows of the gallery.

    Nothing is held for all rows but their ids and whether they are selected: 100,000 images are 900 kB.

    Attributes
    ----------
    filter
        What is wanted, its order and groups included.
    ids
        (N,) int64, in order.
    groups
        The stretches that the rows fall into; empty: nothing is grouped.
    current
        The image on screen.
    initial
        What is shown of a project that was just opened.
    """

    rows_changed = Signal(RowsChange)
    tiles_changed = Signal()
    current_changed = Signal()
    selection_changed = Signal()
    counts_changed = Signal()
    filter_changed = Signal()
    folds_changed = Signal()

    def __init__(self, runner: TaskRunner, notices: Notices) -> None:
        self._reader = RowsReader(runner, notices, self._listed, self._counted)
        self._tiles = TileCache(runner, notices)
        self._tiles.changed.connect(self.tiles_changed.emit)
        self._folded: set[object] = set()
        self._only: Ids | None = None  # rows that stay whatever the filter
        self._walking = False
        self._selection = Selection()
        self._selected_ids: tuple[ImageId, ...] | None = None
        self.initial = ImageQuery()
        self.filter = self.initial
        self.ids: Ids = np.zeros(0, dtype=np.int64)
        self.groups: tuple[ImageGroup, ...] = ()
        self.current: ImageId | None = None
        self.listed = False  # whether the rows are those of the filter, and not none yet

    @property
    def facets(self) -> Facets:
        """Counts under the filter; they follow the rows."""
        return self._reader.facets

    def wait_for(self, hand_is_busy: Callable[[], bool]) -> None:
        """Let rows that are read again wait while something is typed about the current image."""
        self._reader.hand_is_busy = hand_is_busy

    # What the images are

    def attach(self, source: GallerySource | None, wanted: ImageQuery | None = None) -> None:
        """Show another project, or none.

        Parameters
        ----------
        wanted
            What to show of it at first; ``None``: all images in the user's order.
        """
        self._reader.attach(source)
        self._tiles.attach(source.tiles if source else None)
        self.filter = wanted or self.initial
        self.listed = False
        self._only = None
        self._folded.clear()
        self._replace(Listing(np.zeros(0, dtype=np.int64)))
        self.filter_changed.emit()
        self._reader.read(self.filter)

    def narrow(self, wanted: ImageQuery) -> None:
        """Show the images that pass another filter, or the same ones in another order or groups."""
        if wanted == self.filter:
            return
        if wanted.group is not self.filter.group:
            self._folded.clear()
        self.filter = wanted
        self.filter_changed.emit()
        self._reader.read(wanted)

    def show_only(self, ids: Ids, current: ImageId | None, *, walk: bool = False) -> None:
        """Show exactly these images in this order, whatever the filter and its order are, until `show_all`.

        Parameters
        ----------
        current
            The image to show of these; ``None``: none yet.
        walk
            Whether a label goes on to the next of them, as in a list by filter; a queue goes on by itself.
        """
        self._walking = walk
        moved = current != self.current
        self._only = ids
        self.current = current
        self._replace(Listing(ids))
        if moved:
            self._selection.only(self.current_row)
            self._selected_ids = None
            self.current_changed.emit()
            self.selection_changed.emit()

    def show_all(self) -> None:
        """Show what passes the filter again."""
        if self._only is not None:
            self._only = None
            self._reader.read(self.filter)

    @property
    def walks(self) -> bool:
        """Whether a label goes on to the next image."""
        return self._only is None or self._walking

    @property
    def is_pinned(self) -> bool:
        """Whether the rows are those of `show_only`."""
        return self._only is not None

    def refresh(self) -> None:
        """Read rows and counts again; calls in quick succession become one."""
        self._reader.refresh()

    def forget_tiles(self, ids: Sequence[ImageId] | None = None) -> None:
        """Read the state of these images again (of all, without `ids`) when they are next in view."""
        self._tiles.forget(ids)

    def tile(self, row: int) -> Tile | None:
        """State of a row; ``None`` while it is being read, with `tiles_changed` to follow."""
        return self._tiles.at(row)

    def tile_of(self, image_id: ImageId | None) -> Tile | None:
        """State of an image if it is known just now."""
        return self._tiles.of(image_id)

    # Groups

    def is_folded(self, group: int) -> bool:
        """Whether only the header of a group is shown."""
        return self.groups[group].value in self._folded

    def fold(self, group: int) -> None:
        """Show only the header of a group, or all of it again."""
        self._folded ^= {self.groups[group].value}
        self.folds_changed.emit()

    def fold_all(self) -> None:
        """Show only headers or, if it is so already, everything again."""
        every: set[object] = {group.value for group in self.groups}
        self._folded = set() if self._folded == every else every
        self.folds_changed.emit()

    def step_group(self, by: int) -> None:
        """Go to the first image of the next group, or of the one before."""
        if not self.groups:
            return
        starts = np.concatenate([[0], np.cumsum([group.count for group in self.groups])])
        here = int(np.searchsorted(starts, max(self.current_row, 0), side="right")) - 1
        target = min(max(here + by, 0), len(self.groups) - 1)
        self.go_to(ImageId(int(self.ids[starts[target]])))

    # Current image and selection

    @property
    def current_row(self) -> int:
        """Row of the current image, or -1."""
        return self.row_of(self.current)

    def row_of(self, image_id: ImageId | None) -> int:
        """Row of an image, or -1 when it is not among the rows."""
        if image_id is None:
            return -1
        found = np.flatnonzero(self.ids == image_id)
        return int(found[0]) if found.size else -1

    @property
    def selection(self) -> tuple[ImageId, ...]:
        """Ids of the images that an action applies to, in order; empty: the current one alone."""
        if self._selected_ids is None:
            self._selected_ids = tuple(ImageId(i) for i in self.ids[self._selection.mask].tolist())
        return self._selected_ids

    @property
    def selected(self) -> Mask:
        """(N,) whether each row is selected."""
        return self._selection.mask

    @property
    def selected_count(self) -> int:
        """How many images are selected."""
        return self._selection.count

    @property
    def targets(self) -> tuple[ImageId, ...]:
        """Images that an action applies to."""
        if self._selection.count:
            return self.selection
        return () if self.current is None else (self.current,)

    def go_to(self, image_id: ImageId | None) -> None:
        """Make an image the current one, and the only one selected."""
        self._selection.only(self.row_of(image_id))
        self._take(image_id)

    def step(self, by: int) -> None:
        """Go some rows on or back; stops at the ends."""
        if not self.ids.size:
            return
        row = self.current_row
        self.go_to_row(0 if row < 0 else min(max(row + by, 0), self.ids.size - 1))

    def go_to_row(self, row: int) -> None:
        """Make the image of a row the current one, and the only one selected."""
        self.go_to(ImageId(int(self.ids[row])))

    def toggle(self, row: int) -> None:
        """Select a row as well, or no longer, and make it the current one."""
        self._selection.toggle(row)
        self._take(ImageId(int(self.ids[row])))

    def stretch(self, row: int, *, keep: bool = False) -> None:
        """Select from where the selection began to a row, which becomes the current one."""
        if self._selection.anchor < 0:
            self._selection.anchor = self.current_row
        self._selection.stretch(row, keep=keep)
        self._take(ImageId(int(self.ids[row])))

    def put_selection(self, mask: Mask) -> None:
        """Select exactly these rows; the current image stays."""
        if not np.array_equal(mask, self._selection.mask):
            self._selection.put(mask)
            self._selection_moved()

    def select(self, ids: Sequence[ImageId]) -> None:
        """Select images without changing the current one."""
        self.put_selection(np.isin(self.ids, np.asarray(ids, dtype=np.int64)))

    def select_all(self) -> None:
        """Select every row."""
        self.put_selection(np.ones(self.ids.size, bool))

    def invert_selection(self) -> None:
        """Select what is not selected."""
        self.put_selection(~self._selection.mask)

    def select_current(self) -> None:
        """Select nothing but the current image."""
        self._selection.only(self.current_row)
        self._selection_moved()

    def select_group(self, group: int) -> None:
        """Select the images of a group."""
        start = sum(g.count for g in self.groups[:group])
        mask = np.zeros(self.ids.size, bool)
        mask[start : start + self.groups[group].count] = True
        self.put_selection(mask)

    def around(self, ahead: int = 2, behind: int = 1) -> list[ImageId]:
        """Ids of the neighbours of the current image, those most likely to come first."""
        row = self.current_row
        if row < 0:
            return []
        rows = [*range(row + 1, row + 1 + ahead), *range(row - 1, row - 1 - behind, -1)]
        return [ImageId(int(self.ids[r])) for r in rows if 0 <= r < self.ids.size]

    def _take(self, current: ImageId | None) -> None:
        changed = current != self.current
        self.current = current
        self._selection_moved()
        if changed:
            self.current_changed.emit()

    def _selection_moved(self) -> None:
        self._selected_ids = None
        self.selection_changed.emit()

    # Arrivals

    def _listed(self, found: Listing) -> None:
        self.listed = True
        if self._only is not None:
            found = Listing(self._only)
        before = self.ids
        grown = found.ids.size >= before.size and np.array_equal(found.ids[: before.size], before)
        if grown and not found.groups and not self.groups:
            if found.ids.size > before.size or not before.size:
                self._append(found.ids)
        elif not (grown and found.groups == self.groups):
            self._replace(found)
        if self.current is None and self.ids.size and self._only is None:
            self.step(0)

    def _counted(self) -> None:
        self.counts_changed.emit()

    def _append(self, ids: Ids) -> None:
        self._selection.follow(self.ids, ids)
        self.ids = ids
        self._tiles.set_rows(ids)
        self.rows_changed.emit(RowsChange.APPENDED)

    def _replace(self, found: Listing) -> None:
        old_row, several = self.current_row, self._selection.count > 1
        self._selection.follow(self.ids, found.ids)
        self._selected_ids = None
        self.ids, self.groups = found.ids, found.groups
        self._tiles.set_rows(found.ids)
        nothing_asked = self.current is None and self._only is not None
        if self.row_of(self.current) >= 0 or nothing_asked:
            self.rows_changed.emit(RowsChange.REPLACED)
            self.selection_changed.emit()
            return
        # The current image fell out of the filter: stay where the eye is, or with what is still selected.
        row = min(max(old_row, 0), found.ids.size - 1)
        if several and self._selection.count:
            row = int(np.flatnonzero(self._selection.mask)[0])
        else:
            self._selection.only(row)
        self.current = ImageId(int(found.ids[row])) if found.ids.size else None
        self.rows_changed.emit(RowsChange.REPLACED)
        self.current_changed.emit()
        self.selection_changed.emit()
