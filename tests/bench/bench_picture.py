"""From the key to the next picture on the screen, beside napari's bare swap of a layer's data in one run.

``pytest tests/bench/bench_picture.py -m bench -s`` prints a table. "Key to frame" is a press of the right
arrow until the canvas has drawn the next picture, with all of the window around it. "Bare swap" is
``layer.data = array`` on a plain napari canvas of the same size until it has drawn. Both have arrays that are
decoded already, and they take turns, so that a busy machine is busy for both.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
import tifffile
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from tests.ui.conftest import *  # noqa: F403 - the window's fixtures

pytestmark = pytest.mark.bench

COUNT = 40
ROUNDS = 120
SIZES = ((768, 1024, np.uint8), (768, 1024, np.uint16), (3072, 4096, np.uint8))


def textured(rows: int, columns: int, seed: int, dtype: type) -> np.ndarray:
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 200, (rows // 16 + 1, columns // 16 + 1))
    pixels = np.kron(coarse, np.ones((16, 16)))[:rows, :columns] + rng.normal(0, 8, (rows, columns))
    return np.clip(pixels * (1 if dtype is np.uint8 else 200), 0, np.iinfo(dtype).max).astype(dtype)


class BareNapari:
    """A canvas with nothing around it."""

    def __init__(self, width: int, height: int, pictures: list[np.ndarray]) -> None:
        from napari.components import ViewerModel
        from napari.qt import QtViewer

        self.window = QMainWindow()
        self.viewer = ViewerModel()
        self.qt_viewer = QtViewer(self.viewer)
        self.window.setCentralWidget(self.qt_viewer)
        self.window.resize(width, height)
        self.window.show()
        self.pictures = pictures
        self.layer = self.viewer.add_image(pictures[0])
        self.viewer.reset_view()
        self.drawn = DrawCount(self.qt_viewer.canvas)
        QTest.qWait(300)

    def swap(self, number: int) -> float:
        return until_drawn(self.drawn, lambda: setattr(self.layer, "data", self.pictures[number % 8]))

    def close(self) -> None:
        self.qt_viewer.close()
        self.window.close()
        self.window.deleteLater()


class DrawCount:
    """Counts the frames of a canvas, and when the last one was drawn."""

    def __init__(self, canvas: object) -> None:
        self.frames = 0
        self.last = 0.0
        canvas._scene_canvas.events.draw.connect(self._count, position="last")

    def _count(self, _: object) -> None:
        self.frames += 1
        self.last = time.perf_counter()


def until_drawn(drawn: DrawCount, act: Callable[[], object]) -> float:
    """Return milliseconds from before the act until the first frame after it is drawn."""
    before = drawn.frames
    start = time.perf_counter()
    act()
    while drawn.frames == before:
        QApplication.processEvents()
    return (drawn.last - start) * 1000


@pytest.mark.parametrize(("rows", "columns", "dtype"), SIZES)
def test_image_switch_beside_a_bare_swap(open_window, tmp_path: Path, capsys, rows, columns, dtype):
    folder = tmp_path / "images"
    folder.mkdir()
    different = [textured(rows, columns, seed, dtype) for seed in range(8)]
    for number in range(COUNT):
        tifffile.imwrite(folder / f"{number:03}.tif", different[number % 8])
    window = open_window(folder)
    window.until_open(COUNT)
    window.until_idle()
    window.click_thumbnail(1)
    window.until_idle()
    canvas = window.window.pane.canvas
    bare = BareNapari(canvas.width(), canvas.height(), different)
    drawn = DrawCount(canvas.qt_viewer.canvas)
    ours, theirs, missed = [], [], 0
    memory = []
    forth = [Qt.Key.Key_Right] * (COUNT - 3) + [Qt.Key.Key_Left] * (COUNT - 3)
    window.window.activateWindow()
    for number in range(ROUNDS):
        key = forth[number % len(forth)]
        ours.append(until_drawn(drawn, lambda key=key: window.key(key)))
        missed += window.session.picture.loading
        theirs.append(bare.swap(number))
        QTest.qWait(30)
        window.until_idle()  # the neighbours, as for a hand that looks at every picture
        memory.append(psutil.Process().memory_info().rss / 2**20)
    bare.close()
    with capsys.disabled():
        depth = np.dtype(dtype).name
        sys.stdout.write(
            f"\n{columns}×{rows} {depth}, {ROUNDS} switches, canvas {canvas.width()}×{canvas.height()}\n"
        )
        for name, times in (("key to frame", ours), ("napari's bare swap", theirs)):
            median, p99 = np.percentile(times, (50, 99))
            sys.stdout.write(f"{name:20} median {median:6.1f} ms   p99 {p99:6.1f} ms\n")
        sys.stdout.write(f"not loaded ahead: {missed};  memory {memory[20]:.0f} → {memory[-1]:.0f} MB\n")
    assert missed == 0
