"""The pixel rule for databars: what drawn rows have and scanned rows have not.

The words used here: *paper* is the grey level (or the two levels side by side) on which the program
wrote, *ink* everything on it that is not paper. A row's *share* of a level is the part of its pixels
that have this level.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Pixels = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32]
Shares = NDArray[np.float32]

_SMALLEST = 64  # pixels; a smaller picture has no room for a bar that could be read
_SEARCHED = 0.42  # lower part of the picture in which a bar may lie
_COLUMNS = 700  # as many columns as are needed to know a row

_DRAWN = 1  # levels (of 256) around the paper that a file without losses leaves at zero
_SPREAD = 6  # levels around it that JPEG fills near the text
_PLAIN = 0.75  # share of paper in the margins above, between or below the lines of text
_EXACT = 0.70  # share of paper pixels that have the very level: paper has no noise
_NEARLY_EXACT = 0.5  # the same where four columns of five turn to paper in one row

_LOWEST_END = 0.85  # the bar ends below this part of the height (NFFA: 0.87 to 0.92)
_HEIGHTS = (0.028, 0.30)  # of a bar, as parts of the picture's height
_MOST_INK = 0.6
_STROKE = 25  # levels between paper and ink at the edge of a stroke
_STROKES = 6  # such edges in a row of text

_STEP = 0.12  # least share of the columns that turn to paper at the edge
_CLEAR_STEP = 0.35  # from here on the edge alone is beyond doubt
_LEFT_OVER = 0.4  # part of the columns at the edge that may stay something else (text, cells)


@dataclass(frozen=True, slots=True)
class SeenBar:
    """A bar found in the pixels.

    Parameters
    ----------
    row
        Its first row.
    step
        Share of the picture's columns that turn to paper in this row.
    """

    row: int
    step: float

    @property
    def certain(self) -> bool:
        """Whether the edge is clear enough to need no second look."""
        return self.step >= _CLEAR_STEP


@dataclass(frozen=True, slots=True)
class _Rows:
    """Statistics of the lower rows of a picture; everything (rows, …)."""

    drawn: Shares  # (rows, 256) share within _DRAWN of each level
    spread: Shares  # (rows, 256) share within _SPREAD of each level
    strokes: NDArray[np.intp]  # (rows,) sharp edges along the row


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One reading of the rows as paper; shares of each row, (rows,)."""

    own: Shares  # that is paper
    exact: Shares  # that has the paper's very level


def bar_in_pixels(pixels: Pixels) -> SeenBar | None:
    """Find a bar by its pixels alone.

    Parameters
    ----------
    pixels
        Grey image, shape (H, W).

    Returns
    -------
    SeenBar or None
        ``None`` where there is no bar.
    """
    height, width = pixels.shape
    if min(height, width) < _SMALLEST:
        return None
    top = height - int(height * _SEARCHED)
    rows = _statistics_of(pixels, top, height)
    # Each row on a paper of its own: shaded from top to bottom, or lines of text on different papers.
    exact = rows.drawn.max(axis=1)
    shaded = [_Sheet(exact, exact), _Sheet(rows.spread.max(axis=1), exact)]
    bar = _first_bar(_sheets(rows), rows, height)
    taller = _first_bar(shaded, rows, height)
    # A few smooth rows of specimen above a bar are no second paper.
    if bar is None or (taller is not None and taller.row <= bar.row - 0.02 * height):
        bar = taller
    return None if bar is None else SeenBar(top + bar.row, bar.step)


def _first_bar(sheets: Iterable[_Sheet], rows: _Rows, height: int) -> SeenBar | None:
    """Find the first of the bars on these sheets, leaving out those of a much weaker edge."""
    found = [bar for sheet in sheets if (bar := _bar_on(sheet, rows, height)) is not None]
    # Another paper's bar further down is a box in the bar, or specimen left below it.
    enough = 0.5 * max((bar.step for bar in found), default=0.0)
    return min((bar for bar in found if bar.step >= enough), key=lambda bar: bar.row, default=None)


