"""Threads of the window: work goes out, results come back to the window's thread."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer

from semgui.ui.mailbox import Mailbox
from semgui.viewmodels.tasks import Lane

T = TypeVar("T")

# One thread keeps order; the picture lane has two so that the picture asked for does not wait for a
# neighbour that is being decoded ahead of it.
_THREADS = dict.fromkeys(Lane, 1) | {Lane.PICTURE: 2, Lane.LONG: 3}
_NICE = 10


class QtTaskRunner(QObject):
    """`semgui.viewmodels.tasks.TaskRunner` with one small thread pool a lane.

    Calls come back through a `Mailbox`, so they run one by one in the event loop. After `close` nothing comes
    back any more: a widget that is gone is never touched.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pools = {
            lane: ThreadPoolExecutor(
                count,
                thread_name_prefix=f"semgui-{lane}",
                initializer=_be_modest if lane is Lane.LONG else None,
            )
            for lane, count in _THREADS.items()
        }
        self._open = True
        self._busy = 0
        self._mailbox = Mailbox(self)

    def run(
        self,
        lane: Lane,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """See `TaskRunner.run`."""
        if not self._open:
            return
        self._busy += 1

        def finished(future: Future[T]) -> None:
            self.post(lambda: self._deliver(future, done, failed))

        self._pools[lane].submit(work).add_done_callback(finished)

    def post(self, call: Callable[[], None]) -> None:
        """See `TaskRunner.post`."""
        if self._open:
            self._mailbox.post(lambda: self._call(call))

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """See `TaskRunner.later`."""
        QTimer.singleShot(round(seconds * 1000), self, lambda: self._call(call))

    @property
    def busy(self) -> bool:
        """Whether some work has not been delivered yet."""
        return self._busy > 0

    def close(self) -> None:
        """Drop what has not begun, wait for labels to be written and for the rest to end."""
        self._open = False
        for lane, pool in self._pools.items():
            pool.shutdown(wait=False, cancel_futures=lane is not Lane.WRITE)
        for pool in self._pools.values():
            pool.shutdown(wait=True)
        self._mailbox.close()

    def _deliver(
        self, future: Future[T], done: Callable[[T], None], failed: Callable[[Exception], None]
    ) -> None:
        self._busy -= 1
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            done(future.result())
        elif isinstance(error, Exception):
            failed(error)
        else:
            raise error

    def _call(self, call: Callable[[], None]) -> None:
        if self._open:
            assert threading.current_thread() is threading.main_thread()
            call()


def _be_modest() -> None:
    """Let the window go first: on Linux a thread has a priority of its own, and its children inherit it."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
