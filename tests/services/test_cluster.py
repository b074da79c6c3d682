"""A run handed over to submitit's local executor, which speaks as Slurm's does."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from semgui.domain.errors import SemguiError, UsageError
from semgui.jobs.run_lock import run_lock
from semgui.jobs.supervisor import RunState, prepare_here
from semgui.services import cluster
from semgui.services.cluster import Carrying, Place, submit
from semgui.services.train import TrainRequest, make_run
from semgui.services.train_settings import train_settings

SETTINGS = {"architecture": "simple_cnn", "mode": "all", "edge": 32, "finetune": {"epochs": 1}, "threads": 1}


@pytest.fixture
def held(tmp_path):
    generator = np.random.default_rng(0)
    for name, rows in (("fine", 120), ("coarse", 12)):
        (tmp_path / "data" / name).mkdir(parents=True)
        for i in range(10):
            noise = Image.fromarray(generator.integers(0, 256, (rows, rows), dtype=np.uint8))
            noise.resize((120, 120)).save(tmp_path / "data" / name / f"{i}.tif")
    request = TrainRequest(tmp_path / "run", tmp_path / "data", None, train_settings(None, None, SETTINGS))
    return make_run(request)


def test_a_held_run_is_prepared_here_and_trained_there(held):
    pytest.importorskip("submitit")
    assert held.state() is RunState.NEW
    job = submit(held.run.path, Place("local"))
    assert job.result() == 0
    assert held.state() is RunState.DONE
    assert (held.run.model / "card.json").exists()
    with pytest.raises(UsageError, match="this run is done"):
        submit(held.run.path, Place("local"))


def test_no_two_machines_work_on_a_run(held, monkeypatch):
    prepare_here(held)
    monkeypatch.setattr(cluster, "_SECONDS_TO_BE_FREED", 0)
    with run_lock(held.run.path), pytest.raises(SemguiError, match="worked on already"):
        Carrying(held.run.path)()
    seen = []
    monkeypatch.setattr("trainer.__main__.main", lambda arguments: seen.append(held.state()) or 0)
    assert Carrying(held.run.path)() == 0
    assert seen == [RunState.RUNNING]


def test_without_slurm_it_is_a_sentence(held, monkeypatch):
    pytest.importorskip("submitit")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="srun"):
        submit(held.run.path, Place("slurm"))
