"""What the gallery is narrowed to, as switches, as chips, in words, and as kept under a name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from semgui.catalogue.facets import State, without_states
from semgui.catalogue.query import Choice, ImageQuery, Key, LabelState, Range
from semgui.domain.ids import ClassId
from semgui.domain.image import ImageStatus
from semgui.domain.prediction import PredictionStatus
from semgui.texts import mark, tr

STATE_NAMES: Mapping[State, str] = {
    State.UNLABELLED: mark("Unlabelled"),
    State.LABELLED: mark("Labelled"),
    State.DISAGREE: mark("Label ≠ model"),
    State.UNCERTAIN: mark("Uncertain"),
    State.NOT_SEM: mark("Unlike SEM images"),
    State.FLAGGED: mark("Flagged"),
    State.EXCLUDED: mark("Excluded"),
    State.DATABAR: mark("Databar uncertain"),
    State.UNREADABLE: mark("Unreadable"),
    State.MISSING: mark("Missing files"),
}
"""As people read them; marked for translation."""

KEY_NAMES: Mapping[Key, str] = {
    Key.PATH: mark("Folder and name"),
    Key.NAME: mark("File name"),
    Key.FOLDER: mark("Folder"),
    Key.CLASS: mark("Class"),
    Key.LABEL: mark("Label"),
    Key.PREDICTED: mark("Predicted class"),
    Key.CONFIDENCE: mark("Confidence"),
    Key.NOVELTY: mark("Novelty"),
    Key.ACQUIRED: mark("Date acquired"),
    Key.MODIFIED: mark("Date of the file"),
    Key.SIZE: mark("File size"),
    Key.HV: mark("Accelerating voltage"),
    Key.WD: mark("Working distance"),
    Key.PIXEL_SIZE: mark("Pixel size"),
    Key.MAGNIFICATION: mark("Magnification"),
    Key.VENDOR: mark("Vendor"),
    Key.INSTRUMENT: mark("Instrument"),
    Key.DETECTOR: mark("Detector"),
}
"""What lists are sorted, grouped and narrowed by; marked for translation."""

ClassNames = Callable[[ClassId], str]

_STATE_FIELDS: Mapping[State, Mapping[str, Any]] = {
    State.UNLABELLED: {"label_state": LabelState.UNLABELLED},
    State.LABELLED: {"label_state": LabelState.LABELLED},
    State.DISAGREE: {"label_state": LabelState.DISAGREE},
    State.UNCERTAIN: {
        "label_state": LabelState.UNLABELLED,
        "prediction_status": PredictionStatus.UNCERTAIN,
    },
    State.NOT_SEM: {"prediction_status": PredictionStatus.NOT_SEM},
    State.FLAGGED: {"flagged": True},
    State.EXCLUDED: {"excluded": True},
    State.DATABAR: {"databar_uncertain": True},
    State.UNREADABLE: {"status": ImageStatus.UNREADABLE},
    State.MISSING: {"status": ImageStatus.MISSING},
}
_ARRANGEMENT = ("order", "descending", "group", "groups_descending", "model_id")
_NO_FILTER = ImageQuery()


def holds(query: ImageQuery, state: State) -> bool:
    """Whether a query asks for images in a state."""
    return all(getattr(query, name) == value for name, value in _STATE_FIELDS[state].items())


def only(query: ImageQuery, state: State) -> ImageQuery:
    """Return a query that asks for one state and for no other."""
    return replace(without_states(query), **_STATE_FIELDS[state])


def toggled(query: ImageQuery, state: State) -> ImageQuery:
    """Return a query that asks for a state as well, or no more."""
    wanted = _STATE_FIELDS[state]
    if holds(query, state):
        return replace(query, **{name: getattr(_NO_FILTER, name) for name in wanted})
    return replace(query, **wanted)


def with_range(query: ImageQuery, wanted: Range) -> ImageQuery:
    """Return a query with another range of one key; one without bounds takes it away."""
    others = tuple(part for part in query.ranges if part.key is not wanted.key)
    bounded = wanted.low is not None or wanted.high is not None
    return replace(query, ranges=(*others, wanted) if bounded else others)


def with_choice(query: ImageQuery, key: Key, values: frozenset[str]) -> ImageQuery:
    """Return a query with other values of one key; none takes the condition away."""
    others = tuple(part for part in query.choices if part.key is not key)
    return replace(query, choices=(*others, Choice(key, values)) if values else others)


def range_of(query: ImageQuery, key: Key) -> Range:
    """Return the range that a query asks for; without bounds if it asks for none."""
    return next((part for part in query.ranges if part.key is key), Range(key))


def chosen_of(query: ImageQuery, key: Key) -> frozenset[str]:
    """Return the values that a query asks for; empty if it takes any."""
    return next((part.values for part in query.choices if part.key is key), frozenset())


def is_filtered(query: ImageQuery) -> bool:
    """Whether a query leaves anything out on purpose."""
    return any(
        getattr(query, f.name) != getattr(_NO_FILTER, f.name)
        for f in fields(query)
        if f.name not in _ARRANGEMENT
    )


def cleared(query: ImageQuery) -> ImageQuery:
    """Return a query for all images, in the same order and groups."""
    return ImageQuery(**{name: getattr(query, name) for name in _ARRANGEMENT})


def arranged_as(query: ImageQuery, other: ImageQuery) -> ImageQuery:
    """Return a query in the order and the groups of another one."""
    return replace(query, **{name: getattr(other, name) for name in _ARRANGEMENT})


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition that can be taken away.

    Parameters
    ----------
    text
        What it asks for.
    without
        The query that does not.
    """

    text: str
    without: ImageQuery


