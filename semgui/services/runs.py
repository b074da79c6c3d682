"""Training runs as people look at them: which there are, how far each is, and what came of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from semgui import paths
from semgui.jobs.prepare import JobSpec, load_job
from semgui.jobs.supervisor import LOG_FILE, RunHandle, RunState, adopt, start
from trainer.events import Done, Epoch, Event, Failed, Metrics, Progress, Started, Warned
from trainer.run_folder import JOB_FILE

_LOG_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class RunView:
    """How a run stands.

    Parameters
    ----------
    path
        Its folder.
    job
        What it is made from.
    state
        Running, done, stopped…
    progress
        The stage it is in; ``None`` before the first and after the last.
    epochs
        Of the last attempt.
    warnings
        What the user should know, oldest first.
    metrics
        Of the finished model, one entry a split.
    summary
        In words, how good the model is; empty before the end.
    failure
        Why it failed; empty if it did not.
    story
        What happened, oldest first; of the progress only that a stage was finished.
    memory
        Bytes that its processes hold in memory; 0 if none is at work.
    """

    path: Path
    job: JobSpec
    state: RunState = RunState.NEW
    progress: Progress | None = None
    epochs: tuple[Epoch, ...] = ()
    warnings: tuple[str, ...] = ()
    metrics: tuple[Metrics, ...] = ()
    summary: str = ""
    failure: str = ""
    story: tuple[Event, ...] = ()
    memory: int = 0

    @property
    def name(self) -> str:
        """Of the model that it makes."""
        return self.job.name

    @property
    def model(self) -> Path | None:
        """Folder of the finished model."""
        return self.path / "model" if self.state is RunState.DONE else None

    @property
    def report(self) -> Path:
        """Page that says how it went; there when it is done."""
        return self.path / "report.html"

    @property
    def can_go_on(self) -> bool:
        """Whether it can be taken up again."""
        return self.state in (RunState.NEW, RunState.STOPPED, RunState.LOST, RunState.FAILED)


class RunWatch:
    """Follows one run; each `look` reads only what is new.

    Parameters
    ----------
    path
        The run folder.

    Raises
    ------
    UsageError
        If it is no run folder.
    """

    def __init__(self, path: Path) -> None:
        self._handle: RunHandle = adopt(path)
        self.view = RunView(path, load_job(self._handle.run))
        self._pid: int | None = None  # of the trainer

    def look(self) -> RunView:
        """Return how the run stands now."""
        state = self._handle.state()  # first: what is written before the end is then read, too
        view = self.view
        for event in self._handle.new_events():
            view = _after(view, event)
            if isinstance(event, Started):
                self._pid = event.pid
        self.view = replace(view, state=state, memory=_memory(self._pid) if state is RunState.RUNNING else 0)
        return self.view

    def log(self) -> str:
        """Return the end of what the processes wrote."""
        path = self._handle.run.path / LOG_FILE
        try:
            with path.open("rb") as file:
                file.seek(0, 2)
                file.seek(max(0, file.tell() - _LOG_BYTES))
                return file.read().decode("utf-8", "replace")
        except OSError:
            return ""

    def stop(self) -> None:
        """Ask for a clean stop."""
        self._handle.ask_to_stop()

    def go_on(self) -> None:
        """Take it up again where it was left.

        Raises
        ------
        UsageError
            If it is being worked on.
        """
        start(self._handle)


def runs_folder() -> Path:
    """Return where runs lie that were given no folder of their own."""
    return paths.data_dir() / "runs"


def find_runs(folder: Path | None = None) -> list[Path]:
    """Return the run folders in a folder, the newest first."""
    place = runs_folder() if folder is None else folder
    try:
        folders = list(place.iterdir())
    except OSError:
        return []
    begun: dict[Path, float] = {}
    for path in folders:
        with suppress(OSError):  # no run, or deleted meanwhile
            begun[path] = (path / JOB_FILE).stat().st_mtime
    return sorted(begun, key=begun.__getitem__, reverse=True)


def new_run_folder(name: str) -> Path:
    """Return a folder for a run that is not there yet, numbered where the name is taken."""
    place = runs_folder()
    number, path = 1, place / name
    while path.exists():
        number += 1
        path = place / f"{name}-{number}"
    return path


def _memory(pid: int | None) -> int:
    try:
        return 0 if pid is None else int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _told(story: tuple[Event, ...], event: Event) -> tuple[Event, ...]:
    if isinstance(event, Progress):
        last = story[-1] if story else None
        again = isinstance(last, Progress) and last.stage == event.stage
        if event.done < event.total or again:
            return story
    return (*story, event)


def _after(view: RunView, event: Event) -> RunView:
    changes: dict[str, Any] = {"progress": None}
    match event:
        case Started():
            changes["failure"] = ""
        case Progress():
            changes["progress"] = event
        case Epoch():
            earlier = (e for e in view.epochs if e.epoch < event.epoch)  # a resumed run may repeat one
            changes = {"epochs": (*earlier, event)}
        case Metrics():
            changes = {"metrics": (*(m for m in view.metrics if m.split != event.split), event)}
        case Warned():
            new = () if event.text in view.warnings else (event.text,)
            changes = {"warnings": (*view.warnings, *new)}
        case Done():
            changes["summary"] = event.summary
        case Failed():
            changes["failure"] = event.text
    return replace(view, story=_told(view.story, event), **changes)
