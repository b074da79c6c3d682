r"""Labels as CSV: ``path,class[,annotator[,flagged,excluded,note,tags]]``.

Read leniently (`semgui.exchange.csv_text`); written in one way (UTF-8, commas, ``\n``, quotes where needed,
names exactly as they are). The columns of marks are written where an image has any.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from semgui.catalogue.naming import absolute
from semgui.domain.errors import UsageError
from semgui.domain.marks import NO_MARKS, MarkKind, Marks
from semgui.exchange.atomic import atomic_text
from semgui.exchange.csv_text import CsvTable, read_table
from semgui.exchange.rows import LabelRow, LabelRows, MarkRow
from semgui.review.mark_commands import checked_note, checked_tag
from semgui.review.naming import checked_name

COLUMNS = ("path", "class", "annotator")
MARK_COLUMNS = ("flagged", "excluded", "note", "tags")
_EXPECTED = "the first line must be path,class or path,class,annotator"
_YES = "yes"
_MEANINGS = {
    _YES: True,
    "true": True,
    "1": True,
    "x": True,
    "no": False,
    "false": False,
    "0": False,
    "": False,
}


@dataclass(frozen=True, slots=True)
class CsvLabel:
    """One row: an image, the name of its class (empty: none), who gave it, and its marks."""

    path: str
    class_name: str
    annotator: str
    marks: Marks = NO_MARKS


def write_csv(path: Path, rows: Sequence[CsvLabel]) -> None:
    """Write rows under a header; the file appears whole or not at all."""
    with_marks = any(row.marks != NO_MARKS for row in rows)
    with atomic_text(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*COLUMNS, *MARK_COLUMNS) if with_marks else COLUMNS)
        for row in rows:
            cells = (row.path, row.class_name, row.annotator)
            writer.writerow((*cells, *_mark_cells(row.marks)) if with_marks else cells)


def read_csv(path: Path) -> LabelRows:
    """Read labels and marks; relative paths count from the folder of the file.

    Raises
    ------
    UsageError
        The file cannot be read as such a table at all; single bad rows are only reported.
    """
    table = read_table(path, _EXPECTED)
    if not {"path", "class"} <= table.columns.keys():
        raise UsageError(f"{path}: {_EXPECTED}; it is {table.header[:80]!r}.")
    folder = absolute(path).parent
    rows: list[LabelRow] = []
    marks: list[MarkRow] = []
    problems: list[str] = []
    for line, cells in table.rows():
        try:
            found = _marks(table, cells, folder)
            if not found or table.cell(cells, "class"):
                rows.append(_row(table, cells, folder))
            marks += found
        except (_BadRowError, UsageError) as error:
            problems.append(f"line {line}: {error}")
    if not rows and not marks and not problems:
        raise UsageError(f"{path}: the file has a header and no rows.")
    return LabelRows(tuple(rows), tuple(problems), marks=tuple(marks))


def _mark_cells(marks: Marks) -> tuple[str, ...]:
    flags = (_YES if marks.flagged else "", _YES if marks.excluded else "")
    return (*flags, marks.note, "; ".join(marks.tags))


class _BadRowError(ValueError):
    """What is wrong with one row."""


def _row(table: CsvTable, cells: Sequence[str], folder: Path) -> LabelRow:
    if len(cells) <= max(table.columns["path"], table.columns["class"]):
        raise _BadRowError(f"{len(cells)} column(s) where {len(table.columns)} were expected")
    path, class_name, annotator = (table.cell(cells, column) for column in COLUMNS)
    if not path:
        raise _BadRowError("no path")
    if not class_name:
        raise _BadRowError("no class")
    _check_readable(class_name + annotator, "class or annotator")
    if not (class_name + annotator).isprintable():
        raise _BadRowError("class or annotator holds characters that cannot be shown, such as a line break")
    return LabelRow(absolute(folder / path), checked_name(class_name), annotator or None)


def _marks(table: CsvTable, cells: Sequence[str], folder: Path) -> list[MarkRow]:
    flagged, excluded, note, tags = (table.cell(cells, column) for column in MARK_COLUMNS)
    if not flagged + excluded + note + tags:
        return []
    if not table.cell(cells, "path"):
        raise _BadRowError("no path")
    _check_readable(note + tags, "note or tags")
    path = absolute(folder / table.cell(cells, "path"))
    found = [
        MarkRow(path, kind)
        for kind, column, text in (
            (MarkKind.FLAG, "flagged", flagged),
            (MarkKind.EXCLUDED, "excluded", excluded),
        )
        if _means_yes(column, text)
    ]
    if note:
        found.append(MarkRow(path, MarkKind.NOTE, text=checked_note(note)))
    words = (word for word in tags.replace(",", ";").split(";") if word.strip())
    return found + [MarkRow(path, MarkKind.TAG, word=checked_tag(word)) for word in words]


def _means_yes(column: str, text: str) -> bool:
    try:
        return _MEANINGS[text.casefold()]
    except KeyError:
        raise _BadRowError(f"{column} is {text[:40]!r}; write {_YES}, or nothing") from None


def _check_readable(text: str, what: str) -> None:
    if any("\udc80" <= letter <= "\udcff" for letter in text):
        raise _BadRowError(f"{what} is not readable as UTF-8 text (save the file as “CSV UTF-8”)")
