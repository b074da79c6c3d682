"""Crop lines that users placed: an append-only history, and the line in force written to the images.

``images.databar_row`` and ``databar_source`` say what holds now; the events say who placed it, and bring back
what held before. A crop line found by the rule is never an event: without a user's line it is looked for
again.

Images whose line was found but is doubtful have ``images.databar_certain = 0``; a line that the user placed,
or its absence, is always certain.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from semgui.catalogue.label_tables import databar_events
from semgui.catalogue.labels import chunks
from semgui.catalogue.project import Project
from semgui.catalogue.tables import image_metadata, images
from semgui.domain.ids import BatchId, ImageId


@dataclass(frozen=True, slots=True)
class PlacedDatabar:
    """Where a user says that the databar begins.

    Parameters
    ----------
    by_user
        False: the line is looked for in the file again.
    row
        First row; ``None`` with `by_user`: there is no databar.
    """

    image_id: ImageId
    by_user: bool
    row: int | None
    annotator: str
    created_at: datetime


class DatabarStore:
    """Which crop lines were moved in a project.

    Parameters
    ----------
    project
        The open project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def moved_since(self, batch_id: int) -> list[ImageId]:
        """Return the images whose line actions later than `batch_id` moved, by id."""
        moved = databar_events.c.image_id
        query = sa.select(moved).where(databar_events.c.batch_id > batch_id).distinct().order_by(moved)
        with self._project.read() as connection:
            return [ImageId(image_id) for image_id in connection.execute(query).scalars()]


def append_databars(connection: sa.Connection, batch_id: BatchId, placed: Sequence[PlacedDatabar]) -> None:
    """Append one event per image, and let the lines hold from now on.

    The stretch of the contrast is forgotten, since it belongs to the area above the line; predictions for
    these images become out of date.
    """
    connection.execute(
        sa.insert(databar_events),
        [
            {
                "batch_id": batch_id,
                "image_id": one.image_id,
                "by_user": one.by_user,
                "row": one.row,
                "annotator": one.annotator,
                "created_at": one.created_at,
            }
            for one in placed
        ],
    )
    _put_in_force(connection, placed)


def reverse_databars(
    connection: sa.Connection, reversed_id: BatchId, batch_id: BatchId, annotator: str, at: datetime
) -> int:
    """Append to `batch_id` events that bring back the lines from before `reversed_id`; returns how many."""
    rows = connection.execute(_before(), {"reversed_id": reversed_id}).all()
    if rows:
        back = [PlacedDatabar(ImageId(r.image_id), bool(r.by_user), r.row, annotator, at) for r in rows]
        append_databars(connection, batch_id, back)
    return len(rows)


@functools.cache  # as in `semgui.catalogue.labels`
def _before() -> sa.Select[Any]:
    event, before, earlier = databar_events.alias(), databar_events.alias(), databar_events.alias()
    before_id = (
        sa.select(sa.func.max(earlier.c.id))
        .where(earlier.c.image_id == event.c.image_id, earlier.c.id < event.c.id)
        .scalar_subquery()
    )
    return (
        sa.select(event.c.image_id, before.c.by_user, before.c.row)
        .select_from(event.outerjoin(before, before.c.id == before_id))
        .where(event.c.batch_id == sa.bindparam("reversed_id"))
        .order_by(event.c.id)
    )


def read_user_databars(
    connection: sa.Connection, image_ids: Iterable[int]
) -> dict[ImageId, tuple[bool, int | None]]:
    """Return of each image whether a user's line holds, and its row."""
    found: dict[ImageId, tuple[bool, int | None]] = {}
    for some in chunks([int(i) for i in image_ids]):
        columns = (images.c.id, images.c.databar_source, images.c.databar_row)
        for row in connection.execute(sa.select(*columns).where(images.c.id.in_(some))):
            by_user = row.databar_source == "user"
            found[ImageId(row.id)] = (by_user, row.databar_row if by_user else None)
    return found


def alike(connection: sa.Connection, image_id: ImageId, *, folder: bool) -> list[ImageId]:
    """Return the images of the same size from the same folder, or from the same microscope.

    Parameters
    ----------
    folder
        The image's own folder, without those below it; else vendor and instrument decide, and an image whose
        file names neither is alike to itself only.
    """
    here = connection.execute(sa.select(images).where(images.c.id == image_id)).one()
    size = sa.and_(images.c.width == here.width, images.c.height == here.height)
    if folder:
        where = sa.and_(size, images.c.root_id == here.root_id, images.c.folder == here.folder)
        query = sa.select(images.c.id).where(where)
    else:
        facts = image_metadata.c
        known = connection.execute(sa.select(image_metadata).where(facts.image_id == image_id)).first()
        if known is None or not (known.vendor or known.instrument):
            return [image_id]
        query = (
            sa.select(images.c.id)
            .join(image_metadata, facts.image_id == images.c.id)
            .where(
                size,
                facts.vendor.is_not_distinct_from(known.vendor),
                facts.instrument.is_not_distinct_from(known.instrument),
            )
        )
    return [ImageId(i) for i in connection.execute(query.order_by(images.c.id)).scalars()]


def _put_in_force(connection: sa.Connection, placed: Sequence[PlacedDatabar]) -> None:
    this = images.c.id == sa.bindparam("this")
    connection.execute(
        sa.update(images)
        .where(this)
        .values(
            databar_row=sa.bindparam("new_row"),
            databar_source=sa.bindparam("new_source"),
            databar_certain=1,
            contrast_low=sa.null(),
            contrast_high=sa.null(),
            version=images.c.version + 1,
        ),
        [
            {"this": one.image_id, "new_row": one.row, "new_source": "user" if one.by_user else None}
            for one in placed
        ],
    )
