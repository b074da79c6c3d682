"""The command line: one verb a module, each importing what it needs only when it runs."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import typer

import semgui.cli.verbs
from semgui.cli.errors import EXIT_INTERRUPTED

app = typer.Typer(
    name="semgui",
    help="Classify SEM images, see why, correct them, and lose nothing.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",  # otherwise the line breaks of the docstrings are kept
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _register_verbs() -> None:
    for module in sorted(pkgutil.iter_modules(semgui.cli.verbs.__path__), key=lambda m: m.name):
        importlib.import_module(f"semgui.cli.verbs.{module.name}").register(app)


_register_verbs()


def main() -> None:
    """Entry point of the ``semgui`` command."""
    try:
        app()
    except SystemExit as end:
        if end.code != EXIT_INTERRUPTED:
            raise
        # A thread may still be inside the network, and C++ aborts when the interpreter ends under it.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(EXIT_INTERRUPTED)
