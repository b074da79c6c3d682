"""A long sitting by script: scrolling, looking, labelling; memory and event-loop gaps as time goes by.

``pytest tests/bench/bench_soak.py -s`` prints a line for each tenth of the time.
``SEMGUI_BENCH_MINUTES`` (5; `make soak` takes 60) and ``SEMGUI_BENCH_IMAGES`` (20,000) change it.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.bench.results import record
from tests.ui.conftest import *  # noqa: F403 - the window's fixtures
from tests.ui.gaps import GapMeter, Gaps
from tests.ui.grid_project import generate

pytestmark = [pytest.mark.bench, pytest.mark.timeout(0)]

IMAGES = int(os.environ.get("SEMGUI_BENCH_IMAGES", "20000"))
MINUTES = float(os.environ.get("SEMGUI_BENCH_MINUTES", "5"))
PARTS = 10
STEP_MS = 60
SCREENFULS = 40  # scrolled through before something is looked at and labelled
LOOKS = 10


def megabytes() -> float:
    return psutil.Process().memory_info().rss / 1e6


def sit(window, seconds: float) -> Gaps:
    """Do for some time what a person does all day."""
    end = time.monotonic() + seconds
    bar = window.window.gallery.verticalScrollBar()
    with GapMeter(window.window) as meter:
        while time.monotonic() < end:
            for _ in range(SCREENFULS):
                bar.setValue(0 if bar.value() >= bar.maximum() else bar.value() + bar.pageStep())
                QTest.qWait(STEP_MS)
            window.window.toggle_grid()
            window.session.gallery.go_to_row(min(window.window.gallery.rows_in_view()[0], IMAGES - 1))
            for number in range(LOOKS):
                window.key(Qt.Key.Key_1 if number % 3 == 0 else Qt.Key.Key_Right)
                QTest.qWait(2 * STEP_MS)
            window.window.toggle_grid()
    return meter.gaps()


def test_a_long_sitting(open_window, find_brain, tmp_path: Path, capsys):
    made = generate(tmp_path, IMAGES, find_brain())
    window = open_window(made.place)
    window.until_open(IMAGES)
    window.until(lambda: not window.session.work.scanning, 600)
    window.session.activities.cancel_all()
    window.until_idle()
    with GapMeter(window.window) as meter:
        QTest.qWait(8000)
    idle = meter.gaps()
    window.window.toggle_grid()
    sit(window, 20)  # what is loaded once is loaded
    rows = []
    for part in range(PARTS):
        gaps = sit(window, 60 * MINUTES / PARTS)
        kept = (window.session.picture.kept_bytes + window.window.pixmaps.nbytes) / 1e6
        rows.append((MINUTES * (part + 1) / PARTS, megabytes(), kept, gaps.p99, gaps.largest))
    growth = rows[-1][1] - rows[PARTS // 2][1]
    record(
        "soak",
        {
            "images": IMAGES,
            "idle_p99_ms": idle.p99,
            "minutes_megabytes_kept_p99_max": [[round(value, 1) for value in row] for row in rows],
        },
    )
    with capsys.disabled():
        write = sys.stdout.write
        write(f"\nA sitting of {MINUTES:g} minutes with {IMAGES:,} images; idle p99 {idle.p99:.0f} ms\n")
        write("minute       MB   of these kept pictures and thumbnails   p99 ms   max ms\n")
        for minute, memory, kept, p99, largest in rows:
            write(f"{minute:6.1f} {memory:8.0f} {kept:39.0f} {p99:8.0f} {largest:8.0f}\n")
        write(f"growth over the second half: {growth:.0f} MB\n")
