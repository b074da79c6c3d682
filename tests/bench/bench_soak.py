"""A long sitting by script: scrolling, looking, labelling; memory and event-loop gaps as time goes by.

What the window keeps on purpose (pictures, thumbnails, what is known of images) is filled to its bounds
first, so that whatever grows afterwards is growth. ``pytest tests/bench/bench_soak.py -s`` prints a line for
each tenth of the time. ``SEMGUI_BENCH_MINUTES`` (5; `make soak` takes 60) and ``SEMGUI_BENCH_IMAGES``
(20,000) change it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.bench.results import record
from tests.ui.conftest import *  # noqa: F403 - the window's fixtures
from tests.ui.driver import Driver
from tests.ui.gaps import GapMeter, Gaps
from tests.ui.grid_project import generate

pytestmark = [pytest.mark.bench, pytest.mark.timeout(0)]

IMAGES = int(os.environ.get("SEMGUI_BENCH_IMAGES", "20000"))
MINUTES = float(os.environ.get("SEMGUI_BENCH_MINUTES", "5"))
SIZE = (768, 1024)
PARTS = 10
STEP_MS = 60
SCREENFULS = 40  # scrolled through before something is looked at and labelled
LOOKS = 10
THUMBNAILS_MS = 300  # time for a screenful of thumbnails to arrive
TRIES = 20  # screenfuls or pictures without growth after which a cache counts as full


@dataclass(frozen=True)
class Part:
    """A tenth of the sitting; megabytes are means over its rounds of scrolling and looking.

    `own` is what is resident and not of files: those pages the system takes back when it likes.
    """

    minute: float
    memory: float
    own: float
    kept: float
    gaps: Gaps


def megabytes() -> tuple[float, float]:
    memory = psutil.Process().memory_info()
    return memory.rss / 1e6, (memory.rss - memory.shared) / 1e6


def kept(window: Driver) -> float:
    return (window.session.picture.kept_bytes + window.window.pixmaps.nbytes) / 1e6


def page_down(window: Driver) -> bool:
    """Scroll on; whether that was the end, and the next screenful is the first again."""
    bar = window.window.gallery.verticalScrollBar()
    at_end = bar.value() >= bar.maximum()
    bar.setValue(0 if at_end else bar.value() + bar.pageStep())
    return at_end


def repeat_until_full(nbytes: Callable[[], int], act: Callable[[], None]) -> None:
    """Do something until what is kept has not grown for a while."""
    most, idle = -1, 0
    while idle < TRIES:
        act()
        idle = 0 if nbytes() > most else idle + 1
        most = max(most, nbytes())


def fill(window: Driver) -> None:
    """Fill what is kept: thumbnails, what is known of all images, pictures."""

    def see() -> None:
        page_down(window)
        QTest.qWait(THUMBNAILS_MS)

    def look() -> None:
        window.key(Qt.Key.Key_Right)
        QTest.qWait(STEP_MS)

    repeat_until_full(lambda: window.window.pixmaps.nbytes, see)
    while not page_down(window):
        QTest.qWait(STEP_MS)
    window.window.toggle_grid()
    window.session.gallery.go_to_row(0)
    repeat_until_full(lambda: window.session.picture.kept_bytes, look)
    window.window.toggle_grid()


def sit(window: Driver, seconds: float) -> tuple[list[tuple[float, ...]], Gaps]:
    """Do what a person does all day; return memory and what is kept after each round, and gaps."""
    end = time.monotonic() + seconds
    measured: list[tuple[float, ...]] = []
    with GapMeter(window.window) as meter:
        while time.monotonic() < end:
            for _ in range(SCREENFULS):
                page_down(window)
                QTest.qWait(STEP_MS)
            window.window.toggle_grid()
            window.session.gallery.go_to_row(min(window.window.gallery.rows_in_view()[0], IMAGES - 1))
            for number in range(LOOKS):
                window.key(Qt.Key.Key_1 if number % 3 == 0 else Qt.Key.Key_Right)
                QTest.qWait(2 * STEP_MS)
            window.window.toggle_grid()
            measured.append((*megabytes(), kept(window)))
    return measured, meter.gaps()


def test_a_long_sitting(open_window, find_brain, tmp_path: Path, capsys):
    made = generate(tmp_path, IMAGES, find_brain(), size=SIZE)
    window = open_window(made.place)
    window.until_open(IMAGES)
    window.until(lambda: not window.session.work.scanning, 600)
    window.session.activities.cancel_all()
    window.until_idle()
    opened = megabytes()
    with GapMeter(window.window) as meter:
        QTest.qWait(8000)
    idle = meter.gaps()
    window.window.toggle_grid()
    fill(window)
    sit(window, 20)  # what is loaded once is loaded
    filled = megabytes()
    parts = []
    for number in range(1, PARTS + 1):
        measured, gaps = sit(window, 60 * MINUTES / PARTS)
        memory, own, on_purpose = np.mean(measured, axis=0).tolist()
        parts.append(Part(MINUTES * number / PARTS, memory, own, on_purpose, gaps))
    rows = [(p.minute, p.memory, p.own, p.kept, p.gaps.p99, p.gaps.largest) for p in parts]
    growth = parts[-1].own - parts[PARTS // 2 - 1].own
    record(
        "soak",
        {
            "images": IMAGES,
            "idle_p99_ms": idle.p99,
            "minutes_megabytes_own_kept_p99_max": [[round(value, 1) for value in row] for row in rows],
        },
    )
    with capsys.disabled():
        write = sys.stdout.write
        write(f"\nA sitting of {MINUTES:g} minutes with {IMAGES:,} images; idle p99 {idle.p99:.0f} ms\n")
        write(f"opened: {opened[0]:.0f} MB; everything filled that is kept: {filled[0]:.0f} MB\n")
        write("minute       MB   not of files   kept pictures and thumbnails   p99 ms   max ms\n")
        for minute, memory, own, on_purpose, p99, largest in rows:
            write(f"{minute:6.1f} {memory:8.0f} {own:14.0f} {on_purpose:30.0f} {p99:8.0f} {largest:8.0f}\n")
        write(f"growth over the second half, not of files: {growth:.0f} MB\n")
