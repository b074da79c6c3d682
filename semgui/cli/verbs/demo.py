"""``semgui demo``: make the sample project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from semgui.cli.errors import friendly


@friendly
def demo(
    folder: Annotated[
        Path, typer.Argument(help="Where to make it: a new or empty folder, or an earlier sample.")
    ] = Path("semgui-sample"),
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same files.")] = 2,
    images: Annotated[int, typer.Option("--images", min=1, help="How many pictures.")] = 120,
    *,
    open_it: Annotated[
        bool,
        typer.Option(
            "--open", help="Then open the window on it; without a screen, classify it and write a report."
        ),
    ] = False,
) -> None:
    """Make the sample project: drawn micrographs of the ten categories and of lattices, truth included.

    Part of the pictures come labelled, some of them wrongly on purpose; truth.csv tells which.
    """
    from semgui.cli.progress import cancelled_by_interrupt, progress_display
    from semgui.services.demo import make_demo

    display = progress_display()
    with cancelled_by_interrupt() as cancel:
        try:
            made = make_demo(folder, seed=seed, images=images, progress=display, cancel=cancel)
        finally:
            display.clear()
    print(f"Drew {made.drawn} pictures." if made.drawn else "All pictures were there already.")
    print(f"project   {made.project_path}")
    print(f"lattices  {made.lattice_project_path}")
    print(f"images    {made.image_folder}")
    print(f"truth     {made.truth_path}", flush=True)
    if open_it:
        _open(made.project_path)


def _open(project_path: Path) -> None:
    from semgui.cli.screen import screen_available

    if screen_available():
        from semgui.cli.verbs.open import open_window

        open_window(project_path)
    else:
        print("There is no screen to open a window on, so the same job runs without one.", flush=True)
        _classify(project_path)


def _classify(project_path: Path) -> None:
    from semgui.catalogue.project import open_project
    from semgui.cli.progress import cancelled_by_interrupt, progress_display
    from semgui.services.classify import load_classifier
    from semgui.services.results import write_results

    display = progress_display()
    with cancelled_by_interrupt() as cancel, open_project(project_path) as project:
        try:
            results = write_results(
                project,
                load_classifier(),
                project_path.with_name("results"),
                progress=display,
                cancel=cancel,
            )
        finally:
            display.clear()
    print(f"Classified {results.images} images; {results.unreadable} of them cannot be read (on purpose).")
    print(f"table     {results.table}")
    print(f"heatmaps  {results.heatmaps}")
    print(f"report    {results.report}")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(demo)
