"""Where thumbnails and the headers of their groups stand: arithmetic, the same for ten and 100,000."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the whole sheet."""

    x: int
    y: int
    width: int
    height: int


class GridLayout:
    """Tiles in lines from left to right, group below group.

    Parameters
    ----------
    counts
        Rows in each group; one group without a header where nothing is grouped.
    tile
        Width and height of a tile.
    columns
        Tiles side by side.
    header
        Height of a group's header; 0: there are none.
    collapsed
        Groups of which only the header is shown.
    """

    def __init__(
        self,
        counts: Sequence[int],
        tile: tuple[int, int],
        columns: int,
        header: int = 0,
        collapsed: Sequence[bool] | None = None,
    ) -> None:
        self.columns = max(1, columns)
        self.tile_width, self.tile_height = tile
        self.header = header
        self._counts = np.asarray(counts, np.int64)
        self._folded = np.zeros(len(counts), bool) if collapsed is None else np.asarray(collapsed, bool)
        lines = np.where(self._folded, 0, -(-self._counts // self.columns))
        self._first_rows = np.concatenate([[0], np.cumsum(self._counts)])
        self._tops = np.concatenate([[0], np.cumsum(header + lines * self.tile_height)])

    @property
    def height(self) -> int:
        """Height of the sheet."""
        return int(self._tops[-1])

    @property
    def width(self) -> int:
        """Width of the sheet."""
        return self.columns * self.tile_width

    @property
    def rows(self) -> int:
        """Count of rows, folded ones included."""
        return int(self._first_rows[-1])

    def group_of(self, row: int) -> int:
        """Return the group that a row belongs to."""
        return int(np.searchsorted(self._first_rows, row, side="right")) - 1

    def first_row(self, group: int) -> int:
        """Return the first row of a group."""
        return int(self._first_rows[group])

    def top(self, group: int) -> int:
        """Return where a group begins, its header included."""
        return int(self._tops[group])

    def group_at(self, y: int) -> int:
        """Return the group at a height, -1 beyond the sheet."""
        if not 0 <= y < self.height:
            return -1
        return int(np.searchsorted(self._tops, y, side="right")) - 1

    def is_header(self, y: int) -> bool:
        """Whether there is a header at a height."""
        group = self.group_at(y)
        return group >= 0 and y - self.top(group) < self.header

    def box(self, row: int) -> Box:
        """Return where a row's tile stands; a folded one where its group's header does."""
        group = self.group_of(row)
        if self._folded[group]:
            return Box(0, self.top(group), self.tile_width, max(self.header, 1))
        line, column = divmod(row - self.first_row(group), self.columns)
        top = self.top(group) + self.header + line * self.tile_height
        return Box(column * self.tile_width, top, self.tile_width, self.tile_height)

    def row_at(self, x: int, y: int) -> int:
        """Return the row at a place, or -1."""
        group = self.group_at(y)
        if group < 0 or self._folded[group] or not 0 <= x < self.width:
            return -1
        below = y - self.top(group) - self.header
        if below < 0:
            return -1
        place = below // self.tile_height * self.columns + x // self.tile_width
        return self.first_row(group) + place if place < self._counts[group] else -1

    def runs(self, top: int, bottom: int) -> Iterator[tuple[int, int]]:
        """Yield stretches of rows (start, end) whose lines touch the heights from `top` to below `bottom`."""
        for group in self._groups(top, bottom):
            if self._folded[group]:
                continue
            start = self.top(group) + self.header
            first = max(0, (top - start) // self.tile_height) * self.columns
            last = min(int(self._counts[group]), -(-(bottom - start) // self.tile_height) * self.columns)
            if last > first:
                yield self.first_row(group) + first, self.first_row(group) + last

    def headers(self, top: int, bottom: int) -> Iterator[tuple[int, int]]:
        """Yield the groups whose headers touch a stretch of heights, and where the headers begin."""
        if self.header:
            for group in self._groups(top, bottom):
                if self.top(group) + self.header > top:
                    yield group, self.top(group)

    def rows_in(self, left: int, top: int, right: int, bottom: int) -> NDArray[np.int64]:
        """Return the rows whose tiles touch a rectangle."""
        first = max(0, left // self.tile_width)
        last = min(self.columns - 1, (right - 1) // self.tile_width)
        found = []
        for start, end in self.runs(top, bottom):
            rows = np.arange(start, end)
            column = (rows - self.first_row(self.group_of(start))) % self.columns
            found.append(rows[(column >= first) & (column <= last)])
        return np.concatenate([np.empty(0, np.int64), *found]).astype(np.int64)

    def line_step(self, row: int, by: int) -> int:
        """Return the row some lines below (or above, below 0), in the same column where there is one."""
        if not self.rows:
            return -1
        box = self.box(row)
        middle = box.x + self.tile_width // 2
        target = row
        for _ in range(abs(by)):
            following = self._next_line(target, 1 if by > 0 else -1, middle)
            if following < 0:
                return target
            target = following
        return target

    def _next_line(self, row: int, by: int, x: int) -> int:
        group = self.group_of(row)
        line = (row - self.first_row(group)) // self.columns + by
        while self._folded[group] or not 0 <= line < -(-self._counts[group] // self.columns):
            group += by
            if not 0 <= group < len(self._counts):
                return -1
            line = 0 if by > 0 else int(-(-self._counts[group] // self.columns)) - 1
        place = min(line * self.columns + x // self.tile_width, int(self._counts[group]) - 1)
        return self.first_row(group) + place

    def _groups(self, top: int, bottom: int) -> range:
        if bottom <= 0 or top >= self.height:
            return range(0)
        first = max(0, int(np.searchsorted(self._tops, top, side="right")) - 1)
        last = int(np.searchsorted(self._tops, bottom, side="left"))
        return range(first, min(last, len(self._counts)))
