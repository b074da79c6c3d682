"""Labels into and out of a project, through every door, on real small files."""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.project import Project, open_project
from semgui.catalogue.query import ImageQuery
from semgui.catalogue.tables import roots
from semgui.domain.errors import Cancelled, UsageError
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.image import ImageRecord
from semgui.domain.labels import LabelSource
from semgui.domain.marks import Marks
from semgui.domain.progress import CancelToken, Progress
from semgui.exchange.class_tree import LinkMode
from semgui.exchange.json_labels import JsonClass
from semgui.review.databar_commands import PlaceDatabar
from semgui.review.history import History
from semgui.review.import_labels import ImportedLabel, ImportLabels
from semgui.services import classes, label, label_files, marks
from semgui.services.label_files import export_labels, import_labels
from semgui.services.scan import scan_folder
from tests.label_projects import ids, project_with_rows, save_image, scanned_project


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    for seed, name in enumerate(["one/a.png", "one/b.png", "two/a.png", "two/c.png"]):
        save_image(folder / name, seed)
    return folder


@pytest.fixture
def project(tmp_path: Path, pictures: Path) -> Iterator[Project]:
    with scanned_project(tmp_path / "p.semgui", pictures) as opened:
        yield opened


def labels_of(project: Project, folder: Path) -> dict[str, str]:
    """Class names by path below `folder`."""
    names = ClassStore(project).names()
    said = {}
    for found in LabelStore(project).labelled():
        path = ImageStore(project).get(found.image_id).path
        assert found.class_id is not None
        said[path.relative_to(folder).as_posix()] = names[found.class_id]
    return said


def listed(project: Project) -> list[ImageRecord]:
    """Return all images by id."""
    store = ImageStore(project)
    everyone = [ImageId(int(i)) for i in store.ids(ImageQuery())]
    return sorted(store.get_many(everyone), key=lambda image: image.id)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_labels_and_creates_classes_as_one_undo(
    project: Project, pictures: Path, tmp_path: Path
) -> None:
    table = write(
        tmp_path / "labels.csv",
        f"path,class,annotator\npictures/one/a.png,Tips,ann\n{pictures}/two/c.png,Whiskers,\n"
        "pictures/none.png,Tips,\n",
    )
    report = import_labels(project, table, "me")
    assert (report.labelled, report.unchanged) == (2, 0)
    assert report.created == ("Tips", "Whiskers")
    assert report.unknown == (pictures / "none.png",)
    assert labels_of(project, pictures) == {"one/a.png": "Tips", "two/c.png": "Whiskers"}
    said = {s.annotator: s for s in LabelStore(project).labelled()}
    assert set(said) == {"ann", "me"}
    assert {s.source for s in said.values()} == {LabelSource.IMPORT}
    assert said["ann"].class_id == "nffa.tips"
    label.undo(project, "me")
    assert labels_of(project, pictures) == {}
    assert len(ClassStore(project).taxonomy()) == 0


def test_importing_the_same_table_again_changes_nothing(project: Project, tmp_path: Path) -> None:
    table = write(tmp_path / "labels.csv", "path,class\npictures/one/a.png,Tips\npictures/one/b.png,Tips\n")
    import_labels(project, table, "me")
    again = import_labels(project, table, "me")
    assert (again.batch, again.labelled, again.unchanged, again.created) == (None, 0, 2, ())
    of_another = import_labels(project, table, "somebody else")
    assert of_another.labelled == 2, "who brings the same labels agrees, which counts"
    assert import_labels(project, table, "me").batch is None, "I have said so before"


def test_missing_classes_can_be_refused_and_then_nothing_is_imported(
    project: Project, tmp_path: Path
) -> None:
    classes.create_class(project, "Tips", "me")
    table = write(tmp_path / "l.csv", "path,class\npictures/one/a.png,tips\npictures/one/b.png,Rods\n")
    with pytest.raises(UsageError, match="no class Rods; nothing was imported"):
        import_labels(project, table, "me", existing_classes_only=True)
    assert LabelStore(project).labelled() == []
    write(table, "path,class\npictures/one/a.png,tips\n")
    assert import_labels(project, table, "me", existing_classes_only=True).labelled == 1


def test_of_contradicting_rows_the_last_counts_and_it_is_said(
    project: Project, pictures: Path, tmp_path: Path
) -> None:
    table = write(tmp_path / "l.csv", "path,class\npictures/one/a.png,Tips\npictures/one/a.png,Rods\n")
    report = import_labels(project, table, "me")
    assert labels_of(project, pictures) == {"one/a.png": "Rods"}
    assert report.problems == (f"{pictures}/one/a.png: given as Tips and Rods; the last one counts",)
    assert report.created == ("Rods",)


