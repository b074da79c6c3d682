"""The marks of images: an append-only history, and what is in force now."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from semgui.catalogue.label_tables import current_marks, mark_events
from semgui.catalogue.labels import chunks
from semgui.catalogue.project import Project
from semgui.catalogue.tables import images
from semgui.domain.ids import BatchId, ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.marks import MarkKind, Marks

_PRESENCE = ("batch_id", "image_id", "kind", "word", "present", "text")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark put on an image or taken off it.

    Parameters
    ----------
    word
        The tag; empty for the other kinds.
    present
        Whether the image has it from now on.
    text
        The note; empty for the other kinds and when it is taken off.
    annotator, created_at
        Who and when (UTC).
    """

    image_id: ImageId
    kind: MarkKind
    word: str
    present: bool
    text: str
    annotator: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MarkEvent:
    """One line of the append-only history of an image's marks.

    Parameters
    ----------
    id
        Later events have larger ids.
    batch_id
        The user action that it belongs to.
    undoes
        Id of the event that this one takes back, else ``None``.
    """

    id: int
    mark: Mark
    batch_id: BatchId
    undoes: int | None


class MarkStore:
    """What the marks of a project's images are and were.

    Parameters
    ----------
    project
        The open project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def current(self, image_ids: Sequence[ImageId]) -> dict[ImageId, Marks]:
        """Return the marks of every image asked for; one without any has an empty `Marks`."""
        found = {ImageId(int(i)): Marks() for i in image_ids}
        with self._project.read() as connection:
            for mark in read_marks(connection, list(found)):
                found[mark.image_id] = _with(found[mark.image_id], mark)
        return found

    def flagged(self) -> list[ImageId]:
        """Return the images that are flagged, by id."""
        return self._marked(MarkKind.FLAG)

    def excluded(self) -> list[ImageId]:
        """Return the images that are excluded, by id: what trains or makes queues leaves them out."""
        return self._marked(MarkKind.EXCLUDED)

    def tagged(self, tag: str) -> list[ImageId]:
        """Return the images with this very tag, by id."""
        return self._marked(MarkKind.TAG, tag)

    def counts(self) -> dict[MarkKind, int]:
        """Return how many images are flagged, are excluded, have a note, and have any tag.

        As for `tag_counts`, missing files are not counted.
        """
        number = sa.func.count(current_marks.c.image_id.distinct()).label("number")
        query = _there(sa.select(current_marks.c.kind, number)).group_by(current_marks.c.kind)
        with self._project.read() as connection:
            counted = {row.kind: row.number for row in connection.execute(query)}
        return {kind: counted.get(kind.value, 0) for kind in MarkKind}

    def tag_counts(self) -> dict[str, int]:
        """Return how many images have each tag in use, by the alphabet."""
        query = _there(sa.select(current_marks.c.word, sa.func.count().label("number")))
        query = query.where(current_marks.c.kind == MarkKind.TAG.value).group_by(current_marks.c.word)
        with self._project.read() as connection:
            counted = {row.word: row.number for row in connection.execute(query)}
        return {word: counted[word] for word in sorted(counted, key=str.casefold)}

    def marked_by(self, batch_id: BatchId) -> list[ImageId]:
        """Return the images that an action marked, by id."""
        query = sa.select(mark_events.c.image_id).where(mark_events.c.batch_id == batch_id).distinct()
        with self._project.read() as connection:
            found = connection.execute(query.order_by(mark_events.c.image_id)).scalars()
            return [ImageId(image_id) for image_id in found]

    def history(self, image_id: ImageId) -> list[MarkEvent]:
        """Return every mark that was ever put on an image or taken off it, oldest first."""
        query = sa.select(mark_events).where(mark_events.c.image_id == image_id).order_by(mark_events.c.id)
        with self._project.read() as connection:
            rows: list[Any] = list(connection.execute(query))
        return [MarkEvent(row.id, _mark(row), BatchId(row.batch_id), row.undoes) for row in rows]

    def _marked(self, kind: MarkKind, word: str = "") -> list[ImageId]:
        query = sa.select(current_marks.c.image_id).where(
            current_marks.c.kind == kind.value, current_marks.c.word == word
        )
        with self._project.read() as connection:
            found = connection.execute(query.order_by(current_marks.c.image_id)).scalars()
            return [ImageId(image_id) for image_id in found]


def read_marks(connection: sa.Connection, image_ids: Sequence[ImageId]) -> list[Mark]:
    """Return the marks in force of `image_ids` as this connection's transaction sees them."""
    found: list[Mark] = []
    for some in chunks([int(i) for i in image_ids]):
        query = sa.select(current_marks, sa.true().label("present")).where(current_marks.c.image_id.in_(some))
        found += [_mark(row) for row in connection.execute(query)]
    return found


