"""Start a run in a process of its own, follow it, stop it, and find it again after a restart."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from semgui.domain.errors import UsageError
from semgui.jobs.prepare import JobSpec, is_prepared, prepare_run, save_job
from semgui.jobs.run_lock import SECONDS_TO_TAKE_UP, RunBusyError, is_locked, run_lock
from semgui.processes import command_of
from trainer.events import Done, Event, EventReader, EventWriter, Failed, Stopped
from trainer.run_folder import JOB_FILE, RunFolder

LOG_FILE = "log.txt"
_SECONDS_TO_START = 60.0


class RunState(StrEnum):
    """How a run stands."""

    NEW = "new"  # nobody has taken it up yet
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # on request; can be taken up again
    FAILED = "failed"
    LOST = "lost"  # its process went without a word (killed, power cut); can be taken up again


class RunHandle:
    """A run folder, seen from the application; any number of handles may watch one run.

    Parameters
    ----------
    path
        The run folder.
    """

    def __init__(self, path: Path) -> None:
        self.run = RunFolder(path)
        self._reader = EventReader(self.run.events)
        self._last: Event | None = None

    def new_events(self) -> Iterator[Event]:
        """Yield the events since the last call, from the run's beginning at first."""
        for event in self._reader.new():
            self._last = event
            yield event

    def state(self) -> RunState:
        """Say how the run stands now; events read on the way are not lost to another handle."""
        running = is_locked(self.run.path)  # before the events: last words are written under the lock
        last = self._last
        for event in EventReader(self.run.events).new():
            last = event
        if running:
            return RunState.RUNNING
        if last is None:
            return RunState.NEW
        ends = {Done: RunState.DONE, Stopped: RunState.STOPPED, Failed: RunState.FAILED}
        return ends.get(type(last), RunState.LOST)

    def ask_to_stop(self) -> None:
        """Ask for a clean stop; the process follows within seconds."""
        self.run.stop.touch()


def create_run(path: Path, spec: JobSpec) -> RunHandle:
    """Make a run folder.

    Raises
    ------
    UsageError
        If there is something else at `path`, or a run made from something else.
    """
    run = RunFolder(path)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"{path}: there is something here already; name a new folder for the run.")
    path.mkdir(parents=True, exist_ok=True)
    save_job(spec, run)
    return RunHandle(path)


def prepare_here(handle: RunHandle) -> None:
    """Prepare a run in this process, for whatever will train it.

    Raises
    ------
    UsageError
        If it is being worked on, or there is nothing to learn from.
    """
    run = handle.run
    try:
        with run_lock(run.path, SECONDS_TO_TAKE_UP):
            if not is_prepared(run):
                events = EventWriter(run.events)
                prepare_run(run, events)
                events.write(Stopped())
    except RunBusyError:
        raise UsageError(f"{run.path}: this run is being worked on already.") from None


def start(handle: RunHandle) -> None:
    """Start the run, or take it up again, in a detached process at low priority.

    Raises
    ------
    UsageError
        If it runs already, or is no run folder.
    """
    run = handle.run
    if not (run.path / JOB_FILE).exists() and not is_prepared(run):
        raise UsageError(f"{run.path}: this is no run folder.")
    if is_locked(run.path):
        raise UsageError(f"{run.path}: this run is being worked on already.")
    run.stop.unlink(missing_ok=True)
    said_before = _size(run.events)
    with (run.path / LOG_FILE).open("ab") as log:
        process = subprocess.Popen(
            command_of("semgui.jobs", run.path),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # closing the terminal or the window ends nothing
        )
    # Somebody must take note of its end, or the system keeps its entry until this application ends.
    threading.Thread(target=process.wait, name="run-reaper", daemon=True).start()
    deadline = time.monotonic() + _SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        # Where a disk has no locks, its first words tell.
        if is_locked(run.path) or _size(run.events) != said_before:
            break
        time.sleep(0.02)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def adopt(path: Path) -> RunHandle:
    """Return a handle on an existing run, for instance after a restart of the application."""
    handle = RunHandle(path)
    if not (path / JOB_FILE).exists() and not is_prepared(handle.run):
        raise UsageError(f"{path}: this is no run folder.")
    return handle
