"""Tables of what people said: actions, label events, class events, and the labels in force.

All three tables are append-only, and the database itself refuses to change or delete a row (triggers), so
that no bug above can lose a label. What is in force now is a view of the latest events.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from semgui.catalogue.tables import metadata_obj


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """Aware times in Python, naive UTC in the database (SQLite keeps no time zone)."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Turn an aware time into naive UTC; a naive one would be a guess and is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("label times carry a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Say again that it is UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


batches = sa.Table(
    "batches",
    metadata_obj,
    sa.Column("id", sa.Integer, primary_key=True),
    # do, undo, redo; "setup" is done once and stands outside undo (the classes of a new project).
    sa.Column("action", sa.String, nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("annotator", sa.String, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # The "do" row that an undo or a redo is about.
    sa.Column("target", sa.ForeignKey("batches.id")),
    # The two stacks as linked lists, so that finding what to undo costs the same after a million actions:
    # every row names the tops as they are after it, and `below` is what lay under the row that it pushed
    # (a "do" row lies on the undo stack, an "undo" row on the redo stack).
    sa.Column("below", sa.ForeignKey("batches.id")),
    sa.Column("undo_top", sa.Integer),
    sa.Column("redo_top", sa.Integer),
    sa.CheckConstraint("action IN ('do', 'undo', 'redo', 'setup')", name="batches_action"),
    sqlite_autoincrement=True,  # an id is never used again, so a later id is a later event
)

label_events = sa.Table(
    "label_events",
    metadata_obj,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("batch_id", sa.ForeignKey("batches.id"), nullable=False),
    sa.Column("image_id", sa.ForeignKey("images.id"), nullable=False),
    sa.Column("class_id", sa.String),  # none: the label was removed
    sa.Column("annotator", sa.String, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("model_id", sa.String),  # may name a model of another computer (import)
    sa.Column("undoes", sa.ForeignKey("label_events.id")),
    # After an undo or a redo: the event that first gave the label now in force again, so that the label is
    # still its annotator's and not the one's who pressed undo.
    sa.Column("restores", sa.ForeignKey("label_events.id")),
    sa.CheckConstraint("source IN ('user', 'import', 'accepted')", name="label_events_source"),
    sqlite_autoincrement=True,
)
sa.Index("ix_label_events_image", label_events.c.image_id, label_events.c.id, label_events.c.class_id)
sa.Index("ix_label_events_batch", label_events.c.batch_id)
# Both kinds of rows name earlier rows; without these the database would look through everything for them.
sa.Index("ix_label_events_class", label_events.c.class_id, label_events.c.image_id)

class_events = sa.Table(
    "class_events",
    metadata_obj,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("batch_id", sa.ForeignKey("batches.id"), nullable=False),
    sa.Column("class_id", sa.String, nullable=False),
    # False: the class is not there (the creation was undone). The other columns are the whole class after
    # the event, so that an undo is a copy of the row before it, whatever the action was.
    sa.Column("present", sa.Boolean, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("colour", sa.String, nullable=False),
    sa.Column("shortcut", sa.String, nullable=False),
    sa.Column("description", sa.String, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("archived", sa.Boolean, nullable=False),
    sa.Column("undoes", sa.ForeignKey("class_events.id")),
    sqlite_autoincrement=True,
)
sa.Index("ix_class_events_class", class_events.c.class_id, class_events.c.id)
sa.Index("ix_class_events_batch", class_events.c.batch_id)

APPEND_ONLY = (batches, label_events, class_events)

current_labels = sa.table(
    "current_labels",
    sa.column("image_id", sa.Integer),
    sa.column("event_id", sa.Integer),
    sa.column("class_id", sa.String),
    sa.column("annotator", sa.String),
    sa.column("created_at", UtcDateTime),
    sa.column("source", sa.String),
    sa.column("model_id", sa.String),
)
"""View: at most one row per image, its latest event; ``class_id`` is null where the label was removed.

``annotator``, ``created_at``, ``source`` and ``model_id`` are of the event that gave the label, also when an
undo brought it back. An image that was never labelled has no row: join from ``images`` with an outer join.
"""

# "No later event" beats MAX(id) and GROUP BY: one page of images out of 100,000 costs 1 ms instead of 100,
# and the outer join falls away where a query asks for the class only.
_CURRENT_LABELS = """
CREATE VIEW current_labels AS
SELECT e.image_id, e.id AS event_id, e.class_id, g.annotator, g.created_at, g.source, g.model_id
FROM label_events AS e
LEFT JOIN label_events AS g ON g.id = COALESCE(e.restores, e.id)
WHERE NOT EXISTS (SELECT 1 FROM label_events AS l WHERE l.image_id = e.image_id AND l.id > e.id)
"""


def _refusals(table: str) -> tuple[str, ...]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        # INSERT OR REPLACE deletes the old row without asking the trigger above.
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {refuse}",
    )


LABEL_DDL: tuple[str, ...] = (
    _CURRENT_LABELS,
    *(statement for table in APPEND_ONLY for statement in _refusals(table.name)),
)
"""Statements that make the view and the triggers (SQLite), to run after the tables are there."""


def _create_view_and_triggers(target: sa.MetaData, connection: sa.Connection, **_: Any) -> None:
    for statement in LABEL_DDL:
        connection.exec_driver_sql(statement)


# `metadata_obj.create_all` on a new project makes them too; a migration runs LABEL_DDL itself.
sa.event.listen(label_events, "after_create", lambda *_a, **_k: None)
