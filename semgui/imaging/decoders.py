"""Decoding in other processes: a hostile file or a crashing codec takes a decoder down, never the window.

It also takes decoding away from this interpreter's lock, which the window's own thread needs.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from semgui.domain.errors import Cancelled, UnreadableImageError
from semgui.imaging.budget import PROCESS_BUDGET
from semgui.imaging.failures import BadImageError
from semgui.imaging.limits import DecodeLimits

_T = TypeVar("_T")

_ATTEMPTS = 2  # a decoder may also be killed for something that is not the file's fault
_PATIENCE_SECONDS = 300.0  # a picture of 400 megapixels over a slow network takes minutes
_KILLED = -9  # exit code
_SMALL = 1 << 15  # bytes; larger arrays go through a file instead of the pipe, in one read
_ALIGNED = 64
_ROOM = 1 << 30  # address space beside the pixels: libraries, stacks, arenas
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_SPACIOUS = 256 << 20  # containers often have 64 MB there, too little for one large picture


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
        Bounds the address space of a process, where the system can. The bound on the memory of all pictures
        holds over all processes: each asks here before it decodes.
    initializer
        Called first in each process.
    """

    def __init__(
        self, limits: DecodeLimits | None = None, *, initializer: Callable[[], None] | None = None
    ) -> None:
        self._limits = limits or DecodeLimits()
        self._initializer = initializer
        self._lock = threading.Lock()
        self._idle: defaultdict[int, list[_Process]] = defaultdict(list)
        self._all: set[_Process] = set()
        self._deadly: dict[Path, tuple[object, str]] = {}
        self._folder = _transfer_folder()
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
            except _DecoderDied as death:
                self._forget(process)
                if self._closed:
                    raise Cancelled("the program is closing.") from None
                reason, killed = str(death), death.killed
            except (UnreadableImageError, RuntimeError):
                self._give_back(process)
                raise
            except BaseException:  # interrupted: whatever it still answers is for nobody
                self._forget(process)
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

    def _take(self) -> _Process:
        niceness = _own_niceness()
        with self._lock:
            if self._closed:
                raise Cancelled("the program is closing.")
            while self._idle[niceness]:
                process = self._idle[niceness].pop()
                if process.alive:
                    return process
                self._all.discard(process)  # killed while it had nothing to do
                process.end()
        return self._start()

    def _start(self) -> _Process:
        niceness = _own_niceness()
        with self._lock:
            if self._closed:
                raise Cancelled("the program is closing.")
            process = _Process(niceness, self._folder, self._limits, self._initializer)
            self._all.add(process)
            return process

    def _give_back(self, process: _Process) -> None:
        with self._lock:
            if not self._closed:
                self._idle[process.niceness].append(process)
                return
        self._forget(process)

    def _forget(self, process: _Process) -> None:
        with self._lock:
            self._all.discard(process)
        process.end()


class _DecoderDied(Exception):  # noqa: N818 - named by what happened
    """The process ended before it answered, or had to be ended.

    Parameters
    ----------
    reason
        Half a sentence about the file.
    killed
        Whether somebody ended it, the system for instance when memory ran out.
    """

    def __init__(self, reason: str, *, killed: bool = False) -> None:
        super().__init__(reason)
        self.killed = killed


@dataclass(frozen=True, slots=True)
class _Need:
    """A decoder asks for memory: it waits until the other pictures leave room for it."""

    nbytes: int
    capacity: int


@dataclass(frozen=True, slots=True)
class _Unreadable:
    reason: str


@dataclass(frozen=True, slots=True)
class _Fault:
    """An error that is no bad file: a mistake of ours."""

    text: str


@dataclass(frozen=True, slots=True)
class _Result:
    """A pickle; its large arrays lie in a file, each from an offset."""

    pickled: bytes
    file: str | None = None
    spans: tuple[tuple[int, int], ...] = ()


