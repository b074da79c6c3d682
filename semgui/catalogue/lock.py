"""The lock file of a project on a network file system: SQLite's locks cannot be trusted across computers."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from semgui.domain.errors import ProjectError

if sys.platform != "win32":
    import fcntl

_TRIES = 20
_SECONDS_BETWEEN_TRIES = 0.05


@dataclass(frozen=True, slots=True)
class _Owner:
    """A computer and those of its processes that have the project open; one may have it open twice."""

    host: str
    pids: tuple[int, ...]
    since: str

    def words(self) -> str:
        """Say who it is."""
        pid = self.pids[0] if self.pids else "unknown"
        return f"{self.host} (process {pid}, since {self.since})"


class ProjectLock:
    """Held while a project is open, by one computer; made with ``O_EXCL``, which network file systems honour.

    The processes of one computer share it, as its window and the training that the window has started: among
    them SQLite's locks are the system's own. Those that no longer live count for nothing. Nobody can know
    that of another computer: then the sentence names the file to remove.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held = False

    def acquire(self) -> None:
        """Take the lock, or raise `ProjectError` with who holds it."""
        for _ in range(_TRIES):
            if self._made() or self._joined():
                self._held = True
                return
            owner = self._owner()
            if owner is not None and owner.host != socket.gethostname():
                break
            time.sleep(_SECONDS_BETWEEN_TRIES)  # it is just being made or given back
        raise ProjectError(self._sentence())

    def release(self) -> None:
        """Give the lock back; the last one of this computer removes it."""
        if not self._held:
            return
        self._held = False
        with self._editing() as file:
            owner = None if file is None else _read(file)
            if file is None or owner is None or owner.host != socket.gethostname():
                return  # somebody has removed it by hand
            others = list(owner.pids)
            with contextlib.suppress(ValueError):
                others.remove(os.getpid())
            if others:
                _write(file, _Owner(owner.host, tuple(others), owner.since))
                return
            if os.name == "posix":  # before anybody else gets to edit it
                self._path.unlink(missing_ok=True)
                return
        self._path.unlink(missing_ok=True)

    def _made(self) -> bool:
        try:
            descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        except FileExistsError:
            return False
        with os.fdopen(descriptor, "wb") as file:
            _write(file, _Owner(socket.gethostname(), (os.getpid(),), _now()))
        return True

    def _joined(self) -> bool:
        """Join the processes of this computer that have the project open, or take over from dead ones."""
        with self._editing() as file:
            owner = None if file is None else _read(file)
            if file is None or owner is None or owner.host != socket.gethostname():
                return False
            alive = tuple(pid for pid in owner.pids if _alive(pid))
            since = owner.since if alive else _now()
            _write(file, _Owner(owner.host, (*alive, os.getpid()), since))
            return True

    @contextmanager
    def _editing(self) -> Iterator[BinaryIO | None]:
        """Yield the file, which no other process here edits meanwhile; ``None`` if that cannot be."""
        try:
            file = self._path.open("r+b", buffering=0)
        except OSError:  # gone, or another user's
            yield None
            return
        with file:
            if sys.platform != "win32":
                with contextlib.suppress(OSError):  # a disk without locks: then by luck, as good as always
                    fcntl.flock(file, fcntl.LOCK_EX)
            yield file if self._is_there(file) else None

    def _is_there(self, file: BinaryIO) -> bool:
        """Tell whether nobody has removed the file while this process waited for it."""
        try:
            return os.path.samestat(os.fstat(file.fileno()), self._path.stat())
        except OSError:
            return False

    def _owner(self) -> _Owner | None:
        try:
            with self._path.open("rb") as file:
                return _read(file)
        except OSError:
            return None

    def _sentence(self) -> str:
        who = (self._owner() or _Owner("unknown", (), "unknown")).words()
        return (
            f"{self._path.parent}: the project is on a network folder and open on {who}; close it there, or "
            f"remove {self._path.name} if that program is gone."
        )


def _read(file: BinaryIO) -> _Owner | None:
    """Return what a lock file says, ``None`` if it says nothing yet."""
    file.seek(0)
    try:
        said = json.loads(file.read())
        pids = said["pids"] if "pids" in said else [said["pid"]]  # of an earlier version
        return _Owner(str(said["host"]), tuple(int(pid) for pid in pids), str(said["since"]))
    except (ValueError, TypeError, KeyError):
        return None


def _write(file: BinaryIO, owner: _Owner) -> None:
    """Write in one go, never shorter than before: a process that is killed leaves one or the other."""
    said = {"host": owner.host, "pid": owner.pids[0], "pids": owner.pids, "since": owner.since}
    text = json.dumps(said).encode()
    file.seek(0)
    file.write(text.ljust(os.fstat(file.fileno()).st_size))


def _now() -> str:
    return datetime.now(UTC).isoformat("T", "seconds")


def _alive(pid: int) -> bool:
    if sys.platform == "win32":  # signal 0 would end the process there
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
