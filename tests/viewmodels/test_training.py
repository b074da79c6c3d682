"""Runs that are watched while somebody chooses another one."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from semgui.viewmodels import training
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.training import TrainingModel
from tests.viewmodels.runner import ManualRunner

ONE, OTHER = Path("one"), Path("other")


class Watch:
    """A `RunWatch` of a run that says nothing but its name."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def look(self):
        return SimpleNamespace(path=self.path)

    def log(self) -> str:
        return f"log of {self.path}"


@pytest.fixture
def runner() -> ManualRunner:
    return ManualRunner()


@pytest.fixture
def model(runner: ManualRunner, monkeypatch: pytest.MonkeyPatch) -> TrainingModel:
    monkeypatch.setattr(training, "find_runs", lambda: [ONE, OTHER])
    monkeypatch.setattr(training, "RunWatch", Watch)
    made = TrainingModel(runner, Notices(), lambda _: None)
    made.watch()
    runner.drain()
    runner.rest()
    assert made.chosen == ONE
    assert made.log == "log of one"
    return made


def test_the_log_of_one_run_is_not_shown_as_that_of_another(model, runner):
    runner.delayed.pop(0)()  # looks again
    task = runner.tasks.pop(0)
    found = task.work()
    model.choose(OTHER)
    task.done(found)
    assert model.log == ""
    runner.rest()
    assert model.log == "log of other"


def test_going_away_and_back_looks_no_more_often(model, runner):
    for _ in range(3):
        model.unwatch()
        model.watch()
    runner.drain()
    runner.rest()
    assert len(runner.delayed) == 1


def test_runs_that_could_not_be_read_once_are_looked_at_again_and_said_once(model, runner, monkeypatch):
    said = []
    model._notices.posted.connect(lambda notice: said.append(notice.text))

    def fail():
        raise OSError("the disk sleeps")

    with monkeypatch.context() as patch:
        patch.setattr(training, "find_runs", fail)
        for _ in range(3):
            runner.rest()
    assert len(said) == 1
    monkeypatch.setattr(training, "find_runs", lambda: [OTHER])
    runner.rest()
    assert [run.path for run in model.runs] == [OTHER]
