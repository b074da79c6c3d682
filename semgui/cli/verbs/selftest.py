"""``semgui selftest``: whether what was installed does its job on this computer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from semgui.cli.errors import EXIT_FAILED, friendly


@friendly
def selftest(
    *,
    window: Annotated[
        bool, typer.Option("--window/--no-window", help="Without the window, for computers without a screen.")
    ] = True,
    keep: Annotated[
        Path | None,
        typer.Option(help="New or empty folder for all that is made; kept.", show_default=False),
    ] = None,
) -> None:
    """Try everything once on a drawn sample: window, classification, heatmap, label, training, report.

    Takes a minute or two. Your own projects, models and settings are neither used nor changed.
    """
    import shutil
    import tempfile

    from semgui.cli.screen import screen_available
    from semgui.domain.errors import UsageError
    from semgui.services.selftest import ALL, WITHOUT_WINDOW, self_test

    if keep is not None and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise UsageError(f"{keep}: there is something here already; name a new folder.")
    if window and not screen_available():
        raise UsageError("there is no screen to open a window on; --no-window leaves that part out.")
    folder = keep or Path(tempfile.mkdtemp(prefix="semgui-selftest-"))
    failed = 0
    for checked in self_test(folder, ALL if window else WITHOUT_WINDOW):
        failed += not checked.works
        sign = "✓" if checked.works else "!"
        print(f"{sign} {checked.title:<18} {checked.said} ({checked.seconds:.1f} s)", flush=True)
    if failed:
        print(f"SEMGui does not work here: {failed} step(s) failed; what was made is in {folder}.")
        raise typer.Exit(EXIT_FAILED)
    if keep is None:
        shutil.rmtree(folder, ignore_errors=True)
    print("SEMGui works on this computer.")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(selftest)