def test_opinions_of_several_people_are_events_in_order(
    project: Project, pictures: Path, tmp_path: Path
) -> None:
    image = ImageStore(project).by_path(pictures / "one/a.png")
    assert image is not None
    table = write(
        tmp_path / "l.csv",
        "path,class,annotator\npictures/one/a.png,Tips,ann\npictures/one/a.png,Rods,bob\n",
    )
    import_labels(project, table, "me")
    assert [e.annotator for e in label.history(project, image.id)] == ["ann", "bob"]
    assert labels_of(project, pictures) == {"one/a.png": "Rods"}
    assert import_labels(project, table, "me").batch is None
    write(table, table.read_text().replace("Tips", "Fibres"))
    assert import_labels(project, table, "me").labelled == 1
    label.undo(project, "me")
    label.undo(project, "me")
    assert labels_of(project, pictures) == {}


def test_a_later_row_of_one_person_comes_after_the_other_person(
    project: Project, pictures: Path, tmp_path: Path
) -> None:
    image = ImageStore(project).by_path(pictures / "one/a.png")
    assert image is not None
    rows = "".join(f"pictures/one/a.png,{row}\n" for row in ("Tips,ann", "Rods,bob", "Wires,ann"))
    import_labels(project, write(tmp_path / "l.csv", f"path,class,annotator\n{rows}"), "me")
    assert [e.annotator for e in label.history(project, image.id)] == ["bob", "ann"]
    assert labels_of(project, pictures) == {"one/a.png": "Wires"}


def test_paths_through_links_are_found(project: Project, pictures: Path, tmp_path: Path) -> None:
    (tmp_path / "door").symlink_to(pictures)
    (tmp_path / "alias.png").symlink_to(pictures / "one/b.png")
    table = write(tmp_path / "l.csv", "path,class\ndoor/one/a.png,Tips\nalias.png,Rods\n")
    assert import_labels(project, table, "me").unknown == ()
    assert labels_of(project, pictures) == {"one/a.png": "Tips", "one/b.png": "Rods"}


def test_json_brings_everything_back_in_a_new_project(
    project: Project, pictures: Path, tmp_path: Path
) -> None:
    import_labels(project, write(tmp_path / "l.csv", "path,class\npictures/one/a.png,Tips\n"), "ann")
    label.label_as_new_class(project, [LabelStore(project).labelled()[0].image_id], "Ångström", "bob")
    new = ClassStore(project).taxonomy().by_name("Ångström")
    assert new is not None
    classes.recolour_class(project, new.id, "#123456", "bob")
    classes.create_class(project, "Old", "bob")
    old = ClassStore(project).taxonomy().by_name("Old")
    assert old is not None
    classes.archive_class(project, old.id, "bob")
    classes.set_parent(project, new.id, ClassId("nffa.tips"), "bob")
    classes.create_class(project, "Peaks", "bob")
    peaks = ClassStore(project).taxonomy().by_name("Peaks")
    assert peaks is not None
    classes.merge_classes(project, peaks.id, new.id, "bob")
    accepted = ImageStore(project).by_path(pictures / "two/c.png")
    assert accepted is not None
    rows = [
        ImportedLabel(
            accepted.id,
            "Tips",
            "cyd",
            datetime(2024, 5, 1, 12, tzinfo=UTC),
            LabelSource.ACCEPTED,
            ModelId("m@1"),
        )
    ]
    History(project, "x").do(ImportLabels(rows, "test"))
    classes.set_examples(project, new.id, [accepted.id], "bob")
    marks.flag(project, [accepted.id], "bob")
    marks.set_note(project, accepted.id, "why?", "cyd")
    for tag in ("SE2", "cracked"):
        marks.add_tag(project, [image.id for image in listed(project)], tag, "bob")
    marks.exclude(project, [listed(project)[0].id], "bob")
    export_labels(project, tmp_path / "out.json")
    content = json.loads((tmp_path / "out.json").read_text())

    with scanned_project(tmp_path / "q.semgui", pictures) as other:
        report = import_labels(other, tmp_path / "out.json", "importer")
        assert (report.labelled, report.marked, report.unknown) == (2, 4, ())
        assert ClassStore(other).taxonomy() == ClassStore(project).taxonomy()
        everyone = [image.id for image in listed(other)]
        assert MarkStore(other).current(everyone) == MarkStore(project).current(everyone)
        assert MarkStore(other).current(everyone)[accepted.id] == Marks(
            True, False, "why?", ("cracked", "SE2")
        )
        assert (
            sorted(LabelStore(other).labelled(), key=lambda s: s.image_id) == LabelStore(project).labelled()
        )
        export_labels(other, tmp_path / "again.json")
        again = json.loads((tmp_path / "again.json").read_text())
        its_own = {"exported_at": "", "history": []}
        assert again | its_own == content | its_own
        assert import_labels(other, tmp_path / "out.json", "importer").batch is None
        label.undo(other, "importer")
        assert len(ClassStore(other).taxonomy()) == 0
        assert MarkStore(other).tag_counts() == {}


