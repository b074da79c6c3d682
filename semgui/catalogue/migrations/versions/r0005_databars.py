"""Crop lines of databars that users placed, as events like labels."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "databar_events",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("image_id", sa.Integer(), sa.ForeignKey("images.id"), nullable=False),
        sa.Column("by_user", sa.Boolean(), nullable=False),
        sa.Column("row", sa.Integer()),
        sa.Column("annotator", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_databar_events_image_id_id", "databar_events", ["image_id", "id"])
    op.create_index("ix_databar_events_batch_id", "databar_events", ["batch_id"])
    refusal = "BEGIN SELECT RAISE(ABORT, 'databar_events is append-only'); END"
    op.execute(f"CREATE TRIGGER databar_events_no_update BEFORE UPDATE ON databar_events {refusal}")
    op.execute(f"CREATE TRIGGER databar_events_no_delete BEFORE DELETE ON databar_events {refusal}")
    there = "NEW.id IN (SELECT id FROM databar_events)"
    op.execute(
        f"CREATE TRIGGER databar_events_no_replace BEFORE INSERT ON databar_events WHEN {there} {refusal}"
    )
