"""Label tables as people and spreadsheets write them."""

from __future__ import annotations

import csv
import errno
import os
from pathlib import Path

import pytest

from semgui.domain.errors import SemguiError, UsageError
from semgui.domain.marks import Marks
from semgui.exchange.csv_labels import CsvLabel, read_csv, write_csv
from semgui.exchange.rows import LabelRows


def read(folder: Path, content: str | bytes) -> LabelRows:
    file = folder / "labels.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_csv(file)


def said(rows: LabelRows) -> list[tuple[str, str, str | None]]:
    return [(row.path.name, row.class_key, row.annotator) for row in rows.rows]


PLAIN = "path,class,annotator\na.tif,Tips,ann\nb.tif,Fibres,\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace(",", ";").encode(),
        b"sep=;\r\n" + PLAIN.replace(",", ";").replace("\n", "\r\n").encode(),
        PLAIN.replace(",", "\t").encode("utf-16"),
        PLAIN.rstrip("\n").encode(),
        (PLAIN + "\n,,\n").encode(),
        PLAIN.replace("path,class,annotator", " Path , CLASS,Annotator ").encode(),
        b'path,class,annotator\n"a.tif","Tips","ann"\n"b.tif","Fibres",""\n',
        b"annotator,class,path\nann,Tips,a.tif\n,Fibres,b.tif\n",
        b"path,class,annotator\na.tif,Tips,ann\nb.tif,Fibres\n",
    ],
    ids=[
        "plain",
        "bom",
        "crlf",
        "semicolons",
        "sep",
        "utf16",
        "noend",
        "empty",
        "case",
        "quoted",
        "order",
        "short",
    ],
)
def test_every_usual_spelling_says_the_same(tmp_path: Path, content: bytes) -> None:
    rows = read(tmp_path, content)
    assert said(rows) == [("a.tif", "Tips", "ann"), ("b.tif", "Fibres", None)]
    assert rows.problems == ()


def test_relative_paths_count_from_the_folder_of_the_file(tmp_path: Path) -> None:
    rows = read(tmp_path, "path,class\nsub/../a.tif,Tips\n/elsewhere/b.tif,Tips\n")
    assert [row.path for row in rows.rows] == [tmp_path / "a.tif", Path("/elsewhere/b.tif")]


def test_bad_rows_are_reported_by_line_and_the_others_are_read(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        'path,class\na.tif,Tips\n,Tips\nb.tif,\nc.tif\n"d\ne.tif",Tips\nf.tif,-\ng.tif,'
        + "x" * 200
        + "\nh.tif,Tips\n",
    )
    assert [row.path.name for row in rows.rows] == ["a.tif", "d\ne.tif", "h.tif"]
    assert [problem.split(":")[0] for problem in rows.problems] == [
        "line 3",
        "line 4",
        "line 5",
        "line 8",
        "line 9",
    ]
    assert rows.problems[:2] == ("line 3: no path", "line 4: no class")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"  \n \n", "the file is empty"),
        (b"path,class\n", "a header and no rows"),
        (b"image,label\na.tif,Tips\n", "the first line must be path,class"),
        (b"a.tif,Tips\n", "the first line must be path,class"),
        (b"path\na.tif\n", "the first line must be path,class"),
        (b'path,class\n"a.tif,Tips\nb.tif,Tips\n', "line 2 is not CSV"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "no text file"),
        (b"x" * 200_000, "the first line must be path,class"),
    ],
)
def test_what_is_no_such_table_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence) as caught:
        read(tmp_path, content)
    assert "\n" not in str(caught.value)
    assert "labels.csv" in str(caught.value)


def test_classes_in_another_encoding_are_reported_not_guessed(tmp_path: Path) -> None:
    rows = read(tmp_path, "path,class\na.tif,Fläche\nb.tif,Tips\n".encode("cp1252"))
    assert said(rows) == [("b.tif", "Tips", None)]
    assert "line 2" in rows.problems[0]
    assert "UTF-8" in rows.problems[0]


