"""Turn an error into one sentence on standard error and an exit status."""

from __future__ import annotations

import errno
import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import typer

from semgui.cli.terminal import one_line, show_every_name
from semgui.domain.errors import Cancelled, SemguiError, UsageError

P = ParamSpec("P")
R = TypeVar("R")

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_SOME_UNREADABLE = 3
EXIT_INTERRUPTED = 130


def friendly(command: Callable[P, R]) -> Callable[P, R]:
    """Wrap a command so that a user sees a sentence, never a traceback."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        show_every_name()
        try:
            return command(*args, **{name: _at_home(value) for name, value in kwargs.items()})  # type: ignore[arg-type]
        except UsageError as error:
            print(f"semgui: {one_line(error)}", file=sys.stderr)
            raise typer.Exit(EXIT_USAGE) from None
        except (Cancelled, KeyboardInterrupt):
            print("semgui: stopped; what was finished is kept.", file=sys.stderr)
            raise typer.Exit(EXIT_INTERRUPTED) from None
        except SemguiError as error:
            print(f"semgui: {one_line(error)}", file=sys.stderr)
            raise typer.Exit(EXIT_FAILED) from None
        except BrokenPipeError:  # `| head` has seen enough; click ends quietly
            raise
        except OSError as error:
            print(f"semgui: {one_line(_sentence(error))}", file=sys.stderr)
            raise typer.Exit(EXIT_FAILED) from None

    return wrapped


def _at_home(value: object) -> object:
    """Put the home folder where a shell has left a ``~``, as in ``--out=~/table.csv``."""
    if isinstance(value, list):
        return [_at_home(item) for item in value]
    if not isinstance(value, Path) or not str(value).startswith("~") or os.path.lexists(value.parts[0]):
        return value
    return Path(os.path.expanduser(value))  # noqa: PTH111  unlike Path's, it leaves an unknown user alone


_CURES = {
    errno.ENOSPC: "the disk is full; make room and try again",
    errno.EDQUOT: "your share of the disk is used up; make room and try again",
    errno.EROFS: "this place cannot be written; choose another one",
    errno.EACCES: "you may not read or write this; choose another place, or ask for the right",
    errno.EPERM: "you may not read or write this; choose another place, or ask for the right",
}


def _sentence(error: OSError) -> str:
    reason = _CURES.get(error.errno or 0, f"the system refuses it ({error.strerror or error})")
    where = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
    return f"{where}{reason}."
