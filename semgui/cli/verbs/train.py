"""``semgui train``: teach a model from labelled images."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from semgui.cli.errors import friendly


@friendly
def train(
    run: Annotated[
        Path,
        typer.Option(
            "--run",
            help="Folder to make for the run; one that was begun is taken up again.",
            show_default=False,
        ),
    ],
    data: Annotated[
        Path | None, typer.Option(help="Folder with a subfolder for each class.", show_default=False)
    ] = None,
    project: Annotated[
        Path | None, typer.Option("--project", "-p", help="Project with labels.", show_default=False)
    ] = None,
    arch: Annotated[str, typer.Option(help="Network.")] = "efficientnet_lite0",
    mode: Annotated[str, typer.Option(help="head: train a head on the embedded network.")] = "head",
    epochs: Annotated[int, typer.Option(help="Passes over the images, at most.")] = 20,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until it is done.")] = False,
) -> None:
    """Train a model in the background; closing this terminal does not end it.

    The model lies in RUN/model, its report in RUN/report.html. A file named RUN/stop ends it cleanly; the
    same command takes it up again. With --wait, Ctrl-C stops it.
    """
    from semgui.cli.progress import cancelled_by_interrupt, progress_display
    from semgui.services.train import TrainRequest, follow, start_training

    handle = start_training(TrainRequest(run.absolute(), data, project, arch, mode, epochs, seed))
    if not wait:
        print(f"Training in the background; its progress is in {handle.run.events}.")
        return
    display = progress_display()
    with cancelled_by_interrupt() as cancel:
        try:
            trained = follow(handle, display, cancel)
        finally:
            display.clear()
    for warning in trained.warnings:
        print(warning, file=sys.stderr)
    print(trained.summary)
    print(f"Model: {trained.model}")
    print(f"Report: {handle.run.report}")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(train)
