"""One file dropped on the window: seconds until everything is said of it; a picture of 400 megapixels.

``pytest tests/bench/bench_one_image.py -s`` prints both. The model is the shipped one, loaded before the
first drop as the program loads it after its start; no project is open.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from semgui.settings import Settings
from semgui.viewmodels.network import NetworkFinder
from tests.bench.bench_grid import with_decoders
from tests.bench.results import record
from tests.ui.conftest import *  # noqa: F403 - the window's fixtures
from tests.ui.gaps import GapMeter
from tests.ui.pictures import write_picture

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

IMAGES = 12
EDGE = 20_000  # ten tiles along each side
_PATIENCE = 300.0


@pytest.fixture
def find_brain(decoder) -> NetworkFinder:
    """The model as it is shipped: it has reference pictures."""
    chosen = Settings()
    chosen.compute.device = "cpu"
    return NetworkFinder(chosen, decoder)


@pytest.fixture
def window(open_window, decoder):
    """An empty window some seconds after the start of the program."""
    with_decoders(decoder)
    driver = open_window()
    driver.session.get_ready()
    driver.until_idle()
    return driver


def seconds_until(window, condition) -> float:
    """Wait in steps too short to matter."""
    start = time.perf_counter()
    while not condition():
        assert time.perf_counter() - start < _PATIENCE
        QTest.qWait(2)
    return time.perf_counter() - start


def examined(window, path: Path) -> bool:
    detail = window.session.inspector.detail
    return detail is not None and detail.path == path and detail.answer is not None and bool(detail.known)


def test_one_image(window, tmp_path: Path, capsys):
    said, explained = [], []
    window.key(Qt.Key.Key_H)  # maps from now on
    for number in range(IMAGES):
        path = tmp_path / f"{number}.png"
        write_picture(path, number, (768, 1024))
        start = time.perf_counter()
        window.drop(path)
        seconds_until(window, lambda path=path: examined(window, path))
        said.append(time.perf_counter() - start)
        if window.session.heatmap.heat is None and not window.session.heatmap.computing:
            window.key(Qt.Key.Key_H)
        seconds_until(window, lambda: window.session.heatmap.heat is not None)
        explained.append(time.perf_counter() - start)
    rows = {"class, bars, nearest known images": said, "and the heatmap": explained}
    with capsys.disabled():
        sys.stdout.write("\nOne image of 1024 × 768, seconds: the first, median and longest of the others\n")
        for name, seconds in rows.items():
            others = seconds[1:]
            sys.stdout.write(f"{name:34} {seconds[0]:5.2f} {np.median(others):5.2f} {max(others):5.2f}\n")
    record("one_image", {name: [round(value, 3) for value in seconds] for name, seconds in rows.items()})


def test_four_hundred_megapixels(window, tmp_path: Path, capsys):
    path = tmp_path / "large.tif"
    tile = np.random.default_rng(0).integers(0, 255, (2_000, 2_000)).astype(np.uint8)
    tifffile.imwrite(path, np.tile(tile, (10, 10)), compression="lzw", tile=(512, 512))
    words = []
    start = time.perf_counter()
    with GapMeter(window.window) as meter:
        window.drop(path)
        while not examined(window, path):
            assert time.perf_counter() - start < _PATIENCE
            state = window.window.pane.state
            if state.isVisible() and (not words or words[-1] != state.text()):
                words.append(state.text())
            QTest.qWait(20)
    seconds, gaps = time.perf_counter() - start, meter.gaps()
    with capsys.disabled():
        sys.stdout.write(
            f"\n{EDGE} × {EDGE} pixels, LZW, {path.stat().st_size / 1e6:.0f} MB: everything said after "
            f"{seconds:.1f} s; said meanwhile: {'; '.join(words[:2])} … {words[-1]}\n"
            f"gaps of the event loop: p99 {gaps.p99:.0f} ms, max {gaps.largest:.0f} ms\n"
        )
