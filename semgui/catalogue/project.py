"""A project: the folder that holds ``project.db``, and the one way to read and to write it."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, create_engine, event, insert, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from semgui.catalogue import filesystem, schema
from semgui.catalogue.lock import ProjectLock
from semgui.catalogue.migrations import HEAD
from semgui.catalogue.tables import project_info
from semgui.domain.errors import NoProjectError, ProjectError

DATABASE = "project.db"
_LOCK = "project.lock"
_BUSY_SECONDS = 30.0
_ROOM_TO_WORK = 1 << 20  # bytes; a transaction needs its pages a second time
_WRITE = "semgui_write"

_log = logging.getLogger(__name__)


class Project:
    """An open project.

    Parameters
    ----------
    path
        The project's folder.
    engine
        The database.
    lock
        Held on a network file system, else ``None``.

    Notes
    -----
    Many may read at once, in threads and in other processes. One writes at a time: `write` waits for its
    turn, and what happens inside one ``with`` block is one transaction.
    """

    def __init__(self, path: Path, engine: Engine, lock: ProjectLock | None = None) -> None:
        self.path = path
        self.engine = engine
        self._lock = lock
        self._writing = threading.Lock()
        self._reading_versions = threading.Lock()
        self._versioned: Connection | None = None
        self._writer: int | None = None

    @property
    def database(self) -> Path:
        """The file that holds everything that cannot be made again."""
        return self.path / DATABASE

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the database, whatever others write meanwhile."""
        with _sentences(self.path), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def read_version(self) -> Iterator[tuple[Connection, int]]:
        """Yield a connection as `read` does, and a number that is another one after every commit by anybody.

        Whoever keeps what was read can tell by it whether it still holds. It is always the same connection,
        which never writes, so one reads at a time.
        """
        with self._reading_versions, _sentences(self.path):
            if self._versioned is None:
                self._versioned = self.engine.connect()
            with self._versioned.begin():
                version = self._versioned.exec_driver_sql("PRAGMA data_version").scalar_one()
                yield self._versioned, int(version)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection inside a write transaction; commit at the end, roll back on an error.

        The transaction begins with ``BEGIN IMMEDIATE``: it never fails half way because somebody else
        wrote first. When the ``with`` block is left, the data is on the disk (``synchronous=FULL``).

        Raises
        ------
        ProjectError
            The project cannot be written: read-only, disk full, damaged, or busy for half a minute.
        """
        if self._writer == threading.get_ident():
            raise RuntimeError("a write transaction is already open in this thread")
        with self._writing:
            self._writer = threading.get_ident()
            try:
                with _sentences(self.path), self.engine.connect() as plain:
                    connection = plain.execution_options(**{_WRITE: True})
                    with connection.begin():
                        yield connection
            finally:
                self._writer = None

    def info(self, key: str) -> str | None:
        """Return a fact about the project (``uuid``, ``created_at``)."""
        with self.read() as connection:
            return connection.execute(select(project_info.c.value).where(project_info.c.key == key)).scalar()

    def close(self) -> None:
        """Close every connection and give the lock back."""
        if self._versioned is not None:
            self._versioned.close()
        self.engine.dispose()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_project(
    path: str | os.PathLike[str],
    *,
    create: bool = False,
    is_network: Callable[[Path], bool] = filesystem.is_network,
) -> Project:
    """Open a project, migrating an older one after copying its database.

    Parameters
    ----------
    path
        The project's folder, by custom ``NAME.semgui``; when ``NAME`` is given and only ``NAME.semgui``
        exists, that one is meant.
    create
        Make the project if there is none.
    is_network
        Tells whether a folder lies on a network file system, where WAL is unsafe: there the database
        keeps a rollback journal, and a lock file lets one computer in at a time.

    Raises
    ------
    ProjectError
        One sentence: there is no project (`NoProjectError`), the folder belongs to something else, the
        database is damaged, newer than this program, not writable, or open elsewhere on a network folder.
    """
    folder = _folder_of(Path(path).expanduser().absolute())
    _check_or_make_folder(folder, create)
    lock = ProjectLock(folder / _LOCK) if is_network(folder) else None
    with _sentences(folder):
        if lock is not None:
            lock.acquire()
        engine = _engine(folder / DATABASE, journal="wal" if lock is None else "delete")
        project = Project(folder, engine, lock)
        try:
            _bring_up_to_date(project)
        except BaseException:
            project.close()
            raise
    return project


def _folder_of(path: Path) -> Path:
    if path.name == DATABASE:
        return path.parent
    with_suffix = path.with_name(path.name + ".semgui")
    return with_suffix if not path.exists() and with_suffix.is_dir() else path


def _check_or_make_folder(folder: Path, create: bool) -> None:
    database = folder / DATABASE
    if database.is_file():
        # SQLite takes an empty file for a new database; a project that lost its content is none.
        if database.stat().st_size == 0 and not create:
            raise ProjectError(f"{database}: this file is empty; restore it from a backup, or delete it.")
        return
    if not create:
        raise NoProjectError(f"{folder}: there is no SEMGui project here; make one with `semgui scan`.")
    if folder.exists() and not folder.is_dir():
        raise ProjectError(f"{folder}: this is a file, no project; choose another name for the project.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        strangers = [entry.name for entry in folder.iterdir() if not entry.name.startswith("project")]
    except OSError as error:
        raise ProjectError(f"{folder}: a project cannot be made here ({error.strerror}).") from None
    if strangers:
        raise ProjectError(
            f"{folder}: a project needs a folder of its own, and this one holds other files "
            f"({strangers[0]}); choose a new folder, for example {folder / 'project.semgui'}."
        )


def _engine(database: Path, journal: str) -> Engine:
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(database, journal),
        poolclass=QueuePool,
        max_overflow=-1,
        pool_use_lifo=True,  # the one used last has the pages that are asked for; the others stay small
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get(_WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _connect(database: Path, journal: str) -> sqlite3.Connection:
    # isolation_level=None: the driver begins no transaction by itself, `begin` above does.
    connection = sqlite3.connect(
        database, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        _set_journal(connection, journal)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA temp_store = MEMORY")
        # 8 MiB: every connection has pages of its own and gives none back; the system keeps the file besides.
        connection.execute("PRAGMA cache_size = -8192")
        connection.execute(
            "PRAGMA mmap_size = 0"
        )  # a file shortened from outside must be an error, not a signal
    except BaseException:
        connection.close()
        raise
    return connection


def _set_journal(connection: sqlite3.Connection, journal: str) -> None:
    """Change the journal mode if it differs; the busy timeout does not cover this one statement."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != journal:
        try:
            connection.execute(f"PRAGMA journal_mode = {journal}")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _bring_up_to_date(project: Project) -> None:
    with project.read() as connection:
        revision = schema.check_known(connection, project.database)
    if revision == HEAD:
        return
    if revision is not None:
        schema.back_up(project.database, revision)
    with project.write() as connection:
        # Another process may have been faster: what counts is the state inside the transaction.
        revision = schema.check_known(connection, project.database)
        if revision == HEAD:
            return
        schema.migrate(connection)
        if revision is None:
            _write_birth(connection)


