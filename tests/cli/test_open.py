from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from semgui.cli.main import app


def test_a_path_that_is_not_there_is_a_sentence(tmp_path: Path):
    result = CliRunner().invoke(app, ["open", str(tmp_path / "gone")])
    assert result.exit_code == 2
    assert "there is no such file or folder" in result.stderr


@pytest.mark.parametrize("display", [None, "nonsense"])
def test_without_a_screen_it_says_what_works(display, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    if display is not None:
        monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setattr("sys.platform", "linux")
    result = CliRunner().invoke(app, ["open"])
    assert result.exit_code == 2
    assert "no screen" in result.stderr


def test_a_screen_without_opengl_is_a_sentence():
    clean = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    answer = subprocess.run(
        [Path(sys.executable).with_name("semgui"), "open"],
        env=clean | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert "no OpenGL" in answer.stderr
