"""Labels as JSON: everything that is in force, so that another project can take it over without loss.

The file ends with the whole history of the project, for an audit; an import does not read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TextIO

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from semgui.catalogue.naming import absolute
from semgui.catalogue.tables import restore_undecodable
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ModelId
from semgui.domain.labels import LabelSource
from semgui.domain.marks import MarkKind
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.exchange.atomic import atomic_text
from semgui.exchange.rows import ImageRow, LabelRow, LabelRows, MarkRow
from semgui.review.mark_commands import checked_note, checked_tag

_FORMAT = "semgui-labels"
_VERSION = 2
_MOST_CLASSES = 1 << 20


def _printable(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("unprintable", "it holds characters that cannot be shown")
    return text


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("no_such_time", "this is no time that can be kept") from None


def _path_of_a_file(path: str) -> str:
    if "\0" in path:
        raise PydanticCustomError("no_path", "this cannot be the path of a file")
    return path


_Text = Annotated[str, Field(min_length=1, max_length=1000)]
_Name = Annotated[_Text, AfterValidator(_printable)]
_Path = Annotated[str, Field(min_length=1), AfterValidator(_path_of_a_file)]
_Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class JsonImage(_Strict):
    """An image; ``path`` is written as `semgui.catalogue.tables.escape_undecodable` does."""

    path: _Path
    fingerprint: str = ""


class JsonClass(_Strict):
    """A class of the project; the fields of `SemClass`."""

    id: Annotated[str, Field(pattern=r"^[\w.-]{1,200}$")]
    name: _Text
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
    shortcut: str = ""
    description: Annotated[str, AfterValidator(_printable)] = ""
    position: int = Field(default=0, ge=0, lt=_MOST_CLASSES)
    archived: bool = False
    parent: str | None = None
    merged_into: str | None = None
    examples: tuple[JsonImage, ...] = ()


class JsonLabel(JsonImage):
    """The label in force of one image; ``class_id`` names one of the classes."""

    class_id: _Text
    annotator: _Name
    created_at: _Moment
    source: LabelSource
    model_id: str | None = None


class JsonMark(JsonImage):
    """A mark that an image has; ``tag`` or ``text`` (of a note) only with the kinds that have one."""

    kind: MarkKind
    tag: str = ""
    text: str = ""
    annotator: _Name
    created_at: _Moment


class LabelFile(_Strict):
    """The whole file but the history. Version 1 knew no marks, and less of classes."""

    format: Literal["semgui-labels"]
    version: Literal[1, 2]
    exported_at: AwareDatetime
    classes: tuple[JsonClass, ...]
    labels: tuple[JsonLabel, ...]
    marks: tuple[JsonMark, ...] = ()


def write_json(
    path: Path,
    classes: Iterable[JsonClass],
    labels: Iterable[JsonLabel],
    marks: Iterable[JsonMark],
    history: Iterable[Mapping[str, Any]],
) -> int:
    """Write what is in force and then the history; the file appears whole or not at all.

    Every entry is one line, written as it comes: a project of 100,000 images need not fit into memory.

    Returns
    -------
    int
        How many labels.
    """
    head = {"format": _FORMAT, "version": _VERSION, "exported_at": datetime.now(UTC).isoformat()}
    with atomic_text(path) as file:
        file.write("{\n")
        file.writelines(f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items())
        _write_lines(file, "classes", (c.model_dump_json() for c in classes), ",\n")
        number = _write_lines(file, "labels", (label.model_dump_json() for label in labels), ",\n")
        _write_lines(file, "marks", (mark.model_dump_json() for mark in marks), ",\n")
        entries = (json.dumps(entry, ensure_ascii=False) for entry in history)
        _write_lines(file, "history", entries, "\n}\n")
    return number


def _write_lines(file: TextIO, key: str, lines: Iterable[str], end: str) -> int:
    file.write(f' "{key}": [')
    number = 0
    for number, line in enumerate(lines, 1):
        file.write(("\n  " if number == 1 else ",\n  ") + line)
    file.write("\n ]" + end)
    return number


def read_json(path: Path) -> LabelRows:
    """Read a file that `write_json` made; relative paths count from its folder.

    Raises
    ------
    UsageError
        It is no such file; the sentence names the first thing that is wrong.
    """
    content = _load(path)
    classes = {c.id: _sem_class(c) for c in content.classes}
    _check_tree(path, classes)
    folder = absolute(path).parent
    rows = []
    for number, label in enumerate(content.labels, 1):
        if label.class_id not in classes:
            raise UsageError(
                f"{path}: label {number} has the class {label.class_id}, which the file lacks; "
                "nothing was imported."
            )
        rows.append(
            LabelRow(
                path=_path(folder, label),
                class_key=label.class_id,
                annotator=label.annotator,
                created_at=label.created_at,
                source=label.source,
                model_id=None if label.model_id is None else ModelId(label.model_id),
                fingerprint=label.fingerprint or None,
            )
        )
    marks = tuple(_mark_row(path, folder, number, mark) for number, mark in enumerate(content.marks, 1))
    examples = {
        c.id: tuple(ImageRow(_path(folder, i), i.fingerprint or None) for i in c.examples)
        for c in content.classes
        if c.examples
    }
    return LabelRows(tuple(rows), classes=classes, marks=marks, examples=examples)


def _path(folder: Path, image: JsonImage) -> Path:
    return absolute(folder / restore_undecodable(image.path))


def _sem_class(c: JsonClass) -> SemClass:
    return SemClass(
        id=ClassId(c.id),
        name=c.name,
        colour=c.colour,
        shortcut=c.shortcut,
        description=c.description,
        position=c.position,
        archived=c.archived,
        parent=None if c.parent is None else ClassId(c.parent),
        merged_into=None if c.merged_into is None else ClassId(c.merged_into),
    )


def _check_tree(path: Path, classes: Mapping[str, SemClass]) -> None:
    taxonomy = Taxonomy(tuple(classes.values()))
    for c in taxonomy:
        named = {c.parent, c.merged_into} - {None}
        target = None if c.merged_into is None else classes.get(c.merged_into)
        chained = target is not None and target.merged_into is not None
        circle = c.parent in {c.id, *taxonomy.below(c.id)}
        offered = c.merged_into is not None and not c.archived
        if not named <= classes.keys() or chained or circle or offered:
            raise UsageError(
                f"{path}: the class {c.name} lies under or was merged into a class that makes no sense; "
                "nothing was imported."
            )


def _mark_row(path: Path, folder: Path, number: int, mark: JsonMark) -> MarkRow:
    try:
        word = checked_tag(mark.tag) if mark.kind is MarkKind.TAG else ""
        text = checked_note(mark.text) if mark.kind is MarkKind.NOTE else ""
    except UsageError as error:
        raise UsageError(f"{path}: mark {number}: {error}") from None
    return MarkRow(
        path=_path(folder, mark),
        kind=mark.kind,
        word=word,
        text=text,
        annotator=mark.annotator,
        created_at=mark.created_at,
        fingerprint=mark.fingerprint or None,
    )


def _load(path: Path) -> LabelFile:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: the file cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: this is not JSON ({error}).") from None
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise UsageError(f"{path}: this is no label file of SEMGui (its “format” is not semgui-labels).")
    if content.get("version") not in (1, 2):
        raise UsageError(f"{path}: this label file was made by a newer SEMGui; update to import it.")
    content.pop("history", None)
    try:
        return LabelFile.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{path}: {where}: {first['msg']}; nothing was imported.") from None
