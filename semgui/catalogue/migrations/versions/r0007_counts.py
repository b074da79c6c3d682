"""Indexes that hand out the images of each value, for the counts beside the filters."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the indexes."""
    op.create_index("ix_images_databar_certain", "images", ["databar_certain"])
    op.create_index(
        "ix_image_metadata_vendor_instrument_detector", "image_metadata", ["vendor", "instrument", "detector"]
    )
