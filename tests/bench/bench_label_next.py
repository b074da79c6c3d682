"""Label-and-next in a real window: ``pytest tests/bench/bench_label_next.py -s`` prints a table.

A key labels the image on screen and the window goes on by itself. Measured from the key to the next picture,
painted; and from the key to "saved", which is said after the commit (`synchronous=FULL`). Files are small and
real (`tests.ui.grid_project`), so that the figure is the window's and not that of a decoder.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from semgui.viewmodels.writer import Saved
from tests.bench.results import record_size
from tests.ui.conftest import *  # noqa: F403 - the window's fixtures
from tests.ui.grid_project import generate

pytestmark = pytest.mark.bench

TIMES = 200
PAUSE_MS = 250  # a quick hand; in it, neighbours are loaded ahead
KEYS = (Qt.Key.Key_1, Qt.Key.Key_5, Qt.Key.Key_9)


def until(condition) -> None:
    end = time.perf_counter() + 10
    while not condition():
        assert time.perf_counter() < end, "the window does not answer"
        QApplication.processEvents()
        time.sleep(0.0005)


def label_and_next(window, key: Qt.Key) -> tuple[float, float, float]:
    """Return milliseconds to the next picture, painted; of the window's thread for it; to the commit."""
    session = window.session
    before = session.gallery.current
    start, busy = time.perf_counter(), time.thread_time()
    QTest.keyClick(QApplication.focusWidget(), key)
    until(lambda: session.picture.shown is not None and session.picture.shown.image != before)
    window.window.pane.repaint()
    shown, busy = time.perf_counter(), time.thread_time() - busy
    until(lambda: session.hand.writer.saved is Saved.YES)
    return 1000 * (shown - start), 1000 * busy, 1000 * (time.perf_counter() - start)


def line(name: str, found: list[float]) -> str:
    median, high = np.percentile(found, [50, 99])
    return f"{name:<28} {median:8.1f} {high:8.1f} {max(found):8.1f}\n"


@pytest.mark.parametrize("count", [1_000, 20_000, 100_000])
def test_label_and_next(open_window, find_brain, tmp_path: Path, count: int, capsys) -> None:
    made = generate(tmp_path, count, find_brain())
    window = open_window(made.place)
    window.window.resize(1366, 768)
    window.until_open(count)
    window.session.activities.cancel_all()
    window.until_idle()
    keys = itertools.cycle(KEYS)
    window.click_thumbnail(0)
    QTest.qWait(1000)
    names = ("next picture", "processor time for it", "saved", "next picture, no pause")
    rows: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(TIMES):
        for name, value in zip(names, label_and_next(window, next(keys)), strict=False):
            rows[name].append(value)
        QTest.qWait(PAUSE_MS)
    for _ in range(TIMES):
        rows["next picture, no pause"].append(label_and_next(window, next(keys))[0])
    window.until_idle()
    medians = {name: float(np.median(rows[name])) for name in names if name != "processor time for it"}
    record_size(count, {"labelling": ("ms, median", "Label and next")}, {"labelling": medians})
    with capsys.disabled():
        sys.stdout.write(f"\n{count:,} images (ms){'':<12}  median      p99      max\n")
        for name, found in rows.items():
            sys.stdout.write(line(name, found))
    window.until(lambda: window.session.hand.pace.today >= TIMES)
