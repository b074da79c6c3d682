"""Learning from corrections while the run is being started, and while counting fails."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from semgui.jobs.supervisor import RunState
from semgui.services.train_settings import Preset
from semgui.viewmodels import confusion_learning
from semgui.viewmodels.confusion_learning import Stage
from tests.ui.review_project import plant
from tests.viewmodels.sitting import SaysNothing, Sitting


class Watch:
    """A run that goes on until it is asked to stop."""

    def __init__(self, path: Path) -> None:
        self.path, self.state = path, RunState.RUNNING

    def look(self):
        return SimpleNamespace(path=self.path, state=self.state, failure="", model=None, progress=None)

    def stop(self) -> None:
        self.state = RunState.STOPPED


@pytest.fixture
def sitting(tmp_path, monkeypatch):
    made = Sitting()
    made.open(plant(tmp_path, SaysNothing(), each=4, wrong=2).place)
    handle = SimpleNamespace(run=SimpleNamespace(path=tmp_path / "run"))
    monkeypatch.setattr(confusion_learning, "start_training", lambda request: handle)
    monkeypatch.setattr(confusion_learning, "RunWatch", Watch)
    yield made
    made.close()


def test_a_run_that_is_stopped_while_it_is_being_started_stops(sitting):
    learning = sitting.session.learning
    learning.learn(Preset.QUICK)
    learning.stop()
    for _ in range(3):
        sitting.runner.rest()
    assert learning.stage is Stage.IDLE
    assert "stopped" in learning.problem


def test_corrections_that_cannot_be_counted_end_no_training(sitting, monkeypatch):
    learning = sitting.session.learning
    learning.learn(Preset.QUICK)
    sitting.work()
    assert learning.stage is Stage.TRAINING

    def fail(project):
        raise OSError("the disk is gone")

    monkeypatch.setattr(confusion_learning, "corrections", fail)
    learning.count()
    sitting.work()
    assert learning.stage is Stage.TRAINING
    learning.stop()
    for _ in range(3):
        sitting.runner.rest()
    assert learning.stage is Stage.IDLE
