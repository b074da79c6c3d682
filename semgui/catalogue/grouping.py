"""Values into groups that people would make: tenths of a confidence, days, whole kilovolts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.query import Key

_STEPS = np.array([1.0, 2.0, 5.0])  # of each decade
_DAY = 10  # characters of an ISO time


@dataclass(frozen=True, slots=True)
class ImageGroup:
    """A stretch of a list.

    Parameters
    ----------
    value
        What its images have in common: a class id, a folder, a name, a day (``2024-03-05``), or the lower
        bound of a bin (see `bin_of`); ``None``: they have no value.
    count
        Images in it.
    """

    value: str | float | None
    count: int


def _tenths(values: NDArray[np.float64]) -> NDArray[np.float64]:
    # 0.3 / 0.1 is less than 3: a small push first, and 1.0 belongs to the last tenth.
    return np.minimum(np.floor(values * 10 + 1e-9), 9) / 10


def _one_two_five(values: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        decade = 10.0 ** np.floor(np.log10(values) + 1e-9)
        step = _STEPS[np.clip(np.searchsorted(_STEPS, values / decade + 1e-9) - 1, 0, 2)]
    return np.where(values > 0, step * decade, 0.0)


_BINS: Mapping[Key, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    Key.CONFIDENCE: _tenths,
    Key.NOVELTY: _tenths,
    Key.HV: lambda values: np.round(values, 1),
    Key.WD: np.floor,
    Key.PIXEL_SIZE: _one_two_five,
    Key.MAGNIFICATION: _one_two_five,
    Key.SIZE: _one_two_five,
}
BINNED = frozenset(_BINS)
"""Keys whose groups are bins of numbers."""


def bin_of(key: Key, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the lower bound of each number's bin.

    Parameters
    ----------
    key
        One of `BINNED`. Confidence and novelty fall into tenths, the voltage into tenths of a kilovolt, the
        working distance into whole millimetres, everything else into steps of 1, 2 and 5 in each decade.
    values
        (N,) numbers.
    """
    return np.asarray(_BINS[key](values), np.float64)


def day_of(time: str) -> str:
    """Return the day of an ISO time."""
    return time[:_DAY]
