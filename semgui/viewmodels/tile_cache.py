"""What is known of the images in view: read a stretch at a time, read again when it may have changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.domain.ids import ImageId
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane, TaskRunner
from semgui.viewmodels.tiles import Tile

_CHUNK = 64  # rows read at once
_KEPT = 20_000

ReadTiles = Callable[[Sequence[ImageId]], list[Tile]]


class TileCache:
    """Tiles by image.

    Parameters
    ----------
    runner
        Where they are read.
    notices
        Told when that fails.
    """

    changed = Signal()

    def __init__(self, runner: TaskRunner, notices: Notices) -> None:
        self._runner = runner
        self._notices = notices
        self._read: ReadTiles | None = None
        self._ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self._tiles: OrderedDict[int, Tile] = OrderedDict()
        self._stale: set[int] = set()
        self._requested: set[int] = set()
        self._epoch = 0  # grows whenever what was read may be out of date
        self._generation = 0

    def attach(self, read: ReadTiles | None) -> None:
        """Read from another project, or from none."""
        self._read = read
        self._generation += 1
        self._tiles.clear()
        self._stale.clear()
        self.set_rows(np.zeros(0, np.int64))

    def set_rows(self, ids: NDArray[np.int64]) -> None:
        """Take over other rows."""
        self._ids = ids
        self._requested.clear()

    def forget(self, ids: Sequence[ImageId] | None = None) -> None:
        """Read these again (all, without `ids`) when they are next asked for."""
        if ids is None:
            self._stale.update(self._tiles)
        else:
            self._stale.update(int(i) for i in ids if int(i) in self._tiles)
        self._requested.clear()
        self._epoch += 1
        self.changed.emit()

    def at(self, row: int) -> Tile | None:
        """Return the tile of a row; ``None`` while it is being read, with `changed` to follow."""
        key = int(self._ids[row])
        known = self._tiles.get(key)
        if known is None or key in self._stale:
            self._request(row // _CHUNK)
        return known

    def of(self, image_id: ImageId | None) -> Tile | None:
        """Return the tile of an image if it is known just now."""
        return self._tiles.get(int(image_id)) if image_id is not None else None

    def _request(self, chunk: int) -> None:
        if chunk in self._requested or self._read is None:
            return
        self._requested.add(chunk)
        wanted = [ImageId(i) for i in self._ids[chunk * _CHUNK : (chunk + 1) * _CHUNK].tolist()]
        read, generation, epoch = self._read, self._generation, self._epoch

        def arrived(tiles: list[Tile]) -> None:
            if generation == self._generation:
                self._requested.discard(chunk)
                self._keep(tiles, stale=epoch != self._epoch)

        self._runner.run(
            Lane.READ,
            lambda: read(wanted),
            arrived,
            # The chunk stays among those requested: an error must not be asked for again at every paint.
            lambda error: self._notices.failed("The state of the images could not be read", error),
        )

    def _keep(self, tiles: list[Tile], *, stale: bool) -> None:
        for tile in tiles:
            key = int(tile.id)
            self._tiles[key] = tile
            self._tiles.move_to_end(key)
            if stale:
                self._stale.add(key)
            else:
                self._stale.discard(key)
        while len(self._tiles) > _KEPT:
            dropped, _ = self._tiles.popitem(last=False)
            self._stale.discard(dropped)
        self.changed.emit()
