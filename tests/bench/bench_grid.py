"""The grid of a real window on generated projects: first thumbnails, scrolling, filters and orders, memory.

``pytest tests/bench/bench_grid.py -s`` prints a table for 1,000, 20,000 and 100,000 images. The files are
real but small (192 × 144, some hundred different ones and links to them); what a scan, a model and people
would have said is written straight into the catalogue (`tests.ui.grid_project`). All figures of one size are
of one run of one window, the idle window's among them. A frame is what the window's thread does from one turn
of the wheel to the end of painting; its processor time says what the grid costs, its gaps also what else runs
on the machine.
"""

from __future__ import annotations

import dataclasses
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from semgui.catalogue.facets import State
from semgui.catalogue.query import ImageQuery, Key
from semgui.viewmodels.filters import only
from tests.bench.results import record_size
from tests.ui.conftest import *  # noqa: F403 - the window's fixtures
from tests.ui.gaps import GapMeter, Gaps
from tests.ui.grid_project import generate

pytestmark = pytest.mark.bench

CHARTS = {
    "opening": ("seconds", "Opening a scanned project"),
    "scrolling": ("p99 gap of the event loop, ms", "Scrolling the grid"),
    "asking": ("ms until the rows are there", "Other filters and orders"),
    "counting": ("ms until the counts are there", "Counts beside the filters"),
    "room": ("MB resident", "Memory of the window"),
}

# As `semgui.ui.app` does at its start.
_READY, _DECODES = 2, ("semgui.catalogue.thumbnails", "semgui.inference.prepare")

COUNTED = ("unlabelled", "label ≠ model", "text", "everything again")  # the others only change the order
SECONDS = 4
FRAME_MS = 16
PATIENCE = 600  # seconds: looking through folders has a low priority
NO_KEYS = Qt.KeyboardModifier.NoModifier


def scrolled(window, act: Callable[[], None], seconds: float = SECONDS) -> tuple[np.ndarray, Gaps]:
    """Do something at every frame for some seconds; returns the frames' milliseconds of processor time."""
    frames = []
    with GapMeter(window.window.gallery) as meter:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            start = time.thread_time()
            act()
            QApplication.processEvents()
            frames.append(1000 * (time.thread_time() - start))
            QTest.qWait(FRAME_MS)
    return np.array(frames), meter.gaps()


def wheel(window) -> None:
    """Turn the wheel by a notch, as the window system would say it."""
    view = window.window.gallery.viewport()
    where = view.rect().center()
    turn = QWheelEvent(
        QPointF(where),
        QPointF(view.mapToGlobal(where)),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        NO_KEYS,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, turn)


class Dragging:
    """The handle of the scroll bar, dragged up and down through the whole project."""

    def __init__(self, window) -> None:
        self._bar = window.window.gallery.verticalScrollBar()
        self._steps = np.concatenate([np.linspace(0, 1, 120), np.linspace(1, 0, 120)])
        self._step = 0
        self._bar.setSliderDown(True)

    def __call__(self) -> None:
        self._step += 1
        self._bar.setSliderPosition(round(self._steps[self._step % 240] * self._bar.maximum()))


def with_decoders(decoder) -> None:
    """Have decoders wait, as they do some seconds after the start of the program."""
    decoder.warm_up(_READY, _DECODES)
    for thread in threading.enumerate():
        if thread.name == "decoder-warm-up":
            thread.join()


def resident_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def until_thumbnails(window, patience: float = 60.0) -> float:
    """Wait until every thumbnail in view is there; returns seconds."""
    gallery, pixmaps = window.session.gallery, window.window.pixmaps
    start = time.perf_counter()
    while time.perf_counter() < start + patience:
        first, last = window.window.gallery.rows_in_view()
        if last >= 0 and all(pixmaps.get(int(i)) is not None for i in gallery.ids[first : last + 1]):
            break
        QTest.qWait(2)
    return time.perf_counter() - start


def opened_in(window, place: Path) -> tuple[float, float]:
    """Open a project; returns the seconds until the first thumbnail, and until all in view are there."""
    gallery, pixmaps = window.session.gallery, window.window.pixmaps
    start = time.perf_counter()
    window.window.open_path(place)
    while not (gallery.ids.size and pixmaps.get(int(gallery.ids[0])) is not None):
        QTest.qWait(2)
    window.window.gallery.viewport().repaint()
    first = time.perf_counter() - start
    until_thumbnails(window)
    return first, time.perf_counter() - start


def until_scanned(window) -> None:
    """Wait for the scan; what is made behind it afterwards (hashes of whole files) is for another day."""
    window.until(lambda: not window.session.work.scanning, PATIENCE)
    window.session.activities.cancel_all()
    window.until_idle()


