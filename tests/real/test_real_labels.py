"""Labels of real class folders, in and out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.project import Project, open_project
from semgui.domain.ids import ImageId
from semgui.exchange.class_tree import LinkMode
from semgui.imaging.reader import SUFFIXES
from semgui.services import label
from semgui.services.label_files import export_labels, import_labels


def images_in(folder: Path) -> dict[str, int]:
    """Images per class folder."""
    return {
        sub.name: sum(p.suffix.lower() in SUFFIXES for p in sub.rglob("*"))
        for sub in sorted(folder.iterdir())
        if sub.is_dir()
    }


def class_names(project: Project) -> dict[ImageId, str]:
    """Name of the class of every labelled image; ids of classes made anew are new."""
    names = ClassStore(project).names()
    return {s.image_id: names[s.class_id] for s in LabelStore(project).labelled() if s.class_id}


@pytest.mark.parametrize("name", ["categories", "nffa_sample", "perovskite"])
def test_a_real_class_folder_goes_in_and_out_without_loss(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    folder = shared_data / name
    expected = images_in(folder)
    with open_project(tmp_path / "p.semgui", create=True) as project:
        report = import_labels(project, folder, "me")
        assert (report.labelled, report.unknown) == (sum(expected.values()), ())
        assert Counter(class_names(project).values()) == expected

        tree = export_labels(project, tmp_path / "tree", link=LinkMode.SYMLINK).tree
        assert tree is not None
        assert (tree.written, tree.unreadable, images_in(tmp_path / "tree")) == (
            sum(expected.values()),
            [],
            expected,
        )
        export_labels(project, tmp_path / "labels.csv")
        before = class_names(project)
        assert import_labels(project, tmp_path / "labels.csv", "me").batch is None
        label.undo(project, "me")
        assert LabelStore(project).labelled() == []
        assert import_labels(project, tmp_path / "labels.csv", "me").labelled == len(before)
        assert class_names(project) == before


def test_nffa_folders_get_the_ids_of_the_preset(shared_data: Path, tmp_path: Path) -> None:
    with open_project(tmp_path / "p.semgui", create=True) as project:
        import_labels(project, shared_data / "nffa_sample", "me")
        assert {c.id for c in ClassStore(project).taxonomy()} == {"nffa.particles", "nffa.fibres"}
