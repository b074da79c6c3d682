"""Tables of predictions: CSV, JSON lines and Parquet, whole up to the last finished image."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TextIO

from semgui.domain.errors import SemguiError, UsageError
from semgui.exchange.atomic import put_in_place
from semgui.inference.classifier import Classified
from trainer.card import CardClass

SUFFIXES = (".csv", ".parquet", ".jsonl")

_GROUP_ROWS = 1_000
_DIGITS = 6

Row = dict[str, Any]


class Table(Protocol):
    """Something that takes rows one by one."""

    def write(self, row: Row) -> None:
        """Take one row; it is safe once this returns (Parquet: once the table is closed)."""


def columns(classes: Sequence[CardClass], extra: Sequence[str] = ()) -> list[str]:
    """Return the names of the columns for a model with these classes; `extra` ones hold text."""
    probabilities = [f"p_{c.name}" for c in classes]
    return [
        *("path", "predicted", "confidence", "novelty", "status"),
        *probabilities,
        *("databar_row", "error"),
        *extra,
    ]


def as_row(result: Classified, classes: Sequence[CardClass]) -> Row:
    """Flatten a result; what is unknown is ``None``, probabilities are rounded to six digits."""
    row: Row = dict.fromkeys(columns(classes))
    row |= {"path": str(result.source.path), "status": result.status.value, "error": result.error}
    if result.databar is not None:
        row["databar_row"] = result.databar.row
    answer = result.answer
    if answer is None:
        return row
    names = {c.id: c.name for c in classes}
    row |= {
        "predicted": names[answer.predicted],
        "confidence": round(answer.confidence, _DIGITS),
        "novelty": round(answer.novelty, _DIGITS),
    }
    probabilities = answer.probabilities.tolist()
    return row | {f"p_{c.name}": round(p, _DIGITS) for c, p in zip(classes, probabilities, strict=True)}


def check_table_path(path: Path) -> None:
    """Refuse a file that no table can be written to, before anything long is begun.

    Raises
    ------
    UsageError
        If the suffix is unknown, the folder does not exist, or the path is a folder.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path}: the table must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}.")
    if path.is_dir():
        raise UsageError(f"{path}: this is a folder; name a file.")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: the folder {path.parent} does not exist; make it first.")


@contextmanager
def open_table(path: Path, classes: Sequence[CardClass], extra: Sequence[str] = ()) -> Iterator[Table]:
    """Open a table for writing, in the format of its suffix; an earlier one is replaced.

    Columns as for `columns`.

    CSV and JSON lines grow with every row, so that a table is whole up to its last line whatever stops the
    program. A Parquet file exists only once it is closed; that happens on an interruption, too.

    Raises
    ------
    UsageError
        As for `check_table_path`.
    SemguiError
        If it cannot be written.
    """
    check_table_path(path)
    try:
        if path.suffix.lower() == ".parquet":
            with _parquet(path, classes, extra) as table:
                yield table
        else:
            with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
                yield CsvTable(file, classes, extra) if path.suffix.lower() == ".csv" else JsonLines(file)
    except OSError as error:
        raise SemguiError(f"{path}: the table cannot be written ({error.strerror or error}).") from None


class CsvTable:
    """Comma-separated values with a header (RFC 4180), UTF-8; flushed after each row."""

    def __init__(self, file: TextIO, classes: Sequence[CardClass], extra: Sequence[str] = ()) -> None:
        self._file = file
        self._writer = csv.DictWriter(file, columns(classes, extra), lineterminator="\n")
        self._writer.writeheader()
        file.flush()

    def write(self, row: Row) -> None:
        """Append a row; ``None`` is an empty field."""
        self._writer.writerow(row)
        self._file.flush()


class JsonLines:
    """One JSON object a line; flushed after each."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, row: Row) -> None:
        """Append a row; ``None`` is null."""
        self._file.write(json.dumps(row, allow_nan=False) + "\n")
        self._file.flush()


@contextmanager
def _parquet(path: Path, classes: Sequence[CardClass], extra: Sequence[str]) -> Iterator[Table]:
    import pyarrow as pa
    from pyarrow import parquet

    probabilities = [(f"p_{c.name}", pa.float32()) for c in classes]
    schema = pa.schema(
        [
            *(("path", pa.string()), ("predicted", pa.string()), ("confidence", pa.float32())),
            *(("novelty", pa.float32()), ("status", pa.string())),
            *probabilities,
            *(("databar_row", pa.int32()), ("error", pa.string())),
            *((name, pa.string()) for name in extra),
        ]
    )
    # A Parquet file is unreadable before its end is written: it takes its name only then.
    stop: BaseException | None = None
    with put_in_place(path) as beside, parquet.ParquetWriter(beside, schema) as writer:
        table = _ParquetTable(writer, schema)
        try:
            yield table
        except OSError:  # a full disk: the table of an earlier run is worth more than half a one
            raise
        except BaseException as error:  # noqa: BLE001  an interruption keeps what is finished
            stop = error
        table.finish_group()
    if stop is not None:
        raise stop


class _ParquetTable:
    def __init__(self, writer: Any, schema: Any) -> None:
        self._writer = writer
        self._schema = schema
        self._rows: list[Row] = []

    def write(self, row: Row) -> None:
        # Parquet text is UTF-8: bytes of a file name that are not are shown as escapes.
        path = row["path"].encode("utf-8", "backslashreplace").decode()
        self._rows.append(row | {"path": path})
        if len(self._rows) >= _GROUP_ROWS:
            self.finish_group()

    def finish_group(self) -> None:
        import pyarrow as pa

        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []
