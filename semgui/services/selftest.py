"""Try the main job on this computer from its beginning to its end, as a user would, and say what works.

Everything happens in one folder that is given, and in processes that this program starts of itself: what is
tried is what was installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import open_project
from semgui.catalogue.query import ImageQuery
from semgui.domain.errors import SemguiError
from semgui.domain.ids import ImageId
from semgui.domain.progress import CancelToken, ignore_progress
from semgui.jobs.supervisor import LOG_FILE, RunHandle, RunState
from semgui.processes import command_of
from semgui.services.demo import make_demo
from semgui.services.train import TrainRequest, follow, resume_training, start_training
from semgui.services.train_settings import train_settings
from trainer.events import Epoch, Event, Failed, Started

IMAGES = 48
_WINDOW_SECONDS = 900  # for one process with a window; each step in it has a limit of its own
_RUN_SECONDS = 900
_LOOK_SECONDS = 0.05
_FEW = 4
# Small and short, but everything is trained: a head first, then the last stage of the network with it.
_TRAINING = {"mode": "last:1", "edge": 96, "seed": 1, "head": {"epochs": 2}}
_EPOCHS = (6, 60)  # with the second, a computer that is done before it could be stopped is stopped


class SelfTestError(SemguiError):
    """Something does not work."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One step.

    Parameters
    ----------
    title
        What was tried.
    works
        Whether it does.
    said
        What was seen, or what went wrong.
    seconds
        It took.
    """

    title: str
    works: bool
    said: str
    seconds: float


@dataclass
class Bench:
    """What the steps share.

    Parameters
    ----------
    folder
        Empty or new; all is written below it.
    """

    folder: Path
    project: Path = field(init=False)
    labelled: tuple[int, str] | None = None
    handle: RunHandle | None = None

    def __post_init__(self) -> None:
        self.project = self.folder / "sample" / "sample.semgui"


Step = Callable[[Bench], str]


def self_test(folder: Path, steps: Sequence[tuple[str, Step]]) -> Iterator[Checked]:
    """Carry steps out, each telling what it saw; one that fails does not keep the others from being tried.

    Settings, caches and models of the user are neither used nor changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(folder.resolve())
    with _own_home(bench.folder / "home"):
        for title, step in steps:
            begun = time.monotonic()
            try:
                said, works = step(bench), True
            except (SemguiError, OSError) as error:
                said, works = str(error), False
            except Exception as error:  # noqa: BLE001  whatever it is, this is where to say so
                said, works = f"{type(error).__name__}: {error}", False
            yield Checked(title, works, said, time.monotonic() - begun)


# The steps


def draw_sample(bench: Bench) -> str:
    """Make the sample project."""
    made = make_demo(bench.project.parent, images=IMAGES)
    return f"{made.drawn} pictures drawn, two projects made"


def look(bench: Bench) -> str:
    """Open the window on the project, classify, explain, label."""
    told = _window(bench, "first")
    opened, classified = told["opened"], told["classified"]
    with open_project(bench.project) as project:
        ids = ImageStore(project).ids(ImageQuery()).tolist()
        store = PredictionStore(project)
        kept = len(store.get(store.models()[-1].model_id, ids)) if store.models() else 0
        image, label = int(told["labelled"]["image"]), str(told["labelled"]["label"])
        on_disk = LabelStore(project).current([ImageId(image)]).get(ImageId(image))
    if on_disk != label:
        raise SelfTestError(f"the window labelled image {image} as {label}, but the project says {on_disk}")
    bench.labelled = image, label
    return (
        f"{opened['images']} images, {kept} classified as {classified['classes']} classes, a heatmap shown, "
        f"one labelled; window after {opened['seconds']:.1f} s"
    )


def look_again(bench: Bench) -> str:
    """Open the window a second time: the label is there, and can be taken back."""
    if bench.labelled is None:
        raise SelfTestError("nothing was labelled before")
    told = _window(bench, "again")
    image, label = bench.labelled
    found = told["reopened"]["labels"].get(str(image))
    if found != label:
        raise SelfTestError(f"image {image} was labelled as {label} and is {found} after a restart")
    if told["undone"]["labels"].get(str(image)) == label:
        raise SelfTestError("undo took something else back")
    return "the label was there, and undo took it back"


def train_and_stop(bench: Bench) -> str:
    """Start a fine-tuning in a process of its own, and stop it in the middle."""
    for attempt, epochs in enumerate(_EPOCHS, 1):
        settings = train_settings(
            None, None, _TRAINING | {"finetune": {"epochs": epochs, "patience": epochs}}
        )
        request = TrainRequest(bench.folder / f"run-{attempt}", project=bench.project, settings=settings)
        bench.handle = start_training(request)
        pid, done = _stopped_in_the_middle(bench.handle)
        if bench.handle.state() is RunState.STOPPED:
            return f"stopped after epoch {done} of {epochs}, in a process of its own ({pid})"
    raise _failed_run(bench)


def resume_and_end(bench: Bench) -> str:
    """Take the run up again and carry it to its end."""
    if bench.handle is None or bench.handle.state() is not RunState.STOPPED:
        raise SelfTestError("no run was stopped before")
    run = bench.handle.run
    trained = follow(resume_training(run.path), ignore_progress, CancelToken())
    if not (trained.model / "weights.safetensors").is_file():
        raise SelfTestError(f"{trained.model} holds no weights")
    if not run.report.is_file() or not run.report.stat().st_size:
        raise SelfTestError(f"{run.report} was not written")
    return f"model and report written ({run.report.stat().st_size // 1000} kB)"


def classify_with_new_model(bench: Bench) -> str:
    """Classify one picture with the model that came out."""
    if bench.handle is None or not bench.handle.run.model.is_dir():
        raise SelfTestError("no model was trained before")
    from semgui.services.classify import classify_paths, images_of_project, load_classifier

    with open_project(bench.project) as project:
        sources = images_of_project(project)
    results = list(classify_paths(load_classifier(str(bench.handle.run.model)), sources[:_FEW]))
    errors = [result.error for result in results if result.error]
    if len(errors) == len(results):
        raise SelfTestError(f"it classified nothing ({errors[0]})")
    return f"{len(results) - len(errors)} images classified with it"


WITHOUT_WINDOW: tuple[tuple[str, Step], ...] = (
    ("draw the sample", draw_sample),
    ("train, and stop", train_and_stop),
    ("go on, to the end", resume_and_end),
    ("use the new model", classify_with_new_model),
)
ALL: tuple[tuple[str, Step], ...] = (
    WITHOUT_WINDOW[0],
    ("open the window", look),
    ("open it again", look_again),
    *WITHOUT_WINDOW[1:],
)


# Small things


def _window(bench: Bench, part: str) -> dict[str, dict[str, Any]]:
    """Play one part of `semgui.ui.selftest`; return what it told, by step."""
    command = command_of("semgui.ui.selftest", part, bench.project, bench.folder / f"window-{part}.png")
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=_WINDOW_SECONDS, check=False, errors="replace"
        )
    except subprocess.TimeoutExpired:
        raise SelfTestError(f"the window gave no answer within {_WINDOW_SECONDS} seconds") from None
    (bench.folder / f"window-{part}.log").write_text(answer.stdout + answer.stderr, encoding="utf-8")
    told = [json.loads(line) for line in answer.stdout.splitlines() if line.startswith("{")]
    failed = next((entry["failed"] for entry in told if "failed" in entry), None)
    if failed is not None:
        raise SelfTestError(failed)
    if answer.returncode != 0:
        last = (answer.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise SelfTestError(f"the window ended with status {answer.returncode} ({last})")
    connections = next((entry["connections"] for entry in told if "connections" in entry), None)
    if connections:
        raise SelfTestError(f"the window tried to reach {connections[0]}")
    return {entry["step"]: entry for entry in told if "step" in entry}


def _stopped_in_the_middle(handle: RunHandle) -> tuple[int, int]:
    """Wait for an epoch, ask to stop, wait for the end; return the trainer's process and the last epoch."""
    pid = done = 0
    asked = False
    deadline = time.monotonic() + _RUN_SECONDS
    while handle.state() in {RunState.NEW, RunState.RUNNING}:
        for event in handle.new_events():
            pid = _checked_pid(event) or pid
            if isinstance(event, Epoch):
                done = event.epoch
        if done and not asked:
            handle.ask_to_stop()
            asked = True
        if time.monotonic() > deadline:
            handle.ask_to_stop()
            raise SelfTestError(f"the training was not stopped within {_RUN_SECONDS} seconds")
        time.sleep(_LOOK_SECONDS)
    return pid, done


def _checked_pid(event: Event) -> int:
    """Return the process of the trainer after making sure that it is this program once more."""
    if not isinstance(event, Started):
        return 0
    try:
        program = psutil.Process(event.pid).exe()
    except psutil.Error:  # it has ended already
        return event.pid
    if not os.path.samefile(program, sys.executable):  # noqa: PTH121
        raise SelfTestError(f"the trainer runs in {program}, not in {sys.executable}")
    return event.pid


def _failed_run(bench: Bench) -> SelfTestError:
    if bench.handle is None:
        return SelfTestError("no run was started")
    reasons = [e.text for e in RunHandle(bench.handle.run.path).new_events() if isinstance(e, Failed)]
    said = reasons[-1] if reasons else f"its log is {bench.handle.run.path / LOG_FILE}"
    return SelfTestError(f"the training was not stopped but {bench.handle.state()}: {said}")


@contextmanager
def _own_home(home: Path) -> Iterator[None]:
    before = os.environ.get("SEMGUI_HOME")
    os.environ["SEMGUI_HOME"] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SEMGUI_HOME"]
        else:
            os.environ["SEMGUI_HOME"] = before
