"""The pixel rule for databars: statistics of rows, then evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]

_COLUMNS = 768  # enough of a row to tell paper from specimen
_SEARCH = 0.40  # the lower part of the picture in which a bar may lie
_TOLERANCE = 6  # grey levels (of 256) that JPEG adds around one drawn level
_PLAIN = 0.80  # a row owned by one level: the margin above, between or below the text


@dataclass(frozen=True, slots=True)
class SeenBar:
    """A bar found in the pixels: first row and whether the evidence is strong."""

    row: int
    certain: bool


def bar_in_pixels(pixels: NDArray[np.uint8 | np.uint16 | np.float32]) -> SeenBar | None:
    """Find a bar by its pixels alone; ``None`` where there is none."""
    height, width = pixels.shape
    if height < 40 or width < 40:
        return None
    top = int(height * (1 - _SEARCH))
    levels = _to_levels(pixels[top:, :: max(1, width // _COLUMNS)])
    share = _level_shares(levels)
    owner = share.argmax(axis=1)
    plain = share.max(axis=1) >= _PLAIN
    if not plain.any():
        return None
    best: tuple[float, int] | None = None
    for level in _frequent(owner[plain]):
        found = _bar_of(level, share, levels, height)
        if found is not None and (best is None or found > best):
            best = found
    return None if best is None else SeenBar(top + best[1], best[0] >= 0.5)


def _to_levels(rows: NDArray[np.uint8 | np.uint16 | np.float32]) -> NDArray[np.uint8]:
    if rows.dtype == np.uint8:
        return np.ascontiguousarray(rows)
    values = np.nan_to_num(rows.astype(np.float32))
    low, high = np.percentile(values[::4, ::4], (0.5, 99.5))
    margin = max(float(high - low), 1e-6) * 0.2
    scaled = (values - (low - margin)) * (255 / (high - low + 2 * margin + 1e-12))
    return np.clip(scaled, 0, 255).astype(np.uint8)


def _level_shares(levels: NDArray[np.uint8]) -> FloatArray:
    """Share of each row's pixels within the tolerance of each level, (rows, 256)."""
    rows, columns = levels.shape
    codes = levels.astype(np.int32) + np.arange(rows, dtype=np.int32)[:, None] * 256
    counts = np.bincount(codes.ravel(), minlength=rows * 256).reshape(rows, 256)
    sums = np.pad(counts.cumsum(axis=1), ((0, 0), (_TOLERANCE + 1, _TOLERANCE)), mode="edge")
    sums[:, : _TOLERANCE + 1] = 0
    return ((sums[:, 2 * _TOLERANCE + 1 :] - sums[:, : -2 * _TOLERANCE - 1]) / columns).astype(np.float32)


def _frequent(owners: NDArray[np.intp]) -> list[int]:
    counts = np.bincount(owners, minlength=256)
    chosen: list[int] = []
    for level in np.argsort(counts)[::-1][:12]:
        if counts[level] >= 2 and all(abs(int(level) - c) > _TOLERANCE for c in chosen):
            chosen.append(int(level))
    return chosen[:4]


def _bar_of(
    level: int, share: FloatArray, levels: NDArray[np.uint8], height: int
) -> tuple[float, int] | None:
    own = share[:, level]
    rows = len(own)
    good = np.flatnonzero(own >= _PLAIN)
    if len(good) < 2:
        return None
    gaps = np.flatnonzero(np.diff(good) > max(8, height // 20))
    start = int(good[0] if len(gaps) == 0 else good[gaps[-1] + 1])
    end = int(good[-1]) + 1
    specimen = float(np.median(own[max(0, start - 40) : max(1, start - 4)])) if start > 8 else 0.0
    threshold = (specimen + 1) / 2
    while start > 0 and own[start - 1] >= threshold:
        start -= 1
    if start < 8 or end < rows - height * 0.13 or not 0.02 * height <= end - start <= 0.3 * height:
        return None
    jump = float(own[start : start + 3].mean() - own[start - 5 : start - 1].mean())
    ink = np.abs(levels[start:end].astype(np.int16) - level) > 50
    text = float(ink.mean())
    if jump < 0.25 or not 0.004 <= text <= 0.6:
        return None
    return jump, start
