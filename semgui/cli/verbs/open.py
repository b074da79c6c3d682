"""``semgui open``: the window."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from semgui.cli.errors import friendly


@friendly
def open_window(
    path: Annotated[
        Path | None,
        typer.Argument(help="Project, folder of images or one image; without it, an empty window."),
    ] = None,
) -> None:
    """Open the window."""
    import os

    from semgui.cli.screen import screen_available
    from semgui.domain.errors import UsageError

    if path is not None and not path.exists():
        raise UsageError(f"{path}: there is no such file or folder.")
    if not screen_available():
        raise UsageError("there is no screen to open a window on; `semgui classify` works without one.")
    os.environ.setdefault("NAPARI_CONFIG", "")  # napari's own settings are not ours
    from semgui.ui.app import run

    raise typer.Exit(run(path))


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("open")(open_window)
