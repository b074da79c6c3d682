"""Labels as JSON: everything that is in force, so that another project can take it over without loss."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from semgui.catalogue.naming import absolute
from semgui.catalogue.tables import restore_undecodable
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ModelId
from semgui.domain.labels import LabelSource
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.exchange.atomic import atomic_text
from semgui.exchange.rows import LabelRow, LabelRows

_Text = Annotated[str, Field(min_length=1, max_length=1000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class JsonClass(_Strict):
    """A class of the project; the fields of `SemClass`."""

    id: Annotated[str, Field(pattern=r"^[\w.-]{1,200}$")]
    name: _Text
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
    shortcut: str = ""
    description: str = ""
    position: int = 0
    archived: bool = False


class JsonLabel(_Strict):
    """The label in force of one image.

    ``path`` is written as `semgui.catalogue.tables.escape_undecodable` does; ``class_id`` names one of the
    classes.
    """

    path: _Text
    fingerprint: str = ""
    class_id: _Text
    annotator: _Text
    created_at: AwareDatetime
    source: LabelSource
    model_id: str | None = None


class LabelFile(_Strict):
    """The whole file."""

    format: Literal["semgui-labels"] = "semgui-labels"
    version: Literal[1] = 1
    exported_at: AwareDatetime
    classes: tuple[JsonClass, ...]
    labels: tuple[JsonLabel, ...]


def write_json(path: Path, taxonomy: Taxonomy, labels: Iterable[JsonLabel]) -> None:
    """Write classes and labels; the file appears whole or not at all."""
    classes = tuple(
        JsonClass(
            id=c.id,
            name=c.name,
            colour=c.colour,
            shortcut=c.shortcut,
            description=c.description,
            position=c.position,
            archived=c.archived,
        )
        for c in taxonomy
    )
    content = LabelFile(exported_at=datetime.now(UTC), classes=classes, labels=tuple(labels))
    with atomic_text(path) as file:
        json.dump(content.model_dump(mode="json"), file, indent=1, ensure_ascii=False)
        file.write("\n")


def read_json(path: Path) -> LabelRows:
    """Read a file that `write_json` made; relative paths count from its folder.

    Raises
    ------
    UsageError
        It is no such file; the sentence names the first thing that is wrong.
    """
    content = _load(path)
    classes = {
        c.id: SemClass(ClassId(c.id), c.name, c.colour, c.shortcut, c.description, c.position, c.archived)
        for c in content.classes
    }
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
                path=absolute(folder / restore_undecodable(label.path)),
                class_key=label.class_id,
                annotator=label.annotator,
                created_at=label.created_at,
                source=label.source,
                model_id=None if label.model_id is None else ModelId(label.model_id),
                fingerprint=label.fingerprint or None,
            )
        )
    return LabelRows(tuple(rows), classes=classes)


def _load(path: Path) -> LabelFile:
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: the file cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: this is not JSON ({error}).") from None
    if not isinstance(content, dict) or content.get("format") != "semgui-labels":
        raise UsageError(f"{path}: this is no label file of SEMGui (its “format” is not semgui-labels).")
    if content.get("version") != 1:
        raise UsageError(f"{path}: this label file was made by a newer SEMGui; update to import it.")
    try:
        return LabelFile.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{path}: {where}: {first['msg']}; nothing was imported.") from None
