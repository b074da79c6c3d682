"""``semgui train``: teach a model from labelled images."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from semgui.cli.errors import friendly
from semgui.cli.terminal import one_line

if TYPE_CHECKING:
    from semgui.jobs.supervisor import RunHandle


@friendly
def train(
    run: Annotated[
        Path | None,
        typer.Option(
            "--run",
            help="Folder to make for the run; one that was begun is taken up again.",
            show_default=False,
        ),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Folder with a subfolder for each class.", show_default=False)
    ] = None,
    project: Annotated[
        Path | None, typer.Option("--project", "-p", help="Project with labels.", show_default=False)
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            help="quick (a minute), standard, thorough, or textures (some hundred images).",
            show_default=False,
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="YAML file of settings; goes before the preset.", show_default=False)
    ] = None,
    arch: Annotated[
        str | None,
        typer.Option(help="Network: see `semgui weights list`; any of timm's.", show_default=False),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(
            help="head: a head on the network as it is; last:N: its last N stages, too; all: everything.",
            show_default=False,
        ),
    ] = None,
    weights: Annotated[
        str | None,
        typer.Option(help="base: pretrained; random: learn everything anew.", show_default=False),
    ] = None,
    begin_with: Annotated[
        str | None, typer.Option("--from", help="Model to begin with, by name or folder.", show_default=False)
    ] = None,
    edge: Annotated[
        int | None, typer.Option(help="Edge of the network's input in pixels.", show_default=False)
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(help="Passes over the images, at most.", show_default=False)
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of everything random.", show_default=False)] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Run folder to take up again as it was begun.", show_default=False)
    ] = None,
    hold: Annotated[
        bool,
        typer.Option("--hold", help="Prepare the run folder and start nothing."),
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until it is done.")] = False,
) -> None:
    """Train a model in the background; closing this terminal does not end it.

    The model lies in RUN/model, its report in RUN/report.html. `semgui runs` lists, stops and shows runs;
    the same command or --resume RUN takes one up again. With --wait, Ctrl-C stops it.
    """
    from semgui.domain.errors import UsageError
    from semgui.services.runs import new_run_folder
    from semgui.services.train import TrainRequest, hold_training, resume_training, start_training
    from semgui.services.train_settings import train_settings

    if resume is not None:
        given = (run, data, project, preset, config, arch, mode, weights, begin_with, edge, epochs, seed)
        if any(value is not None for value in given):
            raise UsageError("--resume takes a run up as it was begun: no other settings go with it.")
        handle = resume_training(resume.absolute())
    else:
        settings = train_settings(preset, config, _single(arch, mode, weights, edge, epochs, seed))
        place = new_run_folder((data or project or Path("model")).absolute().stem) if run is None else run
        request = TrainRequest(place.absolute(), data, project, settings, begin_with)
        if hold:
            held = hold_training(request)
            print(f"{held.run.path} is prepared; `semgui runs resume` or `submit` starts it.")
            return
        handle = start_training(request)
    if wait:
        _wait(handle)
    else:
        print(f"Training in the background; its progress is in {handle.run.events}.")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(train)


def _single(
    arch: str | None,
    mode: str | None,
    weights: str | None,
    edge: int | None,
    epochs: int | None,
    seed: int | None,
) -> dict[str, Any]:
    """Nest what was given on the command line as the file is nested; epochs are those of head and network."""
    flat = {"architecture": arch, "mode": mode, "weights": weights, "edge": edge, "seed": seed}
    nested: dict[str, Any] = {name: value for name, value in flat.items() if value is not None}
    if epochs is not None:
        nested |= {"head": {"epochs": epochs}, "finetune": {"epochs": epochs}}
    return nested


def _wait(handle: RunHandle) -> None:
    from semgui.cli.progress import cancelled_by_interrupt, progress_display
    from semgui.services.train import follow

    display = progress_display()
    with cancelled_by_interrupt() as cancel:
        try:
            trained = follow(handle, display, cancel)
        finally:
            display.clear()
    for warning in trained.warnings:
        print(one_line(warning), file=sys.stderr)
    print(trained.summary)
    print(f"Model: {trained.model}")
    print(f"Report: {handle.run.report}")
