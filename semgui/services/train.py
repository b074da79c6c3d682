"""Train a model on a class folder or on a project's labels, in a process of its own."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from semgui.catalogue.project import open_project
from semgui.domain.errors import Cancelled, SemguiError, UsageError
from semgui.domain.ids import ModelId
from semgui.domain.progress import CancelToken, Progress, ProgressCallback
from semgui.jobs.prepare import JobSpec, load_job
from semgui.jobs.samples import read_class_folder, read_project
from semgui.jobs.supervisor import LOG_FILE, RunHandle, RunState, adopt, create_run, prepare_here, start
from semgui.registry.store import usable_model
from semgui.registry.weights import base_weights
from semgui.services.train_settings import TrainFile
from trainer.architectures import SIMPLE
from trainer.config import BaseWeights, TrainSettings
from trainer.events import Done, Epoch, Event, Failed, Warned
from trainer.events import Progress as RunProgress
from trainer.run_folder import JOB_FILE

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
    settings
        How.
    embeddings_of
        See `semgui.jobs.prepare.JobSpec`.
    begin_with
        A model whose backbone it begins with, by name or folder; ``None``: what the settings say.
    """

    run: Path
    data: Path | None = None
    project: Path | None = None
    settings: TrainFile = field(default_factory=TrainFile)
    begin_with: str | None = None
    embeddings_of: ModelId | None = None


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


def make_run(request: TrainRequest) -> RunHandle:
    """Make the run folder; one that was begun the same way is found again.

    Raises
    ------
    UsageError
        If the request cannot be met, as far as that can be seen without reading every image.
    """
    spec = _spec(request)
    if (request.run / JOB_FILE).exists():
        handle = adopt(request.run)
        _check_same(handle, spec)
        return handle
    return create_run(request.run, spec)


def hold_training(request: TrainRequest) -> RunHandle:
    """Make the run folder and prepare it, for whatever will train it; nothing is started.

    Raises
    ------
    UsageError
        If the request cannot be met, the run is being worked on, or there is nothing to learn from.
    """
    handle = make_run(request)
    prepare_here(handle)
    return handle


def start_training(request: TrainRequest) -> RunHandle:
    """Make the run folder and start it in the background; a run folder that was begun is taken up again.

    Raises
    ------
    UsageError
        If the request cannot be met, or the run is being worked on.
    """
    handle = make_run(request)
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


def resume_training(run: Path) -> RunHandle:
    """Take a run up again that was stopped, failed, or lost its process.

    Raises
    ------
    UsageError
        If it is no run folder, is being worked on, or is done.
    """
    handle = adopt(run)
    if handle.state() is RunState.DONE:
        raise UsageError(f"{run}: this run is done; its model is in {handle.run.model}.")
    start(handle)
    return handle


def _spec(request: TrainRequest) -> JobSpec:
    if (request.data is None) == (request.project is None):
        raise UsageError("name either a class folder (--data) or a project (--project).")
    data = request.data if request.data is not None else request.project
    if data is None or not data.is_dir():
        raise UsageError(f"{data}: there is no such folder.")
    # What there is to learn from is looked at once here: a mistake shows at once, not in some log.
    if request.data is not None:
        read_class_folder(data, _ignore)
    else:
        with open_project(data) as project:
            read_project(project, _ignore)
    shared = {name: getattr(request.settings, name) for name in TrainSettings.model_fields}
    return JobSpec(
        name=request.run.name,
        kind="folder" if request.data is not None else "project",
        data=data.resolve(),
        base=_base(request),
        split=request.settings.split,
        embeddings_of=request.embeddings_of,
        **shared,
    )


def _base(request: TrainRequest) -> BaseWeights:
    name = request.settings.architecture
    if request.begin_with is not None:
        info = usable_model(request.begin_with)
        assert info.card is not None  # a usable model has one
        if info.card.backbone.architecture != name:
            raise UsageError(
                f"{request.begin_with} is a {info.card.backbone.architecture}: a {name} cannot begin with it."
            )
        return BaseWeights(kind="model", path=info.folder.resolve(), sha256=info.card.weights_sha256)
    if request.settings.weights == "random" or name == SIMPLE:
        return BaseWeights(kind="random")
    return base_weights(name)


def _ignore(count: int) -> None:
    """Take no note of progress."""


def _check_same(handle: RunHandle, spec: JobSpec) -> None:
    if load_job(handle.run) != spec:
        raise UsageError(
            f"{handle.run.path}: this run was begun with other settings; name a new folder with --run."
        )
    if handle.state() is RunState.DONE:
        raise UsageError(f"{handle.run.path}: this run is done; its model is in {handle.run.model}.")
