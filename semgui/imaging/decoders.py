"""Decoding in other processes: a hostile file or a crashing codec takes a decoder down, never the window.

It also takes decoding away from this interpreter's lock, which the window's own thread needs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from semgui.domain.errors import Cancelled, UnreadableImageError
from semgui.imaging.decoder_process import DecoderDied, DecoderProcess
from semgui.imaging.decoder_serving import load_modules
from semgui.imaging.decoder_transfer import transfer_folder
from semgui.imaging.limits import DecodeLimits

_T = TypeVar("_T")

_ATTEMPTS = 2  # a decoder may also be killed for something that is not the file's fault


class Decoder(Protocol):
    """Where files are decoded."""

    def run(self, path: Path, work: Callable[..., _T], *arguments: Any) -> _T:
        """Return ``work(*arguments)``, which reads `path`; raises `UnreadableImageError` for a bad file."""


class InThisProcess:
    """Decodes in the calling thread, as the command line does."""

    def run(self, path: Path, work: Callable[..., _T], *arguments: Any) -> _T:
        """See `Decoder.run`."""
        return work(*arguments)


class DecoderPool:
    """Processes that decode, one for each thread that asks at the same time; idle ones are used again.

    A process is started when it is first needed and has the priority of the thread that it works for. One
    that dies is replaced and its file tried once more; a file that kills two of them is unreadable, and is
    not tried again until it changes.

    Parameters
    ----------
    limits
        Bounds the address space of a process, where the system can; asked before each use, so that others
        count at once. The bound on the memory of all pictures holds over all processes: each asks here
        before it decodes.
    initializer
        Called first in each process.
    """

    def __init__(
        self,
        limits: Callable[[], DecodeLimits] = DecodeLimits,
        *,
        initializer: Callable[[], None] | None = None,
    ) -> None:
        self._limits = limits
        self._initializer = initializer
        self._lock = threading.Lock()
        self._idle: defaultdict[int, list[DecoderProcess]] = defaultdict(list)
        self._all: set[DecoderProcess] = set()
        self._deadly: dict[Path, tuple[object, str]] = {}
        self._folder = transfer_folder()
        self._closed = False

    def run(self, path: Path, work: Callable[..., _T], *arguments: Any) -> _T:
        """Return ``work(*arguments)``, computed in a decoder; waits for it.

        Parameters
        ----------
        path
            The file that `work` reads.
        work
            A function of a module; it, its arguments and its result are pickled.

        Raises
        ------
        UnreadableImageError
            For any bad file, also one whose decoder crashed.
        Cancelled
            If the pool was closed.
        """
        state = _state_of(path)
        known = self._deadly.get(path)
        if known is not None and known[0] == state:
            raise UnreadableImageError(path, known[1])
        reason, killed = "", False
        for attempt in range(_ATTEMPTS):
            # The second one is new: several that wait idle may have been killed at once, and not look it yet.
            process = self._take() if attempt == 0 else self._start()
            try:
                result: _T = process.ask(path, work, arguments)
            except DecoderDied as death:
                self._forget(process)
                if self._closed:
                    raise Cancelled("the program is closing.") from None
                reason, killed = str(death), death.killed
            except (UnreadableImageError, RuntimeError):
                self._give_back(process)
                raise
            except BaseException as error:  # interrupted: whatever it still answers is for nobody
                self._forget(process)
                if self._closed and isinstance(error, OSError):  # the folder of its answer is gone
                    raise Cancelled("the program is closing.") from None
                raise
            else:
                self._give_back(process)
                return result
        if not killed:  # by the system or a person, which says little about the file
            self._deadly[path] = (state, reason)
        raise UnreadableImageError(path, reason)

    def warm_up(self, count: int, modules: Sequence[str]) -> None:
        """Start decoders that have loaded some modules, for what is decoded first; returns at once."""

        def start() -> None:
            with contextlib.suppress(Cancelled, UnreadableImageError):
                self.run(Path(), load_modules, tuple(modules))

        for _ in range(count):
            threading.Thread(target=start, name="decoder-warm-up", daemon=True).start()

    @property
    def pids(self) -> list[int]:
        """Process ids of the decoders."""
        with self._lock:
            return [process.pid for process in self._all]

    def close(self) -> None:
        """End all decoders, those at work too; their callers get `Cancelled`."""
        with self._lock:
            self._closed = True
            idle = [process for processes in self._idle.values() for process in processes]
            self._idle.clear()
            self._all.difference_update(idle)
            for process in self._all:  # whoever waits for it finds it dead, and tidies up after it
                process.kill()
        for process in idle:
            process.end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _take(self) -> DecoderProcess:
        niceness, limits = _own_niceness(), self._limits()
        with self._lock:
            if self._closed:
                raise Cancelled("the program is closing.")
            while self._idle[niceness]:
                process = self._idle[niceness].pop()
                if process.alive and process.limits == limits:
                    return process
                self._all.discard(process)  # killed while it had nothing to do, or bound otherwise
                process.end()
        return self._start()

    def _start(self) -> DecoderProcess:
        niceness = _own_niceness()
        with self._lock:
            if self._closed:
                raise Cancelled("the program is closing.")
            process = DecoderProcess(niceness, self._folder, self._limits(), self._initializer)
            self._all.add(process)
            return process

    def _give_back(self, process: DecoderProcess) -> None:
        with self._lock:
            if not self._closed:
                self._idle[process.niceness].append(process)
                return
        self._forget(process)

    def _forget(self, process: DecoderProcess) -> None:
        with self._lock:
            self._all.discard(process)
        process.end()


def _state_of(path: Path) -> object:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _own_niceness() -> int:
    """Return the priority of this thread; on Linux every thread has its own."""
    if sys.platform != "linux":
        return 0
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
