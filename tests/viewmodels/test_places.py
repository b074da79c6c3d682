"""Where the project of a folder goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from semgui import paths
from semgui.viewmodels.places import default_project


def test_beside_the_folder(tmp_path: Path) -> None:
    assert default_project(tmp_path / "session") == tmp_path / "session.semgui"


def test_folders_of_one_name_that_cannot_be_written_keep_their_labels_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    one, other = (default_project(tmp_path / disk / "images") for disk in ("disk1", "disk2"))
    assert one != other
    assert one == default_project(tmp_path / "disk1" / "images")
    assert one.parent == paths.data_dir() / "projects"
    assert one.name.startswith("images-")


def test_a_project_that_is_there_is_used_even_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "images.semgui").mkdir()
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert default_project(tmp_path / "images") == tmp_path / "images.semgui"
