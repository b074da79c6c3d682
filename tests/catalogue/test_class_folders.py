from __future__ import annotations

import os

import pytest

from semgui.catalogue.class_folders import list_class_folders


@pytest.fixture
def folder(tmp_path):
    for name in (
        "tips/a10.tif",
        "tips/a2.tif",
        "tips/s1/left/b.png",
        "Fibres/c.jpg",
        "Fibres/notes.txt",
        ".hidden/d.png",
        "old.semgui/e.png",
        "lonely.tif",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    return tmp_path


def test_subfolders_are_classes_in_the_order_of_people(folder):
    seen: list[int] = []
    found = list_class_folders(folder, seen.append)
    assert [(f.class_name, f.folder, f.path.name) for f in found.files] == [
        ("Fibres", "", "c.jpg"),
        ("tips", "", "a2.tif"),
        ("tips", "", "a10.tif"),
        ("tips", "s1/left", "b.png"),
    ]
    assert found.problems == ("1 image(s) lie beside the class folders and have no class",)
    assert seen[-1] == 4


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_folder_that_cannot_be_listed_is_told(folder):
    (folder / "tips").chmod(0)
    try:
        found = list_class_folders(folder, lambda count: None)
    finally:
        (folder / "tips").chmod(0o755)
    assert any("tips: the folder cannot be listed" in problem for problem in found.problems)


def test_a_folder_that_is_gone_is_told(tmp_path):
    found = list_class_folders(tmp_path / "gone", lambda count: None)
    assert found.files == ()
    assert "cannot be listed" in found.problems[0]
