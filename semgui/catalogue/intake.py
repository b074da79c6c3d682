"""How files become rows: what a scan writes.

A scan is resumable because every step leaves a state from which the next scan goes on: a file seen is a
row ``pending``; a file read is ``ok`` or ``unreadable``. Nothing here opens an image.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    func,
    insert,
    select,
    text,
    update,
)

from semgui.catalogue import naming
from semgui.catalogue import roots as root_table
from semgui.catalogue.contents import FileContent, ToRead, write_contents
from semgui.catalogue.listing import FolderListing, FoundFile
from semgui.catalogue.project import Project
from semgui.catalogue.query import Scope
from semgui.catalogue.records import chunks
from semgui.catalogue.tables import images, roots
from semgui.domain.ids import ImageId
from semgui.domain.image import ImageStatus

_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FolderChanges:
    """How the files of one folder differ from its rows."""

    folder: str
    new: tuple[FoundFile, ...] = ()
    changed: tuple[ImageId, ...] = ()
    back: tuple[ImageId, ...] = ()  # missing before, and here again as they were
    missing: tuple[ImageId, ...] = ()
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.back or self.missing)

    def relpath(self, name: str) -> str:
        """Return the path below the root of a file of this folder."""
        return _join(self.folder, name)


class Intake:
    """The scan's side of a project's images.

    Parameters
    ----------
    project
        The open project.
    scope
        The folder being scanned.
    root
        Absolute path of the root that the folder belongs to.
    """

    def __init__(self, project: Project, scope: Scope, root: Path) -> None:
        self._project = project
        self._scope = scope
        self.root = root

    # ---- what is on the disk ----

    def compare(self, listing: FolderListing, names: Set[str] | None = None) -> FolderChanges:
        """Compare the files of one folder with its rows; with `names`, with the rows of these files only."""
        folder = naming.relative_to(listing.folder, self.root) or ""
        known = self._known(folder)
        if names is not None:
            known = {path: row for path, row in known.items() if path.rpartition("/")[2] in names}
        new: list[FoundFile] = []
        changed: list[ImageId] = []
        back: list[ImageId] = []
        for file in listing.files:
            row = known.pop(_join(folder, file.name), None)
            if row is None:
                new.append(file)
            elif (row.size, row.mtime_ns) != (file.size, file.mtime_ns):
                changed.append(ImageId(row.id))
            elif row.status == ImageStatus.MISSING.value:
                back.append(ImageId(row.id))
        unchanged = len(listing.files) - len(new) - len(changed) - len(back)
        return FolderChanges(folder, tuple(new), tuple(changed), tuple(back), _there(known), unchanged)

    def write_changes(self, changes: Sequence[FolderChanges]) -> None:
        """Make rows of new files, mark changed ones to be read again and vanished ones as missing.

        Raises
        ------
        UsageError
            The folder has become part of another one that somebody opened since.
        """
        new = [self._row(c.folder, file) for c in changes for file in c.new]
        with self._project.write() as connection:
            if new:
                root_table.keep_open(connection, self._scope.root_id, self.root)
                connection.execute(insert(images).prefix_with("OR IGNORE", dialect="sqlite"), new)
            _set_status(connection, [i for c in changes for i in c.changed], ImageStatus.PENDING.value)
            _set_status(connection, [i for c in changes for i in c.back], _STATUS_BEFORE)
            _set_status(connection, [i for c in changes for i in c.missing], ImageStatus.MISSING.value)

    def vanished_folders(self, seen: set[str], unknown: Sequence[str]) -> list[FolderChanges]:
        """Return the rows of folders that are gone.

        Parameters
        ----------
        seen
            Folders that were listed.
        unknown
            Folders that could not be listed: nothing is concluded about them and what lies below.
        """
        gone: list[FolderChanges] = []
        for folder in self._folders() - seen:
            if any(u in {folder, ""} or folder.startswith(u + "/") for u in unknown):
                continue
            ids = _there(self._known(folder))
            if ids:
                gone.append(FolderChanges(folder, missing=ids))
        return gone

    def _known(self, folder: str) -> dict[str, Any]:
        statement = select(images.c.id, images.c.relpath, images.c.size, images.c.mtime_ns, images.c.status)
        where = (images.c.root_id == self._scope.root_id, images.c.folder == folder)
        with self._project.read() as connection:
            return {row.relpath: row for row in connection.execute(statement.where(*where))}

    def _folders(self) -> set[str]:
        statement = select(images.c.folder).distinct().where(images.c.root_id == self._scope.root_id)
        with self._project.read() as connection:
            folders = set(connection.execute(statement).scalars())
        top = self._scope.folder
        return {f for f in folders if not top or f == top or f.startswith(top + "/")}

    def _row(self, folder: str, file: FoundFile) -> dict[str, Any]:
        relpath = _join(folder, file.name)
        return {
            "root_id": self._scope.root_id,
            "relpath": relpath,
            "folder": folder,
            "sort_key": naming.name_key(relpath),
            "size": file.size,
            "mtime_ns": file.mtime_ns,
            "status": ImageStatus.PENDING.value,
        }

    # ---- what is in the files ----

    def count_to_read(self, statuses: Sequence[ImageStatus]) -> int:
        """Return how many rows `to_read` will give."""
        with self._project.read() as connection:
            statement = select(func.count()).select_from(images).where(self._inside, _in_state(statuses))
            return int(connection.execute(statement).scalar_one())

    def to_read(self, statuses: Sequence[ImageStatus]) -> Iterator[ToRead]:
        """Go through the rows in some states, by path; rows may change state meanwhile."""
        after = ""
        while rows := self._to_read((images.c.relpath > after) & _in_state(statuses), _ROWS_AT_ONCE):
            after = rows[-1].relpath
            yield from rows

    def to_read_of(self, relpaths: Sequence[str], statuses: Sequence[ImageStatus]) -> Iterator[ToRead]:
        """Go through the rows of some files that are in some states."""
        for chunk in chunks(relpaths, _ROWS_AT_ONCE):
            yield from self._to_read(images.c.relpath.in_(chunk) & _in_state(statuses), len(chunk))

    def unreadable(self) -> list[tuple[Path, str]]:
        """Return every file that cannot be read, with the reason, by path."""
        return self._unreadable(self._inside)

    def unreadable_of(self, relpaths: Sequence[str]) -> list[tuple[Path, str]]:
        """Return those of some files that cannot be read, with the reason."""
        parts = (self._unreadable(images.c.relpath.in_(c)) for c in chunks(relpaths, _ROWS_AT_ONCE))
        return [entry for part in parts for entry in part]

    def _unreadable(self, where: ColumnElement[bool]) -> list[tuple[Path, str]]:
        statement = (
            select(images.c.relpath, images.c.error)
            .where(self._in_root, where, images.c.status == ImageStatus.UNREADABLE.value)
            .order_by(images.c.sort_key)
        )
        with self._project.read() as connection:
            return [(self.root / row.relpath, row.error or "") for row in connection.execute(statement)]

    @property
    def _in_root(self) -> ColumnElement[bool]:
        return images.c.root_id == self._scope.root_id

    @property
    def _inside(self) -> ColumnElement[bool]:
        if not self._scope.folder:
            return self._in_root
        low, high = naming.folder_range(self._scope.folder)
        return and_(self._in_root, images.c.relpath >= low, images.c.relpath < high)

    def _to_read(self, where: ColumnElement[bool], limit: int) -> list[ToRead]:
        columns = ("id", "relpath", "status", "size", "mtime_ns", "fingerprint", "full_hash")
        statement = select(*(images.c[name] for name in columns)).where(self._inside, where)
        with self._project.read() as connection:
            rows = connection.execute(statement.order_by(images.c.relpath).limit(limit)).mappings().all()
        return [
            ToRead(**{**row, "status": ImageStatus(row["status"])}, path=self.root / row["relpath"])
            for row in rows
        ]

    def write_contents(self, contents: Sequence[FileContent]) -> set[ImageId]:
        """Keep what reading gave, in one transaction; returns the images that were found to have moved."""
        with self._project.write() as connection:
            return write_contents(connection, contents)

    def finish(self, *, whole_root: bool) -> None:
        """Note the end of a scan, and let SQLite count its rows, so that it picks the right indices."""
        with self._project.write() as connection:
            root_table.forget_empty(connection, self._scope.root_id)
            if whole_root:
                now = datetime.now(UTC).isoformat("T", "seconds")
                connection.execute(
                    update(roots).where(roots.c.id == self._scope.root_id).values(scanned_at=now)
                )
            if connection.dialect.name == "sqlite":
                connection.execute(text("PRAGMA analysis_limit = 1000"))
                connection.execute(text("ANALYZE"))


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _in_state(statuses: Sequence[ImageStatus]) -> ColumnElement[bool]:
    return images.c.status.in_([status.value for status in statuses])


# What a file was before it went missing follows from what is known of it.
_STATUS_BEFORE = case(
    (images.c.error.is_not(None), ImageStatus.UNREADABLE.value),
    (images.c.fingerprint == "", ImageStatus.PENDING.value),
    else_=ImageStatus.OK.value,
)


def _set_status(connection: Connection, ids: Sequence[ImageId], status: str | ColumnElement[str]) -> None:
    for chunk in chunks(ids, _ROWS_AT_ONCE):
        connection.execute(update(images).where(images.c.id.in_(chunk)).values(status=status))


def _there(known: Mapping[str, Any]) -> tuple[ImageId, ...]:
    return tuple(ImageId(row.id) for row in known.values() if row.status != ImageStatus.MISSING.value)
