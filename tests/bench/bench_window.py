"""Event-loop gaps of the window while thousands of images are scanned and classified; its memory.

``pytest tests/bench/bench_window.py -s`` prints tables; all lines of a table come from one run.
``SEMGUI_BENCH_IMAGES`` (20,000) and ``SEMGUI_BENCH_SECONDS`` (30, the longest look at one phase) change it.
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.bench.many import write_many
from tests.bench.results import record
from tests.ui.conftest import *  # noqa: F403 - the window's fixtures
from tests.ui.gaps import GapMeter, Gaps
from tests.ui.memory import MemoryCurve, repeated, thinned

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]

IMAGES = int(os.environ.get("SEMGUI_BENCH_IMAGES", "20000"))
SECONDS = float(os.environ.get("SEMGUI_BENCH_SECONDS", "30"))
KEY_EVERY_MS = 120  # as fast as a hand goes through pictures
SWITCHES = 1000
LAP = 200  # forth and back: their pictures fit into the cache, which is full after the first lap
SCROLLS = 2000
_PATIENCE = 900.0  # seconds, for a busy machine


def measured(
    driver, while_: Callable[[], bool], act: Callable[[], None] = lambda: None, seconds: float = SECONDS
) -> Gaps:
    """Measure as long as something goes on, and no longer than some seconds."""
    end = time.monotonic() + seconds
    with GapMeter(driver.window) as meter:
        while time.monotonic() < end and while_():
            act()
            QTest.qWait(KEY_EVERY_MS)
    return meter.gaps()


def always() -> bool:
    return True


def test_event_loop_gaps(open_window, tmp_path: Path, capsys):
    folder = write_many(tmp_path / "images", IMAGES)
    window = open_window()
    QTest.qWait(1000)
    lines = {"idle, nothing open": measured(window, always, seconds=8)}
    forth = itertools.cycle([Qt.Key.Key_Right] * 20 + [Qt.Key.Key_Left] * 20)

    def key() -> None:
        window.key(next(forth))

    work = window.session.work
    window.window.open_path(folder)
    window.until(lambda: window.session.opened is not None)
    lines["scanning"] = measured(window, lambda: work.scanning, seconds=600)
    window.until(lambda: work.classifying, _PATIENCE)
    window.until(lambda: window.session.activities.running[0].progress.done > 0, _PATIENCE)
    lines["classifying"] = measured(window, lambda: work.classifying)
    lines["classifying + switching"] = measured(window, lambda: work.classifying, key)
    at_it = work.classifying
    activity = window.session.activities.running[0]
    rate = activity.progress.rate
    window.session.activities.cancel_all()
    window.until_idle()
    work.fill_thumbnails()
    lines["thumbnails"] = measured(window, lambda: bool(window.session.activities.running))
    lines["thumbnails + switching"] = measured(window, lambda: bool(window.session.activities.running), key)
    window.session.activities.cancel_all()
    window.until_idle()
    lines["switching alone"] = measured(window, always, key, seconds=8)
    lines["idle, project open"] = measured(window, always, seconds=8)
    with capsys.disabled():
        write = sys.stdout.write
        write(f"\n{IMAGES:,} images of 640×480, a key every {KEY_EVERY_MS} ms, ticks of 10 ms\n")
        for name, gaps in lines.items():
            write(
                f"{name:26} p99 {gaps.p99:6.1f} ms   max {gaps.largest:6.1f} ms   "
                f"processor time p99 {gaps.own_p99:5.1f} ms   ({len(gaps.milliseconds):,} ticks)\n"
            )
        write(f"classified {rate:.0f}/s while measured\n")
    record(
        "gaps",
        {
            "images": IMAGES,
            "rate": round(rate, 1),
            "lines": {
                name: {
                    "p99": round(g.p99, 1),
                    "max": round(g.largest, 1),
                    "processor_p99": round(g.own_p99, 1),
                    "ticks": len(g.milliseconds),
                }
                for name, g in lines.items()
            },
        },
    )
    assert at_it, "classification ended before the measurement: take more images"


def test_memory(open_window, tmp_path: Path, capsys):
    count = min(IMAGES, 3000)
    window = open_window(write_many(tmp_path / "images", count))
    window.until(lambda: window.session.gallery.ids.size == count, _PATIENCE)
    window.session.activities.cancel_all()
    window.until_idle()

    def switch(number: int) -> None:
        window.key(Qt.Key.Key_Right if number // LAP % 2 == 0 else Qt.Key.Key_Left)
        window.until(lambda: not window.session.picture.loading)

    switching = repeated(switch, SWITCHES, every=20)
    window.key(Qt.Key.Key_G)
    QTest.qWait(300)
    bar = window.window.gallery.verticalScrollBar()

    def scroll(number: int) -> None:
        bar.setValue(bar.maximum() * (number % 100) // 99)
        QTest.qWait(20)

    scrolling = repeated(scroll, SCROLLS, every=40)
    with capsys.disabled():
        write = sys.stdout.write
        write(f"\nResident memory of the window's process, {count:,} images\n")
        for name, curve in (("image switches", switching), ("jumps of the scroll bar", scrolling)):
            write(
                f"{name:26} {curve.megabytes[0]:6.0f} MB at first, {curve.megabytes[-1]:6.0f} MB after "
                f"{curve.counts[-1]:,}; in the last half {curve.slope():+.1f} MB per 1,000\n"
            )
    record("memory", {"switching": as_lists(switching), "scrolling": as_lists(scrolling)})


def as_lists(curve: MemoryCurve) -> dict[str, object]:
    return {
        "counts": thinned(curve.counts),
        "megabytes": thinned(curve.megabytes),
        "slope_mb_per_1000": round(curve.slope(), 2),
    }
