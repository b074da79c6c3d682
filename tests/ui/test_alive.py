"""The window stays alive while the network works, and stops it on request."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.gaps import GapMeter
from tests.ui.pictures import write_folder

IMAGES = 400


@pytest.fixture
def busy(open_window, tmp_path: Path):
    """A window that has just begun to classify."""
    write_folder(tmp_path / "many", IMAGES)
    window = open_window(tmp_path / "many")
    window.until(lambda: window.session.work.classifying)
    return window


def classified(window) -> int:
    store = window.session.opened.library
    return sum(tile.predicted is not None for tile in store.tiles(window.session.gallery.ids.tolist()))


def test_no_freeze_while_it_classifies_and_pictures_are_switched(busy):
    with GapMeter(busy.window) as meter:
        while busy.session.work.classifying:
            busy.key(Qt.Key.Key_Right)
            QTest.qWait(60)
    assert classified(busy) == IMAGES
    gaps = meter.gaps()
    assert len(gaps.milliseconds) > 50
    assert gaps.largest < 5000  # a freeze; how long it really is: tests/bench/bench_window.py


def test_the_meter_sees_a_freeze(open_window):
    window = open_window()
    with GapMeter(window.window) as meter:
        QTest.qWait(50)
        time.sleep(0.3)
        QTest.qWait(50)
    assert meter.gaps().largest > 250


def test_escape_stops_it_and_keeps_what_is_finished(busy):
    busy.until(lambda: busy.session.activities.running[0].progress.done > 0)
    assert busy.window.status.cancel.isVisible()
    busy.key(Qt.Key.Key_Escape)
    busy.until(lambda: not busy.session.work.classifying)
    busy.until_idle()
    done = classified(busy)
    assert 0 < done < IMAGES
    assert "what was finished is kept" in busy.window.status.said.text()
    busy.key(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    busy.until(lambda: not busy.session.work.classifying)
    assert classified(busy) == IMAGES


def test_a_window_closed_in_the_middle_goes_on_the_next_time(busy, open_window, tmp_path: Path):
    busy.close()
    again = open_window(tmp_path / "many.semgui")
    again.until_open(IMAGES)
    again.until_idle()
    assert classified(again) == IMAGES