def test_the_json_ends_with_everything_that_was_ever_said(
    project: Project, pictures: Path, tmp_path: Path
) -> None:
    first, second = [image.id for image in listed(project)[:2]]
    label.label_as_new_class(project, [first, second], "Tips", "ann")
    label.undo(project, "bob")
    label.redo(project, "bob")
    import_labels(
        project, write(tmp_path / "l.csv", "path,class,annotator\npictures/one/a.png,Rods,eve\n"), "ann"
    )
    marks.add_tag(project, [first], "odd", "ann")
    first_class, last_class = (c.id for c in ClassStore(project).taxonomy())
    classes.merge_classes(project, first_class, last_class, "ann")
    History(project, "ann").do(PlaceDatabar(first, 20))
    export_labels(project, tmp_path / "out.json")
    text = (tmp_path / "out.json").read_text()
    history = json.loads(text)["history"]
    assert sum(line.startswith('  {"id": ') for line in text.splitlines()) == len(history) == 7, "one a line"
    assert [(h["action"], h["annotator"], h["reverses"]) for h in history] == [
        ("do", "ann", None),
        ("undo", "bob", 1),
        ("redo", "bob", 2),
        *[("do", "ann", None)] * 4,
    ]
    tips = history[0]["labels"][0]["class_id"]
    path = str(listed(project)[0].path)
    assert [[e["class_id"] for e in h.get("labels", [])] for h in history[:3]] == [
        [tips] * 2,
        [None] * 2,
        [tips] * 2,
    ]
    assert history[3]["labels"][0]["annotator"] == "eve"
    assert history[4]["marks"] == [
        {"id": 1, "path": path, "kind": "tag", "present": True, "tag": "odd"},
    ]
    assert history[5]["classes"][0] | {"id": 0} == {
        "id": 0,
        "class_id": tips,
        "present": True,
        "name": "Tips",
        "colour": history[0]["classes"][0]["colour"],
        "shortcut": "",
        "description": history[0]["classes"][0]["description"],
        "position": 0,
        "archived": True,
        "parent": None,
        "merged_into": history[3]["labels"][0]["class_id"],
        "examples": [],
    }
    assert history[6]["databars"] == [{"id": 1, "path": path, "by_user": True, "row": 20}]
    with scanned_project(tmp_path / "q.semgui", pictures) as other:
        import_labels(other, tmp_path / "out.json", "importer")
        assert len(History(other, "x").batches()) == 1, "history is read by people, not imported"


def test_a_file_of_the_first_version_is_still_imported(project: Project, tmp_path: Path) -> None:
    old = {
        "format": "semgui-labels",
        "version": 1,
        "exported_at": "2026-11-20T10:00:00Z",
        "classes": [{"id": "user.1", "name": "Tips", "colour": "#112233", "shortcut": "1"}],
        "labels": [
            {
                "path": "pictures/one/a.png",
                "class_id": "user.1",
                "annotator": "ann",
                "created_at": "2026-11-20T09:00:00Z",
                "source": "user",
            }
        ],
    }
    report = import_labels(project, write(tmp_path / "old.json", json.dumps(old)), "me")
    assert (report.labelled, report.created) == (1, ("Tips",))


