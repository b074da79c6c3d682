"""Opened folders: they never overlap, so that one file is one row whatever folder it was opened by."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, delete, exists, insert, select, update

from semgui.catalogue.naming import absolute, name_key, relative_to
from semgui.catalogue.query import Scope
from semgui.catalogue.tables import images, roots


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
    inner = _known(connection)
    root_id = connection.execute(insert(roots).values(path=str(folder)).returning(roots.c.id)).scalar_one()
    for inner_id, path in inner:
        prefix = relative_to(path.resolve(), folder.resolve())
        if prefix is not None:
            _take_over(connection, root_id, inner_id, prefix)
    return Scope(root_id, ""), folder


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
