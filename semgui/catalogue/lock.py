"""The lock file of a project on a network file system, where SQLite's own locks cannot be trusted."""

from __future__ import annotations

import json
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from semgui.domain.errors import ProjectError


class ProjectLock:
    """Held while a project is open; made with ``O_EXCL``, which network file systems honour.

    A lock left behind by a process of this machine that no longer lives is taken over. Nobody can know
    that of another machine: then the sentence names the file to remove.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held = False

    def acquire(self) -> None:
        """Take the lock, or raise `ProjectError` with who holds it."""
        owner = json.dumps(
            {
                "host": socket.gethostname(),
                "pid": os.getpid(),
                "since": datetime.now(UTC).isoformat("T", "seconds"),
            }
        )
        for _ in range(2):
            try:
                descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
            except FileExistsError:
                self._remove_if_left_behind()
                continue
            with os.fdopen(descriptor, "w") as file:
                file.write(owner)
            self._held = True
            return
        raise ProjectError(self._sentence())

    def release(self) -> None:
        """Give the lock back."""
        if self._held:
            self._path.unlink(missing_ok=True)
            self._held = False

    def _owner(self) -> dict[str, object]:
        try:
            owner = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return owner if isinstance(owner, dict) else {}

    def _remove_if_left_behind(self) -> None:
        owner = self._owner()
        pid = owner.get("pid")
        if owner.get("host") == socket.gethostname() and isinstance(pid, int) and not _alive(pid):
            self._path.unlink(missing_ok=True)

    def _sentence(self) -> str:
        owner = self._owner()
        host, pid, since = (owner.get(key, "unknown") for key in ("host", "pid", "since"))
        who = f"{host} (process {pid}, since {since})"
        return (
            f"{self._path.parent}: the project is on a network folder and open on {who}; close it there, or "
            f"remove {self._path.name} if that program is gone."
        )


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
