"""Filters that people keep under a name, for everybody who opens the project."""

from __future__ import annotations

import json

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as insert_or_update

from semgui.catalogue.project import Project
from semgui.catalogue.tables import project_info

_KEY = "saved_filters"


class SavedFilterStore:
    """Named texts of one project; what they mean is the business of whoever wrote them.

    Parameters
    ----------
    project
        The open project.
    """

    def __init__(self, project: Project) -> None:
        self._project = project

    def all(self) -> dict[str, str]:
        """Return the texts by their names, by the alphabet."""
        with self._project.read() as connection:
            return _read(connection)

    def put(self, name: str, text: str) -> None:
        """Keep a text; one that had the name before is replaced."""
        with self._project.write() as connection:
            _write(connection, _read(connection) | {name: text})

    def remove(self, name: str) -> None:
        """Keep a text no longer; nothing happens if there is none of that name."""
        with self._project.write() as connection:
            _write(connection, {n: text for n, text in _read(connection).items() if n != name})


def _read(connection: Connection) -> dict[str, str]:
    statement = select(project_info.c.value).where(project_info.c.key == _KEY)
    found: dict[str, str] = json.loads(connection.execute(statement).scalar() or "{}")
    return dict(sorted(found.items(), key=lambda item: item[0].casefold()))


def _write(connection: Connection, texts: dict[str, str]) -> None:
    if not texts:
        connection.execute(delete(project_info).where(project_info.c.key == _KEY))
        return
    made = insert_or_update(project_info).values(key=_KEY, value=json.dumps(texts, ensure_ascii=False))
    connection.execute(
        made.on_conflict_do_update(index_elements=["key"], set_={"value": made.excluded.value})
    )
