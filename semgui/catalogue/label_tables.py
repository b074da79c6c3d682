"""Tables of what people said: actions, label events, class events, and the labels in force.

All three tables are append-only, and the database itself refuses to change or delete a row (triggers, made
by the migration), so that no bug above can lose a label. What is in force now is a view of the latest
events.
"""

from __future__ import annotations

from datetime import UTC, datetime

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
    sa.Column("reverses", sa.ForeignKey("batches.id")),  # of an undo or a redo: the row it takes back
    # The two stacks as linked lists, so that finding what to undo costs the same after a million actions:
    # every row names the tops as they are after it, and `below` is what lay under it on its own stack
    # ("do" and "redo" rows lie on the undo stack, "undo" rows on the redo stack).
    sa.Column("below", sa.ForeignKey("batches.id")),
    sa.Column("undo_top", sa.ForeignKey("batches.id")),
    sa.Column("redo_top", sa.ForeignKey("batches.id")),
    sa.CheckConstraint("action IN ('do', 'undo', 'redo', 'setup')", name="action"),
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
    sa.CheckConstraint("source IN ('user', 'import', 'accepted')", name="source"),
    sa.Index(None, "image_id", "id", "class_id"),  # holds all that the view of current labels asks for
    sa.Index(None, "batch_id"),
    sa.Index(None, "class_id", "image_id"),
    sqlite_autoincrement=True,
)

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
    sa.Index(None, "class_id", "id"),
    sa.Index(None, "batch_id"),
    sqlite_autoincrement=True,
)

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
