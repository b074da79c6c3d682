"""Tables of what people said: actions, label, mark and class events, and what is in force.

All these tables are append-only, and the database itself refuses to change or delete a row (triggers, made
by the migrations), so that no bug above can lose a label. What is in force now is a view of the latest
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
    sa.Column("parent", sa.String),  # id of the class above it
    # The class that its images were given to; never one that was itself merged into another.
    sa.Column("merged_into", sa.String),
    sa.Column("examples", sa.JSON, nullable=False, server_default=sa.text("'[]'")),  # ids of images
    sa.Index(None, "class_id", "id"),
    sa.Index(None, "batch_id"),
    sqlite_autoincrement=True,
)

mark_events = sa.Table(
    "mark_events",
    metadata_obj,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("batch_id", sa.ForeignKey("batches.id"), nullable=False),
    sa.Column("image_id", sa.ForeignKey("images.id"), nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("word", sa.String, nullable=False),  # the tag; empty for the other kinds
    sa.Column("present", sa.Boolean, nullable=False),  # whether the mark is there from now on
    sa.Column("text", sa.Text, nullable=False),  # the note; empty for the other kinds
    sa.Column("annotator", sa.String, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("undoes", sa.ForeignKey("mark_events.id")),
    sa.Column("restores", sa.ForeignKey("mark_events.id")),  # as in label_events
    sa.CheckConstraint("kind IN ('flag', 'excluded', 'note', 'tag')", name="kind"),
    # One answers "what is on these images", the other "which images have it"; neither reads the table.
    sa.Index(None, "image_id", "kind", "word", "id", "present"),
    sa.Index(None, "kind", "word", "image_id", "id", "present"),
    sa.Index(None, "batch_id"),
    sqlite_autoincrement=True,
)

databar_events = sa.Table(
    "databar_events",
    metadata_obj,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("batch_id", sa.ForeignKey("batches.id"), nullable=False),
    sa.Column("image_id", sa.ForeignKey("images.id"), nullable=False),
    sa.Column("by_user", sa.Boolean, nullable=False),  # False: it is looked for in the file again
    sa.Column("row", sa.Integer),  # null with `by_user`: the user says that there is none
    sa.Column("annotator", sa.String, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Index(None, "image_id", "id"),
    sa.Index(None, "batch_id"),
    sqlite_autoincrement=True,
)
"""Where users placed the crop line; what holds now stands in ``images`` (`semgui.catalogue.databars`)."""

verdict_events = sa.Table(
    "verdict_events",
    metadata_obj,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("batch_id", sa.ForeignKey("batches.id"), nullable=False),
    sa.Column("image_id", sa.ForeignKey("images.id"), nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("class_id", sa.String),  # none: the verdict was taken back
    sa.Column("label_before", sa.String),  # class in force when it was judged, none without a label
    sa.Column("annotator", sa.String, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("kind IN ('audit', 'adjudication')", name="kind"),
    sa.Index(None, "image_id", "kind", "id"),
    sa.Index(None, "batch_id"),
    sqlite_autoincrement=True,
)
"""Labels that count as evidence: given blind in an audit, or settling what annotators disagreed on. The label
itself is an event like any other; the latest row of an image and kind is in force."""

audit_samples = sa.Table(
    "audit_samples",
    metadata_obj,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("seed", sa.Integer, nullable=False),  # the same in all rows: one random order for good
    sa.Column("part", sa.String, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("annotator", sa.String, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("part IN ('labelled', 'unlabelled')", name="part"),
    sqlite_autoincrement=True,
)
"""How many of the labelled and of the unlabelled images are to be audited, in the random order of the seed;
the newest row of a part counts (`semgui.review.audit`)."""

audit_looks = sa.Table(
    "audit_looks",
    metadata_obj,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("model_id", sa.String, nullable=False),
    sa.Column("judged", sa.Integer, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)
"""When somebody asked what the audit proves of a model's predictions, and how many verdicts there were: each
look at new evidence gets a part of the chance of error."""

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

current_marks = sa.table(
    "current_marks",
    sa.column("image_id", sa.Integer),
    sa.column("event_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("word", sa.String),
    sa.column("text", sa.Text),
    sa.column("annotator", sa.String),
    sa.column("created_at", UtcDateTime),
)
"""View: one row per mark that an image has now; marks that were taken off have none.

The images that are flagged: ``kind = 'flag'``; those with a tag: ``kind = 'tag' AND word = …``.
"""

merged_classes = sa.table(
    "merged_classes",
    sa.column("class_id", sa.String),
    sa.column("merged_into", sa.String),
)
"""View: the classes that were merged into another, which is never itself merged into a third.

No label in force has a merged class (the merge gave its images the other one), but models go on predicting
it: a prediction of ``class_id`` counts as ``merged_into``.
"""