def chips(query: ImageQuery, name_of: ClassNames) -> tuple[Chip, ...]:
    """Return the conditions of a query one by one."""
    found = [
        Chip(tr(words), replace(query, **{field: getattr(_NO_FILTER, field)}))
        for field, value, words in _SIMPLE
        if getattr(query, field) == value
    ]
    if query.text:
        found.append(Chip(f"“{query.text}”", replace(query, text=None)))
    if query.classes:
        found.append(Chip(_names(query.classes, name_of), replace(query, classes=frozenset())))
    if query.predicted:
        words = tr("predicted: {classes}", classes=_names(query.predicted, name_of))
        found.append(Chip(words, replace(query, predicted=frozenset())))
    if query.tag is not None:
        found.append(Chip(f"#{query.tag}", replace(query, tag=None)))
    if query.folder is not None:
        words = tr("in {folder}", folder=query.folder.name or str(query.folder))
        found.append(Chip(words, replace(query, folder=None)))
    for choice in query.choices:
        words = f"{tr(KEY_NAMES[choice.key])}: {', '.join(sorted(choice.values, key=str.casefold))}"
        found.append(Chip(words, with_choice(query, choice.key, frozenset())))
    found += [Chip(range_words(part), with_range(query, Range(part.key))) for part in query.ranges]
    return tuple(found)


def in_words(query: ImageQuery, name_of: ClassNames) -> str:
    """Return the filter as a sentence, for those who hear it."""
    parts = [chip.text for chip in chips(query, name_of)]
    return tr("Shown: {conditions}", conditions=" · ".join(parts)) if parts else tr("All images are shown")


def range_words(part: Range) -> str:
    """Return a range as people write it."""
    name = tr(KEY_NAMES[part.key])
    if part.low is None:
        return f"{name} ≤ {value_words(part.key, part.high)}"
    if part.high is None:
        return f"{name} ≥ {value_words(part.key, part.low)}"
    return f"{name} {value_words(part.key, part.low)} – {value_words(part.key, part.high)}"


def value_words(key: Key, value: float | str | None) -> str:
    """Return a value with its unit."""
    if value is None or isinstance(value, str):
        return str(value or "")
    if key is Key.CONFIDENCE:
        return f"{100 * value:.0f} %"
    if key is Key.PIXEL_SIZE:
        return f"{_short(value / 1000)} µm" if value >= 1000 else f"{_short(value)} nm"
    if key is Key.SIZE:
        return f"{_short(value / 1e6)} MB" if value >= 1e6 else f"{_short(value / 1e3)} kB"
    return f"{_short(value)}{_UNITS.get(key, '')}"


_UNITS = {Key.HV: " kV", Key.WD: " mm", Key.MAGNIFICATION: " ×"}


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


# State conditions one by one: "uncertain" sets two of them, and each can be taken away.
_SIMPLE: tuple[tuple[str, Any, str], ...] = (
    ("label_state", LabelState.UNLABELLED, STATE_NAMES[State.UNLABELLED]),
    ("label_state", LabelState.LABELLED, STATE_NAMES[State.LABELLED]),
    ("label_state", LabelState.DISAGREE, STATE_NAMES[State.DISAGREE]),
    ("prediction_status", PredictionStatus.UNCERTAIN, mark("Model is not sure")),
    ("prediction_status", PredictionStatus.NOT_SEM, STATE_NAMES[State.NOT_SEM]),
    ("flagged", True, STATE_NAMES[State.FLAGGED]),
    ("flagged", False, mark("Not flagged")),
    ("excluded", True, STATE_NAMES[State.EXCLUDED]),
    ("excluded", False, mark("Not excluded")),
    ("databar_uncertain", True, STATE_NAMES[State.DATABAR]),
    ("status", ImageStatus.UNREADABLE, STATE_NAMES[State.UNREADABLE]),
    ("status", ImageStatus.MISSING, STATE_NAMES[State.MISSING]),
)


def _names(classes: frozenset[ClassId], name_of: ClassNames) -> str:
    return ", ".join(sorted((name_of(class_id) for class_id in classes), key=str.casefold))


# Kept under a name: everything but the model, which changes.

_SETS = ("classes", "predicted")
_ENUMS: Mapping[str, Callable[[Any], Any]] = {
    "label_state": LabelState,
    "prediction_status": PredictionStatus,
    "status": ImageStatus,
    "order": Key,
    "group": Key,
    "folder": Path,
}


def to_json(query: ImageQuery) -> str:
    """Return a query as text; defaults are left out."""
    found: dict[str, Any] = {}
    for field in fields(query):
        value = getattr(query, field.name)
        if value == getattr(_NO_FILTER, field.name) or field.name == "model_id":
            continue
        if field.name == "ranges":
            value = [[part.key, part.low, part.high] for part in value]
        elif field.name == "choices":
            value = [[part.key, sorted(part.values)] for part in value]
        elif field.name in _SETS:
            value = sorted(value)
        elif field.name == "folder":
            value = str(value)
        found[field.name] = value
    return json.dumps(found, ensure_ascii=False)


def from_json(text: str) -> ImageQuery:
    """Return the query that `to_json` was given; ``ValueError`` for anything else."""
    try:
        found = json.loads(text)
        for name, value in list(found.items()):
            if name in _SETS:
                found[name] = frozenset(value)
            elif name in _ENUMS:
                found[name] = _ENUMS[name](value)
        found["ranges"] = tuple(Range(Key(k), low, high) for k, low, high in found.get("ranges", ()))
        found["choices"] = tuple(Choice(Key(k), frozenset(v)) for k, v in found.get("choices", ()))
        return ImageQuery(**found)
    except (TypeError, AttributeError) as error:
        raise ValueError(f"this is no filter: {text}") from error
