"""Folders that look like classes, and images labelled by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.labels import LabelStore
from semgui.domain.errors import Cancelled, UsageError
from semgui.domain.progress import CancelToken
from semgui.review.history import History
from semgui.services.classes import start_with_preset
from semgui.services.folder_labels import class_like_folders, label_by_folders
from semgui.services.label import set_labels
from tests.label_projects import ids, save_image, scanned_project


def sorted_pictures(where: Path, names: dict[str, int]) -> Path:
    folder = where / "pictures"
    seed = 0
    for name, count in names.items():
        for number in range(count):
            save_image(folder / name / f"{number}.png", seed)
            seed += 1
    return folder


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        ({"Tips": 3, "network/near": 2, "network/far": 1}, ("Tips", "network")),
        ({"3D": 3, "3D-2D": 3}, ("3D", "3D-2D")),
        ({"session 1": 3, "session 2": 3, "session 10": 3}, ()),
        ({"2024-03-01": 3, "2024-03-02": 3}, ()),
        ({"Tips": 3, "network": 3, ".": 1}, ()),
        ({"Tips": 6}, ()),
        ({"one": 1, "two": 1, "three": 1}, ()),
    ],
)
def test_folders_that_may_name_classes(tmp_path: Path, names, classes) -> None:
    folder = sorted_pictures(tmp_path, names)
    with scanned_project(tmp_path / "p.semgui", folder) as project:
        assert class_like_folders(project, folder) == classes


def test_an_opened_folder_within_another_has_classes_of_its_own(tmp_path: Path) -> None:
    folder = sorted_pictures(tmp_path, {"Tips": 3, "network": 3})
    with scanned_project(tmp_path / "p.semgui", tmp_path) as project:
        assert class_like_folders(project, folder) == ("Tips", "network")
        assert class_like_folders(project, tmp_path / "elsewhere") == ()


def test_the_classes_of_folders_take_the_place_of_those_that_nobody_used(tmp_path: Path) -> None:
    folder = sorted_pictures(tmp_path, {"Tips": 2, "network/near": 1, "network/far": 1})
    with scanned_project(tmp_path / "p.semgui", folder) as project:
        start_with_preset(project, "nffa10", "ann")
        report = label_by_folders(project, folder, "ann")
        assert report.labelled == 4
        taxonomy = ClassStore(project).taxonomy()
        assert {c.name for c in taxonomy.active} == {"Tips", "network"}
        assert all(c.shortcut.isdigit() for c in taxonomy.active)
        assert taxonomy.by_name("Tips").id == "nffa.tips"  # what a model says of it still counts
        History(project, "ann").undo()
        History(project, "ann").undo()
        assert LabelStore(project).labelled() == []
        assert len(ClassStore(project).taxonomy().active) == 10


def test_classes_of_a_project_with_labels_stay(tmp_path: Path) -> None:
    folder = sorted_pictures(tmp_path, {"Tips": 2, "network": 2})
    with scanned_project(tmp_path / "p.semgui", folder) as project:
        start_with_preset(project, "nffa10", "ann")
        powder = ClassStore(project).taxonomy().by_name("Powder")
        set_labels(project, ids(1), powder.id, "ann")
        label_by_folders(project, folder, "ann")
        assert len(ClassStore(project).taxonomy().active) == 11


def test_nothing_is_changed_without_sub_folders_or_when_it_is_stopped(tmp_path: Path) -> None:
    folder = sorted_pictures(tmp_path, {".": 2, "Tips": 2})
    stopped = CancelToken()
    stopped.cancel()
    with scanned_project(tmp_path / "p.semgui", folder) as project:
        start_with_preset(project, "nffa10", "ann")
        with pytest.raises(UsageError, match="no sub-folder"):
            label_by_folders(project, folder / "Tips", "ann")
        with pytest.raises(Cancelled):
            label_by_folders(project, folder, "ann", cancel=stopped)
        assert len(ClassStore(project).taxonomy().active) == 10
        assert LabelStore(project).labelled() == []
