"""What runs in a decoder: it answers until the other side hangs up."""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from semgui.domain.errors import UnreadableImageError
from semgui.imaging.budget import PROCESS_BUDGET
from semgui.imaging.decoder_transfer import Packed, pack
from semgui.imaging.failures import BadImageError
from semgui.imaging.limits import DecodeLimits

_ROOM = 1 << 30  # address space beside the pixels: libraries, stacks, arenas


@dataclass(frozen=True, slots=True)
class Need:
    """A decoder asks for memory: it waits until the other pictures leave room for it."""

    nbytes: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A bad file."""

    reason: str


@dataclass(frozen=True, slots=True)
class Fault:
    """An error that is no bad file: a mistake of ours."""

    text: str


def load_modules(names: tuple[str, ...]) -> None:
    """Import modules, so that what is asked next does not wait for that."""
    for name in names:
        importlib.import_module(name)


def serve(
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
        connection.send(Need(nbytes, capacity))
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
) -> Packed | Unreadable | Fault:
    try:
        return pack(work(*arguments), folder)
    except UnreadableImageError as error:
        return Unreadable(error.reason)
    except MemoryError:
        return Unreadable("there is not enough memory to decode it")
    except (EOFError, ConnectionError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the other side must hear of it
        return Fault(f"{type(error).__name__}: {error}")


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


def _be_as_nice(niceness: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, niceness)
