"""Several runs started at once are carried through one after the other."""

from __future__ import annotations

import time
from pathlib import Path

from semgui.jobs.run_lock import run_lock
from semgui.jobs.supervisor import RunHandle, RunState, create_run, start
from semgui.jobs.turn import QUEUED
from tests.jobs.test_jobs import job, wait_for
from trainer.events import Done, Event, Progress, Started


def _first(events: list[Event], kind: type[Event]) -> Event:
    return next(event for event in events if isinstance(event, kind))


def test_the_second_run_waits_for_the_first(class_folder: Path, tmp_path: Path):
    handles = [create_run(tmp_path / name, job(class_folder, name=name)) for name in ("a", "b")]
    for handle in handles:
        start(handle)
    for handle in handles:
        assert wait_for(handle, RunState.DONE, RunState.FAILED) is RunState.DONE
    first, second = sorted(
        (list(handle.new_events()) for handle in handles), key=lambda events: _first(events, Started).time
    )
    waited = [e for e in second if isinstance(e, Progress) and e.stage == QUEUED]
    assert len(waited) == 1
    assert _first(second, Started).time > _first(first, Done).time


def test_a_run_that_waits_can_be_stopped_and_taken_up_again(
    class_folder: Path, tmp_path: Path, own_home: Path
):
    (own_home / "data" / "runs").mkdir(parents=True)
    handle = create_run(tmp_path / "run", job(class_folder))
    with run_lock(own_home / "data" / "runs"):
        start(handle)
        _wait_until_queued(handle)
        handle.ask_to_stop()
        assert wait_for(handle, RunState.STOPPED, RunState.DONE) is RunState.STOPPED
    start(handle)
    assert wait_for(handle, RunState.DONE, RunState.FAILED) is RunState.DONE


def _wait_until_queued(handle: RunHandle) -> None:
    deadline = time.monotonic() + 60
    while not any(isinstance(e, Progress) and e.stage == QUEUED for e in handle.new_events()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
