"""Verdicts of an audit as CSV: ``path,class``, where the class may be ``-`` for none of them."""

from __future__ import annotations

from pathlib import Path

from semgui.catalogue.naming import absolute
from semgui.domain.errors import UsageError
from semgui.exchange.csv_text import read_table

_EXPECTED = "the first line must name the columns path and class"


def read_verdicts(path: Path) -> tuple[dict[Path, str], list[str]]:
    """Read verdicts; relative paths count from the folder of the file, and of several rows the last counts.

    Returns
    -------
    verdicts : dict of Path to str
        What each image is.
    problems : list of str
        A sentence for each row that was left out.

    Raises
    ------
    UsageError
        The file cannot be read as such a table.
    """
    table = read_table(path, _EXPECTED)
    if not {"path", "class"} <= table.columns.keys():
        raise UsageError(f"{path}: {_EXPECTED}; it is {table.header[:80]!r}.")
    verdicts: dict[Path, str] = {}
    problems: list[str] = []
    for line, cells in table.rows():
        image, name = table.cell(cells, "path"), table.cell(cells, "class")
        if not image or not name:
            problems.append(f"line {line}: no {'class' if image else 'path'}; it was left out")
        else:
            verdicts[absolute(absolute(path).parent / image)] = name
    return verdicts, problems
