"""What went wrong, kept on this computer and nowhere else: a log, and a note of every crash.

Python's own faults end in ``semgui.log``. A crash below Python (a driver, a codec) leaves the stacks of all
threads in ``crash-PID.txt``; the next start finds it, gives it the date as its name, and the user is told.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

import psutil

from semgui import paths

_LOG = "semgui.log"
_LOG_BYTES = 1 << 20
_KEPT_CRASHES = 10
_OWN = re.compile(r"crash-(\d+)\.txt")  # of a process; those of past ones have a date in place of the number

_log = logging.getLogger("semgui")


def log_file() -> Path:
    """Path of the log; it may not exist yet."""
    return paths.log_dir() / _LOG


def crash_files() -> list[Path]:
    """Return the notes of crashes, the latest first."""
    found = [f for f in paths.log_dir().glob("crash-*.txt") if not _OWN.fullmatch(f.name)]
    return sorted(found, reverse=True)


@contextmanager
def logging_to_files() -> Iterator[int]:
    """Write log and crashes into the log folder.

    Yields
    ------
    int
        How many crashes of earlier processes were found, of which nobody has been told.
    """
    folder = paths.log_dir()
    handler = RotatingFileHandler(folder / _LOG, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler, logging.StreamHandler()])
    threading.excepthook = _on_thread_fault
    news = _take_over(folder)
    own = folder / f"crash-{os.getpid()}.txt"
    with own.open("w", encoding="utf-8") as file:
        faulthandler.enable(file)
        try:
            yield news
        finally:
            faulthandler.disable()
    if not own.stat().st_size:
        own.unlink()


def _on_thread_fault(fault: threading.ExceptHookArgs) -> None:
    if fault.exc_value is not None:
        thread = fault.thread.name if fault.thread is not None else "a thread"
        _log.error("a fault in %s", thread, exc_info=(fault.exc_type, fault.exc_value, fault.exc_traceback))


def _take_over(folder: Path) -> int:
    """Name the notes that processes left which are no more; drop the empty and the oldest."""
    news = 0
    for file in folder.glob("crash-*.txt"):
        match = _OWN.fullmatch(file.name)
        if match is None or psutil.pid_exists(int(match[1])):
            continue
        with contextlib.suppress(OSError):  # another window may be doing the same
            if file.stat().st_size:
                moment = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
                file.replace(folder / f"crash-{moment:%Y-%m-%d %H.%M.%S}.txt")
                news += 1
            else:  # killed, or the power went
                file.unlink()
    for old in crash_files()[_KEPT_CRASHES:]:
        old.unlink(missing_ok=True)
    return news
