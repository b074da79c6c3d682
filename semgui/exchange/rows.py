"""What a file or folder says about images, before it is held against a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path

from semgui.domain.ids import ModelId
from semgui.domain.labels import LabelSource
from semgui.domain.marks import MarkKind
from semgui.domain.taxonomy import SemClass


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One label as somebody wrote it down.

    Parameters
    ----------
    path
        Absolute.
    class_key
        Name of the class, or the key of one of the classes that the file defines.
    annotator, created_at, source, model_id
        ``None`` where the file does not say.
    fingerprint
        Of the image, where the file says so: finds it when its folder has moved.
    """

    path: Path
    class_key: str
    annotator: str | None = None
    created_at: datetime | None = None
    source: LabelSource | None = None
    model_id: ModelId | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One mark as somebody wrote it down; the file says what is there, never what is not.

    Parameters
    ----------
    path
        Absolute.
    word
        The tag; empty for the other kinds.
    text
        The note; empty for the other kinds.
    annotator, created_at
        ``None`` where the file does not say.
    fingerprint
        As in `LabelRow`.
    """

    path: Path
    kind: MarkKind
    word: str = ""
    text: str = ""
    annotator: str | None = None
    created_at: datetime | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class ImageRow:
    """An image that a file names; the fields as in `LabelRow`."""

    path: Path
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class LabelRows:
    """What was read.

    Parameters
    ----------
    rows
        In the order of the file.
    problems
        One sentence for each row that could not be used.
    classes
        Classes that the file defines, by the key that its rows use.
    marks
        In the order of the file.
    examples
        Example images of the classes that the file defines, by the same key.
    """

    rows: tuple[LabelRow, ...]
    problems: tuple[str, ...] = ()
    classes: Mapping[str, SemClass] = field(default_factory=dict)
    marks: tuple[MarkRow, ...] = ()
    examples: Mapping[str, tuple[ImageRow, ...]] = field(default_factory=dict)

    @property
    def images(self) -> Iterator[LabelRow | MarkRow | ImageRow]:
        """Everything that names an image by its path and perhaps its fingerprint."""
        return chain(self.rows, self.marks, *self.examples.values())
