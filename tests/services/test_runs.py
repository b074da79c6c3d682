"""Runs as the window sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from semgui.domain.errors import UsageError
from semgui.jobs.prepare import JobSpec
from semgui.jobs.supervisor import RunState, create_run
from semgui.services.runs import RunWatch, find_runs, new_run_folder, runs_folder
from trainer.events import Done, Epoch, Event, EventWriter, Failed, Metrics, Progress, Started, Warned


def _epoch(number: int, loss: float) -> Epoch:
    return Epoch(
        epoch=number,
        epochs=5,
        train_loss=loss,
        valid_loss=loss,
        valid_accuracy=0.5,
        valid_macro_f1=0.4,
        best=True,
    )


@pytest.fixture
def run(tmp_path: Path, own_home: Path):
    """A run folder whose process is played by the test."""
    path = new_run_folder("first")
    handle = create_run(path, JobSpec(name="first", kind="folder", data=tmp_path))
    writer = EventWriter(handle.run.events)

    def say(*events: Event) -> None:
        for event in events:
            writer.write(event)

    return path, say


def test_a_run_is_followed_from_new_to_done(run):
    path, say = run
    watch = RunWatch(path)
    assert watch.look().state is RunState.NEW
    say(Started(pid=1), Warned(text="few"), Progress(stage="pixels", done=3, total=9, rate=2.0))
    seen = watch.look()
    assert seen.state is RunState.LOST  # nobody holds its lock
    assert seen.can_go_on
    assert (seen.progress.stage, seen.progress.done, seen.warnings) == ("pixels", 3, ("few",))
    say(_epoch(1, 1.0), _epoch(2, 0.8), Started(pid=2), Warned(text="few"), _epoch(2, 0.7), _epoch(3, 0.6))
    seen = watch.look()
    assert [(e.epoch, e.train_loss) for e in seen.epochs] == [(1, 1.0), (2, 0.7), (3, 0.6)]
    assert seen.warnings == ("few",)
    metrics = Metrics(split="test", images=9, accuracy=0.9, balanced_accuracy=0.9, macro_f1=0.9, ece=0.1)
    say(metrics, Done(model="model", summary="good"))
    seen = watch.look()
    assert seen.state is RunState.DONE
    assert (seen.metrics, seen.summary, seen.progress, seen.model) == (
        (metrics,),
        "good",
        None,
        path / "model",
    )


def test_a_failure_is_forgotten_when_it_is_taken_up_again(run):
    path, say = run
    say(Started(pid=1), Failed(text="the disk is full"))
    watch = RunWatch(path)
    assert watch.look().failure == "the disk is full"
    say(Started(pid=2))
    assert watch.look().failure == ""


def test_runs_are_found_newest_first_and_names_are_never_reused(run, tmp_path: Path):
    path, _ = run
    second = new_run_folder("first")
    assert second != path
    create_run(second, JobSpec(name="first", kind="folder", data=tmp_path))
    (runs_folder() / "no run").mkdir()
    assert set(find_runs()) == {path, second}
    with pytest.raises(UsageError, match="no run folder"):
        RunWatch(runs_folder() / "no run")


def test_the_log_is_its_end(run):
    path, _ = run
    (path / "log.txt").write_text("x" * 50_000 + "last words")
    log = RunWatch(path).log()
    assert log.endswith("last words")
    assert len(log) <= 20_000
