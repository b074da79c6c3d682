"""``semgui split`` from the outside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SEMGUI = Path(sys.executable).with_name("semgui")


def split(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [SEMGUI, "split", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    generator = np.random.default_rng(0)
    for name in ("grains", "wires"):
        (tmp_path / "data" / name).mkdir(parents=True)
        for i in range(10):
            noise = Image.fromarray(generator.integers(0, 256, (12, 12), dtype=np.uint8))
            noise.resize((120, 120)).save(tmp_path / "data" / name / f"{i}.png")
    return tmp_path / "data"


def test_folders_are_divided_and_counted(data, tmp_path):
    answer = split(data, "--out", tmp_path / "out", "--ratios", "60/20/20", "--link", "sym", "--seed", 3)
    assert answer.returncode == 0, answer.stderr
    lines = [line.split() for line in answer.stdout.splitlines()]
    assert lines[1:4] == [["grains", "6", "2", "2"], ["wires", "6", "2", "2"], ["all", "12", "4", "4"]]
    assert lines[4] == ["20", "groups."]
    assert len(list((tmp_path / "out" / "train" / "grains").iterdir())) == 6
    assert answer.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "name a folder of class folders with --out, or a project with --project"),
        (("DATA",), "name a folder of class folders with --out"),
        (
            ("DATA", "--out", "OUT", "--by", "colour"),
            "no image says its colour (there are vendor, instrument",
        ),
        (("DATA", "--out", "OUT", "--ratios", "70-30"), "ratios are three numbers"),
        (("DATA", "--out", "OUT", "--by", "detector"), "no image says its detector"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(data, tmp_path, arguments, sentence):
    places = {"DATA": data, "OUT": tmp_path / "out"}
    answer = split(*(places.get(word, word) for word in arguments))
    assert answer.returncode == 2
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "out").exists()
