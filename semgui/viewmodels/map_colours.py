"""What the points of a map are coloured by, and what each colour means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath

import colorcet
import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.presets import palette
from semgui.catalogue.query import Key
from semgui.catalogue.sorting import Column
from semgui.domain.ids import ClassId
from semgui.domain.taxonomy import Taxonomy
from semgui.texts import mark, tr
from semgui.viewmodels.filters import KEY_NAMES, value_words

_MOST = 11  # values with a colour of their own; people tell no more apart
_LOGARITHMIC = frozenset({Key.MAGNIFICATION, Key.PIXEL_SIZE})
_DATE = 10  # characters of an ISO time
_LAYERS = 6  # of numbers, those with the higher ones above
# Colours that rise evenly in brightness for any colour vision (Kovesi, arXiv:1509.03700); the ends that would
# vanish on a dark or a light ground are cut off, and what is high always stands out.
_RAMP = colorcet.palette["CET_CBL2"]
_ON_DARK, _ON_LIGHT = _RAMP[60:245], _RAMP[200:20:-1]


class ColourBy(StrEnum):
    """What colours stand for."""

    LABEL = "label"
    PREDICTED = "predicted"
    UNCERTAINTY = "uncertainty"
    LABEL_ISSUE = "label_issue"
    NOVELTY = "novelty"
    FOLDER = "folder"
    DETECTOR = "detector"
    INSTRUMENT = "instrument"
    VENDOR = "vendor"
    MAGNIFICATION = "magnification"
    PIXEL_SIZE = "pixel_size"
    HV = "hv"
    WD = "wd"
    ACQUIRED = "acquired"


KEY_OF: Mapping[ColourBy, Key] = {
    ColourBy.LABEL: Key.LABEL,
    ColourBy.PREDICTED: Key.PREDICTED,
    ColourBy.UNCERTAINTY: Key.CONFIDENCE,
    ColourBy.NOVELTY: Key.NOVELTY,
    ColourBy.FOLDER: Key.FOLDER,
    ColourBy.DETECTOR: Key.DETECTOR,
    ColourBy.INSTRUMENT: Key.INSTRUMENT,
    ColourBy.VENDOR: Key.VENDOR,
    ColourBy.MAGNIFICATION: Key.MAGNIFICATION,
    ColourBy.PIXEL_SIZE: Key.PIXEL_SIZE,
    ColourBy.HV: Key.HV,
    ColourBy.WD: Key.WD,
    ColourBy.ACQUIRED: Key.ACQUIRED,
}
"""The column of the project that is read; `ColourBy.LABEL_ISSUE` is worked out instead."""

NAMES: Mapping[ColourBy, str] = {
    **{by: KEY_NAMES[key] for by, key in KEY_OF.items()},
    ColourBy.UNCERTAINTY: mark("Uncertainty"),
    ColourBy.LABEL_ISSUE: mark("Label issue"),
}
"""As people read them; marked for translation."""

OF_CLASSES = frozenset({ColourBy.LABEL, ColourBy.PREDICTED})
_NUMBERS = frozenset({ColourBy.UNCERTAINTY, ColourBy.LABEL_ISSUE, ColourBy.NOVELTY}) | {
    ColourBy(name) for name in ("magnification", "pixel_size", "hv", "wd", "acquired")
}
_NOTHING: Mapping[ColourBy, str] = {
    ColourBy.LABEL: mark("no label"),
    ColourBy.PREDICTED: mark("no prediction"),
    ColourBy.LABEL_ISSUE: mark("no label"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One colour of the legend.

    Parameters
    ----------
    name
        What it means.
    colour
        ``#rrggbb``; ``None``: the theme's own for what has no value.
    rows
        (N,) bool, the points that have it.
    tip
        All of a name that is shortened.
    """

    name: str
    colour: str | None
    rows: NDArray[np.bool_]
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Ramp:
    """Colours for numbers.

    Parameters
    ----------
    low, middle, high
        What stands at its ends and in its middle, in words.
    """

    low: str
    middle: str
    high: str


@dataclass(frozen=True, slots=True)
class Colouring:
    """Colours of N points.

    Parameters
    ----------
    by
        What they stand for.
    entries
        The legend; of numbers, only what has no value is in it.
    level
        (N,) float32 from 0 to 1 for numbers, NaN without a value; ``None`` for names.
    ramp
        Of numbers.
    """

    by: ColourBy
    entries: tuple[Entry, ...] = ()
    level: NDArray[np.float32] | None = None
    ramp: Ramp | None = None

    def paint(self, count: int, nothing: str, *, dark: bool) -> NDArray[np.uint32]:
        """Return the colour of each of `count` points, ``0xffrrggbb``.

        Parameters
        ----------
        nothing
            For points without a value, ``#rrggbb``.
        """
        found = np.full(count, argb(nothing), np.uint32)
        if self.level is not None:
            stops = np.array([argb(stop) for stop in ramp_stops(dark=dark)], np.uint32)
            there = ~np.isnan(self.level)
            found[there] = stops[(self.level[there] * (len(stops) - 1)).astype(np.int64)]
        for entry in self.entries:
            if entry.colour is not None:
                found[entry.rows] = argb(entry.colour)
        return found

    def layers(self, count: int) -> tuple[NDArray[np.int64], ...]:
        """Return the rows that are drawn one layer above the other: without a value first, high numbers last.

        Within a layer they come in an order of chance that never changes, so that no class covers another by
        its place in a list.
        """
        shuffled = np.random.default_rng(0).permutation(count)
        if self.level is None:
            valued = np.ones(count, np.bool_)
            for entry in self.entries:
                valued[entry.rows] = entry.colour is not None
            return shuffled[~valued[shuffled]], shuffled[valued[shuffled]]
        step = np.nan_to_num(np.floor(self.level * _LAYERS), nan=-1.0)
        return tuple(shuffled[step[shuffled] == k] for k in np.unique(step))


