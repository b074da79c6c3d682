"""Marks on images (flag, excluded, note, tags); parent, merge and examples of classes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_CURRENT_MARKS = """
CREATE VIEW current_marks AS
SELECT e.image_id, e.id AS event_id, e.kind, e.word, e.text, g.annotator, g.created_at
FROM mark_events AS e
LEFT JOIN mark_events AS g ON g.id = COALESCE(e.restores, e.id)
WHERE e.present AND NOT EXISTS (
    SELECT 1 FROM mark_events AS l
    WHERE l.image_id = e.image_id AND l.kind = e.kind AND l.word = e.word AND l.id > e.id
)
"""

_MERGED_CLASSES = """
CREATE VIEW merged_classes AS
SELECT e.class_id, e.merged_into
FROM class_events AS e
WHERE e.present AND e.merged_into IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM class_events AS l WHERE l.class_id = e.class_id AND l.id > e.id
)
"""


def upgrade() -> None:
    """Make the table of marks and widen that of classes; rows stay as they are."""
    _create_mark_events()
    # Plain ALTER TABLE: the triggers of the table refuse a copy of its rows, and none is needed.
    op.add_column("class_events", sa.Column("parent", sa.String()))
    op.add_column("class_events", sa.Column("merged_into", sa.String()))
    op.add_column(
        "class_events", sa.Column("examples", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
    )
    op.execute(_CURRENT_MARKS)
    op.execute(_MERGED_CLASSES)


def _create_mark_events() -> None:
    op.create_table(
        "mark_events",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("image_id", sa.Integer(), sa.ForeignKey("images.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("annotator", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("undoes", sa.Integer(), sa.ForeignKey("mark_events.id")),
        sa.Column("restores", sa.Integer(), sa.ForeignKey("mark_events.id")),
        sa.CheckConstraint("kind IN ('flag', 'excluded', 'note', 'tag')", name="kind"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_mark_events_image_id_kind_word_id_present",
        "mark_events",
        ["image_id", "kind", "word", "id", "present"],
    )
    op.create_index(
        "ix_mark_events_kind_word_image_id_id_present",
        "mark_events",
        ["kind", "word", "image_id", "id", "present"],
    )
    op.create_index("ix_mark_events_batch_id", "mark_events", ["batch_id"])
    refusal = "BEGIN SELECT RAISE(ABORT, 'mark_events is append-only'); END"
    op.execute(f"CREATE TRIGGER mark_events_no_update BEFORE UPDATE ON mark_events {refusal}")
    op.execute(f"CREATE TRIGGER mark_events_no_delete BEFORE DELETE ON mark_events {refusal}")
    # INSERT OR REPLACE deletes the old row without asking the trigger above.
    there = "NEW.id IN (SELECT id FROM mark_events)"
    op.execute(f"CREATE TRIGGER mark_events_no_replace BEFORE INSERT ON mark_events WHEN {there} {refusal}")
