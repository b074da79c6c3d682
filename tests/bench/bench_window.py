"""Event-loop gaps of the window: idle, switching pictures, and the same while the network works.

``pytest tests/bench/bench_window.py -m bench -s`` prints a table; all lines come from one run.
"""

from __future__ import annotations

import itertools
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import *  # noqa: F403 - the window's fixtures
from tests.ui.gaps import GapMeter, Gaps
from tests.ui.pictures import write_picture

pytestmark = pytest.mark.bench

IMAGES = 800
DIFFERENT = 20
SIZE = (768, 1024)
SECONDS = 8
KEY_EVERY_MS = 120  # as fast as a hand goes through pictures


def measured(driver, act: Callable[[], None] = lambda: None, seconds: float = SECONDS) -> Gaps:
    with GapMeter(driver.window) as meter:
        for _ in range(round(seconds * 1000 / KEY_EVERY_MS)):
            act()
            QTest.qWait(KEY_EVERY_MS)
    return meter.gaps()


def test_event_loop_gaps(open_window, tmp_path: Path, capsys):
    folder = tmp_path / "images"
    for number in range(IMAGES):
        file = folder / f"img{number:03}.png"
        if number < DIFFERENT:
            write_picture(file, number, SIZE)
        else:
            shutil.copy(folder / f"img{number % DIFFERENT:03}.png", file)
    window = open_window(folder)
    window.until(lambda: window.session.work.classifying)
    window.until(lambda: window.session.activities.running[0].progress.done > 0)
    forth = itertools.cycle([Qt.Key.Key_Right] * 20 + [Qt.Key.Key_Left] * 20)
    lines = {"classifying + switching": measured(window, lambda: window.key(next(forth)), SECONDS)}
    still_at_it = window.session.work.classifying
    lines["classifying, hands off"] = measured(window, seconds=3)
    window.session.activities.cancel_all()
    window.until(lambda: not window.session.work.classifying)
    window.until_idle()
    QTest.qWait(2000)
    lines["bare switching"] = measured(window, lambda: window.key(next(forth)))
    QTest.qWait(1000)
    lines["idle"] = measured(window)
    with capsys.disabled():
        write = sys.stdout.write
        write(f"\n{IMAGES} images of {SIZE[1]}×{SIZE[0]}, a key every {KEY_EVERY_MS} ms, ticks of 10 ms\n")
        for name in reversed(lines):
            gaps = lines[name]
            write(f"{name:26} p99 {gaps.p99:6.1f} ms   max {gaps.largest:6.1f} ms\n")
    assert still_at_it, "classification ended before the measurement: take more images"
