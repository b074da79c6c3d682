"""The window's part of the self-test, in a process of its own, as `semgui selftest` starts it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from semgui.processes import command_of
from semgui.settings import Settings, save_settings


@pytest.mark.slow
def test_it_opens_classifies_explains_labels_and_finds_the_label_again(
    display: str, images: Path, model_folder: Path, tmp_path: Path
):
    (images / "b" / "broken.png").unlink()
    settings = Settings()
    settings.compute.model = str(model_folder)
    settings.compute.device = "cpu"
    save_settings(settings)

    def play(part: str) -> dict[str, dict]:
        answer = subprocess.run(
            command_of("semgui.ui.selftest", part, images, tmp_path / f"{part}.png"),
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        assert answer.returncode == 0, answer.stdout + answer.stderr
        told = [json.loads(line) for line in answer.stdout.splitlines() if line.startswith("{")]
        assert {"connections": []} in told
        assert (tmp_path / f"{part}.png").stat().st_size > 1000
        return {entry["step"]: entry for entry in told if "step" in entry}

    first = play("first")
    assert first["opened"]["images"] == 12
    assert first["classified"]["images"] == 12
    label = first["labelled"]
    again = play("again")
    assert again["reopened"]["labels"][str(label["image"])] == label["label"]
    assert again["undone"]["labels"][str(label["image"])] is None
