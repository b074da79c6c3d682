"""What is said of every image of a project, and how it was made, as arrays.

An index holds the images of each value next to each other, so SQLite hands them out as one line of text for
each value. A column of 100,000 images takes 5 to 10 ms like that; as 100,000 rows it would take ten times as
long, and hold the interpreter's lock against the window meanwhile.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, func, select

from semgui.catalogue.conditions import ANSWERED, by_model
from semgui.catalogue.label_tables import current_marks, label_events
from semgui.catalogue.records import numbers_of
from semgui.catalogue.tables import image_metadata, images, predictions
from semgui.domain.ids import ModelId
from semgui.domain.marks import MarkKind

_COUNTED = 1 << 20

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Coded(Generic[T]):
    """One of few values for each of N images.

    Parameters
    ----------
    values
        Those that there are, perhaps ``None`` among them.
    codes
        (N,) int64, the place in `values` of each image's.
    """

    values: tuple[T, ...]
    codes: Ids

    def where(self, holds: Callable[[T], bool]) -> Mask:
        """Return (N,) whether a condition holds; it is asked once for each value."""
        held = np.fromiter(map(holds, self.values), bool, len(self.values))
        return held[self.codes]

    def counts(self, among: Mask) -> list[tuple[T, int]]:
        """Return how many of some images have each value, those left out that none has."""
        counts = np.bincount(self.codes[among], minlength=len(self.values))
        return [(value, int(n)) for value, n in zip(self.values, counts, strict=True) if n]


def combined(columns: Sequence[Coded[Any]]) -> Coded[tuple[Any, ...]]:
    """Return each image's combination of the values of several columns."""
    shape = [len(column.values) for column in columns]
    codes = columns[0].codes
    for column, values in zip(columns[1:], shape[1:], strict=True):
        codes = codes * values + column.codes
    possible = math.prod(shape)
    if possible <= _COUNTED + 4 * codes.size:  # counting them takes a tenth of the time of sorting them
        there = np.flatnonzero(np.bincount(codes, minlength=possible))
        place = np.zeros(possible, np.int64)
        place[there] = np.arange(there.size)
        places = place[codes]
    else:
        there, places = np.unique(codes, return_inverse=True)
    parts = [part.tolist() for part in np.unravel_index(there, shape)]
    values_of = [[column.values[i] for i in part] for column, part in zip(columns, parts, strict=True)]
    return Coded(tuple(zip(*values_of, strict=True)), places)


class Columns:
    """Columns of all images of a project, missing files included; each is read when its method is called.

    Parameters
    ----------
    connection
        Its moment must be that of all columns.

    Attributes
    ----------
    ids
        (N,) int64, ascending: the order of all columns.
    status
        `ImageStatus` of each image as text.
    """

    def __init__(self, connection: Connection) -> None:
        by_status = list(_by_value(connection, [images.c.status], images.c.id))
        self.ids: Ids = np.sort(np.concatenate([np.empty(0, np.int64), *(ids for _, ids in by_status)]))
        self._count = self.ids.size
        self._place = np.zeros(int(self.ids[-1]) + 1 if self._count else 0, np.int64)
        self._place[self.ids] = np.arange(self._count)
        self.status: Coded[str] = self._coded(by_status)

    def places(self, ids: Ids) -> Ids:
        """Return where in every column these images are."""
        return self._place[ids]

    def passing(self, connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> Mask:
        """Return (N,) for which images conditions on the table of images hold."""
        if not conditions:
            return np.ones(self._count, bool)
        return self._mask(_ids(connection, images.c.id, *conditions))

    def labels(self, connection: Connection) -> Coded[str | None]:
        """Return the class in force."""
        events = label_events.c
        statement = select(events.class_id, *map(func.group_concat, (events.image_id, events.id)))
        found = connection.execute(statement.group_by(events.class_id)).all()
        codes = np.zeros(self._count, np.int64)
        if found:
            of_images = [numbers_of(row[1]) for row in found]
            given = np.repeat(np.arange(1, len(found) + 1), [ids.size for ids in of_images])
            by_time = np.argsort(np.concatenate([numbers_of(row[2]) for row in found]))
            # Of an image's events the newest stays: it is put in last.
            codes[self._place[np.concatenate(of_images)[by_time]]] = given[by_time]
        return Coded((None, *(row[0] for row in found)), codes)

    def answers(
        self, connection: Connection, model_id: ModelId | None
    ) -> tuple[Coded[str | None], Coded[str | None]]:
        """Return the class that a model predicts, and `PredictionStatus` as text.

        Both ``None`` where the model has no answer, be it that the file cannot be read.
        """
        mine, image_id = by_model(model_id), predictions.c.image_id
        trust = self._coded(_by_value(connection, [predictions.c.status], image_id, mine, ANSWERED))
        predicted = self._coded(_by_value(connection, [predictions.c.predicted], image_id, mine))
        return Coded(predicted.values, np.where(trust.codes > 0, predicted.codes, 0)), trust

    def databars(self, connection: Connection) -> Coded[bool]:
        """Return whether the databar is certain."""
        return _yes_or_no(~self.passing(connection, [images.c.databar_certain == 0]))

    def marked(self, connection: Connection, kind: MarkKind) -> Coded[bool]:
        """Return whether there is a mark."""
        marks = current_marks.c
        return _yes_or_no(self._mask(_ids(connection, marks.image_id, marks.kind == kind.value)))

    def tags(self, connection: Connection) -> dict[str, Mask]:
        """Return for each tag (N,) which images have it."""
        marks = current_marks.c
        found = _by_value(connection, [marks.word], marks.image_id, marks.kind == MarkKind.TAG.value)
        return {word: self._mask(ids) for word, ids in found}

    def folders(self, connection: Connection) -> Coded[tuple[int, str]]:
        """Return the id of the root, and the folder below it."""
        return self._coded(_by_value(connection, [images.c.root_id, images.c.folder], images.c.id))

    def facts(
        self, connection: Connection, columns: Sequence[ColumnElement[Any]]
    ) -> Coded[tuple[str | None, ...] | None]:
        """Return what was written into columns of ``image_metadata``; ``None``: nothing at all."""
        return self._coded(_by_value(connection, columns, image_metadata.c.image_id))

    def _mask(self, ids: Ids) -> Mask:
        found = np.zeros(self._count, bool)
        found[self._place[ids]] = True
        return found

    def _coded(self, found: Iterable[tuple[Any, Ids]]) -> Coded[Any]:
        values: list[Any] = [None]
        codes = np.zeros(self._count, np.int64)
        for value, ids in found:
            codes[self._place[ids]] = len(values)
            values.append(value)
        return Coded(tuple(values), codes)


def _by_value(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    image_id: ColumnElement[int],
    *conditions: ColumnElement[bool],
) -> Iterator[tuple[Any, Ids]]:
    """Yield every value, or combination of values of several columns, and the ids of its images."""
    statement = select(func.group_concat(image_id), *columns).where(*conditions).group_by(*columns)
    for text, *values in connection.execute(statement):
        yield (values[0] if len(columns) == 1 else tuple(values)), numbers_of(text)


def _ids(connection: Connection, image_id: ColumnElement[int], *conditions: ColumnElement[bool]) -> Ids:
    return numbers_of(connection.execute(select(func.group_concat(image_id)).where(*conditions)).scalar())


def _yes_or_no(mask: Mask) -> Coded[bool]:
    return Coded((False, True), mask.astype(np.int64))
