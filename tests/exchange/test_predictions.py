"""Tables of predictions: what is on the disk after something went wrong."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from pyarrow import parquet

from semgui.domain.errors import Cancelled, SemguiError
from semgui.exchange.predictions import columns, open_table
from trainer.card import CardClass

CLASSES = (CardClass(id="a", name="A"),)
ROW = dict.fromkeys(columns(CLASSES)) | {"path": "a.tif"}


def written(path: Path, rows: int, error: BaseException | None = None) -> None:
    with open_table(path, CLASSES) as table:
        for _ in range(rows):
            table.write(ROW)
        if error is not None:
            raise error


def test_a_parquet_table_is_kept_when_the_disk_is_full_and_replaced_by_one_that_was_stopped(
    tmp_path: Path,
) -> None:
    out = tmp_path / "t.parquet"
    written(out, 3)
    with pytest.raises(SemguiError, match="No space left"):
        written(out, 1, OSError(errno.ENOSPC, "No space left on device"))
    assert parquet.read_table(out).num_rows == 3
    with pytest.raises(Cancelled):
        written(out, 2, Cancelled("stopped"))
    assert parquet.read_table(out).num_rows == 2
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]
