"""Train a model on a class folder or on a project's labels, in a process of its own."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from semgui.domain.errors import Cancelled, SemguiError, UsageError
from semgui.domain.progress import CancelToken, Progress, ProgressCallback
from semgui.jobs.prepare import JOB_FILE, JobSpec, load_job
from semgui.jobs.supervisor import LOG_FILE, RunHandle, RunState, adopt, create_run, start
from trainer.config import HeadTraining
from trainer.events import Done, Epoch, Event, Failed, Warned
from trainer.events import Progress as RunProgress

ARCHITECTURES = ("efficientnet_lite0",)
MODES = ("head",)
_SECONDS_BETWEEN_LOOKS = 0.2


class TrainingError(SemguiError):
    """A training ended without a model."""


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """What to train.

    Parameters
    ----------
    run
        Folder to make for the run.
    data, project
        Class folder or project; exactly one of them.
    architecture, mode
        Of `ARCHITECTURES` and `MODES`.
    epochs
        At most.
    seed
        Of splits and training.
    """

    run: Path
    data: Path | None = None
    project: Path | None = None
    architecture: str = ARCHITECTURES[0]
    mode: str = MODES[0]
    epochs: int = 20
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Trained:
    """What came out.

    Parameters
    ----------
    model
        Its folder.
    summary
        How good it is, in words.
    warnings
        What the user should know.
    """

    model: Path
    summary: str
    warnings: tuple[str, ...]


def start_training(request: TrainRequest) -> RunHandle:
    """Make the run folder and start it in the background; a run folder that was begun is taken up again.

    Raises
    ------
    UsageError
        If the request cannot be met.
    """
    spec = _spec(request)
    if (request.run / JOB_FILE).exists():
        handle = adopt(request.run)
        _check_same(handle, spec)
    else:
        handle = create_run(request.run, spec)
    start(handle)
    return handle


def follow(handle: RunHandle, progress: ProgressCallback, cancel: CancelToken) -> Trained:
    """Watch a run until it ends.

    Raises
    ------
    Cancelled
        If it was stopped, by `cancel` or by someone else; it can be taken up again.
    TrainingError
        If it failed, with the reason.
    """
    warnings: list[str] = []
    done: Done | None = None
    failure: str | None = None
    while True:
        if cancel.cancelled:
            handle.ask_to_stop()
        state = handle.state()
        for event in handle.new_events():
            _tell(event, progress)
            if isinstance(event, Warned):
                warnings.append(event.text)
            done = event if isinstance(event, Done) else done
            failure = event.text if isinstance(event, Failed) else failure
        if state is not RunState.RUNNING:
            break
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    if state is RunState.DONE and done is not None:
        return Trained(handle.run.path / done.model, done.summary, tuple(warnings))
    if state is RunState.STOPPED:
        raise Cancelled(f"stopped; start the training with --run {handle.run.path} again to go on")
    if failure is not None and state is RunState.FAILED:
        raise TrainingError(failure)
    raise TrainingError(f"The training ended without a word; its log is {handle.run.path / LOG_FILE}.")


def _tell(event: Event, progress: ProgressCallback) -> None:
    if isinstance(event, RunProgress):
        progress(Progress(event.stage, event.done, event.total, event.rate))
    elif isinstance(event, Epoch):
        progress(Progress("epoch", event.epoch, event.epochs))


def _spec(request: TrainRequest) -> JobSpec:
    if (request.data is None) == (request.project is None):
        raise UsageError("name either a class folder (--data) or a project (--project).")
    if request.architecture not in ARCHITECTURES:
        raise UsageError(
            f"the architecture {request.architecture} is not there yet; there is {', '.join(ARCHITECTURES)}."
        )
    if request.mode not in MODES:
        raise UsageError(f"the mode {request.mode} is not there yet; there is {', '.join(MODES)}.")
    if request.epochs < 1:
        raise UsageError("at least one epoch is needed.")
    data = request.data if request.data is not None else request.project
    if data is None or not data.is_dir():
        raise UsageError(f"{data}: there is no such folder.")
    return JobSpec(
        name=request.run.name,
        kind="folder" if request.data is not None else "project",
        data=data.resolve(),
        head=HeadTraining(epochs=request.epochs),
        seed=request.seed,
    )


def _check_same(handle: RunHandle, spec: JobSpec) -> None:
    if load_job(handle.run) != spec:
        raise UsageError(
            f"{handle.run.path}: this run was begun with other settings; name a new folder with --run."
        )
    if handle.state() is RunState.DONE:
        raise UsageError(f"{handle.run.path}: this run is done; its model is in {handle.run.model}.")
