"""Memory that was freed goes back to the system.

The C library keeps what is freed between pieces that are still in use. Pictures, thumbnails and pages of the
database come and go by the thousand, so an hour of work leaves holes of some hundred megabytes.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable

import psutil
from PySide6.QtCore import QObject, QTimer

_MS = 30_000  # C code that needs memory waits meanwhile: on a busy machine some ten milliseconds
_WORTHWHILE = 16 << 20  # bytes of growth: an idle program has nothing to do


class HeapTrimmer(QObject):
    """Has the holes given back when the program has grown; without effect where the C library is not glibc.

    That takes some milliseconds, in a thread of its own: nothing waits for it but who needs memory just then.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._trim = _malloc_trim()
        self._thread: threading.Thread | None = None
        self._least = resident_bytes()
        if self._trim is not None:
            timer = QTimer(self, interval=_MS)
            timer.timeout.connect(self.trim_if_grown)
            timer.start()

    def trim_if_grown(self) -> None:
        """Give back what is free, unless the program is about as large as it was after the last time."""
        self._least = min(self._least, resident_bytes())
        busy = self._thread is not None and self._thread.is_alive()
        if self._trim is None or busy or resident_bytes() < self._least + _WORTHWHILE:
            return
        self._thread = threading.Thread(target=self._work, args=(self._trim,), name="heap", daemon=True)
        self._thread.start()

    def _work(self, trim: Callable[[int], int]) -> None:
        trim(0)
        self._least = resident_bytes()


def resident_bytes() -> int:
    """Return how much memory this process takes, without what it shares with files."""
    memory = psutil.Process().memory_info()
    return int(memory.rss - getattr(memory, "shared", 0))


def _malloc_trim() -> Callable[[int], int] | None:
    """Return glibc's function, which ctypes calls without the interpreter's lock; ``None``: there is none."""
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
