"""Class folders: nothing is overwritten, nothing leaves the folder, a second run writes nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.domain.progress import CancelToken
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.exchange.class_folder import read_class_folder
from semgui.exchange.class_tree import LinkMode, TreeImage, TreeReport, write_tree
from semgui.exchange.folder_names import class_folders, folder_name


def source(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def export(target: Path, *images: TreeImage, mode: LinkMode = LinkMode.COPY) -> TreeReport:
    return write_tree(target, images, mode, ["Tips", "Fibres"], lambda _: None)


@pytest.fixture
def images(tmp_path: Path) -> list[TreeImage]:
    return [
        TreeImage(source(tmp_path / "in/a/x.tif", "one"), "Tips"),
        TreeImage(source(tmp_path / "in/b/x.tif", "two"), "Tips"),
        TreeImage(source(tmp_path / "in/c/X.TIF", "three"), "Tips"),
        TreeImage(source(tmp_path / "in/a/y.tif", "four"), "Fibres"),
    ]


def content(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


WHOLE = {
    "Fibres/y.tif": "four",
    "Tips/x.tif": "one",
    "Tips/x (2).tif": "two",
    "Tips/X (3).TIF": "three",
}


@pytest.mark.parametrize("mode", LinkMode)
def test_images_of_the_same_name_get_numbers_and_a_second_run_writes_nothing(
    tmp_path: Path, images: list[TreeImage], mode: LinkMode
) -> None:
    first = export(tmp_path / "out", *images, mode=mode)
    assert (first.written, first.present, first.left_over) == (4, 0, [])
    assert content(tmp_path / "out") == WHOLE
    before = {p: p.lstat().st_mtime_ns for p in (tmp_path / "out").rglob("*")}
    second = export(tmp_path / "out", *images, mode=mode)
    assert (second.written, second.present) == (0, 4)
    assert {p: p.lstat().st_mtime_ns for p in (tmp_path / "out").rglob("*")} == before


def test_a_copy_is_a_copy_a_link_is_a_link(tmp_path: Path, images: list[TreeImage]) -> None:
    for mode in LinkMode:
        export(tmp_path / mode.value, images[0], mode=mode)
    original = images[0].path
    assert not (tmp_path / "copy/Tips/x.tif").samefile(original)
    assert (tmp_path / "copy/Tips/x.tif").stat().st_mtime == original.stat().st_mtime
    assert (tmp_path / "hard/Tips/x.tif").stat().st_ino == original.stat().st_ino
    assert (tmp_path / "symlink/Tips/x.tif").readlink() == original


def test_a_strange_file_of_the_same_name_stays_as_it_is(tmp_path: Path, images: list[TreeImage]) -> None:
    stranger = source(tmp_path / "out/Tips/x.tif", "somebody's")
    report = export(tmp_path / "out", images[0])
    assert stranger.read_text() == "somebody's"
    assert (tmp_path / "out/Tips/x (2).tif").read_text() == "one"
    assert report.renamed == [(images[0].path, tmp_path / "out/Tips/x (2).tif")]
    assert report.left_over == [stranger]


def test_a_dangling_link_in_the_way_is_not_written_through(tmp_path: Path, images: list[TreeImage]) -> None:
    (tmp_path / "out/Tips").mkdir(parents=True)
    (tmp_path / "out/Tips/x.tif").symlink_to(tmp_path / "outside.tif")
    export(tmp_path / "out", images[0])
    assert not (tmp_path / "outside.tif").exists()
    assert (tmp_path / "out/Tips/x (2).tif").read_text() == "one"


@pytest.mark.parametrize("mode", LinkMode)
def test_a_file_that_appears_at_the_last_moment_is_not_overwritten(
    tmp_path: Path, images: list[TreeImage], monkeypatch: pytest.MonkeyPatch, mode: LinkMode
) -> None:
    stranger = source(tmp_path / "out/Tips/x.tif", "somebody's")
    monkeypatch.setattr("semgui.exchange.class_tree.os.path.lexists", lambda _: False)
    export(tmp_path / "out", images[0], mode=mode)
    assert stranger.read_text() == "somebody's"
    assert (tmp_path / "out/Tips/x (2).tif").read_text() == "one"


def test_a_label_that_changed_leaves_the_old_file_and_says_so(
    tmp_path: Path, images: list[TreeImage]
) -> None:
    export(tmp_path / "out", images[0])
    report = export(tmp_path / "out", TreeImage(images[0].path, "Fibres"))
    assert (tmp_path / "out/Fibres/x.tif").read_text() == "one"
    assert report.left_over == [tmp_path / "out/Tips/x.tif"]


def test_an_image_that_is_gone_is_reported_and_the_others_are_written(
    tmp_path: Path, images: list[TreeImage]
) -> None:
    images[0].path.unlink()
    report = export(tmp_path / "out", *images)
    assert report.unreadable == [(images[0].path, "the file is not there")]
    assert report.written == 3


def test_no_half_written_copy_has_the_name_of_an_image(
    tmp_path: Path, images: list[TreeImage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("semgui.exchange.class_tree.shutil.copyfileobj", full)
    with pytest.raises(Exception, match="No space left"):
        export(tmp_path / "out", images[0])
    assert list((tmp_path / "out/Tips").iterdir()) == []


def test_links_that_the_disk_refuses_are_a_sentence(
    tmp_path: Path, images: list[TreeImage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(UsageError, match=r"same disk as the images.*use --link copy"):
        export(tmp_path / "out", images[0], mode=LinkMode.HARD)
    # A copy needs no hard links: FAT disks have none.
    assert export(tmp_path / "out", images[0]).written == 1


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Tips", "Tips"),
        ("../../etc", "___.._etc"),
        ("..", "_"),
        (".", "_"),
        (".hidden", "_hidden"),
        ("Au/Pd", "Au_Pd"),
        ("C:\\x", "C__x"),
        ("what?*", "what__"),
        ("end. ", "end"),
        ("CON", "CON_"),
        ("com1.tif", "com1.tif_"),
        ("Säule µ", "Säule µ"),
        ("a\tb", "a_b"),
    ],
)
def test_class_names_are_safe_as_folders(name: str, folder: str) -> None:
    assert folder_name(name) == folder
    assert Path(folder_name(name)).name == folder_name(name)
    assert len(folder_name("ä" * 300).encode()) <= 200


def test_classes_never_share_a_folder() -> None:
    names = ["a/b", "a_b", "A_B", "a?b"]
    taxonomy = Taxonomy(tuple(SemClass(ClassId(f"user.{i}"), n, "#000000") for i, n in enumerate(names)))
    assert len({folder.casefold() for folder in class_folders(taxonomy).values()}) == 4


def test_a_class_folder_is_read_back_with_the_names_of_the_project(tmp_path: Path) -> None:
    taxonomy = Taxonomy((SemClass(ClassId("user.1"), "Au/Pd", "#000000"),))
    source(tmp_path / "Au_Pd/deep/er/a.tif", "x")
    source(tmp_path / "New/b.PNG", "x")
    source(tmp_path / "New/notes.txt", "x")
    source(tmp_path / "New/.c.png", "x")
    source(tmp_path / ".git/d.png", "x")
    source(tmp_path / "e.png", "x")
    rows = read_class_folder(tmp_path, taxonomy, CancelToken())
    assert [(str(r.path.relative_to(tmp_path)), r.class_key) for r in rows.rows] == [
        ("Au_Pd/deep/er/a.tif", "Au/Pd"),
        ("New/b.PNG", "New"),
    ]
    assert rows.problems == ("1 image(s) lie beside the class folders and have no class",)


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a right on Windows")
def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    source(tmp_path / "outside/a.tif", "x")
    source(tmp_path / "in/Tips/b.tif", "x")
    (tmp_path / "in/Loop").symlink_to(tmp_path / "in")
    (tmp_path / "in/Out").symlink_to(tmp_path / "outside")
    rows = read_class_folder(tmp_path / "in", Taxonomy(()), CancelToken())
    assert [r.path.name for r in rows.rows] == ["b.tif"]


def test_a_folder_without_class_folders_is_a_sentence(tmp_path: Path) -> None:
    source(tmp_path / "a.tif", "x")
    with pytest.raises(UsageError, match="one sub-folder per class"):
        read_class_folder(tmp_path, Taxonomy(()), CancelToken())
