"""Turn an error into one sentence on standard error and an exit status."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import typer

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
        try:
            return command(*args, **kwargs)
        except UsageError as error:
            print(f"semgui: {error}", file=sys.stderr)
            raise typer.Exit(EXIT_USAGE) from None
        except (Cancelled, KeyboardInterrupt):
            print("semgui: stopped; what was finished is kept.", file=sys.stderr)
            raise typer.Exit(EXIT_INTERRUPTED) from None
        except SemguiError as error:
            print(f"semgui: {error}", file=sys.stderr)
            raise typer.Exit(EXIT_FAILED) from None

    return wrapped
