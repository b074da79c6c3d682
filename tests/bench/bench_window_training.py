"""Event-loop gaps of the window while a model is trained beside it, beside the idle window's in the same run.

``pytest tests/bench/bench_window_training.py -s`` prints the table. A run is a process of its own, at low
priority, and leaves threads for the window; what is measured is how long the window does not answer.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from semgui.jobs.supervisor import RunHandle, RunState
from semgui.services.runs import new_run_folder
from semgui.services.train import TrainRequest, start_training
from semgui.services.train_settings import train_settings
from tests.bench.many import write_many
from tests.bench.results import record
from tests.ui.conftest import *  # noqa: F403 - the window's fixtures
from tests.ui.gaps import GapMeter, Gaps
from tests.ui.pictures import write_picture
from trainer.events import Progress

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

IMAGES = 400
SECONDS = float(os.environ.get("SEMGUI_BENCH_SECONDS", "20"))
KEY_EVERY_MS = 120  # as fast as a hand goes through pictures
_PATIENCE = 900.0  # seconds, for a busy machine


def start_run(where: Path) -> RunHandle:
    """Start a training of the whole network that goes on for longer than anybody measures."""
    for number in range(80):
        write_picture(where / "classes" / ("one", "two")[number % 2] / f"{number}.png", number, (480, 640))
    settings = train_settings("thorough", None, {"finetune": {"epochs": 500, "patience": 500}})
    return start_training(TrainRequest(new_run_folder("beside"), data=where / "classes", settings=settings))


def trains(run: RunHandle) -> bool:
    """Whether it has come to the training itself; what came before is preparation."""
    return any(isinstance(event, Progress) and event.stage == "training" for event in run.new_events())


def test_event_loop_gaps_beside_a_training_run(
    open_window, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    driver = open_window(write_many(tmp_path / "images", IMAGES))
    driver.until(lambda: driver.session.gallery.ids.size == IMAGES, _PATIENCE)
    driver.session.activities.cancel_all()
    driver.until_idle()
    forth = itertools.cycle([Qt.Key.Key_Right] * 20 + [Qt.Key.Key_Left] * 20)

    def measured(*, keys: bool) -> Gaps:
        with GapMeter(driver.window) as meter:
            for _ in range(round(1000 * SECONDS / KEY_EVERY_MS)):
                if keys:
                    driver.key(next(forth))
                QTest.qWait(KEY_EVERY_MS)
        return meter.gaps()

    lines = {"idle": measured(keys=False), "switching": measured(keys=True)}
    run = start_run(tmp_path)
    driver.until(lambda: trains(run), _PATIENCE)
    lines["a training run"] = measured(keys=False)
    lines["a training run, switching"] = measured(keys=True)
    driver.window.modes.show("train")
    driver.until(lambda: driver.window.modes.page("train").training.current is not None)
    lines["a training run, its curves shown"] = measured(keys=False)
    assert run.state() is RunState.RUNNING, "the training ended before the measurement"
    run.ask_to_stop()
    driver.until(lambda: run.state() is not RunState.RUNNING, _PATIENCE)
    with capsys.disabled():
        cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
        sys.stdout.write(
            f"\n{SECONDS:.0f} s each, ticks of 10 ms, {cores} cores, load {load:.1f} at the end\n"
        )
        for name, gaps in lines.items():
            sys.stdout.write(
                f"{name:33} p99 {gaps.p99:6.1f} ms   max {gaps.largest:6.1f} ms   "
                f"own processor time p99 {gaps.own_p99:5.1f} ms\n"
            )
    record(
        "gaps_training",
        {
            name: {"p99": round(g.p99, 1), "max": round(g.largest, 1), "own_p99": round(g.own_p99, 1)}
            for name, g in lines.items()
        },
    )