@pytest.mark.parametrize(
    "wrong",
    [
        {"parent": "user.1"},
        {"parent": "user.9"},
        {"merged_into": "user.1", "archived": True},
        {"merged_into": "user.9", "archived": True},
        {"merged_into": "user.2"},
    ],
)
def test_classes_that_make_no_tree_are_refused(
    project: Project, tmp_path: Path, wrong: dict[str, object]
) -> None:
    content = {
        "format": "semgui-labels",
        "version": 2,
        "exported_at": "2026-11-20T10:00:00Z",
        "classes": [
            {"id": "user.1", "name": "Tips", "colour": "#112233"} | wrong,
            {"id": "user.2", "name": "Wires", "colour": "#445566"},
        ],
        "labels": [],
    }
    with pytest.raises(UsageError, match="the class Tips lies under or was merged"):
        import_labels(project, write(tmp_path / "w.json", json.dumps(content)), "me")


def test_csv_carries_marks_there_and_back(project: Project, pictures: Path, tmp_path: Path) -> None:
    first, second, third, _ = (image.id for image in listed(project))
    label.label_as_new_class(project, [first, second], "Tips", "ann")
    marks.flag(project, [first, third], "ann")
    marks.set_note(project, third, "two\nlines", "ann")
    marks.add_tag(project, [second], "odd", "ann")
    assert export_labels(project, tmp_path / "out.csv").images == 2
    with scanned_project(tmp_path / "q.semgui", pictures) as other:
        report = import_labels(other, tmp_path / "out.csv", "bob")
        assert (report.labelled, report.marked, report.problems) == (2, 3, ())
        everyone = [image.id for image in listed(other)]
        assert MarkStore(other).current(everyone) == MarkStore(project).current(everyone)
        assert import_labels(other, tmp_path / "out.csv", "bob").batch is None
        marks.unflag(other, [first], "bob")
        marks.set_note(other, third, "mine", "bob")
        import_labels(other, tmp_path / "out.csv", "bob")
        assert MarkStore(other).current([first, third]) == MarkStore(project).current([first, third])


def test_excluded_images_stay_out_of_class_folders_unless_asked_for(project: Project, tmp_path: Path) -> None:
    first, second, *_ = (image.id for image in listed(project))
    label.label_as_new_class(project, [first, second], "Tips", "ann")
    marks.exclude(project, [first], "ann")
    report = export_labels(project, tmp_path / "tree")
    assert (report.images, report.excluded) == (1, 1)
    assert len(list((tmp_path / "tree" / "Tips").iterdir())) == 1
    report = export_labels(project, tmp_path / "tree", with_excluded=True)
    assert (report.images, report.excluded) == (2, 0)
    assert len(list((tmp_path / "tree" / "Tips").iterdir())) == 2


def test_json_finds_images_that_have_moved_by_their_content(
    project: Project, pictures: Path, tmp_path: Path
) -> None:
    import_labels(project, write(tmp_path / "l.csv", "path,class\npictures/one/a.png,Tips\n"), "ann")
    export_labels(project, tmp_path / "out.json")
    pictures.rename(tmp_path / "elsewhere")
    with scanned_project(tmp_path / "q.semgui", tmp_path / "elsewhere") as other:
        assert import_labels(other, tmp_path / "out.json", "me").unknown == ()
        assert labels_of(other, tmp_path / "elsewhere") == {"one/a.png": "Tips"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "no label file of SEMGui"),
        ('{"format": "coco"}', "no label file of SEMGui"),
        ('{"format": "semgui-labels", "version": 3}', "newer SEMGui"),
        ('{"format": "semgui-labels", "version": [2]}', "newer SEMGui"),
        ('{"format": "semgui-labels", "version": 1, "classes": [], "labels": []}', "exported_at"),
        (
            json.dumps(
                {
                    "format": "semgui-labels",
                    "version": 1,
                    "exported_at": "2026-01-01T00:00:00Z",
                    "classes": [],
                    "labels": [
                        {
                            "path": "a",
                            "class_id": "x",
                            "annotator": "a",
                            "created_at": "2026-01-01T00:00:00Z",
                            "source": "user",
                        }
                    ],
                }
            ),
            "which the file lacks",
        ),
    ],
)
def test_other_json_is_refused_in_one_sentence(
    project: Project, tmp_path: Path, content: str, sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        import_labels(project, write(tmp_path / "x.json", content), "me")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"path": "a\0b"}, "labels.0.path: this cannot be the path of a file"),
        ({"created_at": "9999-12-31T23:59:59-23:00"}, "labels.0.created_at: this is no time"),
        ({"annotator": "\x1b[31mann"}, "labels.0.annotator: it holds characters that cannot be shown"),
    ],
)
def test_values_that_no_project_can_keep_are_refused(
    project: Project, tmp_path: Path, wrong: dict[str, str], sentence: str
) -> None:
    said = {"path": "pictures/one/a.png", "class_id": "user.1", "annotator": "ann", "source": "user"}
    content = {
        "format": "semgui-labels",
        "version": 2,
        "exported_at": "2026-11-20T10:00:00Z",
        "classes": [{"id": "user.1", "name": "Tips", "colour": "#112233"}],
        "labels": [said | {"created_at": "2026-11-20T09:00:00Z"} | wrong],
    }
    with pytest.raises(UsageError, match=re.escape(sentence)):
        import_labels(project, write(tmp_path / "w.json", json.dumps(content)), "me")


