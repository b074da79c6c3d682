"""Labels that count as evidence: blind verdicts of an audit, and what settled a disagreement."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from semgui.catalogue.label_tables import verdict_events
from semgui.catalogue.project import Project
from semgui.domain.ids import BatchId, ClassId, ImageId

NONE_OF_THESE = ClassId("")
"""A verdict: the image is of no class that there is. As evidence it counts against whatever was said."""


class VerdictKind(StrEnum):
    """What a verdict is for."""

    AUDIT = "audit"  # given blind to an image that was drawn at random
    ADJUDICATION = "adjudication"  # settles what annotators disagree on


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody said of an image, as evidence.

    Parameters
    ----------
    class_id
        `NONE_OF_THESE` is a verdict, too; ``None``: it was taken back.
    label_before
        The class in force when the image was judged first, ``None`` if it had none.
    annotator, created_at
        Who and when, UTC.
    """

    image_id: ImageId
    kind: VerdictKind
    class_id: ClassId | None
    label_before: ClassId | None
    annotator: str
    created_at: datetime


class VerdictStore:
    """The verdicts of a project.

    Parameters
    ----------
    project
        The open project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def current(self, kind: VerdictKind) -> dict[ImageId, Verdict]:
        """Return the verdicts of a kind that are in force, by image."""
        with self._project.read() as connection:
            return read_verdicts(connection, kind)


def read_verdicts(connection: sa.Connection, kind: VerdictKind) -> dict[ImageId, Verdict]:
    """Return the verdicts of a kind in force as this connection's transaction sees them."""
    later = verdict_events.alias()
    superseded = sa.exists().where(
        later.c.image_id == verdict_events.c.image_id,
        later.c.kind == verdict_events.c.kind,
        later.c.id > verdict_events.c.id,
    )
    query = sa.select(verdict_events).where(
        verdict_events.c.kind == kind.value, verdict_events.c.class_id.is_not(None), ~superseded
    )
    found = [_verdict(row) for row in connection.execute(query)]
    return {verdict.image_id: verdict for verdict in found}


def append_verdicts(connection: sa.Connection, batch_id: BatchId, verdicts: Sequence[Verdict]) -> None:
    """Append one event per verdict to the history."""
    connection.execute(
        sa.insert(verdict_events),
        [
            {
                "batch_id": batch_id,
                "image_id": verdict.image_id,
                "kind": verdict.kind.value,
                "class_id": verdict.class_id,
                "label_before": verdict.label_before,
                "annotator": verdict.annotator,
                "created_at": verdict.created_at,
            }
            for verdict in verdicts
        ],
    )


def reverse_verdicts(
    connection: sa.Connection, reversed_id: BatchId, batch_id: BatchId, annotator: str, at: datetime
) -> int:
    """Append to `batch_id` the verdicts from before `reversed_id`; returns how many."""
    values = {"reversed_id": reversed_id, "batch_id": batch_id, "annotator": annotator, "at": at}
    return connection.execute(_inverse(), values).rowcount


@functools.cache  # as in `semgui.catalogue.labels`
def _inverse() -> sa.Insert:
    event, before, earlier = verdict_events.alias(), verdict_events.alias(), verdict_events.alias()
    before_id = (
        sa.select(sa.func.max(earlier.c.id))
        .where(
            earlier.c.image_id == event.c.image_id,
            earlier.c.kind == event.c.kind,
            earlier.c.id < event.c.id,
        )
        .scalar_subquery()
    )
    inverse = (
        sa.select(
            sa.bindparam("batch_id", type_=sa.Integer),
            event.c.image_id,
            event.c.kind,
            before.c.class_id,
            before.c.label_before,
            sa.func.coalesce(before.c.annotator, sa.bindparam("annotator", type_=sa.String)),
            sa.func.coalesce(before.c.created_at, sa.bindparam("at", type_=verdict_events.c.created_at.type)),
        )
        .select_from(event.outerjoin(before, before.c.id == before_id))
        .where(event.c.batch_id == sa.bindparam("reversed_id"))
        .order_by(event.c.id.desc())
    )
    columns = ["batch_id", "image_id", "kind", "class_id", "label_before", "annotator", "created_at"]
    return sa.insert(verdict_events).from_select(columns, inverse)


def _verdict(row: Any) -> Verdict:
    return Verdict(
        image_id=ImageId(row.image_id),
        kind=VerdictKind(row.kind),
        class_id=None if row.class_id is None else ClassId(row.class_id),
        label_before=None if row.label_before is None else ClassId(row.label_before),
        annotator=row.annotator,
        created_at=row.created_at,
    )