def argb(colour: str) -> int:
    """Return ``#rrggbb`` as ``0xffrrggbb``."""
    return 0xFF000000 | int(colour[1:], 16)


def ramp_stops(*, dark: bool) -> Sequence[str]:
    """Return the colours of a ramp from low to high, for a ground."""
    stops: Sequence[str] = _ON_DARK if dark else _ON_LIGHT
    return stops


def colouring(by: ColourBy, column: Column, taxonomy: Taxonomy) -> Colouring:
    """Turn one value of each point into colours."""
    if by in OF_CLASSES:
        return _of_classes(by, column, taxonomy)
    if by is ColourBy.UNCERTAINTY:
        return of_scores(by, 1 - column.ranks)
    if by is ColourBy.NOVELTY:
        return of_scores(by, column.ranks)
    return _of_numbers(by, column) if by in _NUMBERS else _of_names(by, column)


def of_scores(by: ColourBy, scores: NDArray[np.floating]) -> Colouring:
    """Turn scores from 0 to 1, NaN where there is none, into colours."""
    level = np.clip(scores, 0, 1).astype(np.float32)
    return Colouring(by, _without(by, np.isnan(level)), level, Ramp("0", "0.5", "1"))


def _of_classes(by: ColourBy, column: Column, taxonomy: Taxonomy) -> Colouring:
    ranks = np.unique(column.ranks[~np.isnan(column.ranks)])
    at = {ClassId(str(column.value_of(float(rank)))): rank for rank in ranks}
    known = {c.id for c in taxonomy}
    entries = [Entry(c.name, c.colour, column.ranks == at[c.id]) for c in taxonomy if c.id in at]
    strangers = [class_id for class_id in at if class_id not in known]
    colours = [c for c in palette() if c not in {known_class.colour for known_class in taxonomy}]
    entries += [
        Entry(str(class_id), colours[k % len(colours)], column.ranks == at[class_id])
        for k, class_id in enumerate(strangers)
    ]
    return Colouring(by, (*entries, *_without(by, np.isnan(column.ranks))))


def _of_names(by: ColourBy, column: Column) -> Colouring:
    ranks, counts = np.unique(column.ranks[~np.isnan(column.ranks)], return_counts=True)
    many = len(ranks) > _MOST
    kept = np.sort(ranks[np.argsort(-counts, kind="stable")[: _MOST - 1 if many else _MOST]])
    entries = []
    for rank, colour in zip(kept, palette(), strict=False):
        value = str(column.value_of(float(rank)))
        name = PurePath(value).name if by is ColourBy.FOLDER else value
        entries.append(Entry(name or value, colour, column.ranks == rank, value))
    if many:
        others = ~np.isnan(column.ranks) & ~np.isin(column.ranks, kept)
        words = tr("{n} other(s)", "", len(ranks) - len(kept))
        entries.append(Entry(words, palette()[len(kept)], others))
    return Colouring(by, (*entries, *_without(by, np.isnan(column.ranks))))


def _of_numbers(by: ColourBy, column: Column) -> Colouring:
    key = KEY_OF[by]
    values = column.ranks.copy()
    words: Callable[[float], str] = lambda value: value_words(key, value)  # noqa: E731 - one of two
    if by is ColourBy.ACQUIRED:
        values, words = _days(column), lambda day: datetime.fromordinal(round(day)).date().isoformat()
    if key in _LOGARITHMIC:
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.where(values > 0, np.log10(values), np.nan)
    there = ~np.isnan(values)
    level = np.full(values.shape, np.nan, np.float32)
    if not there.any():
        return Colouring(by, _without(by, ~there), level, Ramp("", "", ""))
    low, high = float(values[there].min()), float(values[there].max())
    level[there] = (values[there] - low) / (high - low) if high > low else 0.5
    stops = [10**stop if key in _LOGARITHMIC else stop for stop in (low, (low + high) / 2, high)]
    ramp = Ramp(*(words(stop) for stop in stops))
    ramp = ramp if high > low else replace(ramp, low="", high="")
    return Colouring(by, _without(by, ~there), level, ramp)


def _days(column: Column) -> NDArray[np.float64]:
    ranks = np.unique(column.ranks[~np.isnan(column.ranks)])
    days = np.array(
        [datetime.fromisoformat(str(column.value_of(float(r)))[:_DATE]).toordinal() for r in ranks],
        np.float64,
    )
    found = np.full(column.ranks.shape, np.nan)
    there = ~np.isnan(column.ranks)
    if len(days):
        found[there] = days[np.searchsorted(ranks, column.ranks[there])]
    return found


def _without(by: ColourBy, rows: NDArray[np.bool_]) -> tuple[Entry, ...]:
    if not rows.any():
        return ()
    return (Entry(tr(_NOTHING[by]) if by in _NOTHING else tr("no value"), None, rows),)