def _write_birth(connection: Connection) -> None:
    facts = {
        "uuid": uuid.uuid4().hex,
        "created_at": datetime.now(UTC).isoformat("T", "seconds"),
    }
    connection.execute(insert(project_info), [{"key": key, "value": value} for key, value in facts.items()])


_CURES: tuple[tuple[str, str], ...] = (
    (
        "readonly",
        "the project cannot be written; copy it to a disk where you may write, or ask for the right",
    ),
    (
        "unable to open",
        "the project cannot be written; copy it to a disk where you may write, or ask for the right",
    ),
    ("not a database", "project.db is damaged or no database; restore it from a backup"),
    ("malformed", "project.db is damaged; restore it from a backup"),
    ("file is encrypted", "project.db is damaged or no database; restore it from a backup"),
    (
        "is locked",
        "another program has been writing to the project for half a minute; try again when it is done",
    ),
    ("is full", "the disk is full; make room and try again, nothing that was saved is lost"),
    ("disk i/o", "the disk reports an error; check the disk or the network connection and try again"),
)


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _ROOM_TO_WORK
    except OSError:
        return False


@contextmanager
def _sentences(folder: Path) -> Iterator[None]:
    """Turn what SQLite says about the file into a sentence; anything else is a mistake of ours and stays."""
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:
        message = str(error).lower()
        if "disk i/o" in message and _is_full(folder):  # SQLite's word for a log that found no room
            message = "is full"
        cure = next((cure for sign, cure in _CURES if sign in message), None)
        if cure is None:
            raise
        raise ProjectError(f"{folder}: {cure}.") from error
