"""Reading CSV leniently: what spreadsheets make of it (``;`` or tabs, byte order marks, ``sep=;`` lines)."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from semgui.domain.errors import UsageError

_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A table with named columns.

    Parameters
    ----------
    path
        The file.
    columns
        Place of each column by its name, without regard to case.
    header
        The first line as it is.
    """

    path: Path
    columns: dict[str, int]
    header: str
    _separator: str
    _body: str
    _lines_above: int

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the number of the line at which each row begins, and its cells; empty lines are left out.

        Raises
        ------
        UsageError
            A row is not CSV.
        """
        reader = csv.reader(io.StringIO(self._body, newline=""), delimiter=self._separator, strict=True)
        line = self._lines_above + 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):  # spreadsheets leave empty lines at the end
                    yield line, cells
                line = self._lines_above + reader.line_num + 1
        except csv.Error as error:
            raise UsageError(
                f"{self.path}: line {line} is not CSV ({error}); nothing was imported."
            ) from None

    def cell(self, cells: Sequence[str], column: str) -> str:
        """Return what a row says in a column; a column missing at the end of the row is an empty one."""
        place = self.columns.get(column)
        return "" if place is None or place >= len(cells) else cells[place].strip()


def read_table(path: Path, expected: str) -> CsvTable:
    """Read a table whose first line names its columns.

    Parameters
    ----------
    expected
        What the first line should be, for the sentences.

    Raises
    ------
    UsageError
        The file cannot be read, is empty or is no text.
    """
    text = _text(path, expected)
    position = 0
    for number, full_line in enumerate(text.splitlines(keepends=True), 1):
        position += len(full_line)
        line = full_line.strip()
        # Excel begins with "sep=;" when told to name its separator.
        if not line or line.casefold().startswith("sep="):
            continue
        separator = max(_SEPARATORS, key=line.count)
        try:
            names = next(csv.reader([line], delimiter=separator))
        except csv.Error:  # a "word" without end: another kind of file
            raise UsageError(f"{path}: {expected}; it is {line[:80]!r}.") from None
        columns = {name.strip().casefold(): i for i, name in enumerate(names)}
        return CsvTable(path, columns, line, separator, text[position:], number)
    raise UsageError(f"{path}: the file is empty; {expected}.")


def _text(path: Path, expected: str) -> str:
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
        raise UsageError(f"{path}: this is no text file; {expected}.")
    if not text.strip():
        raise UsageError(f"{path}: the file is empty; {expected}.")
    return text
