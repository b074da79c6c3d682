"""Lists of classes from elsewhere: a table, JSON, or a folder with one sub-folder per class."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from semgui.catalogue.naming import name_key
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.exchange.atomic import atomic_text
from semgui.exchange.csv_text import read_table
from semgui.review.import_classes import ListedClass

COLUMNS = ("name", "id", "colour", "shortcut", "description", "parent")
_SYNONYMS = {"name": ("class",), "colour": ("color",), "shortcut": ("key",)}
_EXPECTED = "the first line must name the columns, for example name,colour,shortcut,description"
_JSON_EXPECTED = 'a list of names, or {"classes": [{"name": …}, …]}'


def read_class_list(source: Path) -> tuple[ListedClass, ...]:
    """Read classes in the order in which they stand.

    Understood are ``.csv`` with at least a column ``name``; ``.json`` with a list of names or of objects,
    also under ``classes`` as in the taxonomies of the program, an export of labels or the card of a model;
    and a folder, whose sub-folders are named after classes.

    Raises
    ------
    UsageError
        It is none of these, or names no class.
    """
    if source.is_dir():
        folders = (f.name for f in source.iterdir() if f.is_dir() and not f.name.startswith("."))
        found = [ListedClass(name) for name in sorted(folders, key=name_key)]
    elif source.suffix.lower() == ".csv":
        found = _from_csv(source)
    elif source.suffix.lower() == ".json":
        found = _from_json(source)
    else:
        raise UsageError(f"{source}: classes are read from a .csv, a .json or a folder of class folders.")
    if not found:
        raise UsageError(f"{source}: there is no class in it.")
    return tuple(found)


def write_class_list(target: Path, taxonomy: Taxonomy) -> None:
    """Write the classes in use to a ``.csv`` or ``.json``, which appears whole or not at all.

    Raises
    ------
    UsageError
        It has another ending, or its folder does not exist.
    SemguiError
        It cannot be written.
    """
    names = {c.id: c.name for c in taxonomy.active}
    rows = [_row(c, names.get(c.parent, "") if c.parent else "") for c in taxonomy.active]
    suffix = target.suffix.lower()
    if suffix not in {".csv", ".json"}:
        raise UsageError(f"{target}: classes are written to a .csv or a .json.")
    with atomic_text(target) as file:
        if suffix == ".csv":
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        else:
            json.dump({"classes": rows}, file, indent=1, ensure_ascii=False)
            file.write("\n")


def _row(c: SemClass, parent: str) -> dict[str, str]:
    values = (c.name, c.id, c.colour, c.shortcut, c.description, parent)
    return dict(zip(COLUMNS, values, strict=True))


def _from_csv(path: Path) -> list[ListedClass]:
    table = read_table(path, _EXPECTED)
    places = {column: [column, *_SYNONYMS.get(column, ())] for column in COLUMNS}
    if not any(name in table.columns for name in places["name"]):
        raise UsageError(f"{path}: {_EXPECTED}; it is {table.header[:80]!r}.")
    found = []
    for line, cells in table.rows():
        entry = {
            column: next((text for name in names if (text := table.cell(cells, name))), "")
            for column, names in places.items()
        }
        found.append(_listed(entry, f"{path}: line {line}"))
    return found


def _from_json(path: Path) -> list[ListedClass]:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: the file cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: this is not JSON ({error}).") from None
    entries = content.get("classes") if isinstance(content, dict) else content
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        raise UsageError(f"{path}: no list of classes is in it; expected is {_JSON_EXPECTED}.")
    names = {e["id"]: e.get("name") for e in entries if isinstance(e, dict) and isinstance(e.get("id"), str)}
    found = []
    for number, entry in enumerate(entries, 1):
        where = f"{path}: class {number}"
        if isinstance(entry, str):
            found.append(_listed({"name": entry}, where))
        elif isinstance(entry, dict) and not entry.get("archived"):
            # In an export of labels the parent is an id, which another project may not have.
            parent = entry.get("parent")
            if isinstance(parent, str):
                parent = names.get(parent, parent)
            found.append(_listed({**entry, "parent": parent}, where))
        elif not isinstance(entry, dict):
            raise UsageError(f"{where} is neither a name nor an object; expected is {_JSON_EXPECTED}.")
    return found


def _listed(entry: Mapping[str, Any], where: str) -> ListedClass:
    values = {column: entry.get(column) or "" for column in COLUMNS}
    wrong = next((column for column, value in values.items() if not isinstance(value, str)), None)
    if wrong is not None:
        raise UsageError(f"{where}: {wrong} is no text; nothing was imported.")
    if any("\udc80" <= letter <= "\udcff" for value in values.values() for letter in value):
        raise UsageError(f"{where} is not readable as UTF-8 text (save the file as “CSV UTF-8”).")
    return ListedClass(
        name=values["name"],
        id=ClassId(values["id"]) if values["id"] else None,
        colour=values["colour"],
        shortcut=values["shortcut"],
        description=values["description"],
        parent=values["parent"],
    )
