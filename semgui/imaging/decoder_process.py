"""One decoder, seen from the process that asks it."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from semgui.domain.errors import UnreadableImageError
from semgui.imaging.budget import PROCESS_BUDGET
from semgui.imaging.decoder_serving import Fault, Need, Unreadable, serve
from semgui.imaging.decoder_transfer import unpack
from semgui.imaging.failures import BadImageError
from semgui.imaging.limits import DecodeLimits

_PATIENCE_SECONDS = 300.0  # a picture of 400 megapixels over a slow network takes minutes
_KILLED = -9  # exit code


class DecoderDied(Exception):  # noqa: N818 - named by what happened
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


class DecoderProcess:
    """A decoder; used by one thread at a time.

    Parameters
    ----------
    niceness
        Priority that it works with.
    folder
        Where it puts large results.
    limits
        Bounds its address space, where the system can.
    initializer
        Called in it first.
    """

    def __init__(
        self, niceness: int, folder: Path, limits: DecodeLimits, initializer: Callable[[], None] | None
    ) -> None:
        self.niceness = niceness
        self.limits = limits
        context = get_context("spawn")  # forking a process that has threads and a window is not safe
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, folder, limits, niceness, initializer), name="decoder", daemon=True
        )
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid or 0

    @property
    def alive(self) -> bool:
        """Whether it could still answer."""
        return self._process.is_alive()

    def ask(self, path: Path, work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Return ``work(*arguments)``, which reads `path`; waits for it.

        Raises
        ------
        DecoderDied
            It crashed, was ended, or did not answer.
        UnreadableImageError
            The file is bad.
        RuntimeError
            A mistake of ours.
        """
        try:
            return self._ask(path, work, arguments)
        except (EOFError, ConnectionError, BrokenPipeError):
            self._process.join(5)
            code = self._process.exitcode
            raise DecoderDied(f"its decoder crashed{_how(code)}", killed=code == _KILLED) from None

    def _ask(self, path: Path, work: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        self._connection.send((work, arguments))
        with ExitStack() as shares:
            while True:
                if not self._connection.poll(_PATIENCE_SECONDS):
                    raise DecoderDied(f"decoding it did not end within {_PATIENCE_SECONDS / 60:g} minutes")
                match self._connection.recv():
                    case Need(nbytes, capacity):
                        self._connection.send(_refusal(shares, nbytes, capacity))
                    case Unreadable(reason):
                        raise UnreadableImageError(path, reason)
                    case Fault(text):
                        raise RuntimeError(text)
                    case result:
                        return unpack(result)

    def kill(self) -> None:
        """End it at once; whoever waits for it finds it dead."""
        self._process.kill()

    def end(self) -> None:
        """End it and forget it."""
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


def _how(exit_code: int | None) -> str:
    if exit_code is None or exit_code >= 0:
        return ""
    try:
        return f" ({signal.strsignal(-exit_code) or -exit_code})".lower()
    except ValueError:
        return f" (signal {-exit_code})"
