"""The classes of a project: the latest event of each class id."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from semgui.catalogue.label_tables import class_events
from semgui.catalogue.project import Project
from semgui.domain.ids import BatchId, ClassId, ImageId
from semgui.domain.taxonomy import SemClass, Taxonomy

_STATE = (
    class_events.c.name,
    class_events.c.colour,
    class_events.c.shortcut,
    class_events.c.description,
    class_events.c.position,
    class_events.c.archived,
    class_events.c.parent,
    class_events.c.merged_into,
    class_events.c.examples,
)


class ClassStore:
    """What a project's classes are now.

    Parameters
    ----------
    project
        The open project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def taxonomy(self) -> Taxonomy:
        """Return the classes, archived ones included."""
        with self._project.read() as connection:
            return read_taxonomy(connection)

    def written_by(self, batch_id: BatchId) -> list[SemClass]:
        """Return the classes that an action created or changed, as it left them."""
        query = sa.select(class_events.c.class_id, *_STATE).where(class_events.c.batch_id == batch_id)
        with self._project.read() as connection:
            return [_state(row) for row in connection.execute(query.order_by(class_events.c.id))]

    def names(self) -> dict[ClassId, str]:
        """Return the last name of every class there ever was, for reading old histories."""
        with self._project.read() as connection:
            rows: list[Any] = list(connection.execute(_latest(class_events.c.class_id, class_events.c.name)))
        return {ClassId(row.class_id): row.name for row in rows}


def read_taxonomy(connection: sa.Connection) -> Taxonomy:
    """Return the classes as this connection's transaction sees them."""
    return Taxonomy.of([_state(row) for row in connection.execute(_now())])


@functools.cache  # asked by every label
def _now() -> sa.Select[Any]:
    return _latest(class_events.c.class_id, *_STATE).where(class_events.c.present)


def append_classes(connection: sa.Connection, batch_id: BatchId, states: Sequence[SemClass]) -> None:
    """Append one event per class: from now on it is as given, whether it is new or changed."""
    connection.execute(
        sa.insert(class_events),
        [
            {
                "batch_id": batch_id,
                "class_id": state.id,
                "present": True,
                "name": state.name,
                "colour": state.colour,
                "shortcut": state.shortcut,
                "description": state.description,
                "position": state.position,
                "archived": state.archived,
                "parent": state.parent,
                "merged_into": state.merged_into,
                "examples": list(state.examples),
            }
            for state in states
        ],
    )


def reverse_classes(connection: sa.Connection, reversed_id: BatchId, batch_id: BatchId) -> int:
    """Append to `batch_id` the events that take back those of `reversed_id`; returns how many."""
    return connection.execute(_inverse(), {"reversed_id": reversed_id, "batch_id": batch_id}).rowcount


@functools.cache  # as in `semgui.catalogue.labels`
def _inverse() -> sa.Insert:
    event, before, earlier = class_events.alias(), class_events.alias(), class_events.alias()
    previous_id = (
        sa.select(sa.func.max(earlier.c.id))
        .where(earlier.c.class_id == event.c.class_id, earlier.c.id < event.c.id)
        .scalar_subquery()
    )
    inverse = (
        sa.select(
            sa.bindparam("batch_id", type_=sa.Integer),
            event.c.class_id,
            # A class that was not there before is gone again; the rest of the row then means nothing.
            sa.func.coalesce(before.c.present, sa.false()),
            *(
                sa.case((before.c.id.is_(None), event.c[column.name]), else_=before.c[column.name])
                for column in _STATE
            ),
            event.c.id,
        )
        .select_from(event.outerjoin(before, before.c.id == previous_id))
        .where(event.c.batch_id == sa.bindparam("reversed_id"))
        .order_by(event.c.id.desc())
    )
    columns = ["batch_id", "class_id", "present", *(column.name for column in _STATE), "undoes"]
    return sa.insert(class_events).from_select(columns, inverse)


def _latest(*columns: sa.Column[Any]) -> sa.Select[Any]:
    later = class_events.alias()
    superseded = sa.exists().where(
        later.c.class_id == class_events.c.class_id, later.c.id > class_events.c.id
    )
    return sa.select(*columns).where(~superseded)


def _state(row: Any) -> SemClass:
    return SemClass(
        id=ClassId(row.class_id),
        name=row.name,
        colour=row.colour,
        shortcut=row.shortcut,
        description=row.description,
        position=row.position,
        archived=row.archived,
        parent=None if row.parent is None else ClassId(row.parent),
        merged_into=None if row.merged_into is None else ClassId(row.merged_into),
        examples=tuple(ImageId(image_id) for image_id in row.examples),
    )
