"""Lists of classes as people and other programs write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from semgui.catalogue.presets import load_preset
from semgui.domain.errors import UsageError
from semgui.exchange.class_list import read_class_list, write_class_list
from semgui.paths import resources_dir
from semgui.review.import_classes import ListedClass


def read(folder: Path, name: str, content: str | bytes) -> tuple[ListedClass, ...]:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_class_list(file)


@pytest.mark.parametrize(
    "content",
    [
        "name,colour,shortcut\nTips,#112233,t\nRods,,\n",
        "Class;Color;Key\r\nTips;#112233;t\r\nRods;;\r\n",
        "shortcut\tname\tcolour\tanything\nt\tTips\t#112233\tx\n\tRods\n",
        "\ufeffsep=,\nname,colour,shortcut\n\nTips,#112233,t\nRods\n",
    ],
)
def test_tables_of_every_usual_kind(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, "list.csv", content) == (
        ListedClass("Tips", colour="#112233", shortcut="t"),
        ListedClass("Rods"),
    )


@pytest.mark.parametrize(
    "content",
    [
        ["Tips", "Rods"],
        [{"name": "Tips"}, {"name": "Rods", "id": None, "colour": ""}],
        {"classes": [{"name": "Tips"}, "Rods"], "anything": 1},
        {"classes": [{"name": "Tips"}, {"name": "Old", "archived": True}, {"name": "Rods"}]},
    ],
)
def test_json_of_every_usual_kind(tmp_path: Path, content: Any) -> None:
    assert read(tmp_path, "list.json", json.dumps(content)) == (ListedClass("Tips"), ListedClass("Rods"))


def test_the_taxonomies_of_the_program_are_such_lists() -> None:
    listed = read_class_list(resources_dir() / "taxonomies" / "nffa10.json")
    assert [(c.id, c.name, c.colour, c.shortcut, c.description) for c in listed] == [
        (c.id, c.name, c.colour, c.shortcut, c.description) for c in load_preset("nffa10")
    ]


def test_a_folder_names_its_classes(tmp_path: Path) -> None:
    for name in ("Tips 10", "Tips 2", ".hidden"):
        (tmp_path / name).mkdir()
    (tmp_path / "file.txt").touch()
    assert read_class_list(tmp_path) == (ListedClass("Tips 2"), ListedClass("Tips 10"))


@pytest.mark.parametrize("name", ["out.csv", "out.json"])
def test_what_was_written_is_read_again(tmp_path: Path, name: str) -> None:
    write_class_list(tmp_path / name, load_preset("lattices"))
    listed = read_class_list(tmp_path / name)
    assert [(c.id, c.name, c.description) for c in listed] == [
        (c.id, c.name, c.description) for c in load_preset("lattices")
    ]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", "path,label\n1,2\n", "must name the columns"),
        ("a.csv", "", "the file is empty"),
        ("a.csv", "name\n", "no class in it"),
        ("a.csv", "name\nFläche\n".encode("cp1252"), "line 2 is not readable as UTF-8"),
        ("a.json", "{", "not JSON"),
        ("a.json", "{}", "no list of classes"),
        ("a.json", '"Tips"', "no list of classes"),
        ("a.json", "[]", "no class in it"),
        ("a.json", "[1]", "class 1 is neither"),
        ("a.json", '[{"name": 3}]', "class 1: name is no text"),
        ("a.json", '[{"name": "Tips", "parent": [1]}]', "class 1: parent is no text"),
        ("a.txt", "Tips\n", "read from a .csv, a .json or a folder"),
    ],
)
def test_what_is_no_list_is_one_sentence(
    tmp_path: Path, name: str, content: str | bytes, sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence) as caught:
        read(tmp_path, name, content)
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)