def answered(window, query: ImageQuery) -> tuple[float, float]:
    """Ask for other images; returns the seconds until the rows are there, and until the counts are."""
    gallery, seen = window.session.gallery, []
    generation_rows: list[float] = []
    gallery.rows_changed.connect(rows := lambda _: generation_rows.append(time.perf_counter()))
    gallery.counts_changed.connect(counts := lambda: seen.append(time.perf_counter()))
    start = time.perf_counter()
    gallery.narrow(query)
    while not seen:
        QTest.qWait(2)
    gallery.rows_changed.disconnect(rows)
    gallery.counts_changed.disconnect(counts)
    window.until_idle()
    QTest.qWait(800)
    return (generation_rows or seen)[0] - start, seen[0] - start


def scrolling(window) -> tuple[list[str], dict[str, float]]:
    """Scroll in every way; returns what to print and the p99 gaps."""
    lines, found = [], {}
    view = window.window.gallery
    acts = {
        "idle": lambda: None,
        "wheel, a notch a frame": lambda: wheel(window),
        "page down": lambda: window.key(Qt.Key.Key_PageDown),
        "scroll bar dragged": Dragging(window),
    }
    for name, act in acts.items():
        view.verticalScrollBar().setValue(0)
        QTest.qWait(300)
        frames, gaps = scrolled(window, act)
        lines.append(
            f"{name:<24} gaps p99 {gaps.p99:6.1f} max {gaps.largest:6.1f} ms · {len(frames):4} frames, "
            f"processor median {np.median(frames):5.1f} p99 {np.percentile(frames, 99):5.1f} ms"
        )
        found[name] = gaps.p99
    view.verticalScrollBar().setSliderDown(False)
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    lines.append(f"thumbnails in view after a leap into the middle: {until_thumbnails(window):.2f} s")
    return lines, found


@pytest.mark.parametrize("count", [1_000, 20_000, 100_000])
def test_grid(open_window, find_brain, decoder, tmp_path: Path, count: int, capsys) -> None:
    with_decoders(decoder)
    made = generate(tmp_path, count, find_brain())
    window = open_window()
    window.window.resize(1366, 768)
    QTest.qWait(500)
    before = resident_mb()
    write = sys.stdout.write
    lines = []
    first, all_ = opened_in(window, made.place)
    lines.append(
        f"opened, nothing in the thumbnail cache: first thumbnail {first:.2f} s, all in view {all_:.2f} s"
    )
    curves = {name: {} for name in CHARTS}
    curves["opening"] = {"first thumbnail": first, "all in view": all_}
    until_scanned(window)
    window.session.close()
    window.until_idle()
    first, all_ = opened_in(window, made.place)
    lines.append(f"opened again: first thumbnail {first:.2f} s, all in view {all_:.2f} s")
    curves["opening"] |= {"again: first thumbnail": first, "again: all in view": all_}
    until_scanned(window)
    window.window.toggle_grid()
    until_thumbnails(window)
    window.until_idle()
    QTest.qWait(1000)
    found, curves["scrolling"] = scrolling(window)
    lines += found
    window.until_idle()
    everything = window.session.gallery.filter
    asked = {
        "unlabelled": only(everything, State.UNLABELLED),
        "label ≠ model": only(everything, State.DISAGREE),
        "text": dataclasses.replace(everything, text="spot3"),
        "by confidence": dataclasses.replace(everything, order=Key.CONFIDENCE),
        "by file name": dataclasses.replace(everything, order=Key.NAME),
        "by date": dataclasses.replace(everything, order=Key.ACQUIRED),
        "by pixel size": dataclasses.replace(everything, order=Key.PIXEL_SIZE),
        "grouped by class, by confidence": dataclasses.replace(
            everything, group=Key.CLASS, order=Key.CONFIDENCE, descending=True
        ),
        "grouped by date": dataclasses.replace(everything, group=Key.ACQUIRED),
        "grouped by detector": dataclasses.replace(everything, group=Key.DETECTOR),
        "everything again": everything,
    }
    for name, query in asked.items():
        rows, counts = answered(window, query)
        lines.append(f"{name:<32} rows {1000 * rows:6.0f} ms, counts {1000 * counts:6.0f} ms")
        curves["asking"][name] = 1000 * rows
        if name in COUNTED:
            curves["counting"][name] = 1000 * counts
    start = time.perf_counter()
    window.session.gallery.select_all()
    QApplication.processEvents()
    lines.append(f"all selected and painted: {1000 * (time.perf_counter() - start):.0f} ms")
    lines.append(f"memory: {before:.0f} MB empty, {resident_mb():.0f} MB now")
    curves["room"] = {"resident": resident_mb()}
    record_size(count, CHARTS, curves)
    shutil.rmtree(made.folder)
    with capsys.disabled():
        write(f"\n{count:,} images\n" + "".join(f"  {line}\n" for line in lines))
