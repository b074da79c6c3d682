"""Programs of ours that run in a process of their own, from a checkout as from a frozen application.

A frozen application has no Python beside it: the same executable answers for all of them, when its first
argument is `RUN`. So the trainer, the process of a run and the probe of the screen are what this executable
carries, and nothing else.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = (
    "semgui.jobs",
    "semgui.services.umap_plane",
    "semgui.ui.probe",
    "semgui.ui.selftest",
    "trainer",
)
"""Modules that can be run by `python -m`; the recipe of the frozen application carries them all."""

RUN = "--run-module"
"""First argument of a frozen application that is asked for a program of ours."""

_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def is_frozen() -> bool:
    """Whether this is a bundled application rather than a checkout or an installed package."""
    return bool(getattr(sys, "frozen", False))


def command_of(program: str, *arguments: str | os.PathLike[str]) -> list[str]:
    """Return the command that runs one of `PROGRAMS` in a process of its own.

    Raises
    ------
    ValueError
        If it is none of them: a frozen application could not answer.
    """
    if program not in PROGRAMS:
        raise ValueError(f"{program} is none of {', '.join(PROGRAMS)}")
    how = [RUN, program] if is_frozen() else ["-m", program]
    return [sys.executable, *how, *(os.fspath(argument) for argument in arguments)]


def begin_frozen() -> None:
    """Do what has to come first in a frozen application; returns only if a user started it.

    As a decoder or as one of `PROGRAMS` the process ends in here.
    """
    multiprocessing.freeze_support()
    if sys.argv[1:2] == [RUN] and sys.argv[2:3] and sys.argv[2] in PROGRAMS:
        program = sys.argv[2]
        sys.argv[1:3] = []
        runpy.run_module(program, run_name="__main__", alter_sys=True)
        sys.exit(0)
    sys.argv[1:] = meant(sys.argv[1:])


def meant(arguments: Sequence[str]) -> list[str]:
    """Return the arguments of the command line that a double click stands for: the window.

    Parameters
    ----------
    arguments
        None from a double click; one path from a folder or an image that was dropped onto the program.
    """
    if not arguments:
        return ["open"]
    if len(arguments) == 1 and os.sep in arguments[0] and Path(arguments[0]).exists():
        return ["open", arguments[0]]
    return list(arguments)


@contextmanager
def libraries_of_the_system(environment: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Give programs of the system that are started here, a file manager for instance, their own libraries.

    The loader of the frozen application puts its folder first in these variables, and keeps what was there
    under a name with ``_ORIG``. Programs of ours need it so: the loader does not set them a second time.
    """
    before = dict(environment)
    _restore(environment)
    try:
        yield
    finally:
        for name in _LIBRARY_PATHS:
            for variable in (name, f"{name}_ORIG"):
                if variable in before:
                    environment[variable] = before[variable]


def _restore(environment: MutableMapping[str, str]) -> None:
    for name in _LIBRARY_PATHS:
        before = environment.pop(f"{name}_ORIG", None)
        if before is not None:
            environment[name] = before
        elif is_frozen():
            environment.pop(name, None)
