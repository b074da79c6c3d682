"""Opened folders: they never overlap, so that one file is one row whatever folder it was opened by."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from semgui.catalogue.naming import absolute, name_key, relative_to
from semgui.catalogue.query import Scope
from semgui.catalogue.tables import images, roots
from semgui.domain.errors import UsageError


def find(connection: Connection, folder: Path) -> tuple[Scope, Path] | None:
    """Return the root that a folder lies in and its place there, ``None`` when no root holds it."""
    real = absolute(folder).resolve()
    for root_id, path in _known(connection):
        place = relative_to(real, path.resolve())
        if place is not None:
            return Scope(root_id, place), path
    return None


def claim(connection: Connection, folder: Path) -> tuple[Scope, Path]:
    """Return what `find` does, making the root if needed.

    A folder below an opened one is part of it. A folder above opened ones takes their images over.
    """
    found = find(connection, folder)
    if found is not None:
        return found
    folder = absolute(folder)
    return Scope(_open(connection, {"path": str(folder)}), ""), folder


def keep_open(connection: Connection, root_id: int, folder: Path) -> None:
    """Make sure that a root is there whose files are about to become rows.

    The end of another scan takes roots away that have no image yet.

    Raises
    ------
    UsageError
        Somebody has opened a folder above it meanwhile, of which it is a part now.
    """
    if connection.execute(select(roots.c.id).where(roots.c.id == root_id)).first() is not None:
        return
    if find(connection, folder) is not None:
        raise UsageError(f"{folder}: a folder above it was opened meanwhile; scan that one.")
    _open(connection, {"id": root_id, "path": str(folder)})


def _open(connection: Connection, values: Mapping[str, Any]) -> int:
    """Make a root, which takes over the images of those below it."""
    folder, inner = Path(values["path"]), _known(connection)
    root_id = int(connection.execute(insert(roots).values(values).returning(roots.c.id)).scalar_one())
    for inner_id, path in inner:
        prefix = relative_to(path.resolve(), folder.resolve())
        if prefix is not None:
            _take_over(connection, root_id, inner_id, prefix)
    return root_id


def _known(connection: Connection) -> list[tuple[int, Path]]:
    rows = connection.execute(select(roots.c.id, roots.c.path))
    return [(row.id, Path(row.path)) for row in rows]


def forget_empty(connection: Connection, keep: int) -> None:
    """Remove roots without a single image, except the one being scanned."""
    used = exists().where(images.c.root_id == roots.c.id).correlate(roots)
    connection.execute(delete(roots).where(~used, roots.c.id != keep))


def _take_over(connection: Connection, outer_id: int, inner_id: int, prefix: str) -> None:
    rows = connection.execute(
        select(images.c.id, images.c.relpath, images.c.folder).where(images.c.root_id == inner_id)
    ).all()
    for row in rows:
        relpath = f"{prefix}/{row.relpath}"
        connection.execute(
            update(images)
            .where(images.c.id == row.id)
            .values(
                root_id=outer_id,
                relpath=relpath,
                folder=f"{prefix}/{row.folder}".rstrip("/"),
                sort_key=name_key(relpath),
            )
        )
    connection.execute(delete(roots).where(roots.c.id == inner_id))