def test_links_in_a_circle_are_images_that_the_project_lacks(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.png").symlink_to("b.png")
    (tmp_path / "b.png").symlink_to("a.png")
    report = import_labels(project, write(tmp_path / "l.csv", "path,class\na.png,Tips\n"), "me")
    assert report.unknown == (tmp_path / "a.png",)


def test_a_class_folder_fills_an_empty_project(tmp_path: Path) -> None:
    folder = tmp_path / "sorted"
    for seed, name in enumerate(["Tips/a.png", "Tips/deep/b.png", "Whiskers/c.png"]):
        save_image(folder / name, seed)
    with open_project(tmp_path / "p.semgui", create=True) as project:
        report = import_labels(project, folder, "me")
        assert (report.labelled, report.created) == (3, ("Tips", "Whiskers"))
        assert labels_of(project, folder) == {
            "Tips/a.png": "Tips",
            "Tips/deep/b.png": "Tips",
            "Whiskers/c.png": "Whiskers",
        }
        save_image(folder / "Tips/new.png", 99)  # a picture that came since then
        assert import_labels(project, folder, "me").labelled == 1


def test_a_sorted_copy_labels_the_originals_and_adds_no_images(
    project: Project, pictures: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "sorted"
    (folder / "Tips").mkdir(parents=True)
    shutil.copy(pictures / "two/c.png", folder / "Tips/renamed.png")
    save_image(folder / "Tips/stranger.png", 1234)
    report = import_labels(project, folder, "me")
    assert labels_of(project, pictures) == {"two/c.png": "Tips"}
    assert report.unknown == (folder / "Tips/stranger.png",)
    with project.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(roots)).scalar_one() == 1


def test_a_class_folder_of_links_labels_what_they_point_at(
    project: Project, pictures: Path, tmp_path: Path
) -> None:
    import_labels(project, write(tmp_path / "l.csv", "path,class\npictures/one/a.png,Tips\n"), "ann")
    export_labels(project, tmp_path / "tree", link=LinkMode.SYMLINK)
    label.undo(project, "ann")
    import_labels(project, tmp_path / "tree", "me")
    assert labels_of(project, pictures) == {"one/a.png": "Tips"}


@pytest.mark.parametrize("mode", LinkMode)
def test_a_tree_comes_back_as_the_same_labels(
    project: Project, pictures: Path, tmp_path: Path, mode: LinkMode
) -> None:
    table = write(
        tmp_path / "l.csv",
        "path,class\npictures/one/a.png,../Au\npictures/two/a.png,../Au\npictures/two/c.png,Rods\n",
    )
    import_labels(project, table, "ann")
    report = export_labels(project, tmp_path / "tree", link=mode)
    assert report.tree is not None
    assert (report.images, report.tree.written) == (3, 3)
    assert sorted(
        p.relative_to(tmp_path / "tree").as_posix() for p in (tmp_path / "tree").rglob("*.png")
    ) == [
        "Rods/c.png",
        "___Au/a (2).png",
        "___Au/a.png",
    ]
    assert import_labels(project, tmp_path / "tree", "ann").batch is None
    label.undo(project, "ann")
    import_labels(project, tmp_path / "tree", "ann")
    assert set(labels_of(project, pictures)) == {"one/a.png", "two/a.png", "two/c.png"}


def test_unlabelled_images_are_not_exported(project: Project, tmp_path: Path) -> None:
    export_labels(project, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "path,class,annotator\n"
    export_labels(project, tmp_path / "tree")
    assert list((tmp_path / "tree").iterdir()) == []


def test_the_table_names_the_one_who_labelled_not_the_one_who_pressed_undo(
    project: Project, pictures: Path, tmp_path: Path
) -> None:
    import_labels(project, write(tmp_path / "l.csv", "path,class\npictures/one/a.png,Tips\n"), "ann")
    label.clear_labels(project, [LabelStore(project).labelled()[0].image_id], "bob")
    label.undo(project, "cyd")
    export_labels(project, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == f"path,class,annotator\n{pictures}/one/a.png,Tips,ann\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has file names that are no text")
@pytest.mark.parametrize("name", ["out.csv", "out.json"])
def test_file_names_that_are_no_text_go_out_and_come_in(tmp_path: Path, name: str) -> None:
    save_image(tmp_path / "in" / "x.png", 1).rename(tmp_path / "in" / "caf\udce9.png")
    with scanned_project(tmp_path / "p.semgui", tmp_path / "in") as project:
        label.label_as_new_class(project, ids(1), "Tips", "ann")
        export_labels(project, tmp_path / name)
    save_image(tmp_path / "in" / "x.png", 2).rename(tmp_path / "in" / "caf\udce9.png")  # found by name only
    with scanned_project(tmp_path / "q.semgui", tmp_path / "in") as other:
        report = import_labels(other, tmp_path / name, "me")
        assert (report.labelled, report.unknown) == (1, ())


def test_a_tree_in_an_opened_folder_is_pointed_out(project: Project, pictures: Path, tmp_path: Path) -> None:
    label.label_as_new_class(project, ids(1), "Tips", "ann")
    assert export_labels(project, pictures / "tree").inside_opened_folder
    assert not export_labels(project, tmp_path / "tree").inside_opened_folder


def test_a_table_that_is_a_link_stays_one(project: Project, tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    export_labels(project, tmp_path / "link.csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "path,class,annotator\n"


@pytest.mark.parametrize("name", ["out.xlsx", "out.txt"])
def test_other_kinds_of_files_are_refused(project: Project, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"as \.csv, as \.json or into a folder"):
        export_labels(project, tmp_path / name)
    assert not (tmp_path / name).exists()


def test_an_export_can_be_stopped_and_goes_on_later(project: Project, tmp_path: Path) -> None:
    table = write(tmp_path / "l.csv", "path,class\npictures/one/a.png,Tips\npictures/two/c.png,Tips\n")
    import_labels(project, table, "me")
    cancel = CancelToken()
    seen: list[Progress] = []

    def stop(progress: Progress) -> None:
        seen.append(progress)
        cancel.cancel()

    with pytest.raises(Cancelled):
        export_labels(project, tmp_path / "tree", progress=stop, cancel=cancel)
    assert [(p.done, p.total) for p in seen] == [(1, 2)]
    report = export_labels(project, tmp_path / "tree")
    assert report.tree is not None
    assert (report.tree.written, report.tree.present) == (1, 1)


def test_an_export_is_of_one_moment_whoever_labels_meanwhile(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    label.label_as_new_class(project, [listed(project)[0].id], "Tips", "ann")
    read = label_files.json_classes

    def read_while_somebody_labels(connection: sa.Connection) -> tuple[JsonClass, ...]:
        found = read(connection)
        label.label_as_new_class(project, [listed(project)[1].id], "Grains", "bob")
        return found

    monkeypatch.setattr(label_files, "json_classes", read_while_somebody_labels)
    assert export_labels(project, tmp_path / "out.json").images == 1
    with open_project(tmp_path / "q.semgui", create=True) as other:
        scan_folder(other, tmp_path / "pictures")
        import_labels(other, tmp_path / "out.json", "ann")
        assert labels_of(other, tmp_path / "pictures") == {"one/a.png": "Tips"}


def test_a_model_of_another_computer_may_be_named(project: Project) -> None:
    rows = [ImportedLabel(ids(1)[0], "Tips", source=LabelSource.ACCEPTED, model_id=ModelId("gone@00"))]
    History(project, "me").do(ImportLabels(rows, "x.json"))
    assert LabelStore(project).labelled()[0].model_id == "gone@00"
    assert LabelStore(project).labelled()[0].class_id == ClassId("nffa.tips")


def test_twenty_thousand_rows_are_imported_in_seconds(tmp_path: Path) -> None:
    lines = [f"/data/f{i % 50}/img{i}.tif,Class {i % 10}" for i in range(1, 20_001)]
    table = write(tmp_path / "big.csv", "path,class\n" + "\n".join(lines) + "\n")
    with project_with_rows(tmp_path / "p.semgui", 20_000) as project:
        started = time.perf_counter()
        assert import_labels(project, table, "me").labelled == 20_000
        assert time.perf_counter() - started < 30  # 4 s where it was written
        label.undo(project, "me")
        assert LabelStore(project).counts() == {None: 20_000}
