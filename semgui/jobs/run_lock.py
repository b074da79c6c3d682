"""A lock that a process holds while it works on a run; the system frees it however the process ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FILE = "lock"


class RunBusyError(Exception):
    """Another process works on the run."""


@contextmanager
def run_lock(folder: Path) -> Iterator[int]:
    """Hold the lock of a run folder; `RunBusyError` if another process does.

    Yields
    ------
    int
        A descriptor; a child process that inherits it holds the lock as well.
    """
    descriptor = os.open(folder / _FILE, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        if not _lock(descriptor):
            raise RunBusyError(str(folder))
        yield descriptor
    finally:
        os.close(descriptor)


def is_locked(folder: Path) -> bool:
    """Whether some process works on the run."""
    if not (folder / _FILE).exists():
        return False
    try:
        with run_lock(folder):
            return False
    except RunBusyError:
        return True


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
