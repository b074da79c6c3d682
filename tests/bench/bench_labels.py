"""How long labelling takes: `pytest -m bench -s tests/bench/bench_labels.py` prints the figures."""

from __future__ import annotations

import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from semgui.catalogue.labels import LabelStore
from semgui.domain.ids import ClassId
from semgui.services import classes, label
from tests.label_projects import ids, project_with_rows

pytestmark = pytest.mark.bench

NAMES = ("nffa.tips", "nffa.fibres", "nffa.powder")


def times(work: Callable[[int], object], repeats: int) -> list[float]:
    """Return milliseconds of each call."""
    found = []
    for i in range(repeats):
        start = time.perf_counter()
        work(i)
        found.append(1000 * (time.perf_counter() - start))
    return found


def bare_insert(path: Path) -> Callable[[int], object]:
    """One row and one commit with the same durability: what the disk alone costs."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE t (x)")
    return lambda i: connection.execute("INSERT INTO t VALUES (?)", (i,))


@pytest.mark.parametrize("count", [1_000, 100_000])
def test_labelling(tmp_path: Path, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    with project_with_rows(tmp_path / "p.semgui", count) as project:
        classes.start_with_preset(project, "nffa10", "bench")
        everyone = ids(*range(1, count + 1))
        bulk = everyone[:20_000]
        for name in NAMES:
            label.set_labels(project, everyone, ClassId(name), "bench")
        store = LabelStore(project)
        rows = {
            "one row, bare SQLite": times(bare_insert(tmp_path / "bare.db"), 200),
            "label one image": times(
                lambda i: label.set_labels(project, ids(i + 1), ClassId("nffa.nanowires"), "bench"), 200
            ),
            "undo one image": times(lambda _: label.undo(project, "bench"), 200),
            f"label {len(bulk):,} images": times(
                lambda i: label.set_labels(project, bulk, ClassId(NAMES[i % 2]), "bench"), 3
            ),
            f"undo {len(bulk):,} images": times(lambda _: label.undo(project, "bench"), 3),
            f"redo {len(bulk):,} images": times(lambda _: label.redo(project, "bench"), 3),
            "labels of a page of 200": times(lambda _: store.current(everyone[:200]), 20),
            "counts of all classes": times(lambda _: store.counts(), 5),
            "history of one image": times(lambda _: store.history(everyone[0]), 20),
        }
    with capsys.disabled():
        sys.stdout.write(f"\n{count:,} images, three events and more each{'':<4} median      max   (ms)\n")
        for name, found in rows.items():
            sys.stdout.write(f"{name:<40} {statistics.median(found):9.1f} {max(found):8.1f}\n")