class _Process:
    """One decoder, seen from this side of the pipe; used by one thread at a time."""

    def __init__(
        self, niceness: int, folder: Path, limits: DecodeLimits, initializer: Callable[[], None] | None
    ) -> None:
        self.niceness = niceness
        context = get_context("spawn")  # forking a process that has threads and a window is not safe
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, folder, limits, niceness, initializer), name="decoder", daemon=True
        )
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def ask(self, path: Path, work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        try:
            return self._ask(path, work, arguments)
        except (EOFError, ConnectionError, BrokenPipeError):
            self._process.join(5)
            code = self._process.exitcode
            raise _DecoderDied(f"its decoder crashed{_how(code)}", killed=code == _KILLED) from None

    def _ask(self, path: Path, work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        self._connection.send((work, arguments))
        with ExitStack() as shares:
            while True:
                if not self._connection.poll(_PATIENCE_SECONDS):
                    raise _DecoderDied(f"decoding it did not end within {_PATIENCE_SECONDS / 60:g} minutes")
                match self._connection.recv():
                    case _Need(nbytes, capacity):
                        self._connection.send(_refusal(shares, nbytes, capacity))
                    case _Unreadable(reason):
                        raise UnreadableImageError(path, reason)
                    case _Fault(text):
                        raise RuntimeError(text)
                    case result:
                        return _unpacked(result)

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        self.kill()
        self._process.join(5)
        self._connection.close()
        with contextlib.suppress(ValueError):  # it does not die even of SIGKILL: a hanging network
            self._process.close()


def _refusal(shares: ExitStack, nbytes: int, capacity: int) -> str | None:
    """Take a share of the memory for a decoder; return why not, if it cannot be had."""
    try:
        shares.enter_context(PROCESS_BUDGET.share(nbytes, capacity))
    except BadImageError as error:
        return str(error)
    return None


# In the decoder


def load_modules(names: tuple[str, ...]) -> None:
    """Import modules, so that what is asked next does not wait for that."""
    for name in names:
        importlib.import_module(name)


def _serve(
    connection: Connection,
    folder: Path,
    limits: DecodeLimits,
    niceness: int,
    initializer: Callable[[], None] | None,
) -> None:
    """Answer until the other side hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one who started us
    _bound_memory(limits)
    _be_as_nice(niceness)
    if initializer is not None:
        initializer()

    def ask_for_memory(nbytes: int, capacity: int) -> None:
        connection.send(_Need(nbytes, capacity))
        refusal = connection.recv()
        if refusal is not None:
            raise BadImageError(refusal)

    PROCESS_BUDGET.before_share = ask_for_memory
    try:
        while True:
            work, arguments = connection.recv()
            connection.send(_answer(work, arguments, folder))
    except (EOFError, ConnectionError):  # also if it was killed: nobody else would tidy up
        shutil.rmtree(folder, ignore_errors=True)


def _answer(
    work: Callable[..., Any], arguments: tuple[Any, ...], folder: Path
) -> _Result | _Unreadable | _Fault:
    try:
        return _packed(work(*arguments), folder)
    except UnreadableImageError as error:
        return _Unreadable(error.reason)
    except MemoryError:
        return _Unreadable("there is not enough memory to decode it")
    except (EOFError, ConnectionError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the other side must hear of it
        return _Fault(f"{type(error).__name__}: {error}")


def _packed(result: Any, folder: Path) -> _Result:
    """Pickle a result; arrays that are large go into a file, which is quicker than a pipe."""
    large: list[memoryview] = []

    def is_small(buffer: pickle.PickleBuffer) -> bool:
        raw = buffer.raw()
        if raw.nbytes < _SMALL:
            return True
        large.append(raw)
        return False

    pickled = pickle.dumps(result, protocol=5, buffer_callback=is_small)
    if not large:
        return _Result(pickled)
    spans = []
    place = folder / str(os.getpid())  # one at a time: the other side has read it before it asks again
    try:
        with place.open("wb") as file:
            for raw in large:
                file.seek(-file.tell() % _ALIGNED, os.SEEK_CUR)
                spans.append((file.tell(), raw.nbytes))
                file.write(raw)
    except OSError:  # no room: then all through the pipe
        place.unlink(missing_ok=True)
        return _Result(pickle.dumps(result, protocol=5))
    return _Result(pickled, str(place), tuple(spans))


def _unpacked(result: _Result) -> Any:
    if result.file is None:
        return pickle.loads(result.pickled)  # noqa: S301 - from our own process
    file = Path(result.file)
    try:
        content = np.fromfile(file, np.uint8)
    finally:
        file.unlink(missing_ok=True)
    buffers = [content[start : start + size] for start, size in result.spans]
    return pickle.loads(result.pickled, buffers=buffers)  # noqa: S301


def _bound_memory(limits: DecodeLimits) -> None:
    """Let allocations beyond any picture fail here, instead of filling the machine."""
    if sys.platform != "linux":  # elsewhere the limit is missing or has no effect
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    bound = pages * resource.getpagesize() + limits.max_decoded_bytes + _ROOM
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard == resource.RLIM_INFINITY or bound < hard:
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))


# Small things


def _transfer_folder() -> Path:
    spacious = _SHARED_MEMORY.is_dir() and shutil.disk_usage(_SHARED_MEMORY).free >= _SPACIOUS
    return Path(tempfile.mkdtemp(prefix="semgui-decoded-", dir=_SHARED_MEMORY if spacious else None))


def _state_of(path: Path) -> object:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _how(exit_code: int | None) -> str:
    if exit_code is None or exit_code >= 0:
        return ""
    try:
        return f" ({signal.strsignal(-exit_code) or -exit_code})".lower()
    except ValueError:
        return f" (signal {-exit_code})"


def _own_niceness() -> int:
    """Return the priority of this thread; on Linux every thread has its own."""
    if sys.platform != "linux":
        return 0
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def _be_as_nice(niceness: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, niceness)
