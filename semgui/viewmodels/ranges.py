"""Places on a slider and the values that they stand for."""

from __future__ import annotations

import math
from datetime import date, timedelta

from semgui.catalogue.query import Key

Extent = tuple[float | str, float | str]
"""Smallest and largest value: numbers, or ISO times."""

_LOGARITHMIC = frozenset({Key.PIXEL_SIZE, Key.MAGNIFICATION})  # from atoms to millimetres


def from_place(key: Key, extent: Extent, place: float) -> float | str:
    """Return the value at a place from 0 to 1: a day for times, else a number of at most three digits.

    The ends are the extent itself, so that rounding leaves nothing out there.
    """
    low, high = extent
    if isinstance(low, str) or isinstance(high, str):
        first, days = _days(str(low), str(high))
        return (first + timedelta(days=round(place * days))).isoformat()
    if not 0 < place < 1:
        return low if place <= 0 else high
    steps = key in _LOGARITHMIC and low > 0
    value = low * (high / low) ** place if steps else low + (high - low) * place
    return float(f"{value:.3g}")


def place_of(key: Key, extent: Extent, value: float | str) -> float:
    """Return where on the slider a value is, from 0 to 1."""
    low, high = extent
    if isinstance(low, str) or isinstance(high, str):
        first, days = _days(str(low), str(high))
        place = (_day(str(value)) - first).days / max(days, 1)
    elif key in _LOGARITHMIC and low > 0 and float(value) > 0:
        place = math.log(float(value) / low) / math.log(high / low)
    else:
        place = (float(value) - low) / (high - low)
    return min(max(place, 0.0), 1.0)


def _day(time: str) -> date:
    return date.fromisoformat(time[:10])


def _days(low: str, high: str) -> tuple[date, int]:
    return _day(low), max(1, (_day(high) - _day(low)).days)
