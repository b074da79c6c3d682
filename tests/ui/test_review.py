"""Reviewing in the window: a queue with planted errors, judged by keys and mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.ui.review_project import plant
from tests.ui.screens import save_screen

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def planted(tmp_path, find_brain):
    return plant(tmp_path, find_brain(), each=20, wrong=6)


@pytest.fixture
def reviewing(open_window, planted):
    """A window in Review on sixty images, six of them labelled wrongly."""
    window = open_window(planted.place)
    window.until_open(60)
    window.until_idle()
    window.window.actions_.by_id["mode.review"].trigger()
    window.until(lambda: window.session.review.reviewing)
    window.until_idle()
    window.window.resize(1366, 768)
    return window


def test_first_look(reviewing, planted):
    reviewing.until(lambda: reviewing.session.case.shown is not None)
    reviewing.until_idle()
    save_screen(reviewing.window, "review-one-1366")
