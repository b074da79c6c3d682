"""``semgui train`` from the outside."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SEMGUI = Path(sys.executable).with_name("semgui")


def semgui(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SEMGUI, *map(str, arguments)], capture_output=True, text=True, check=False)


def train(*arguments: object) -> subprocess.CompletedProcess[str]:
    return semgui("train", *arguments)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Bright and dark noise, ten of each."""
    generator = np.random.default_rng(0)
    for name, rows in (("fine", 120), ("coarse", 12)):
        (tmp_path / "data" / name).mkdir(parents=True)
        for i in range(10):
            noise = Image.fromarray(generator.integers(0, 256, (rows, rows), dtype=np.uint8))
            noise.resize((120, 120)).save(tmp_path / "data" / name / f"{i}.tif")
    return tmp_path / "data"


def test_a_class_folder_becomes_a_model(data, tmp_path):
    run = tmp_path / "run"
    answer = train("--data", data, "--epochs", 5, "--seed", 1, "--run", run, "--wait")
    assert answer.returncode == 0, answer.stderr
    assert "test images" in answer.stdout
    assert str(run / "model") in answer.stdout
    assert (run / "model" / "card.json").exists()
    assert (run / "report.html").exists()
    again = train("--data", data, "--epochs", 5, "--seed", 1, "--run", run)
    assert again.returncode == 2
    assert "this run is done" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--arch", "resnet50"], "weights of resnet50 are not on this computer"),
        (["--arch", "resnet51"], "no architecture 'resnet51'"),
        (["--mode", "full"], "mode: "),
        (["--preset", "slow"], "'slow' is none of quick, standard, thorough"),
        (["--epochs", "0"], "epochs: input should be greater than or equal to 1, not 0"),
        (["--project", "p.semgui"], "either"),
        (["--from", "nobody"], "nobody"),
    ],
)
def test_what_is_not_there_is_a_sentence(data, tmp_path, arguments, sentence):
    answer = train("--data", data, "--run", tmp_path / "run", *arguments)
    assert answer.returncode == 2, answer.stderr
    assert sentence in answer.stderr
    assert not (tmp_path / "run").exists()


def test_what_can_be_known_at_once_fails_at_once(tmp_path):
    nowhere = train("--data", tmp_path / "nowhere", "--run", tmp_path / "run")
    assert nowhere.returncode == 2
    assert "no such folder" in nowhere.stderr
    (tmp_path / "empty").mkdir()
    empty = train("--data", tmp_path / "empty", "--run", tmp_path / "run")
    assert empty.returncode == 2
    assert "at least two subfolders" in empty.stderr
    assert not (tmp_path / "run").exists()
    other = train("--resume", tmp_path / "empty")
    assert other.returncode == 2
    assert "no run folder" in other.stderr


def test_a_file_of_settings_trains_a_network_from_scratch_and_runs_are_seen(data, tmp_path):
    file = tmp_path / "settings.yaml"
    file.write_text("architecture: simple_cnn\nedge: 32\nfinetune: {epochs: 9, batch_size: 4}\n")
    run = tmp_path / "runs" / "scratch"
    arguments = ("--data", data, "--config", file, "--mode", "all", "--epochs", 2, "--run", run)
    answer = train(*arguments, "--wait")
    assert answer.returncode == 0, answer.stderr
    config = json.loads((run / "config.json").read_text())
    assert config["base"]["kind"] == "random"
    assert config["preprocess"]["edge"] == 32
    assert config["finetune"]["epochs"] == 2
    assert config["finetune"]["batch_size"] == 4
    assert config["finetune"]["batch_norm"] == "trained"
    shown = semgui("runs", "list", tmp_path / "runs").stdout
    assert "done" in shown
    assert "epoch 2/2" in shown
    assert str(run) in shown
    assert "simple_cnn, all, seed 0" in semgui("runs", "show", run).stdout
    images = sorted(data.rglob("*.tif"))[:3]
    classified = semgui("classify", *images, "--model", run / "model", "--out", tmp_path / "out.csv")
    assert classified.returncode == 0, classified.stderr
    assert (tmp_path / "out.csv").read_text().count("\n") == 4
