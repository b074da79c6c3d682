"""``semgui train`` from the outside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SEMGUI = Path(sys.executable).with_name("semgui")


def train(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [SEMGUI, "train", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


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
        (["--arch", "resnet50"], "not there yet"),
        (["--mode", "full"], "not there yet"),
        (["--epochs", "0"], "at least one epoch"),
        (["--project", "p.semgui"], "either"),
    ],
)
def test_what_is_not_there_is_a_sentence(data, tmp_path, arguments, sentence):
    answer = train("--data", data, "--run", tmp_path / "run", *arguments)
    assert answer.returncode == 2
    assert sentence in answer.stderr
    assert not (tmp_path / "run").exists()


def test_missing_data_and_failures_end_with_a_sentence(tmp_path):
    nowhere = train("--data", tmp_path / "nowhere", "--run", tmp_path / "run")
    assert nowhere.returncode == 2
    assert "no such folder" in nowhere.stderr
    (tmp_path / "empty").mkdir()
    empty = train("--data", tmp_path / "empty", "--run", tmp_path / "run", "--wait")
    assert empty.returncode == 1
    assert "at least two subfolders" in empty.stderr
    assert "Traceback" not in empty.stderr
