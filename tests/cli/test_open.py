from __future__ import annotations

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
