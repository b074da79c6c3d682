"""The map of a real window on generated projects: how soon it is there, and frames while it moves.

``pytest tests/bench/bench_map.py -s`` prints a table for 20,000 and 100,000 images with 1280 numbers each
(`tests.ui.map_project`). A frame is one move of the mouse with the button down, or one turn of the wheel,
from the event to the end of painting: its processor time says what the map costs, its wall time also what
else runs on the machine. Nothing of it uses a graphics card.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from semgui.viewmodels.map import MapState
from semgui.viewmodels.map_camera import inside_polygon
from semgui.viewmodels.map_colours import ColourBy
from tests.ui.conftest import *  # noqa: F403 - the window's fixtures
from tests.ui.map_project import generate_map

pytestmark = pytest.mark.bench

_FRAMES = 120
_LEFT, _NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def _frames(act: Callable[[int], None]) -> str:
    """Do something `_FRAMES` times; return processor and wall time of the slower frames, and their rate."""
    cpu, wall = [], []
    for number in range(_FRAMES):
        busy, start = time.thread_time(), time.perf_counter()
        act(number)
        QApplication.processEvents()
        cpu.append(1000 * (time.thread_time() - busy))
        wall.append(1000 * (time.perf_counter() - start))
    p95 = np.percentile(cpu, 95)
    return f"{np.median(cpu):.0f} / {p95:.0f} ms of processor time, {1000 / np.mean(wall):.0f} frames/s"


def _drag(canvas, number: int) -> None:
    where = QPointF(300 + 4 * (number % 40), 300 + 2 * (number % 40))
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove, where, canvas.mapToGlobal(where), Qt.MouseButton.NoButton, _LEFT, _NO
    )
    QApplication.sendEvent(canvas, event)


def _turn(canvas, number: int) -> None:
    where = QPointF(canvas.rect().center())
    notch = QPoint(0, 120 if number % 20 < 10 else -120)
    event = QWheelEvent(
        where,
        canvas.mapToGlobal(where),
        QPoint(),
        notch,
        Qt.MouseButton.NoButton,
        _NO,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


@pytest.mark.parametrize("count", [20_000, 100_000])
@pytest.mark.timeout(1800)
def test_map(open_window, find_brain, tmp_path: Path, count: int):
    made = generate_map(tmp_path, count, find_brain(), wide=True)
    driver = open_window(made.place)
    driver.until_open(count)
    driver.until_idle()
    start = time.perf_counter()
    driver.window.modes.show("map")
    page = driver.window.modes.page("map")
    model, canvas = page.model, page.view.canvas
    driver.until(lambda: model.state is MapState.READY, seconds=600)
    drawn = time.perf_counter() - start
    driver.until(lambda: model.colours.entries)
    driver.until_idle()
    lines = [
        f"{count:,} images on {canvas.width()} × {canvas.height()} pixels",
        f"map drawn after {drawn:.1f} s",
    ]
    for name, by in (("label", ColourBy.LABEL), ("uncertainty", ColourBy.UNCERTAINTY)):
        start = time.perf_counter()
        model.colour_by(by)
        driver.until(lambda by=by: model.colours.by is by)
        lines.append(f"coloured by {name} after {1000 * (time.perf_counter() - start):.0f} ms")
    QTest.mousePress(canvas, _LEFT, _NO, QPoint(300, 300))
    lines.append(f"moved: {_frames(lambda number: _drag(canvas, number))}")
    QTest.mouseRelease(canvas, _LEFT, _NO, QPoint(300, 300))
    lines.append(f"magnified: {_frames(lambda number: _turn(canvas, number))}")
    angles = np.linspace(0, 2 * np.pi, 200)
    lasso = 0.5 + 0.3 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    start = time.perf_counter()
    inside = inside_polygon(model.map.places, lasso)
    lines.append(
        f"lasso of 200 corners around {inside.sum():,}: {1000 * (time.perf_counter() - start):.0f} ms"
    )
    start = time.perf_counter()
    model.pick(inside)
    QApplication.processEvents()
    lines.append(f"chosen and painted: {1000 * (time.perf_counter() - start):.0f} ms")
    driver.window.resize(3840, 2160)
    driver.until(lambda: canvas.width() > 2000)
    QTest.mousePress(canvas, _LEFT, _NO, QPoint(300, 300))
    moved = _frames(lambda number: _drag(canvas, number))
    lines.append(f"moved on {canvas.width()} × {canvas.height()} pixels: {moved}")
    print("\n" + "\n".join(lines))  # noqa: T201
    driver.close()
    shutil.rmtree(tmp_path)
