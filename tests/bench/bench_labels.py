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
from semgui.catalogue.marks import MarkStore
from semgui.domain.ids import ClassId
from semgui.review.history import History
from semgui.services import classes, label, marks
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
    show(capsys, f"{count:,} images, three events and more each", rows)


@pytest.mark.parametrize("count", [1_000, 100_000])
def test_marking_merging_and_going_back(
    tmp_path: Path, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with project_with_rows(tmp_path / "p.semgui", count) as project:
        classes.start_with_preset(project, "nffa10", "bench")
        everyone = ids(*range(1, count + 1))
        bulk = everyone[:20_000]
        for number in range(10):  # every image has a tag, a third has three
            marks.add_tag(project, everyone[number::10], f"tag {number}", "bench")
        marks.add_tag(project, everyone[::3], "third", "bench")
        marks.flag(project, everyone[::3], "bench")
        store, history = MarkStore(project), History(project, "bench")
        rows = {
            "flag one image": times(lambda i: marks.flag(project, ids(3 * i + 2), "bench"), 200),
            "tag one image": times(lambda i: marks.add_tag(project, ids(3 * i + 2), "Odd", "bench"), 200),
            f"exclude {len(bulk):,} images": times(lambda _: marks.exclude(project, bulk, "bench"), 1),
            f"undo that of {len(bulk):,} images": times(lambda _: label.undo(project, "bench"), 1),
            f"tag {len(bulk):,} images": times(
                lambda i: marks.add_tag(project, bulk, f"new {i}", "bench"), 3
            ),
            "marks of a page of 64": times(lambda i: store.current(everyone[64 * i : 64 * i + 64]), 15),
            "which images are excluded or flagged": times(lambda _: (store.excluded(), store.flagged()), 5),
            "counts of all tags": times(lambda _: store.tag_counts(), 5),
        }
        label.set_labels(project, bulk, ClassId(NAMES[0]), "bench")
        merge = (project, ClassId(NAMES[0]), ClassId(NAMES[1]), "bench")
        rows |= {
            f"merge a class of {len(bulk):,} images": times(lambda _: classes.merge_classes(*merge), 1),
            "undo the merge": times(lambda _: label.undo(project, "bench"), 1),
        }
        for i in range(501):
            label.set_labels(project, ids(i + 1), ClassId(NAMES[2]), "bench")
        *_, start = history.batches(501)
        end = history.batches(1)[0]
        rows |= {
            "list of the last 100 actions": times(lambda _: history.batches(100), 20),
            "go back over 500 actions": times(lambda _: history.go_back_to(start.id), 1),
            "go forward over 500 actions": times(lambda _: history.go_forward_to(end.id), 1),
            "what to repeat": times(lambda _: history.last_action(), 20),
        }
    show(capsys, f"{count:,} images, a tag and more each", rows)


def show(capsys: pytest.CaptureFixture[str], title: str, rows: dict[str, list[float]]) -> None:
    """Print a table."""
    with capsys.disabled():
        sys.stdout.write(f"\n{title:<40}    median      max   (ms)\n")
        for name, found in rows.items():
            sys.stdout.write(f"{name:<40} {statistics.median(found):9.1f} {max(found):8.1f}\n")