def test_a_line_break_in_a_class_is_named_for_what_it_is(tmp_path: Path) -> None:
    rows = read(tmp_path, 'path,class\na.png,"Tips\nand more"\n')
    assert not rows.rows
    assert "line break" in rows.problems[0]


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    names = ["plain", "a,b", 'say "x"', "=1+1", "a;b", "µ-Säule", " spaced "]
    rows = [(str(tmp_path / f"ä {i},x\ny.tif"), name, "Ann, Bo") for i, name in enumerate(names)]
    write_csv(tmp_path / "out.csv", [CsvLabel(*row) for row in rows])
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert [tuple(row.values()) for row in table] == rows, "no columns but these, where nothing is marked"
    again = read_csv(tmp_path / "out.csv")
    assert [(str(r.path), r.class_key) for r in again.rows] == [(p, n.strip()) for p, n, _ in rows]


def test_marks_that_were_written_are_read_again(tmp_path: Path) -> None:
    rows = [
        CsvLabel(
            str(tmp_path / "a.tif"), "Tips", "ann", Marks(True, False, "two\nlines, “so”", ("SE2", "ä b"))
        ),
        CsvLabel(str(tmp_path / "b.tif"), "Tips", "ann"),
        CsvLabel(str(tmp_path / "c.tif"), "", "", Marks(excluded=True)),
    ]
    write_csv(tmp_path / "out.csv", rows)
    again = read_csv(tmp_path / "out.csv")
    assert again.problems == ()
    assert [row.path.name for row in again.rows] == ["a.tif", "b.tif"]
    assert [(m.path.name, m.kind.value, m.word or m.text) for m in again.marks] == [
        ("a.tif", "flag", ""),
        ("a.tif", "note", "two\nlines, “so”"),
        ("a.tif", "tag", "SE2"),
        ("a.tif", "tag", "ä b"),
        ("c.tif", "excluded", ""),
    ]


def test_marks_as_people_write_them(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        'path,class,flagged,excluded,tags,note\na,Tips,X,0,"one, two;three",\nb,Tips,no,TRUE,,\n'
        "c,Tips,perhaps,,,\nd,,,,,hello\n,,1,,,\n" + "e,Tips,,,{},\n".format("x" * 80),
    )
    assert [(m.path.name, m.kind.value, m.word or m.text) for m in rows.marks] == [
        ("a", "flag", ""),
        ("a", "tag", "one"),
        ("a", "tag", "two"),
        ("a", "tag", "three"),
        ("b", "excluded", ""),
        ("d", "note", "hello"),
    ]
    assert [row.path.name for row in rows.rows] == ["a", "b"]
    assert [problem[:25] for problem in rows.problems] == [
        "line 4: flagged is 'perha",
        "line 6: no path",
        "line 7: the tag 'xxxxxxxx",
    ]


def test_file_names_that_are_no_text_come_through(tmp_path: Path) -> None:
    path = str(tmp_path / "caf\udce9.tif")
    write_csv(tmp_path / "out.csv", [CsvLabel(path, "Tips", "ann")])
    assert b"caf\xe9.tif" in (tmp_path / "out.csv").read_bytes()
    assert str(read_csv(tmp_path / "out.csv").rows[0].path) == path


def test_a_failed_export_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SemguiError, match=r"cannot be written \(No space left"):
        write_csv(target, [CsvLabel("a", "b", "c")])
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_the_content_is_on_the_disk_before_it_takes_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []
    really = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append((tmp_path / "out.csv").exists())
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    write_csv(tmp_path / "out.csv", [CsvLabel("a", "b", "c")])
    assert synced[0] is False


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist; make it first"):
        write_csv(tmp_path / "no" / "out.csv", [])


def test_a_folder_that_cannot_be_written_is_named_and_not_our_own_file(tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", "part")

    with (
        pytest.MonkeyPatch.context() as patched,
        pytest.raises(SemguiError, match=r"out\.csv: the file cannot"),
    ):
        patched.setattr(Path, "open", refuse)
        patched.setattr(Path, "unlink", refuse)
        write_csv(tmp_path / "out.csv", [])
