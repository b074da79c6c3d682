"""Several processes do what one does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from tests.trainer.test_finetune import SCRATCH, tiny
from trainer.augment.params import PRESETS, AugmentPreset
from trainer.card import load_card
from trainer.config import HeadTraining
from trainer.events import Epoch, EventReader, Started
from trainer.finetune_config import BatchNorm
from trainer.team import Alone, team
from trainer.train import train


def launch(run, processes: int) -> subprocess.CompletedProcess:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(processes)]
    command += ["--master-addr", "127.0.0.1", "--master-port", str(port), "-m", "trainer", str(run.path)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        timeout=280,
        check=False,
    )


def test_one_process_is_alone():
    assert isinstance(team(), Alone)
    assert Alone().share(np.arange(3)).tolist() == [0, 1, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="torchrun")
def test_two_processes_make_the_model_of_one(tmp_path):
    pytest.importorskip("lightning_fabric")
    params = SCRATCH.model_copy(
        update={"batch_norm": BatchNorm.FROZEN, "epochs": 3, "batch_size": 7, "head_first": True}
    )
    changes = {"augment": PRESETS[AugmentPreset.OFF], "finetune": params, "head": HeadTraining(epochs=2)}
    one, two = (tiny(tmp_path / name, **changes) for name in ("one", "two"))
    train(one)
    result = launch(two, 2)
    assert result.returncode == 0, result.stderr
    alone, together = (load_file(run.model / "weights.safetensors") for run in (one, two))
    assert alone.keys() == together.keys()
    for name in alone:
        if name.startswith(("head.", "backbone.")):
            torch.testing.assert_close(together[name], alone[name], atol=1e-5, rtol=0)
    events = list(EventReader(two.events).new())
    assert len([e for e in events if isinstance(e, Started)]) == 1
    assert [e.epoch for e in events if isinstance(e, Epoch)] == [1, 2, 3]
    confusions = [load_card(run.model).measurements[0].confusion for run in (one, two)]
    assert confusions[0] == confusions[1]
