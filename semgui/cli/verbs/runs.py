"""``semgui runs``: trainings in the background, seen and stopped from the outside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semgui.cli.errors import friendly
from semgui.cli.terminal import one_line

if TYPE_CHECKING:
    from semgui.services.runs import RunView

runs = typer.Typer(name="runs", help="List, show, stop and resume trainings.", no_args_is_help=True)

Run = Annotated[Path, typer.Argument(help="Run folder.")]


@runs.command("list")
@friendly
def list_(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of run folders; else where runs lie.", show_default=False)
    ] = None,
) -> None:
    """List runs, the newest first: state, how far, and the folder."""
    from semgui.services.runs import RunWatch, find_runs, runs_folder

    found = find_runs(folder)
    if not found:
        print(f"No runs in {folder or runs_folder()}.")
    for path in found:
        view = RunWatch(path).look()
        print(f"{view.state.value:8}  {_how_far(view):24}  {path}")


@runs.command()
@friendly
def show(run: Run) -> None:
    """Show how a run stands: state, epochs, figures, warnings."""
    from semgui.services.runs import RunWatch

    view = RunWatch(run.absolute()).look()
    print(f"{view.name}: {view.state.value} {_how_far(view)}".rstrip())
    print(f"{view.job.architecture}, {view.job.mode}, seed {view.job.seed}, from {view.job.data}")
    for epoch in view.epochs:
        valid = "" if epoch.valid_loss is None else f", validation {epoch.valid_loss:.4f}"
        right = "" if epoch.valid_accuracy is None else f", {epoch.valid_accuracy:.1%} right"
        print(f"epoch {epoch.epoch}: loss {epoch.train_loss:.4f}{valid}{right}{' *' * epoch.best}")
    for line in (*view.warnings, view.failure, view.summary):
        if line:
            print(one_line(line))
    if view.model is not None:
        print(f"Model: {view.model}")


@runs.command()
@friendly
def stop(run: Run) -> None:
    """Ask a run to stop; it keeps what it has and can be resumed."""
    from semgui.services.runs import RunWatch

    RunWatch(run.absolute()).stop()
    print(f"Asked to stop; `semgui runs resume {run}` takes it up again.")


@runs.command()
@friendly
def resume(run: Run) -> None:
    """Take a run up again where it was left, in the background."""
    from semgui.services.train import resume_training

    handle = resume_training(run.absolute())
    print(f"Training in the background; its progress is in {handle.run.events}.")


@runs.command()
@friendly
def submit(
    run: Run,
    partition: Annotated[str, typer.Option(help="Of Slurm.", show_default="its default")] = "",
    gpus: Annotated[int, typer.Option(min=0, help="Graphics cards.")] = 1,
    cpus: Annotated[int, typer.Option(min=1, help="Processor cores.")] = 4,
    minutes: Annotated[int, typer.Option(min=1, help="Time; after it the job goes on in the queue.")] = 240,
) -> None:
    """Hand a run to Slurm (`semgui train --hold` makes one without starting it)."""
    from semgui.services.cluster import Place
    from semgui.services.cluster import submit as hand_over

    job = hand_over(run.absolute(), Place("slurm", partition, minutes, gpus, cpus))
    print(f"Job {job.job_id}; `semgui runs show {run}` shows how it stands.")


def _how_far(view: RunView) -> str:
    if view.progress is not None:
        left = ""
        if view.progress.rate > 0:
            left = f", {(view.progress.total - view.progress.done) / view.progress.rate:.0f} s"
        return f"{view.progress.stage} {view.progress.done}/{view.progress.total}{left}"
    return f"epoch {view.epochs[-1].epoch}/{view.epochs[-1].epochs}" if view.epochs else ""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(runs)