def read_marked(
    connection: sa.Connection, kind: MarkKind, word: str, image_ids: Sequence[ImageId]
) -> dict[ImageId, str]:
    """Return the text of one mark on those of `image_ids` that have it, as this transaction sees them."""
    found: dict[ImageId, str] = {}
    for some in chunks([int(i) for i in image_ids]):
        query = sa.select(current_marks.c.image_id, current_marks.c.text).where(
            current_marks.c.kind == kind.value,
            current_marks.c.word == word,
            current_marks.c.image_id.in_(some),
        )
        found.update({ImageId(row.image_id): row.text for row in connection.execute(query)})
    return found


def spelling_in_use(connection: sa.Connection, tag: str) -> str:
    """Return a tag as images have it now, whatever the case it was typed in; `tag` if none has it."""
    # One look-up per different tag, not one per tagged image: the next word is the least of those above.
    words = sa.select(sa.func.min(mark_events.c.word).label("word")).where(
        mark_events.c.kind == MarkKind.TAG.value
    )
    seen = words.cte("words", recursive=True)
    seen = seen.union_all(
        sa.select(words.where(mark_events.c.word > seen.c.word).scalar_subquery()).where(
            seen.c.word.is_not(None)
        )
    )
    folded = tag.casefold()
    every = connection.execute(sa.select(seen.c.word).where(seen.c.word.is_not(None))).scalars()
    for word in [w for w in every if w.casefold() == folded]:
        query = sa.select(current_marks.c.image_id).where(
            current_marks.c.kind == MarkKind.TAG.value, current_marks.c.word == word
        )
        if connection.execute(query.limit(1)).first() is not None:
            return str(word)
    return tag


def append_marks(connection: sa.Connection, batch_id: BatchId, marks: Iterable[Mark]) -> None:
    """Append one event per mark to the history."""
    connection.execute(
        sa.insert(mark_events),
        [
            {
                "batch_id": batch_id,
                "image_id": mark.image_id,
                "kind": mark.kind.value,
                "word": mark.word,
                "present": mark.present,
                "text": mark.text,
                "annotator": mark.annotator,
                "created_at": mark.created_at,
            }
            for mark in marks
        ],
    )


def reverse_marks(
    connection: sa.Connection, reversed_id: BatchId, batch_id: BatchId, annotator: str, at: datetime
) -> int:
    """Append to `batch_id` the events that take back those of `reversed_id`; returns how many.

    As `semgui.catalogue.labels.reverse_labels`: one statement, whatever the number of images.
    """
    values = {"reversed_id": reversed_id, "batch_id": batch_id, "annotator": annotator, "at": at}
    return connection.execute(_inverse(), values).rowcount


@functools.cache  # as in `semgui.catalogue.labels`
def _inverse() -> sa.Insert:
    event, before, earlier = mark_events.alias(), mark_events.alias(), mark_events.alias()
    previous_id = (
        sa.select(sa.func.max(earlier.c.id))
        .where(
            earlier.c.image_id == event.c.image_id,
            earlier.c.kind == event.c.kind,
            earlier.c.word == event.c.word,
            earlier.c.id < event.c.id,
        )
        .scalar_subquery()
    )
    inverse = (
        sa.select(
            sa.bindparam("batch_id", type_=sa.Integer),
            event.c.image_id,
            event.c.kind,
            event.c.word,
            sa.func.coalesce(before.c.present, sa.false()),
            sa.func.coalesce(before.c.text, ""),
            sa.bindparam("annotator", type_=sa.String),
            sa.bindparam("at", type_=mark_events.c.created_at.type),
            event.c.id,
            sa.func.coalesce(before.c.restores, before.c.id),
        )
        .select_from(event.outerjoin(before, before.c.id == previous_id))
        .where(event.c.batch_id == sa.bindparam("reversed_id"))
        .order_by(event.c.id.desc())
    )
    columns = [*_PRESENCE, "annotator", "created_at", "undoes", "restores"]
    return sa.insert(mark_events).from_select(columns, inverse)


def _there(query: sa.Select[Any]) -> sa.Select[Any]:
    missing = sa.select(images.c.id).where(images.c.status == ImageStatus.MISSING.value)
    return query.where(current_marks.c.image_id.not_in(missing))


def _mark(row: Any) -> Mark:
    return Mark(
        image_id=ImageId(row.image_id),
        kind=MarkKind(row.kind),
        word=row.word,
        present=bool(row.present),
        text=row.text,
        annotator=row.annotator,
        created_at=row.created_at,
    )


def _with(marks: Marks, mark: Mark) -> Marks:
    match mark.kind:
        case MarkKind.FLAG:
            return replace(marks, flagged=True)
        case MarkKind.EXCLUDED:
            return replace(marks, excluded=True)
        case MarkKind.NOTE:
            return replace(marks, note=mark.text)
        case MarkKind.TAG:
            return replace(marks, tags=tuple(sorted((*marks.tags, mark.word), key=str.casefold)))
