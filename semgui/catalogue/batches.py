"""The log of user actions, and the undo and redo stacks that it spells out.

The log is append-only, so an undo is a row of its own that reverses an earlier one, and a redo is a row that
reverses the undo. Each row names the tops of both stacks as they are after it; finding the next thing to undo
is one look-up, whatever happened before and whichever process did it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from semgui.catalogue.label_tables import batches
from semgui.domain.ids import BatchId


class Action(StrEnum):
    """What a row of the log is."""

    DO = "do"
    UNDO = "undo"
    REDO = "redo"
    SETUP = "setup"  # done once, outside undo: the classes that a new project starts with


@dataclass(frozen=True, slots=True)
class Batch:
    """One user action.

    Parameters
    ----------
    id
        Later actions have larger ids.
    title
        What was done, for menus and histories; an undo or redo keeps the title of what it is about.
    annotator
        Who did it.
    created_at
        When, UTC.
    reverses
        The action that an undo or a redo takes back, else ``None``.
    """

    id: BatchId
    action: Action
    title: str
    annotator: str
    created_at: datetime
    reverses: BatchId | None


@dataclass(frozen=True, slots=True)
class Stacks:
    """The actions that come next, ``None`` where a stack is empty."""

    undo: Batch | None
    redo: Batch | None


_COLUMNS = (
    batches.c.id,
    batches.c.action,
    batches.c.title,
    batches.c.annotator,
    batches.c.created_at,
    batches.c.reverses,
)


def read_stacks(connection: sa.Connection) -> Stacks:
    """Return what an undo and what a redo would take back now."""
    undo_top, redo_top = _tops(connection)
    return Stacks(_find(connection, undo_top), _find(connection, redo_top))


def read_log(connection: sa.Connection, limit: int) -> list[Batch]:
    """Return the newest `limit` actions, newest first."""
    rows = connection.execute(sa.select(*_COLUMNS).order_by(batches.c.id.desc()).limit(limit))
    return [_batch(row) for row in rows]


def last_batch_id(connection: sa.Connection) -> int:
    """Return the id of the newest action, 0 when there is none: changes when anybody does anything."""
    newest = connection.execute(sa.select(sa.func.max(batches.c.id))).scalar_one()
    return 0 if newest is None else int(newest)


def append_do(connection: sa.Connection, title: str, annotator: str, at: datetime) -> Batch:
    """Log a new action: it goes on the undo stack, and nothing is left to redo."""
    undo_top, _ = _tops(connection)
    new = _next_id(connection)
    return _append(connection, Batch(new, Action.DO, title, annotator, at, None), undo_top, new, None)


def append_setup(connection: sa.Connection, title: str, annotator: str, at: datetime) -> Batch:
    """Log what stands outside undo; both stacks stay as they are."""
    undo_top, redo_top = _tops(connection)
    new = _next_id(connection)
    return _append(connection, Batch(new, Action.SETUP, title, annotator, at, None), None, undo_top, redo_top)


def append_undo(connection: sa.Connection, undone: Batch, annotator: str, at: datetime) -> Batch:
    """Log that `undone`, the top of the undo stack, is taken back; it can now be redone."""
    _, redo_top = _tops(connection)
    new = _next_id(connection)
    batch = Batch(new, Action.UNDO, undone.title, annotator, at, undone.id)
    return _append(connection, batch, redo_top, _below(connection, undone), new)


def append_redo(connection: sa.Connection, undo: Batch, annotator: str, at: datetime) -> Batch:
    """Log that `undo`, the top of the redo stack, is taken back; it can now be undone again."""
    undo_top, _ = _tops(connection)
    new = _next_id(connection)
    batch = Batch(new, Action.REDO, undo.title, annotator, at, undo.id)
    return _append(connection, batch, undo_top, new, _below(connection, undo))


def _tops(connection: sa.Connection) -> tuple[BatchId | None, BatchId | None]:
    newest = sa.select(batches.c.undo_top, batches.c.redo_top).order_by(batches.c.id.desc()).limit(1)
    row = connection.execute(newest).first()
    return (None, None) if row is None else (row.undo_top, row.redo_top)


def _next_id(connection: sa.Connection) -> BatchId:
    # Rows are never deleted and one transaction writes at a time, so the next id is known.
    return BatchId(last_batch_id(connection) + 1)


def _append(
    connection: sa.Connection,
    batch: Batch,
    below: BatchId | None,
    undo_top: BatchId | None,
    redo_top: BatchId | None,
) -> Batch:
    connection.execute(
        sa.insert(batches).values(
            id=batch.id,
            action=batch.action.value,
            title=batch.title,
            annotator=batch.annotator,
            created_at=batch.created_at,
            reverses=batch.reverses,
            below=below,
            undo_top=undo_top,
            redo_top=redo_top,
        )
    )
    return batch


def _find(connection: sa.Connection, batch_id: BatchId | None) -> Batch | None:
    if batch_id is None:
        return None
    return _batch(connection.execute(sa.select(*_COLUMNS).where(batches.c.id == batch_id)).one())


def _below(connection: sa.Connection, batch: Batch) -> BatchId | None:
    below = connection.execute(sa.select(batches.c.below).where(batches.c.id == batch.id)).scalar_one()
    return None if below is None else BatchId(below)


def _batch(row: Any) -> Batch:
    return Batch(
        id=BatchId(row.id),
        action=Action(row.action),
        title=row.title,
        annotator=row.annotator,
        created_at=row.created_at,
        reverses=None if row.reverses is None else BatchId(row.reverses),
    )
