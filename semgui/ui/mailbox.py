"""Calls from any thread, made one by one in the window's event loop."""

from __future__ import annotations

import contextlib
import socket
import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

_SECONDS_AT_ONCE = 0.008  # then the window may paint and listen before the rest


class Mailbox(QObject):
    """Takes calls from any thread and makes them in the thread that this object belongs to, in order.

    Threads of Python's own touch nothing of Qt here: they append to a deque and wake the event loop with a
    byte through a socket. Emitting a signal with a Python object from such a thread would take locks of Qt
    and the interpreter's lock in an order that differs from the window's thread's.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: deque[Callable[[], None]] = deque()
        self._waking, self._woken = socket.socketpair()
        self._waking.setblocking(False)
        self._woken.setblocking(False)
        self._notifier = QSocketNotifier(self._woken.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._empty)

    def post(self, call: Callable[[], None]) -> None:
        """Have something called soon; from any thread, also after `close` (then it is dropped)."""
        self._calls.append(call)
        self._wake()

    def close(self) -> None:
        """Drop what has not been called."""
        self._notifier.setEnabled(False)
        self._calls.clear()
        self._waking.close()
        self._woken.close()

    def _wake(self) -> None:
        # A full socket wakes as well as one more byte would; a closed one has nobody to wake.
        with contextlib.suppress(OSError):
            self._waking.send(b"\0")

    def _empty(self) -> None:
        with contextlib.suppress(OSError):
            self._woken.recv(1 << 16)
        until = time.monotonic() + _SECONDS_AT_ONCE
        try:
            while self._calls and time.monotonic() < until:
                self._calls.popleft()()
        finally:  # a call that fails must not hold up the others
            if self._calls:
                self._wake()