def is_scanned(pixels: Pixels, first: int, end: int) -> bool:
    """Whether rows ``first`` to ``end`` are plainly specimen: no level owns them.

    Parameters
    ----------
    pixels
        Grey image, shape (H, W).
    first, end
        Range of rows, ``first < end``.

    Returns
    -------
    bool
        False also where one cannot say (a smooth film, a black hole, zeroed pixels).
    """
    rows = _statistics_of(pixels, first, end)
    return float(np.median(rows.spread.max(axis=1))) < 0.4


def _statistics_of(pixels: Pixels, first: int, end: int) -> _Rows:
    every = max(1, pixels.shape[1] // _COLUMNS)
    return _statistics(_as_levels(pixels[first:end, ::every], pixels[: first : 8 * every, ::every]))


def _statistics(levels: NDArray[np.uint8]) -> _Rows:
    rows, columns = levels.shape
    codes = levels + (np.arange(rows, dtype=np.int32) * 256)[:, None]
    counts = np.bincount(codes.ravel(), minlength=rows * 256).reshape(rows, 256)
    below = np.zeros((rows, 257), np.float32)
    np.cumsum(counts, axis=1, out=below[:, 1:])
    below /= columns
    edges = np.abs(np.diff(levels.astype(np.int16), axis=1)) > _STROKE
    return _Rows(_within(_DRAWN, below), _within(_SPREAD, below), np.count_nonzero(edges, axis=1))


def _as_levels(pixels: Pixels, specimen: Pixels) -> NDArray[np.uint8]:
    """256 levels: half of them for what the specimen fills, a quarter each for what is darker and brighter.

    So the noise of a faint specimen stays visible beside a bar drawn at full scale, and grey paper
    stays apart from white ink beside a dark one.
    """
    if pixels.dtype == np.uint8:
        return np.ascontiguousarray(pixels, dtype=np.uint8)
    values = np.nan_to_num(np.asarray(pixels, dtype=np.float32))
    low, high = np.percentile(np.nan_to_num(np.asarray(specimen, dtype=np.float32)), (1, 99))
    knots = np.array([min(values.min(), low) - 1e-6, low, high, max(values.max(), high) + 1e-6])
    return np.asarray(np.interp(values, knots, (0, 64, 192, 255)), dtype=np.uint8)


def _within(distance: int, below: Shares) -> Shares:
    level = np.arange(256)
    share: Shares = np.subtract(
        below[:, np.minimum(level + distance + 1, 256)], below[:, np.maximum(level - distance, 0)]
    )
    return share


def _sheets(rows: _Rows) -> Iterator[_Sheet]:
    """Every way to read the rows as written on one paper, or on two side by side.

    Without losses first, where specimen a few levels from the paper is no paper yet.
    """
    for paper in map(list, _papers(rows)):
        exact = rows.drawn[:, paper].sum(axis=1)
        yield _Sheet(exact, exact)
        yield _Sheet(rows.spread[:, paper].sum(axis=1), exact)


def _papers(rows: _Rows) -> list[tuple[int, ...]]:
    """Levels that own whole rows without noise, alone or two side by side; the commonest first."""
    owner = rows.drawn.argmax(axis=1)
    of_owner = np.take_along_axis(rows.drawn, owner[:, None], axis=1)[:, 0]
    single = _commonest(owner[of_owner >= 0.35])
    # Two papers side by side: what remains of a row without its first owner.
    near = np.abs(np.arange(256)[None, :] - owner[:, None]) <= 2 * _SPREAD
    rest = np.where(near, 0, rows.drawn)
    second = rest.argmax(axis=1)
    of_second = np.take_along_axis(rest, second[:, None], axis=1)[:, 0]
    both = (of_owner >= 0.2) & (of_second >= 0.2) & (of_owner + of_second >= 0.8)
    pair = np.minimum(owner, second)[both] * 256 + np.maximum(owner, second)[both]
    return [(level,) for level in single] + [divmod(code, 256) for code in _commonest(pair)[:2]]


def _commonest(codes: NDArray[np.intp]) -> list[int]:
    values, counts = np.unique(codes, return_counts=True)
    chosen: list[int] = []
    for k in np.argsort(-counts, kind="stable"):
        if counts[k] >= 2 and all(abs(int(values[k]) - other) > 2 * _DRAWN for other in chosen):
            chosen.append(int(values[k]))
    return chosen[:6]


def _bar_on(sheet: _Sheet, rows: _Rows, height: int) -> SeenBar | None:
    """Find the bar written on this paper, its row counted from the first of ``rows``."""
    own = sheet.own
    plain = np.flatnonzero(own >= _PLAIN)
    if len(plain) == 0:
        return None
    end = int(plain[-1]) + 1
    if end < len(own) - height * (1 - _LOWEST_END):
        return None
    step = _steps(own)
    shortest, tallest = (max(8, int(height * part)) for part in _HEIGHTS)
    starts = np.flatnonzero(step >= _STEP)
    starts = starts[(starts <= end - shortest) & (starts >= end - tallest)]
    good = [
        int(s)
        for s in starts
        if _is_written(own[s:end], rows.strokes[s:end])
        and (step[s] >= _CLEAR_STEP or _is_plainly_a_bar(rows.strokes[s:end], height))
        and _noiseless(sheet.exact[s:end], own[s:end], float(step[s]))
    ]
    if not good:
        return None
    # Edges inside the bar (a line of text ends, a cell begins) lie below the bar's own first edge.
    enough = 0.35 * max(float(step[s]) for s in good)
    start = next(s for s in good if step[s] >= enough)
    halfway = (own[start - 4 : start - 1].mean() + own[start + 1 : start + 4].mean()) / 2
    start += int((own[start : start + 3] >= halfway).argmax())
    return SeenBar(_with_frame(start, rows), float(step[start]))


def _steps(own: Shares) -> Shares:
    """For each row, the share of columns that turn to paper there; 0 where too few do so at once."""
    other = np.pad(1 - own, (16, 2), mode="edge")

    def mean(first: int, count: int) -> Shares:
        """Mean over ``count`` rows, the first of them ``first`` rows from each row."""
        windows = sliding_window_view(other, count)[16 + first :][: len(own)]
        return np.asarray(windows.mean(axis=-1), dtype=np.float32)

    # One blended row is left out, unless it is a ruled line.
    line = mean(-1, 1)
    above = np.where(line >= 0.9, line, mean(-4, 3))
    inside = mean(0, 3)
    step = above - inside
    # The rim of a hole turns to black over many rows; a bar begins in one.
    ramp = mean(-13, 4) - above
    sharp = (inside <= _LEFT_OVER * above) & (step >= ramp)
    sharp[:4] = False
    result: Shares = np.where(sharp, step, 0).astype(np.float32)
    return result


def _is_written(own: Shares, strokes: NDArray[np.intp]) -> bool:
    """Whether these rows are paper that carries text."""
    plain = own >= _PLAIN
    if plain.mean() < 0.12 or (own < 0.2).mean() > 0.25 or (1 - own).mean() > _MOST_INK:
        return False
    return int((strokes >= _STROKES).sum()) >= max(4, 0.08 * len(own))


def _is_plainly_a_bar(strokes: NDArray[np.intp], height: int) -> bool:
    """Stricter on height and text, where specimen as black as the paper hides most of the edge."""
    return len(strokes) >= 0.035 * height and float((strokes >= _STROKES).mean()) >= 0.2


def _noiseless(exact: Shares, own: Shares, step: float) -> bool:
    """Whether the paper has one very level, at least in the margins (near text JPEG leaves ripples)."""
    plain = own >= _PLAIN
    return float(np.percentile(exact[plain] / own[plain], 80)) >= (_EXACT if step < 0.8 else _NEARLY_EXACT)


def _with_frame(start: int, rows: _Rows) -> int:
    """Move up over the frame: full-width lines of one level right above the paper."""
    first = start
    for row in range(start - 1, max(start - 8, 4), -1):
        level = int(rows.spread[row].argmax())
        is_line = rows.spread[row, level] >= 0.9 and rows.drawn[row].max() >= 0.5
        if is_line and rows.spread[row - 4 : row, level].mean() < 0.4:
            first = row
    return first
