"""Progress on a terminal, and Ctrl-C as a request to stop."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol, TextIO

from semgui.domain.progress import CancelToken, Progress

_SECONDS_BETWEEN = 0.1
_SECONDS_BETWEEN_LINES = 10.0


class ProgressDisplay(Protocol):
    """Shows progress; `clear` makes room for what is printed next."""

    def __call__(self, progress: Progress) -> None:
        """Show how far it has come; a `semgui.domain.progress.ProgressCallback`."""

    def clear(self) -> None:
        """Take away what would be overwritten."""


def progress_display() -> ProgressDisplay:
    """Choose what standard error can show: a line that moves on a terminal, else a line now and then."""
    return ProgressLine() if sys.stderr.isatty() else ProgressLog(sys.stderr)


class ProgressLog:
    """One line every ten seconds, for log files and batch systems; nothing for what is over before.

    Parameters
    ----------
    stream
        Where to.
    clock
        Seconds, monotonic.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._shown_at = clock()

    def __call__(self, progress: Progress) -> None:
        """Show how far it has come; a `semgui.domain.progress.ProgressCallback`."""
        now = self._clock()
        if now - self._shown_at >= _SECONDS_BETWEEN_LINES:
            self._shown_at = now
            print(progress_text(progress), file=self._stream, flush=True)

    def clear(self) -> None:
        """Nothing to take away: lines of a log stay."""


class ProgressLine:
    """One line that is written over and over; nothing at all where nobody looks (no terminal).

    Parameters
    ----------
    stream
        Where to; standard error by default, so that standard output stays clean.
    clock
        Seconds, monotonic.
    """

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._clock = clock
        self._shown_at = -1e9
        self._width = 0

    def __call__(self, progress: Progress) -> None:
        """Show how far it has come; a `semgui.domain.progress.ProgressCallback`."""
        now = self._clock()
        finished = progress.done == progress.total
        if not self._stream.isatty() or (now - self._shown_at < _SECONDS_BETWEEN and not finished):
            return
        self._shown_at = now
        self._write(progress_text(progress))

    def clear(self) -> None:
        """Take the line away, for what is printed next."""
        if self._width:
            self._write("")

    def _write(self, line: str) -> None:
        self._stream.write(f"\r{line:<{self._width}}" if line else "\r" + " " * self._width + "\r")
        self._stream.flush()
        self._width = len(line)


def progress_text(progress: Progress) -> str:
    """Say progress in words: ``reading 4,210/21,283 · 61/s · 4:40 left``."""
    count = f"{progress.done:,}" if progress.total is None else f"{progress.done:,}/{progress.total:,}"
    parts = [f"{progress.stage} {count}"]
    if progress.rate > 0:
        parts.append(f"{progress.rate:.0f}/s" if progress.rate >= 10 else f"{progress.rate:.1f}/s")
    left = progress.seconds_left
    if left is not None:
        minutes, seconds = divmod(round(left), 60)
        hours, minutes = divmod(minutes, 60)
        parts.append(
            f"{hours}:{minutes:02d}:{seconds:02d} left" if hours else f"{minutes}:{seconds:02d} left"
        )
    return " · ".join(parts)


@contextmanager
def cancelled_by_interrupt() -> Iterator[CancelToken]:
    """Yield a token that the first Ctrl-C or SIGTERM cancels; a second one ends the program at once."""
    token = CancelToken()
    if threading.current_thread() is not threading.main_thread():
        yield token
        return
    numbers = (signal.SIGINT, signal.SIGTERM)

    def ask(number: int, frame: FrameType | None) -> None:
        token.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    before = [(number, signal.signal(number, ask)) for number in numbers]
    try:
        yield token
    finally:
        for number, handler in before:
            signal.signal(number, handler)
