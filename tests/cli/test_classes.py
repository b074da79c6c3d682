"""``semgui classes``, and the marks of ``semgui label``, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from semgui.cli.main import app
from tests.label_projects import save_image, scanned_project


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a project of three images, like a user's."""
    monkeypatch.chdir(tmp_path)
    for seed, name in enumerate("abc"):
        save_image(tmp_path / "pictures" / f"{name}.png", seed)
    scanned_project(tmp_path / "p.semgui", tmp_path / "pictures").close()
    return tmp_path


def run(verb: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, [verb, "--project", "p.semgui", *arguments])


def good(verb: str, *arguments: str) -> str:
    result = run(verb, *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def refused(verb: str, *arguments: str) -> str:
    result = run(verb, *arguments)
    assert result.exit_code == 2, result.output
    assert result.output.startswith("semgui: ")
    assert result.output.count("\n") == 1, "one sentence"
    return result.output


def listed() -> dict[str, dict[str, object]]:
    lines = good("classes", "list", "--json").splitlines()
    return {(found := json.loads(line))["name"]: found for line in lines}


def test_classes_from_the_first_to_a_merge_and_back() -> None:
    assert "no classes yet" in good("classes", "list")
    assert good("classes", "add", "Wires") == "Create class Wires\n"
    good("classes", "add", "Rods")
    good("classes", "recolour", "wires", "#0A0B0C")
    good("classes", "shortcut", "Wires", "W")
    good("classes", "describe", "Wires", "Long and thin.")
    good("classes", "rename", "Rods", "Sticks")
    assert "Class Wires under Sticks" in good("classes", "parent", "Wires", "Sticks")
    good("classes", "order", "Sticks", "Wires")
    good("classes", "examples", "Wires", "pictures/a.png", "pictures/b.png")
    before = listed()
    assert list(before) == ["Sticks", "Wires"]
    assert (before["Wires"]["colour"], before["Wires"]["shortcut"]) == ("#0a0b0c", "w")
    assert before["Wires"]["parent"] == before["Sticks"]["id"]
    good("label", "set", "pictures/a.png", "Wires")
    assert good("classes", "merge", "Wires", "Sticks") == "Merge class Wires into Sticks (1 image)\n"
    assert "1  Sticks" in good("classes", "list")
    assert "Wires  (merged into Sticks, under Sticks)" in good("classes", "list")
    assert "Label 1 image as Sticks" in good("label", "set", "pictures/b.png", "wires"), "it now means Sticks"
    good("label", "undo")
    good("label", "undo")
    assert listed() == {**before, "Wires": {**before["Wires"], "images": 1}}
    good("classes", "archive", "Sticks")
    assert "Sticks  (archived" in good("classes", "list").splitlines()[-1], "behind those that are in use"
    good("classes", "restore", "Sticks")
    good("classes", "archive", "Wires")
    assert "Restore class Wires" in good("classes", "restore", "wires")


def test_what_makes_no_sense_is_one_sentence() -> None:
    good("classes", "add", "Wires")
    good("classes", "add", "Rods")
    good("classes", "parent", "Rods", "Wires")
    assert "the key 1 belongs to the class Wires" in refused("classes", "shortcut", "Rods", "1")
    assert "a digit or a letter" in refused("classes", "shortcut", "Rods", "F1")
    assert "cannot lie under" in refused("classes", "parent", "Wires", "Rods")
    assert "cannot lie under" in refused("classes", "parent", "Wires", "Wires")
    assert "merged into itself" in refused("classes", "merge", "Rods", "rods")
    assert "did you mean Rods" in refused("classes", "archive", "Rod")
    assert "archived are: none" in refused("classes", "restore", "Rods")
    assert "nffa10, lattices" in refused("classes", "preset", "imagenet")
    assert "not in the project" in refused("classes", "examples", "Rods", "pictures/nowhere.png")
    assert "semgui classes --project" in CliRunner().invoke(app, ["classes", "list"]).output


def test_lists_of_classes_go_out_and_in(tmp_path: Path) -> None:
    good("classes", "preset", "lattices")
    assert len(listed()) == 5
    assert "is so already" in good("classes", "preset", "lattices")
    for name in ("list.csv", "list.json"):
        assert "5 classes" in good("classes", "export", name)
        good("label", "go-back", "0")
        assert listed() == {}
        assert good("classes", "import", name) == f"Add 5 classes from {name}\n"
        assert [c["id"] for c in listed().values()][:2] == ["lattice.square", "lattice.rectangular"]
    (tmp_path / "sorted" / "Flakes").mkdir(parents=True)
    assert good("classes", "import", "sorted") == "Add class Flakes from sorted\n"
    assert "no such file" in refused("classes", "import", "nowhere.csv")


def test_marks_by_hand() -> None:
    everyone = ["pictures/a.png", "pictures/b.png", "pictures/c.png"]
    assert good("label", "flag", *everyone) == "3 images: Flag 3 images\n"
    assert "nothing changed" in good("label", "flag", everyone[0])
    good("label", "unflag", everyone[0])
    good("label", "exclude", everyone[1])
    good("label", "include", everyone[1])
    good("label", "note", everyone[0], "edge charging")
    good("label", "tag", *everyone, "--tag", "cracked")
    good("label", "untag", everyone[2], "--tag", "Cracked")
    assert good("label", "tags") == "       2  cracked\n"
    said = [line.split(": ", 1)[1] for line in good("label", "history", everyone[0]).splitlines()]
    assert said == ["flagged", "flag taken off", "note: edge charging", "tagged cracked"]
    events = [json.loads(line) for line in good("label", "history", everyone[1], "--json").splitlines()]
    assert [(e["mark"], e["present"]) for e in events] == [
        ("flag", True),
        ("excluded", True),
        ("excluded", False),
        ("tag", True),
    ]
    assert "not in the project" in refused("label", "flag", everyone[0], "pictures/nowhere.png")
    assert "comma or a semicolon" in refused("label", "tag", everyone[0], "--tag", "a,b")


def test_the_log_and_going_back() -> None:
    good("label", "flag", "pictures/a.png")
    good("label", "set", "pictures/a.png", "Tips")
    good("label", "exclude", "pictures/b.png")
    assert good("label", "go-back", "1").splitlines() == [
        "undone: Exclude 1 image",
        "undone: Label 1 image as Tips, a new class",
    ]
    assert good("label", "go-back", "1") == "nothing was done since\n"
    good("label", "redo")
    said = [line.split(": ", 1)[1] for line in good("label", "log").splitlines()]
    assert said == ["Flag 1 image", "Label 1 image as Tips, a new class", "Exclude 1 image (undone)"]
    assert len(good("label", "log", "--limit", "2", "--json").splitlines()) == 2
    assert "go forward" in refused("label", "go-back", "3")
