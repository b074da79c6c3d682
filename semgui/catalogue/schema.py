"""Bring the database of a project to the newest schema."""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, text

from semgui.catalogue.migrations import HEAD
from semgui.domain.errors import ProjectError

APPLICATION_ID = 0x53454D47
"""``SEMG``, in the header of the file: what tells a project from any other SQLite database."""

_log = logging.getLogger(__name__)


def revision_of(connection: Connection) -> str | None:
    """Return the schema step that a database is at, ``None`` for an empty one."""
    table = text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")
    if connection.execute(table).first() is None:
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def check_known(connection: Connection, database: Path) -> str | None:
    """Return the schema step of a database after making sure that this version can use it.

    Raises
    ------
    ProjectError
        The file is no project of ours, or a newer SEMGui made it.
    """
    revision = revision_of(connection)
    tables = connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar_one()
    identity = connection.execute(text("PRAGMA application_id")).scalar_one()
    if (revision is None and tables) or (revision is not None and identity != APPLICATION_ID):
        raise ProjectError(f"{database}: this is a database of another program; choose a SEMGui project.")
    if revision is not None and revision > HEAD:
        raise ProjectError(
            f"{database.parent}: this project was made by a newer SEMGui (schema {revision}, this one knows "
            f"{HEAD}); update SEMGui to open it."
        )
    return revision


def migrate(connection: Connection) -> None:
    """Run the missing steps inside the transaction of `connection`."""
    # Alembic takes a third of the time of opening a project: most openings never need it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))


def back_up(database: Path, revision: str) -> Path:
    """Copy a database beside itself before its schema changes; returns the copy."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    copy = database.with_name(f"{database.stem}-before-{HEAD}-from-{revision}-{stamp}.db")
    source = sqlite3.connect(database, timeout=30)
    target = sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()
    _log.info("project copied to %s before its schema changes", copy)
    return copy
