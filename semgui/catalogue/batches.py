"""The log of user actions, and the undo and redo stacks that it spells out.

The log is append-only, so an undo is a row of its own that reverses an earlier one, and a redo is a row that
reverses the undo. Each row names the tops of both stacks as they are after it; finding the next thing to undo
is one look-up, whatever happened before and whichever process did it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


class ActionState(StrEnum):
    """What became of an action."""

    DONE = "done"
    UNDONE = "undone"  # redo brings it back
    DROPPED = "dropped"  # undone, and then something else was done: only the log knows it


@dataclass(frozen=True, slots=True)
class PastAction:
    """One user action as a list of the history shows it.

    Parameters
    ----------
    id
        Of the action when it was first done; `title`, `annotator` and `created_at` are of then, too.
    can_be_undone
        Whether it is a user action, and not what the project was set up with.
    """

    id: BatchId
    title: str
    annotator: str
    created_at: datetime
    state: ActionState
    can_be_undone: bool


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


def read_past(connection: sa.Connection, limit: int) -> list[PastAction]:
    """Return the newest `limit` actions, newest first; undoing and redoing shows in their states."""
    begun = batches.c.action.in_([Action.DO.value, Action.SETUP.value])
    query = sa.select(*_COLUMNS).where(begun).order_by(batches.c.id.desc()).limit(limit)
    actions = [_batch(row) for row in connection.execute(query)]
    if not actions:
        return []
    reversed_by = _reversed_by(connection, actions[-1].id)
    newest_do = max((b.id for b in actions if b.action is Action.DO), default=0)

    def state(batch: Batch) -> ActionState:
        last, undone = _last_reversal(reversed_by, batch.id)
        if not undone:
            return ActionState.DONE
        # A new action leaves nothing to redo, so what can be redone was undone after the newest.
        return ActionState.UNDONE if last > newest_do else ActionState.DROPPED

    return [
        PastAction(b.id, b.title, b.annotator, b.created_at, state(b), b.action is Action.DO) for b in actions
    ]


def walk_done(connection: sa.Connection) -> Iterator[BatchId]:
    """Yield the actions that undos would take back one after the other, the newest first, as first done."""
    top, _ = _tops(connection)
    batch = _find(connection, top)
    while batch is not None:
        yield begun_as(connection, batch)
        batch = _find(connection, _below(connection, batch))


def begun_as(connection: sa.Connection, batch: Batch) -> BatchId:
    """Return the id of the action that an undo or a redo, over all between, is about."""
    while batch.reverses is not None:
        reversed_batch = _find(connection, batch.reverses)
        assert reversed_batch is not None  # a foreign key
        batch = reversed_batch
    return batch.id


def is_in_force(connection: sa.Connection, batch_id: BatchId) -> bool:
    """Whether an action, named as it was first done, is done and not undone; of the set-up: always."""
    _, undone = _last_reversal(_reversed_by(connection, batch_id), batch_id)
    return not undone


def read_undone(connection: sa.Connection) -> set[BatchId]:
    """Return the actions, named as they were first done, that are undone now."""
    reversed_by = _reversed_by(connection, 0)
    begun = set(reversed_by).difference(reversed_by.values())
    return {BatchId(i) for i in begun if _last_reversal(reversed_by, i)[1]}


def read_whole_log(connection: sa.Connection) -> Iterator[Batch]:
    """Yield every row of the log, oldest first, undos and redos included."""
    for row in connection.execute(sa.select(*_COLUMNS).order_by(batches.c.id)):
        yield _batch(row)


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


def has_begun(connection: sa.Connection) -> bool:
    """Whether anything was ever logged: a project without classes was then meant to have none."""
    return connection.execute(sa.select(batches.c.id).limit(1)).first() is not None


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


def _reversed_by(connection: sa.Connection, since: int) -> dict[int, int]:
    """Return which row takes back which, of all rows later than `since`."""
    query = sa.select(batches.c.reverses, batches.c.id).where(
        batches.c.id > since, batches.c.reverses.is_not(None)
    )
    return {row.reverses: row.id for row in connection.execute(query)}


def _last_reversal(reversed_by: Mapping[int, int], batch_id: int) -> tuple[int, bool]:
    """Return the last row of undo, redo, undo … of an action, and whether that leaves it undone."""
    last, undone = batch_id, False
    while last in reversed_by:
        last, undone = reversed_by[last], not undone
    return last, undone


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
