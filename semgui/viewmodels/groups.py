"""Titles of groups."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from semgui.catalogue.query import Key
from semgui.texts import tr
from semgui.viewmodels.filters import value_words


def group_title(key: Key, value: str | float | None, name_of: Callable[[str], str]) -> str:
    """Return what the images of a group have in common.

    Parameters
    ----------
    key
        What they are grouped by.
    value
        See `semgui.catalogue.grouping.ImageGroup`.
    name_of
        Name of a class.
    """
    if value is None:
        return _without(key)
    if isinstance(value, str):
        if key is Key.FOLDER:
            return f"{Path(value).name} — {value}"
        return name_of(value) if key in {Key.CLASS, Key.LABEL, Key.PREDICTED} else value
    return _bin_words(key, value)


def _bin_words(key: Key, low: float) -> str:
    if key in {Key.CONFIDENCE, Key.NOVELTY}:
        return f"{round(100 * low)}–{round(100 * low) + 10} %"
    if key is Key.WD:
        return f"{low:.0f}–{low + 1:.0f} mm"
    if key is Key.HV:
        return value_words(key, low)
    return f"{value_words(key, low)} – {value_words(key, _next_step(low))}"


def _without(key: Key) -> str:
    return {
        Key.CLASS: tr("Neither labelled nor classified"),
        Key.LABEL: tr("Not labelled"),
        Key.PREDICTED: tr("Not classified"),
        Key.CONFIDENCE: tr("Not classified"),
        Key.NOVELTY: tr("Not classified"),
    }.get(key, tr("Not known"))


def _next_step(value: float) -> float:
    """Return the next of 1, 2, 5, 10 and so on."""
    leading = int(f"{value:e}"[0])
    return value * {1: 2.0, 2: 2.5, 5: 2.0}.get(leading, 2.0)
