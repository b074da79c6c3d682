"""Memory that was freed in small pieces goes back to the system."""

from __future__ import annotations

import ctypes
import sys
import time

import numpy as np
import pytest
from PySide6.QtCore import QObject

from semgui.ui.app import make_application
from semgui.ui.heap import HeapTrimmer, resident_bytes

PIECE = 40 << 10
PIECES = 3_000


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps holes that can be given back")
def test_holes_between_pieces_in_use_are_given_back(qapp):
    parent = QObject()
    ctypes.CDLL(None).malloc_trim(0)  # holes of earlier tests would be filled without any growth
    trimmer = HeapTrimmer(parent)
    pieces = [np.ones(PIECE, np.uint8) for _ in range(PIECES)]
    before = resident_bytes()
    kept = pieces[::2]
    del pieces
    trimmer.trim_if_grown()
    # A tenth of a hole is at the pages that it shares with its neighbours.
    end = time.monotonic() + 60
    while resident_bytes() > before - PIECE * PIECES // 4:  # no event loop: the application has one, too
        assert time.monotonic() < end
        time.sleep(0.01)
    assert len(kept) == PIECES // 2


def test_a_program_that_has_not_grown_is_left_alone(qapp, monkeypatch):
    parent = QObject()
    trimmer = HeapTrimmer(parent)
    asked: list[int] = []
    monkeypatch.setattr(trimmer, "_trim", asked.append)
    monkeypatch.setattr("semgui.ui.heap.resident_bytes", lambda: 1 << 20)
    trimmer.trim_if_grown()
    trimmer.trim_if_grown()
    assert asked == []


def test_the_application_has_one(qapp):
    make_application()
    assert len(qapp.findChildren(HeapTrimmer)) == 1
