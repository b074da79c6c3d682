"""From rows that somebody wrote to labels for images of a project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from semgui.domain.ids import ImageId
from semgui.domain.marks import MarkKind
from semgui.exchange.matching import Matches
from semgui.exchange.rows import LabelRow, MarkRow
from semgui.review.import_labels import ImportedLabel, ImportedMark


@dataclass(frozen=True, slots=True)
class Assignment:
    """Labels for images, and what the user should know about them.

    Parameters
    ----------
    labels
        In the order of the rows; one per image and annotator.
    unknown
        Paths that the project does not have.
    contradictions
        One sentence for each image about which the rows disagree.
    """

    labels: tuple[ImportedLabel, ...]
    unknown: tuple[Path, ...]
    contradictions: tuple[str, ...]


def assign(rows: Sequence[LabelRow], matches: Matches) -> Assignment:
    """Give rows to images; of several rows of one annotator for one image the last counts."""
    unknown: dict[Path, None] = {}
    last: dict[tuple[ImageId, str | None], LabelRow] = {}
    said: dict[ImageId, dict[str, None]] = defaultdict(dict)
    for row in rows:
        if row.path not in matches:
            unknown[row.path] = None
        for image_id in matches.get(row.path, ()):
            last.pop((image_id, row.annotator), None)  # the later row also stands later in the order
            last[image_id, row.annotator] = row
            said[image_id].pop(row.class_key, None)
            said[image_id][row.class_key] = None
    labels = tuple(
        ImportedLabel(image_id, row.class_key, annotator, row.created_at, row.source, row.model_id)
        for (image_id, annotator), row in last.items()
    )
    paths = {image_id: row.path for (image_id, _), row in last.items()}
    contradictions = tuple(
        f"{paths[image_id]}: given as {' and '.join(classes)}; the last one counts"
        for image_id, classes in said.items()
        if len({key.casefold() for key in classes}) > 1
    )
    return Assignment(labels, tuple(unknown), contradictions)


def assign_marks(rows: Sequence[MarkRow], matches: Matches) -> tuple[ImportedMark, ...]:
    """Give marks to images, leaving out those that the project lacks; of several notes the last counts."""
    found: dict[tuple[ImageId, MarkKind, str], ImportedMark] = {}
    for row in rows:
        for image_id in matches.get(row.path, ()):
            mark = ImportedMark(image_id, row.kind, row.word, row.text, row.annotator, row.created_at)
            found[image_id, row.kind, row.word.casefold()] = mark
    return tuple(found.values())
