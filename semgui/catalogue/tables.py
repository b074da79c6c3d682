"""Tables of ``project.db``: images, what their files say, splits, models and predictions.

Every table of a project hangs on one `metadata_obj`; the label tables join it in
`semgui.catalogue.label_tables`. The database itself is made by the migrations, never from here; a test
holds both together.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata_obj = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_UNDECODABLE = re.compile("[\udc80-\udcff]")
_ESCAPED = re.compile(r"/\./([0-9a-f]{2})")


def escape_undecodable(path: str) -> str:
    """Return a path as text that every database and file format takes.

    A name that is not valid UTF-8 reaches Python with lone surrogates. Each such byte is written as
    ``/./xx``: a normalised path never contains ``/./``, so that the way back is certain.
    """
    return _UNDECODABLE.sub(lambda m: f"/./{ord(m[0]) - 0xDC00:02x}", path)


def restore_undecodable(text: str) -> str:
    """Return the path that `escape_undecodable` was given."""
    return _ESCAPED.sub(lambda m: chr(0xDC00 + int(m[1], 16)), text)


class PathText(TypeDecorator[str]):
    """A path as text, whatever bytes its file name holds."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Escape undecodable bytes."""
        return None if value is None else escape_undecodable(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Put undecodable bytes back."""
        return None if value is None else restore_undecodable(value)


project_info = Table(
    "project_info",
    metadata_obj,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Facts about the project itself: ``uuid``, ``created_at``."""

roots = Table(
    "roots",
    metadata_obj,
    Column("id", Integer, primary_key=True),
    Column("path", PathText, nullable=False),
    Column("scanned_at", String),
    Index(None, "path", unique=True),
    sqlite_autoincrement=True,
)
"""Folders that the user opened; ``scanned_at`` (UTC) is the end of the last complete scan."""

images = Table(
    "images",
    metadata_obj,
    Column("id", Integer, primary_key=True),
    Column("root_id", Integer, ForeignKey("roots.id"), nullable=False),
    Column("relpath", PathText, nullable=False),
    Column("folder", PathText, nullable=False),
    Column("sort_key", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("fingerprint", String, nullable=False, server_default=text("''")),
    Column("full_hash", String),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("status", String, nullable=False),
    Column("error", Text),
    Column("width", Integer, nullable=False, server_default="0"),
    Column("height", Integer, nullable=False, server_default="0"),
    Column("dtype", String, nullable=False, server_default=text("''")),
    Column("acquired_at", String),
    Column("databar_row", Integer),
    Column("databar_source", String),
    Column("databar_certain", Integer, nullable=False, server_default="1"),
    Column("contrast_low", Float),
    Column("contrast_high", Float),
    CheckConstraint("status IN ('pending', 'ok', 'unreadable', 'missing')", name="status"),
    CheckConstraint("databar_source IN ('tag', 'pixels', 'user')", name="databar_source"),
    Index(None, "root_id", "relpath", unique=True),
    Index(None, "root_id", "folder", "status"),
    Index(None, "root_id", "sort_key", "id"),
    Index(None, "acquired_at", "id"),
    Index(None, "size", "id"),
    Index(None, "fingerprint"),
    Index(None, "status", "id"),
    Index(None, "databar_certain"),
    sqlite_autoincrement=True,  # ids are never reused
)
"""One file each.

``relpath`` is relative to its root, with forward slashes; ``folder`` is its parent, empty at the root.
``sort_key`` orders names as people count (img2 before img10). ``version`` grows whenever the content of
the file or its databar changes: what was computed for an older version is out of date. A databar of
source ``user`` and no row means "the user says there is none". ``contrast_low`` is null until the pixels
have been looked at.
"""

image_metadata = Table(
    "image_metadata",
    metadata_obj,
    Column("image_id", Integer, ForeignKey("images.id"), primary_key=True),
    Column("vendor", String),
    Column("pixel_size_nm", Float),
    Column("hv_kv", Float),
    Column("wd_mm", Float),
    Column("magnification", Float),
    Column("tilt_deg", Float),
    Column("detector", String),
    Column("instrument", String),
    Column("databar_row", Integer),
    Column("record", JSON, nullable=False),
    Index(
        "ix_image_metadata_facts",
        *("image_id", "hv_kv", "wd_mm", "pixel_size_nm", "magnification"),
        *("vendor", "instrument", "detector"),
    ),
    Index(None, "vendor", "instrument", "detector"),
)
"""What the microscope wrote; ``acquired_at`` lies in ``images``.

The first index holds all that lists are filtered and sorted by: ``record`` is some ten kilobytes of each row,
and a list of 100,000 images must not read through a gigabyte. The second hands out the images of each
microscope, for the counts beside the filters.
"""

splits = Table(
    "splits",
    metadata_obj,
    Column("image_id", Integer, ForeignKey("images.id"), primary_key=True),
    Column("group_key", String, nullable=False),
    Column("split", String, nullable=False),
    Column("decided_at", String, nullable=False),
    CheckConstraint("split IN ('train', 'valid', 'test')", name="split"),
    Index(None, "group_key"),
)
"""Decided once per group and then kept."""

models = Table(
    "models",
    metadata_obj,
    Column("id", Integer, primary_key=True),
    Column("model_id", String, nullable=False),
    Column("class_ids", JSON, nullable=False),
    Column("added_at", String, nullable=False),
    Index(None, "model_id", unique=True),
    sqlite_autoincrement=True,
)
"""Model versions that predicted something here; ``class_ids`` is the order of their probabilities."""

predictions = Table(
    "predictions",
    metadata_obj,
    Column("image_id", Integer, ForeignKey("images.id"), primary_key=True),
    Column("model", Integer, ForeignKey("models.id"), primary_key=True),
    Column("predicted", String, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("novelty", Float, nullable=False),
    Column("status", String, nullable=False),
    Column("predicted_at", String, nullable=False),
    CheckConstraint("status IN ('ok', 'uncertain', 'not_sem', 'error')", name="status"),
    Index(None, "model", "confidence", "image_id"),
    Index(None, "model", "novelty", "image_id"),
    Index(None, "model", "predicted", "image_id"),
    Index(None, "model", "status", "image_id"),
    sqlite_with_rowid=False,
)
"""What each model says about each image as it is now.

A trigger takes an image's predictions away when its ``version`` changes, so that no query has to ask
whether an answer is out of date.
"""
