"""``semgui label`` as a user types it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from semgui.cli.main import app
from semgui.settings import Settings
from tests.label_projects import save_image, scanned_project


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a project of three images, like a user's."""
    monkeypatch.chdir(tmp_path)
    for seed, name in enumerate("abc"):
        save_image(tmp_path / "pictures" / f"{name}.png", seed)
    scanned_project(tmp_path / "p.semgui", tmp_path / "pictures").close()
    return tmp_path


def label(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["label", "--project", "p.semgui", *arguments])


def good(*arguments: str) -> str:
    result = label(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments: str) -> str:
    result = label(*arguments)
    assert result.exit_code == 2, result.output
    assert result.output.startswith("semgui: ")
    assert result.output.count("\n") == 1, "one sentence"
    return result.output


def exported() -> dict[str, str]:
    good("export", "check.csv")
    with Path("check.csv").open(encoding="utf-8", newline="") as file:
        return {Path(row["path"]).name: row["class"] for row in csv.DictReader(file)}


def test_set_undo_redo_and_history(folder: Path) -> None:
    assert "a new class" in good("set", "pictures/a.png", "Tips")
    assert "Label 1 image as Tips" in good("set", "pictures/b.png", "tips")
    assert exported() == {"a.png": "Tips", "b.png": "Tips"}
    assert "undone: Label 1 image as Tips" in good("undo")
    assert "undone" in good("undo")
    assert "nothing to be undone" in good("undo")
    assert exported() == {}
    assert "redone" in good("redo")
    assert "redone" in good("redo")
    assert "nothing to be redone" in good("redo")
    assert exported() == {"a.png": "Tips", "b.png": "Tips"}
    lines = good("history", "pictures/a.png").splitlines()
    assert len(lines) == 3
    assert Settings().annotator in lines[0]
    assert "no class (takes back event 1)" in lines[1]


def test_a_dash_removes_the_label(folder: Path) -> None:
    good("set", "pictures/a.png", "Tips")
    good("set", "pictures/a.png", "-")
    assert exported() == {}
    assert "nothing changed" in good("set", "pictures/a.png", "-")


def test_history_as_json(folder: Path) -> None:
    good("--annotator", "Ann Example", "set", "pictures/a.png", "Tips")
    good("set", "pictures/a.png", "-", "--annotator", "Bob")
    first, second = map(json.loads, good("history", "pictures/a.png", "--json").splitlines())
    assert (first["class"], first["class_id"], first["annotator"]) == ("Tips", "nffa.tips", "Ann Example")
    assert (second["class"], second["annotator"], second["source"]) == (None, "Bob", "user")
    assert good("history", "pictures/b.png", "--json") == ""
    assert "never labelled" in good("history", "pictures/b.png")


def test_names_of_built_in_taxonomies_need_no_create(folder: Path) -> None:
    assert "as Nanowires, a new class" in good("set", "pictures/a.png", "nanowires")
    assert "as Tips, a new class" in good("set", "pictures/b.png", "nffa.tips")
    assert "Label 1 image as Tips" in good("set", "pictures/c.png", "Tips")
    assert exported() == {"a.png": "Nanowires", "b.png": "Tips", "c.png": "Tips"}


def test_what_cannot_be_set_is_one_sentence_and_exit_status_2(folder: Path) -> None:
    good("set", "pictures/a.png", "Nanowires")
    sentence = refused("set", "pictures/a.png", "nanowire", "--existing-classes-only")
    assert "did you mean Nanowires? To make it a new class, leave --existing-classes-only out." in sentence
    assert exported() == {"a.png": "Nanowires"}
    assert "as nanowire, a new class" in good("set", "pictures/a.png", "nanowire")
    assert "not in the project" in refused("set", "pictures/none.png", "Nanowires")
    assert "is no name" in refused("--annotator", " ", "set", "pictures/a.png", "Nanowires")
    assert label("go-back", "9" * 30).exit_code == 2


def test_the_project_may_stand_after_the_subcommand_and_must_stand_somewhere(folder: Path) -> None:
    runner = CliRunner()
    after = runner.invoke(app, ["label", "set", "pictures/a.png", "Tips", "--project", "p.semgui"])
    assert after.exit_code == 0
    nowhere = runner.invoke(app, ["label", "undo"])
    assert nowhere.exit_code == 2
    assert "name the project" in nowhere.output
    wrong = runner.invoke(app, ["label", "--project", "none.semgui", "undo"])
    assert wrong.exit_code == 2
    assert "no SEMGui project" in wrong.output


def test_import_names_created_classes_and_skipped_paths(folder: Path) -> None:
    Path("labels.csv").write_text(
        "path,class,annotator\npictures/a.png,Tips,ann\npictures/b.png,Whiskers,\nnowhere/x.png,Tips,\n,Tips,\n"
    )
    output = good("import", "labels.csv")
    assert "labelled 2 images" in output
    assert "created 2 classes: Tips, Whiskers" in output
    assert str(folder / "nowhere/x.png") in output
    assert "line 5: no path" in output
    assert exported() == {"a.png": "Tips", "b.png": "Whiskers"}
    good("undo")
    assert exported() == {}
    assert "no class Tips, Whiskers" in refused("import", "labels.csv", "--existing-classes-only")
    assert exported() == {}


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "path,class\n"])
def test_files_that_are_no_labels_are_one_sentence(folder: Path, content: str) -> None:
    Path("labels.csv").write_text(content)
    assert "labels.csv" in refused("import", "labels.csv")
    assert "no such file" in refused("import", "none.csv")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("name", ["labels.csv", "labels.json"])
def test_a_pipe_is_no_label_file(folder: Path, name: str) -> None:
    os.mkfifo(name)
    assert "pipe or a device" in refused("import", name)


def test_a_class_folder_begins_a_project(folder: Path) -> None:
    save_image(folder / "sorted/Tips/x.png", 7)
    result = CliRunner().invoke(app, ["label", "--project", "new.semgui", "import", "sorted"])
    assert result.exit_code == 0, result.output
    assert "labelled 1 image;" in result.output
    assert (folder / "new.semgui/project.db").is_file()


def test_class_folders_are_written_once_and_never_overwritten(folder: Path) -> None:
    good("set", "pictures/a.png", "Tips")
    assert "1 image written, 0 there already" in good("export", "tree")
    assert "0 images written, 1 there already" in good("export", "tree/")
    Path("tree/Tips/a.png").write_bytes(b"mine")
    output = good("export", "tree")
    assert "a (2).png" in output
    assert "left in place" in output
    assert Path("tree/Tips/a.png").read_bytes() == b"mine"
    good("export", "links", "--link", "symlink")
    assert Path("links/Tips/a.png").is_symlink()
    good("export", "hard", "--link", "hard")
    assert Path("hard/Tips/a.png").samefile("pictures/a.png")


def test_json_goes_out_and_comes_in_again(folder: Path) -> None:
    good("set", "pictures/a.png", "Tips")
    good("export", "labels.json")
    good("undo")
    assert "labelled 1 image" in good("import", "labels.json")
    assert exported() == {"a.png": "Tips"}


def test_a_damaged_project_is_a_sentence(folder: Path) -> None:
    Path("p.semgui/project.db").write_bytes(b"rubbish" * 1000)
    result = label("undo")
    assert result.exit_code == 1
    assert "damaged" in result.output
    assert "Traceback" not in result.output


def test_it_works_as_a_command_of_its_own(folder: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from semgui.cli.main import main; main()",
        "label",
        "--project",
        "p.semgui",
    ]
    done = subprocess.run(
        [*command, "set", "pictures/a.png", "Tips"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "as Tips" in done.stdout
