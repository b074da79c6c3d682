"""A run handed over to submitit's local executor, which speaks as Slurm's does."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from semgui.domain.errors import UsageError
from semgui.jobs.supervisor import RunState
from semgui.services.cluster import Place, submit
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


def test_without_slurm_it_is_a_sentence(held, monkeypatch):
    pytest.importorskip("submitit")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="srun"):
        submit(held.run.path, Place("slurm"))
