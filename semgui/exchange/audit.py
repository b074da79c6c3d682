"""Everything that was ever said in a project, action by action: an audit trail for other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from semgui.catalogue.batches import Batch, read_whole_log
from semgui.catalogue.label_tables import (
    class_events,
    databar_events,
    label_events,
    mark_events,
    verdict_events,
)
from semgui.catalogue.tables import escape_undecodable, images, roots
from semgui.domain.ids import ImageId

Entry = dict[str, Any]


def read_audit(connection: sa.Connection) -> Iterator[Entry]:
    """Yield one entry per action, oldest first, with all its events; undos and redos are actions, too.

    An entry holds ``id``, ``action``, ``title``, ``annotator``, ``created_at``, ``reverses`` (the action that
    an undo or a redo takes back), and where there are any ``labels``, ``marks``, ``databars`` (crop lines
    that users placed), ``verdicts`` (of audits and adjudications) and ``classes``. An event repeats annotator
    and time only where they differ from the action's, as those of imported labels do.
    """
    paths = _paths(connection)
    streams = {
        "labels": _Events(connection, label_events, lambda row: _label(row, paths)),
        "marks": _Events(connection, mark_events, lambda row: _mark(row, paths)),
        "databars": _Events(connection, databar_events, lambda row: _databar(row, paths)),
        "verdicts": _Events(connection, verdict_events, lambda row: _verdict(row, paths)),
        "classes": _Events(connection, class_events, lambda row: _class(row, paths)),
    }
    for batch in read_whole_log(connection):
        found = {name: events.of(batch) for name, events in streams.items()}
        yield _action(batch) | {name: events for name, events in found.items() if events}


class _Events:
    """The events of one table, handed out batch by batch in one pass."""

    def __init__(self, connection: sa.Connection, table: sa.Table, entry: Callable[[Any], Entry]) -> None:
        rows = connection.execute(sa.select(table).order_by(table.c.batch_id, table.c.id))
        self._groups = groupby(rows, key=lambda row: row.batch_id)
        self._entry = entry
        self._next = next(self._groups, None)

    def of(self, batch: Batch) -> list[Entry]:
        """Return the events of a batch; batches must be asked for in order."""
        if self._next is None or self._next[0] != batch.id:
            return []
        found = []
        for row in self._next[1]:
            entry = {"id": row.id} | self._entry(row)
            if "annotator" in row._fields and row.annotator != batch.annotator:
                entry["annotator"] = row.annotator
            if "created_at" in row._fields and row.created_at != batch.created_at:
                entry["created_at"] = _moment(row.created_at)
            if "undoes" in row._fields and row.undoes is not None:
                entry["undoes"] = row.undoes
            found.append(entry)
        self._next = next(self._groups, None)
        return found


def _action(batch: Batch) -> Entry:
    return {
        "id": batch.id,
        "action": batch.action.value,
        "title": batch.title,
        "annotator": batch.annotator,
        "created_at": _moment(batch.created_at),
        "reverses": batch.reverses,
    }


def _label(row: Any, paths: dict[ImageId, str]) -> Entry:
    said = {"path": paths[row.image_id], "class_id": row.class_id, "source": row.source}
    return said if row.model_id is None else said | {"model_id": row.model_id}


def _mark(row: Any, paths: dict[ImageId, str]) -> Entry:
    said = {"path": paths[row.image_id], "kind": row.kind, "present": row.present}
    return said | {key: text for key, text in (("tag", row.word), ("text", row.text)) if text}


def _databar(row: Any, paths: dict[ImageId, str]) -> Entry:
    return {"path": paths[row.image_id], "by_user": row.by_user, "row": row.row}


def _verdict(row: Any, paths: dict[ImageId, str]) -> Entry:
    said = {"path": paths[row.image_id], "kind": row.kind, "class_id": row.class_id}
    return said | {"label_before": row.label_before}


def _class(row: Any, paths: dict[ImageId, str]) -> Entry:
    said = {"class_id": row.class_id, "present": row.present, "name": row.name, "colour": row.colour}
    said |= {"shortcut": row.shortcut, "description": row.description, "position": row.position}
    said |= {"archived": row.archived, "parent": row.parent, "merged_into": row.merged_into}
    return said | {"examples": [paths[i] for i in row.examples if i in paths]}


def _paths(connection: sa.Connection) -> dict[ImageId, str]:
    query = sa.select(images.c.id, roots.c.path, images.c.relpath).join(roots, roots.c.id == images.c.root_id)
    return {row.id: escape_undecodable(f"{row.path}/{row.relpath}") for row in connection.execute(query)}


def _moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
