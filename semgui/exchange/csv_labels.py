r"""Labels as CSV: ``path,class[,annotator]``.

Read leniently, since spreadsheets write it in many ways (``;`` or tabs, a byte order mark, ``\r\n``, an
``sep=;`` line); written in one way (UTF-8, commas, ``\n``, quotes where needed, names exactly as they are).
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from semgui.catalogue.naming import absolute
from semgui.domain.errors import UsageError
from semgui.exchange.atomic import atomic_text
from semgui.exchange.rows import LabelRow, LabelRows
from semgui.review.naming import checked_name

COLUMNS = ("path", "class", "annotator")
_SEPARATORS = ",;\t"
_EXPECTED = "the first line must be path,class or path,class,annotator"


def write_csv(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write (path, class name, annotator) rows under a header; the file appears whole or not at all."""
    with atomic_text(path) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def read_csv(path: Path) -> LabelRows:
    """Read labels; relative paths count from the folder of the file.

    Raises
    ------
    UsageError
        The file cannot be read as such a table at all; single bad rows are only reported.
    """
    text = _text(path)
    separator, header_line, body = _split_header(path, text)
    columns = {name.strip().casefold(): i for i, name in enumerate(_cells(header_line, separator))}
    if not {"path", "class"} <= columns.keys():
        raise UsageError(f"{path}: {_EXPECTED}; it is {header_line[:80]!r}.")
    lines_above = text.count("\n", 0, len(text) - len(body))
    folder = absolute(path).parent
    rows: list[LabelRow] = []
    problems: list[str] = []
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    line = lines_above + 1
    try:
        for cells in reader:
            try:
                if any(cell.strip() for cell in cells):  # spreadsheets leave empty lines at the end
                    rows.append(_row(cells, columns, folder))
            except _BadRowError as error:
                problems.append(f"line {line}: {error}")
            line = lines_above + reader.line_num + 1
    except csv.Error as error:
        raise UsageError(f"{path}: line {line} is not CSV ({error}); nothing was imported.") from None
    if not rows and not problems:
        raise UsageError(f"{path}: the file has a header and no rows.")
    return LabelRows(tuple(rows), tuple(problems))


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: the file cannot be read ({error.strerror}).") from None
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = raw.decode("utf-16", "replace")
    else:
        # Bytes that are not UTF-8 come through: they may be those of a file name on this disk.
        text = raw.decode("utf-8-sig", "surrogateescape")
    if "\0" in text:
        raise UsageError(f"{path}: this is no text file; {_EXPECTED}.")
    if not text.strip():
        raise UsageError(f"{path}: the file is empty; {_EXPECTED}.")
    return text


def _split_header(path: Path, text: str) -> tuple[str, str, str]:
    """Return separator, header line and everything after it."""
    position = 0
    for full_line in text.splitlines(keepends=True):
        position += len(full_line)
        line = full_line.strip()
        # Excel begins with "sep=;" when told to name its separator.
        if not line or line.casefold().startswith("sep="):
            continue
        separator = max(_SEPARATORS, key=line.count)
        return separator, line, text[position:]
    raise UsageError(f"{path}: the file is empty; {_EXPECTED}.")


def _cells(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator))


class _BadRowError(ValueError):
    """What is wrong with one row."""


def _row(cells: Sequence[str], columns: Mapping[str, int], folder: Path) -> LabelRow:
    wanted = {name: columns[name] for name in COLUMNS if name in columns}
    if len(cells) <= max(wanted["path"], wanted["class"]):
        raise _BadRowError(f"{len(cells)} column(s) where {len(columns)} were expected")
    # A column missing at the end of a row is an empty one.
    values = {name: cells[i].strip() if i < len(cells) else "" for name, i in wanted.items()}
    if not values["path"]:
        raise _BadRowError("no path")
    if not values["class"]:
        raise _BadRowError("no class")
    annotator = values.get("annotator", "")
    words = values["class"] + annotator
    if any("\udc80" <= letter <= "\udcff" for letter in words):
        raise _BadRowError("class or annotator is not readable as UTF-8 text (save the file as “CSV UTF-8”)")
    if not words.isprintable():
        raise _BadRowError("class or annotator holds characters that cannot be shown, such as a line break")
    try:
        name = checked_name(values["class"])
    except UsageError as error:
        raise _BadRowError(str(error)) from None
    return LabelRow(absolute(folder / values["path"]), name, annotator or None)
