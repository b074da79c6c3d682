"""Answers in Review that the disk did not take: they count as given at once, and come back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from semgui.domain.ids import ImageId
from semgui.ui.review_page import ReviewPage
from tests.ui.review_project import plant
from tests.ui.screens import save_screen

FIBRES = Qt.Key.Key_2


@contextmanager
def read_only(window) -> Iterator[None]:
    """Let the database take nothing, as when a disk was mounted anew for reading alone."""
    engine, switch = window.session.opened.project.engine, ["ON"]

    def checked_out(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA query_only = {switch[0]}")

    sa.event.listen(engine, "checkout", checked_out)
    yield
    switch[0] = "OFF"


@pytest.fixture
def reviewing(open_window, tmp_path, find_brain):
    window = open_window(plant(tmp_path, find_brain(), each=20, wrong=6).place)
    window.until_open(60)
    window.until_idle()
    window.window.resize(1366, 768)
    window.window.actions_.by_id["mode.review"].trigger()
    window.until(lambda: window.session.review.reviewing)
    window.until_idle()
    return window


def test_what_could_not_be_saved_waits_again_one_by_one_and_thirty_at_a_time(reviewing):
    session, order = reviewing.session, reviewing.session.review.order
    first = [ImageId(int(i)) for i in order.ids[:4]]
    before = [session.opened.library.tiles([i])[0].label for i in first]
    with read_only(reviewing):
        for key in (FIBRES, Qt.Key.Key_Y, Qt.Key.Key_P):
            reviewing.key(key)
        reviewing.until(lambda: order.settled == 0 and not reviewing.window.runner.busy)
        assert session.gallery.current == first[0]
        assert "Nothing was changed" in reviewing.notice()
        assert "cannot be written" in reviewing.notice()
        save_screen(reviewing.window, "review-not-saved-1366")
        assert [session.opened.library.tiles([i])[0].label for i in first] == before

        reviewing.window.actions_.by_id["review.sheet"].trigger()
        sheet = session.sheet
        reviewing.until(lambda: sheet.on and session.gallery.ids.size == 30)
        shown = list(sheet.classes)
        page = reviewing.window.findChild(ReviewPage)
        reviewing.press(page.sheet.confirm)
        reviewing.until(lambda: order.settled == 0 and list(sheet.classes) == shown)
        reviewing.until_idle()
    reviewing.press(page.sheet.confirm)  # the disk takes it now
    reviewing.until(lambda: order.settled == 30)
    reviewing.until_idle()
    assert order.settled == 30, reviewing.notice()
    page.show_view("one")
    current = session.gallery.current
    QTest.keyClick(page.queue, FIBRES)
    reviewing.until_idle()
    assert session.opened.library.tiles([current])[0].label == "nffa.fibres"
