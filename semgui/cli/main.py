"""The command line: one verb a module, each importing what it needs only when it runs."""

from __future__ import annotations

import importlib
import pkgutil

import typer

import semgui.cli.verbs

app = typer.Typer(
    name="semgui",
    help="Classify SEM images, see why, correct them, and lose nothing.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _register_verbs() -> None:
    for module in sorted(pkgutil.iter_modules(semgui.cli.verbs.__path__), key=lambda m: m.name):
        importlib.import_module(f"semgui.cli.verbs.{module.name}").register(app)


_register_verbs()


def main() -> None:
    """Entry point of the ``semgui`` command."""
    app()
