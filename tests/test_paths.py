"""Where things lie."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from semgui import paths


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A frozen application."""
    monkeypatch.delenv("SEMGUI_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "stick" / "semgui"
    folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "semgui"))
    return folder


def test_a_folder_beside_the_program_makes_it_portable(program: Path):
    assert paths.portable_home() is None
    assert not paths.config_dir().is_relative_to(program)
    (program / paths.PORTABLE).mkdir()
    for made in (paths.config_dir, paths.cache_dir, paths.data_dir, paths.log_dir):
        assert made().is_relative_to(program / paths.PORTABLE)


def test_the_environment_goes_before_it(program: Path, tmp_path: Path, monkeypatch):
    (program / paths.PORTABLE).mkdir()
    monkeypatch.setenv("SEMGUI_HOME", str(tmp_path / "elsewhere"))
    assert paths.data_dir() == tmp_path / "elsewhere" / "data"


def test_a_checkout_is_never_portable(program: Path, monkeypatch):
    (program / paths.PORTABLE).mkdir()
    monkeypatch.delattr(sys, "frozen")
    assert paths.portable_home() is None
