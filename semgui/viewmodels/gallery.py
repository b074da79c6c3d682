"""The images to choose from: an array of ids, what is known of those in view, one current, some selected."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.domain.ids import ImageId
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane, TaskRunner
from semgui.viewmodels.tiles import Counts, GalleryFilter, Tile

Ids = NDArray[np.int64]

_CHUNK = 64  # rows fetched at once
_KEPT_TILES = 20_000
_REFRESH_SECONDS = 0.7


class GallerySource(Protocol):
    """Where rows come from; every call may take a while and is made off-thread."""

    def ids(self, wanted: GalleryFilter) -> Ids:
        """Ids of the images wanted, in order."""

    def tiles(self, ids: Sequence[ImageId]) -> list[Tile]:
        """State of some images."""

    def counts(self) -> Counts:
        """Numbers beside the filters."""


class RowsChange(StrEnum):
    """How the rows differ from those before."""

    APPENDED = "appended"  # more at the end, the others as before
    REPLACED = "replaced"


class GalleryModel:
    """Rows of the gallery.

    Nothing is held for all rows but their ids: 100,000 images are 800 kB.

    Attributes
    ----------
    ids
        (N,) int64, in order.
    current
        The image on screen.
    selection
        Ids of the images that an action applies to, in order; empty: the current one alone.
    """

    rows_changed = Signal(RowsChange)
    tiles_changed = Signal()
    current_changed = Signal()
    selection_changed = Signal()
    counts_changed = Signal()

    def __init__(self, runner: TaskRunner, notices: Notices) -> None:
        self._runner = runner
        self._notices = notices
        self._source: GallerySource | None = None
        self._tiles: OrderedDict[int, Tile] = OrderedDict()
        self._stale: set[int] = set()
        self._requested: set[int] = set()
        self._epoch = 0  # grows whenever what was read may be out of date
        self._generation = 0
        self._refreshing = False
        self._refresh_again = False
        self.filter = GalleryFilter()
        self.counts = Counts()
        self.ids: Ids = np.zeros(0, dtype=np.int64)
        self.current: ImageId | None = None
        self.selection: tuple[ImageId, ...] = ()

    # What the images are

    def attach(self, source: GallerySource | None) -> None:
        """Show another project, or none."""
        self._source = source
        self._generation += 1
        self._tiles.clear()
        self._requested.clear()
        self.filter = GalleryFilter()
        self.counts = Counts()
        self._refreshing = False
        self._replace_ids(np.zeros(0, dtype=np.int64))
        self.refresh()

    def narrow(self, wanted: GalleryFilter) -> None:
        """Show the images that pass another filter."""
        if wanted != self.filter:
            self.filter = wanted
            self.refresh()

    def refresh(self) -> None:
        """Read rows and counts again; calls in quick succession become one."""
        if self._source is None:
            self.counts_changed.emit()
            return
        if self._refreshing:
            self._refresh_again = True
            return
        self._refreshing = True
        source, wanted, generation = self._source, self.filter, self._generation
        self._runner.run(
            Lane.READ,
            lambda: (source.ids(wanted), source.counts()),
            lambda found: self._refreshed(generation, *found),
            lambda error: self._refresh_failed(generation, error),
        )

    def forget_tiles(self, ids: Sequence[ImageId] | None = None) -> None:
        """Read the state of these images again (of all, without `ids`) when they are next in view."""
        if ids is None:
            self._stale.update(self._tiles)
        else:
            self._stale.update(int(i) for i in ids if int(i) in self._tiles)
        self._requested.clear()
        self._epoch += 1
        self.tiles_changed.emit()

    def tile(self, row: int) -> Tile | None:
        """State of a row; ``None`` while it is being read, with `tiles_changed` to follow."""
        key = int(self.ids[row])
        known = self._tiles.get(key)
        if known is None or key in self._stale:
            self._request(row // _CHUNK)
        return known

    def tile_of(self, image_id: ImageId | None) -> Tile | None:
        """State of an image if it is known just now."""
        return self._tiles.get(int(image_id)) if image_id is not None else None

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

    def go_to(self, image_id: ImageId | None) -> None:
        """Make an image the current one, and the only one selected."""
        changed = image_id != self.current
        self.current = image_id
        self.select(() if image_id is None else (image_id,))
        if changed:
            self.current_changed.emit()

    def step(self, by: int) -> None:
        """Go some rows on or back; stops at the ends."""
        if not self.ids.size:
            return
        row = self.current_row
        target = 0 if row < 0 else min(max(row + by, 0), self.ids.size - 1)
        self.go_to(ImageId(int(self.ids[target])))

    def select(self, ids: Sequence[ImageId]) -> None:
        """Select images without changing the current one."""
        chosen = tuple(ids)
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit()

    def set_current_and_selection(self, current: ImageId | None, ids: Sequence[ImageId]) -> None:
        """Take over what the user chose in a list."""
        changed = current != self.current
        self.current = current
        self.select(ids)
        if changed:
            self.current_changed.emit()

    @property
    def targets(self) -> tuple[ImageId, ...]:
        """Images that an action applies to."""
        if self.selection:
            return self.selection
        return () if self.current is None else (self.current,)

    def around(self, ahead: int = 2, behind: int = 1) -> list[ImageId]:
        """Ids of the neighbours of the current image, those most likely to come first."""
        row = self.current_row
        if row < 0:
            return []
        rows = [*range(row + 1, row + 1 + ahead), *range(row - 1, row - 1 - behind, -1)]
        return [ImageId(int(self.ids[r])) for r in rows if 0 <= r < self.ids.size]

    # Arrivals

    def _refreshed(self, generation: int, ids: Ids, counts: Counts) -> None:
        if generation != self._generation:
            return
        self.counts = counts
        before = self.ids
        if ids.size >= before.size and np.array_equal(ids[: before.size], before):
            if ids.size > before.size:
                self.ids = ids
                self.rows_changed.emit(RowsChange.APPENDED)
        else:
            self._replace_ids(ids)
        if self.current is None and self.ids.size:
            self.step(0)
        self.counts_changed.emit()
        self._runner.later(_REFRESH_SECONDS, lambda: self._refresh_rested(generation))

    def _refresh_rested(self, generation: int) -> None:
        if generation != self._generation:
            return
        self._refreshing = False
        if self._refresh_again:
            self._refresh_again = False
            self.refresh()

    def _refresh_failed(self, generation: int, error: Exception) -> None:
        if generation == self._generation:
            self._refreshing = self._refresh_again = False
            self._notices.failed("The images could not be listed", error)

    def _replace_ids(self, ids: Ids) -> None:
        old_row = self.current_row
        self.ids = ids
        self._requested.clear()
        if self.row_of(self.current) < 0:
            # The current image fell out of the filter: stay where the eye is.
            row = min(max(old_row, 0), ids.size - 1)
            self.current = ImageId(int(ids[row])) if ids.size else None
            self.selection = () if self.current is None else (self.current,)
            self.rows_changed.emit(RowsChange.REPLACED)
            self.current_changed.emit()
            self.selection_changed.emit()
            return
        if len(self.selection) > 1:
            kept = np.isin(np.asarray(self.selection, dtype=np.int64), ids)
            self.selection = tuple(i for i, keep in zip(self.selection, kept, strict=True) if keep)
        self.rows_changed.emit(RowsChange.REPLACED)

    def _request(self, chunk: int) -> None:
        if chunk in self._requested or self._source is None:
            return
        self._requested.add(chunk)
        wanted = [ImageId(int(i)) for i in self.ids[chunk * _CHUNK : (chunk + 1) * _CHUNK]]
        source, generation, epoch = self._source, self._generation, self._epoch

        def arrived(tiles: list[Tile]) -> None:
            if generation == self._generation:
                self._requested.discard(chunk)
                self._keep_tiles(tiles, stale=epoch != self._epoch)

        self._runner.run(
            Lane.READ,
            lambda: source.tiles(wanted),
            arrived,
            # The chunk stays among those requested: an error must not be asked for again at every paint.
            lambda error: self._notices.failed("The state of the images could not be read", error),
        )

    def _keep_tiles(self, tiles: list[Tile], *, stale: bool) -> None:
        for tile in tiles:
            key = int(tile.id)
            self._tiles[key] = tile
            self._tiles.move_to_end(key)
            if stale:
                self._stale.add(key)
            else:
                self._stale.discard(key)
        while len(self._tiles) > _KEPT_TILES:
            dropped, _ = self._tiles.popitem(last=False)
            self._stale.discard(dropped)
        self.tiles_changed.emit()
