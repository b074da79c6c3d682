"""Verdicts of audits and adjudications, the random audit sample, and how often its evidence was looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    _create_verdicts()
    _create_samples()
    for table in ("verdict_events", "audit_samples", "audit_looks"):
        _refuse_changes(table)


def _create_verdicts() -> None:
    op.create_table(
        "verdict_events",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("image_id", sa.Integer(), sa.ForeignKey("images.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("class_id", sa.String()),
        sa.Column("label_before", sa.String()),
        sa.Column("annotator", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('audit', 'adjudication')", name="kind"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_verdict_events_image_id_kind_id", "verdict_events", ["image_id", "kind", "id"])
    op.create_index("ix_verdict_events_batch_id", "verdict_events", ["batch_id"])


def _create_samples() -> None:
    op.create_table(
        "audit_samples",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("annotator", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("part IN ('labelled', 'unlabelled')", name="part"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_looks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("model_id", sa.String(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sqlite_autoincrement=True,
    )


def _refuse_changes(table: str) -> None:
    refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refusal}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refusal}")
    there = f"NEW.id IN (SELECT id FROM {table})"  # noqa: S608
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refusal}")
