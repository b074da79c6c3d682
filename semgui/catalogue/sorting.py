"""A list in its order and its groups.

The conditions and the order of paths are SQL's. Everything else is one column of numbers or names, read as
it lies and sorted here: that needs no index for each order, and images with the same value stay in the order
of their paths. SQLite hands out a column as one line of text, with the interpreter's lock free meanwhile.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Select, func, select

from semgui.catalogue.classes import read_taxonomy
from semgui.catalogue.columns import Columns, combined
from semgui.catalogue.conditions import ANSWERED, by_model, wanted
from semgui.catalogue.grouping import BINNED, ImageGroup, bin_of, day_of
from semgui.catalogue.label_tables import merged_classes
from semgui.catalogue.naming import name_key
from semgui.catalogue.query import OF_MICROSCOPE, ImageQuery, Key, Scope
from semgui.catalogue.records import chunks, id_array, numbers_of
from semgui.catalogue.tables import image_metadata, images, predictions, restore_undecodable, roots
from semgui.domain.ids import ClassId

Ids = NDArray[np.int64]
Ranks = NDArray[np.float64]

_FEW = 4_000  # up to here rows are asked for one by one; above, the whole column is read
_SEPARATOR = "\x01"
_TIMES = frozenset({Key.ACQUIRED, Key.MODIFIED})
_OF_CLASSES = frozenset({Key.CLASS, Key.LABEL, Key.PREDICTED})


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of images.

    Parameters
    ----------
    ids
        (N,) in order.
    groups
        The stretches that it falls into, in order; empty where nothing was to be grouped.
    """

    ids: Ids
    groups: tuple[ImageGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One value of each image, to sort, group or colour by.

    Parameters
    ----------
    ranks
        (N,) numbers to sort by, NaN where an image has no value.
    value_of
        What a rank stands for: a name, a time or the number itself.
    """

    ranks: Ranks
    value_of: Callable[[float], str | float]


def listed(connection: Connection, query: ImageQuery, scope: Scope | None) -> Listing:
    """Return a list in its order and its groups."""
    query = with_merged(connection, query)
    by_path = select(images.c.id).where(*wanted(query, scope))
    ids = id_array(connection, by_path.order_by(images.c.root_id, images.c.sort_key, images.c.id))
    if query.order is Key.PATH:
        ids = ids[::-1] if query.descending else ids
    else:
        column = read_column(connection, query, query.order, ids)
        ids = ids[_order(column.ranks, descending=query.descending)]
    if query.group is None or not ids.size:
        return Listing(np.ascontiguousarray(ids))
    column = _groups(query.group, read_column(connection, query, query.group, ids))
    order = _order(column.ranks, descending=query.groups_descending)
    return Listing(ids[order], _stretches(column, order))


def with_merged(connection: Connection, query: ImageQuery) -> ImageQuery:
    """Let a class stand for those that were merged into it: models go on predicting them."""
    if not query.classes and not query.predicted:
        return query
    merged = _merged(connection)

    def widened(classes: frozenset[ClassId]) -> frozenset[ClassId]:
        return classes | {ClassId(old) for old, new in merged.items() if new in classes}

    return replace(query, classes=widened(query.classes), predicted=widened(query.predicted))


def _merged(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(merged_classes.c.class_id, merged_classes.c.merged_into))
    return {row.class_id: row.merged_into for row in rows}


def _order(ranks: Ranks, *, descending: bool) -> NDArray[np.intp]:
    """Return the rows from the smallest to the largest or the other way, those without a value last."""
    return np.argsort(-ranks if descending else ranks, kind="stable")


def _stretches(column: Column, order: NDArray[np.intp]) -> tuple[ImageGroup, ...]:
    ranks = column.ranks[order]
    known = np.isnan(ranks)
    new = np.flatnonzero((ranks[1:] != ranks[:-1]) & ~(known[1:] & known[:-1])) + 1
    starts = np.concatenate([[0], new])
    counts = np.diff(np.append(starts, ranks.size))
    return tuple(
        ImageGroup(None if np.isnan(rank) else column.value_of(float(rank)), int(count))
        for rank, count in zip(ranks[starts], counts, strict=True)
    )


def _groups(key: Key, column: Column) -> Column:
    """Make groups of single values."""
    if key in BINNED:
        return Column(bin_of(key, column.ranks), lambda value: value)
    return _days(column) if key in _TIMES else column


def _days(column: Column) -> Column:
    """Make days of times; later times have higher ranks, so few of them are asked for their day."""

    def day(rank: float) -> str:
        return day_of(str(column.value_of(float(rank))))

    times = np.unique(column.ranks[~np.isnan(column.ranks)]).tolist()
    starts = []
    place = 0
    while place < len(times):
        starts.append(times[place])
        place = bisect_right(times, day(times[place]), lo=place + 1, key=day)
    days = np.searchsorted(starts, column.ranks, side="right") - 1.0
    return Column(np.where(np.isnan(column.ranks), np.nan, days), lambda rank: day(starts[int(rank)]))


def read_column(connection: Connection, query: ImageQuery, key: Key, ids: Ids) -> Column:
    """Read what some images are sorted by, aligned with `ids`."""
    if key in _OF_CLASSES:
        return _class_column(connection, query, key, ids)
    if key is Key.FOLDER:
        return _folder_column(connection, ids)
    found, values = _read(connection, *_statement(query, key), ids)
    if key in BINNED:
        return Column(_aligned(found, np.array(values, np.float64), ids), lambda value: value)
    if key is Key.MODIFIED:
        times, ranks = np.unique(np.array(values, np.int64), return_inverse=True)
        return Column(_aligned(found, ranks, ids), lambda rank: _local_time(int(times[int(rank)])))
    if key is Key.NAME:
        values = [value.rpartition(_SEPARATOR)[2] for value in values]
    # In the order in which they were read: stretches that are sorted already take no time.
    names = sorted(dict.fromkeys(values), key=_ranking(key))
    place = dict(zip(names, range(len(names)), strict=True))
    ranks = np.fromiter(map(place.__getitem__, values), np.int64, len(values))
    return Column(_aligned(found, ranks, ids), lambda rank: str(names[int(rank)]))


def _statement(query: ImageQuery, key: Key) -> tuple[Select[Any], ColumnElement[int]]:
    """Return what reads the ids and the values of images that have one, and the id's column."""
    own: dict[Key, tuple[ColumnElement[Any], tuple[ColumnElement[Any], ...]]] = {
        Key.NAME: (images.c.sort_key, (images.c.root_id, images.c.sort_key)),
        Key.ACQUIRED: (images.c.acquired_at, (images.c.acquired_at,)),
        Key.MODIFIED: (images.c.mtime_ns, ()),
        Key.SIZE: (images.c.size, ()),
    }
    if key in own:
        value, order = own[key]
        return select(images.c.id, value).where(value.is_not(None)).order_by(*order), images.c.id
    if key in OF_MICROSCOPE:
        value, image_id = image_metadata.c[key], image_metadata.c.image_id
        return select(image_id, value).where(value.is_not(None)), image_id
    value, image_id = predictions.c[key], predictions.c.image_id
    said = (value.is_not(None), by_model(query.model_id), ANSWERED)
    return select(image_id, value).where(*said), image_id


def _class_column(connection: Connection, query: ImageQuery, key: Key, ids: Ids) -> Column:
    """Rank images by their label, what is predicted or, for `Key.CLASS`, the first of both that there is."""
    columns = Columns(connection)
    said = [] if key is Key.PREDICTED else [columns.labels(connection)]
    said += [] if key is Key.LABEL else [columns.answers(connection, query.model_id)[0]]
    merged = _merged(connection)
    both = combined(said)
    first = [next((name for name in value if name is not None), None) for value in both.values]
    classes = [None if name is None else merged.get(name, name) for name in first]
    order = {c.id: rank for rank, c in enumerate(read_taxonomy(connection))}
    names = sorted(
        {name for name in classes if name is not None}, key=lambda name: (order.get(name, len(order)), name)
    )
    rank = {name: float(place) for place, name in enumerate(names)}
    ranks = np.array([np.nan if name is None else rank[name] for name in classes])
    return Column(ranks[both.codes[columns.places(ids)]], lambda value: names[int(value)])


def _folder_column(connection: Connection, ids: Ids) -> Column:
    """Rank images by their folder, those of the folder that was opened first before all others."""
    columns = Columns(connection)
    folders = columns.folders(connection)
    opened = {row.id: row.path for row in connection.execute(select(roots.c.id, roots.c.path))}
    known = [value for value in folders.values if value is not None]
    names = sorted(known, key=lambda value: (value[0], name_key(value[1])))
    place = {value: float(rank) for rank, value in enumerate(names)}
    ranks = np.array([np.nan if value is None else place[value] for value in folders.values])

    def path_of(rank: float) -> str:
        root, folder = names[int(rank)]
        return str(Path(opened[root], restore_undecodable(folder)))

    return Column(ranks[folders.codes[columns.places(ids)]], path_of)


def _local_time(nanoseconds: int) -> str:
    """Return a time on the user's clock, with its fractions: a burst of images comes within one second."""
    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds).isoformat()}.{fraction:09d}"


def _read(
    connection: Connection, statement: Select[Any], image_id: ColumnElement[int], ids: Ids
) -> tuple[Ids, list[Any]]:
    """Return ids and values, each read as one text: rows would take ten times as long."""
    parts = [statement]
    if ids.size <= _FEW:
        parts = [statement.where(image_id.in_(part)) for part in chunks(ids.tolist(), _FEW)]
    found = [np.empty(0, np.int64)]
    values: list[Any] = []
    for part in parts:
        image, value = part.subquery().c
        both = select(func.group_concat(image), func.json_group_array(value))
        numbers, texts = connection.execute(both).one()
        found.append(numbers_of(numbers))
        values += json.loads(texts)
    return np.concatenate(found), values


def _aligned(found: Ids, values: NDArray[Any], ids: Ids) -> Ranks:
    """Return the value of each of `ids`, NaN where there is none."""
    slots = np.full(max(found.max(initial=0), ids.max(initial=0)) + 1, np.nan)
    slots[found] = values
    return slots[ids]


def _ranking(key: Key) -> Callable[[Any], Any] | None:
    """Return how names are ordered: words of microscopes without regard to case."""
    return (lambda name: (name.casefold(), name)) if key in OF_MICROSCOPE else None
