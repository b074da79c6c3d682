"""What the microscope wrote, in an index of its own: filters and orders never read the vendors' records."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "ix_image_metadata_facts",
        "image_metadata",
        [
            *("image_id", "hv_kv", "wd_mm", "pixel_size_nm", "magnification"),
            *("vendor", "instrument", "detector"),
        ],
    )
