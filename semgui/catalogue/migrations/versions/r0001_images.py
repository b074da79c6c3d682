"""Images, what their files say, splits, models and predictions."""

import sqlalchemy as sa
from alembic import op

from semgui.catalogue.tables import PathText

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "project_info",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )
    op.create_table(
        "roots",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("path", PathText(), nullable=False),
        sa.Column("scanned_at", sa.String()),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_roots_path", "roots", ["path"], unique=True)
    _create_images()
    op.create_table(
        "image_metadata",
        sa.Column("image_id", sa.Integer(), sa.ForeignKey("images.id"), primary_key=True),
        sa.Column("vendor", sa.String()),
        sa.Column("pixel_size_nm", sa.Float()),
        sa.Column("hv_kv", sa.Float()),
        sa.Column("wd_mm", sa.Float()),
        sa.Column("magnification", sa.Float()),
        sa.Column("tilt_deg", sa.Float()),
        sa.Column("detector", sa.String()),
        sa.Column("instrument", sa.String()),
        sa.Column("databar_row", sa.Integer()),
        sa.Column("record", sa.JSON(), nullable=False),
    )
    op.create_table(
        "splits",
        sa.Column("image_id", sa.Integer(), sa.ForeignKey("images.id"), primary_key=True),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("split", sa.String(), nullable=False),
        sa.Column("decided_at", sa.String(), nullable=False),
        sa.CheckConstraint("split IN ('train', 'valid', 'test')", name="split"),
    )
    op.create_index("ix_splits_group_key", "splits", ["group_key"])
    _create_predictions()


def _create_images() -> None:
    op.create_table(
        "images",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("root_id", sa.Integer(), sa.ForeignKey("roots.id"), nullable=False),
        sa.Column("relpath", PathText(), nullable=False),
        sa.Column("folder", PathText(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("full_hash", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("width", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("height", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("dtype", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("acquired_at", sa.String()),
        sa.Column("databar_row", sa.Integer()),
        sa.Column("databar_source", sa.String()),
        sa.Column("databar_certain", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("contrast_low", sa.Float()),
        sa.Column("contrast_high", sa.Float()),
        sa.CheckConstraint("status IN ('pending', 'ok', 'unreadable', 'missing')", name="status"),
        sa.CheckConstraint("databar_source IN ('tag', 'pixels', 'user')", name="databar_source"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_images_root_id_relpath", "images", ["root_id", "relpath"], unique=True)
    op.create_index("ix_images_root_id_folder_status", "images", ["root_id", "folder", "status"])
    op.create_index("ix_images_root_id_sort_key_id", "images", ["root_id", "sort_key", "id"])
    op.create_index("ix_images_acquired_at_id", "images", ["acquired_at", "id"])
    op.create_index("ix_images_size_id", "images", ["size", "id"])
    op.create_index("ix_images_fingerprint", "images", ["fingerprint"])
    op.create_index("ix_images_status_id", "images", ["status", "id"])


def _create_predictions() -> None:
    op.create_table(
        "models",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("model_id", sa.String(), nullable=False),
        sa.Column("class_ids", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.String(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_models_model_id", "models", ["model_id"], unique=True)
    op.create_table(
        "predictions",
        sa.Column("image_id", sa.Integer(), sa.ForeignKey("images.id"), primary_key=True),
        sa.Column("model", sa.Integer(), sa.ForeignKey("models.id"), primary_key=True),
        sa.Column("predicted", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("novelty", sa.Float(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("predicted_at", sa.String(), nullable=False),
        sa.CheckConstraint("status IN ('ok', 'uncertain', 'not_sem', 'error')", name="status"),
        sqlite_with_rowid=False,
    )
    for column in ("confidence", "novelty", "predicted", "status"):
        op.create_index(
            f"ix_predictions_model_{column}_image_id", "predictions", ["model", column, "image_id"]
        )
    op.execute(
        "CREATE TRIGGER images_outdate_predictions AFTER UPDATE OF version ON images "
        "WHEN NEW.version <> OLD.version BEGIN DELETE FROM predictions WHERE image_id = NEW.id; END"
    )
