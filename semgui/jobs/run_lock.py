"""A lock that a process holds while it works on a run; the system frees it however the process ends."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    _TO_WORK = _TO_LOOK = msvcrt.LK_NBLCK  # one byte at a time; there is no shared lock here
else:
    import fcntl

    _TO_WORK = fcntl.LOCK_EX | fcntl.LOCK_NB
    _TO_LOOK = fcntl.LOCK_SH | fcntl.LOCK_NB  # those who look do not take each other for workers

SECONDS_TO_TAKE_UP = 5.0
"""How long a worker tries: windows and command lines look at the lock all the time."""

_FILE = "lock"
_SECONDS_BETWEEN_TRIES = 0.01
_NO_LOCKS = {errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK}
"""What a network disk says that has none, as that of a cluster may: nobody can be kept out there."""


class RunBusyError(Exception):
    """Another process works on the run."""


@contextmanager
def run_lock(folder: Path, patience: float = 0.0) -> Iterator[int]:
    """Hold the lock of a run folder; `RunBusyError` if another process does.

    Parameters
    ----------
    patience
        Seconds to try for: whoever asks `is_locked` is in the way for a moment.

    Yields
    ------
    int
        A descriptor; a child process that inherits it holds the lock as well.
    """
    descriptor = os.open(folder / _FILE, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        deadline = time.monotonic() + patience
        while not _lock(descriptor, _TO_WORK):
            if time.monotonic() >= deadline:
                raise RunBusyError(str(folder))
            time.sleep(_SECONDS_BETWEEN_TRIES)
        yield descriptor
    finally:
        os.close(descriptor)


def is_locked(folder: Path) -> bool:
    """Whether some process works on the run."""
    try:
        descriptor = os.open(folder / _FILE, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _lock(descriptor, _TO_LOOK)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, how: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, how, 1)
        else:
            fcntl.flock(descriptor, how)
    except OSError as error:
        return error.errno in _NO_LOCKS
    return True
