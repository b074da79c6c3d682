from __future__ import annotations

import shutil

import pytest

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.project import open_project
from semgui.domain.errors import UsageError
from semgui.jobs.samples import read_class_folder, read_project
from semgui.services import classes, label, marks
from semgui.services.label_files import import_labels
from tests.label_projects import ids, project_with_rows


def ignore(count: int) -> None:
    pass


def test_subfolders_are_classes(class_folder):
    images = read_class_folder(class_folder, ignore)
    assert [(c.id, c.name) for c in images.classes] == [
        ("folder.dots", "dots"),
        ("folder.flat", "flat"),
        ("folder.stripes", "stripes"),
    ]
    assert len(images.samples) == 31  # the broken one is found out when it is decoded
    assert images.samples[1].image_id == "dots/image1.png"


def test_names_people_know_get_the_ids_they_have(class_folder):
    (class_folder / "dots").rename(class_folder / "tips")
    known = next(c for c in read_class_folder(class_folder, ignore).classes if c.name.casefold() == "tips")
    assert known.id == "nffa.tips"


def test_folders_within_a_class_are_noted_and_the_class_is_none(class_folder):
    (class_folder / "dots" / "sample A" / "left").mkdir(parents=True)
    (class_folder / "dots" / "image0.png").rename(class_folder / "dots" / "sample A" / "left" / "x.png")
    folders = {s.image_id: s.folder for s in read_class_folder(class_folder, ignore).samples}
    assert folders["dots/sample A/left/x.png"] == "sample A/left"
    assert folders["dots/image1.png"] == ""


def test_images_without_a_class_are_told(class_folder):
    shutil.copy(class_folder / "dots" / "image0.png", class_folder / "lonely.png")
    images = read_class_folder(class_folder, ignore)
    assert len(images.samples) == 31
    assert images.problems == ("1 image(s) lie beside the class folders and have no class",)


def test_what_cannot_be_learned_from_is_a_sentence(class_folder, tmp_path):
    with pytest.raises(UsageError, match="no such folder"):
        read_class_folder(tmp_path / "nowhere", ignore)
    with pytest.raises(UsageError, match="at least two subfolders"):
        read_class_folder(class_folder / "dots", ignore)
    (class_folder / "dots").rename(class_folder / "do\tts")
    with pytest.raises(UsageError, match=r"'do\\tts' cannot name a class"):
        read_class_folder(class_folder, ignore)


def test_names_that_differ_in_case_are_one_class(class_folder):
    for old, new in (("dots", "Flat"), ("stripes", "Tips")):
        (class_folder / old).rename(class_folder / new)
    shutil.copytree(class_folder / "Tips", class_folder / "tips")
    images = read_class_folder(class_folder, ignore)
    assert [(c.id, c.name) for c in images.classes] == [("folder.Flat", "Flat"), ("nffa.tips", "Tips")]
    assert {s.class_id for s in images.samples} == {"folder.Flat", "nffa.tips"}
    shutil.rmtree(class_folder / "Flat")
    shutil.rmtree(class_folder / "flat")
    with pytest.raises(UsageError, match="at least two subfolders"):
        read_class_folder(class_folder, ignore)


def test_excluded_images_are_never_learned_from(class_folder, tmp_path):
    with open_project(tmp_path / "p.semgui", create=True) as project:
        import_labels(project, class_folder, "ann")
        labelled = [image.image_id for image in LabelStore(project).labelled()]
        before = read_project(project, ignore)
        marks.exclude(project, labelled[:4], "ann")
        after = read_project(project, ignore)
        assert {s.image_id for s in after.samples} == {s.image_id for s in before.samples} - {
            str(i) for i in labelled[:4]
        }
        assert before.problems == ()
        assert after.problems == ("4 of the labelled images, which the user has excluded",)
        marks.include(project, labelled, "ann")
        assert read_project(project, ignore) == before


def test_the_images_of_a_merged_class_are_learned_as_the_other(tmp_path):
    with project_with_rows(tmp_path / "p.semgui", 4) as project:
        for image, name in enumerate(["Wires", "Rods", "Dots", "Wires"], 1):
            known = ClassStore(project).taxonomy().by_name(name)
            if known is None:
                label.label_as_new_class(project, [image], name, "ann")
            else:
                label.set_labels(project, [image], known.id, "ann")
        wires, rods, dots = (c.id for c in ClassStore(project).taxonomy())
        classes.merge_classes(project, wires, rods, "ann")
        images = read_project(project, ignore)
    assert [s.class_id for s in images.samples] == [rods, rods, dots, rods]
    assert [c.id for c in images.classes] == [rods, dots]


def test_a_class_that_is_undone_while_the_labels_are_read_is_left_out(tmp_path, monkeypatch):
    with project_with_rows(tmp_path / "p.semgui", 6) as project:
        for number, name in enumerate(("a", "b", "c")):
            label.label_as_new_class(project, ids(2 * number + 1, 2 * number + 2), name, "ann")
        read = LabelStore.labelled

        def read_and_undo(store):
            found = read(store)
            label.undo(project, "bob")
            return found

        monkeypatch.setattr(LabelStore, "labelled", read_and_undo)
        images = read_project(project, ignore)
    assert [c.name for c in images.classes] == ["a", "b"]
    assert len(images.samples) == 4
