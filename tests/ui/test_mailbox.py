"""Calls from other threads, and garbage: both end up in the window's thread."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel

from semgui.ui.garbage import GarbageCollector
from semgui.ui.mailbox import Mailbox


@pytest.fixture
def mailbox(qapp):
    box = Mailbox()
    yield box
    box.close()
    box.deleteLater()


def test_calls_of_many_threads_arrive_in_order_in_one_thread(mailbox, qtbot):
    made: list[tuple[int, int]] = []
    threads_seen = set()

    def note(thread: int, number: int) -> None:
        threads_seen.add(threading.current_thread())
        made.append((thread, number))

    def post_many(thread: int) -> None:
        for number in range(2000):
            mailbox.post(partial(note, thread, number))

    threads = [threading.Thread(target=post_many, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    qtbot.waitUntil(lambda: len(made) == 16_000, timeout=30_000)
    for thread in threads:
        thread.join()
    assert threads_seen == {threading.main_thread()}
    for i in range(8):
        assert [number for thread, number in made if thread == i] == list(range(2000))


def test_a_call_that_fails_does_not_hold_up_the_next(mailbox, qtbot):
    made = []
    mailbox.post(lambda: 1 / 0)
    mailbox.post(lambda: made.append(1))
    with qtbot.captureExceptions() as errors:
        qtbot.waitUntil(lambda: made == [1], timeout=10_000)
    assert [kind for kind, _, _ in errors] == [ZeroDivisionError]


def test_the_window_breathes_between_many_calls(mailbox, qtbot):
    breaths = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: breaths.append(time.monotonic()))
    timer.start()
    done = []
    for _ in range(100):
        mailbox.post(lambda: (time.sleep(0.005), done.append(1)))
    qtbot.waitUntil(lambda: len(done) == 100, timeout=30_000)
    timer.stop()
    assert len(breaths) > 20


def test_nothing_comes_after_closing(qapp, qtbot):
    box, made = Mailbox(), []
    box.post(lambda: made.append(1))
    box.close()
    box.post(lambda: made.append(2))
    qtbot.wait(50)
    assert made == []


def test_widgets_in_cycles_die_in_the_windows_thread(qapp, qtbot):
    died_in = []

    class Knot(QLabel):
        def __init__(self) -> None:
            super().__init__()
            self.self = self

        def __del__(self) -> None:
            died_in.append(threading.current_thread())

    assert qapp.findChild(GarbageCollector) is not None
    for _ in range(10):
        Knot()
    # Far more than Python's own threshold, in another thread: it would collect there.
    kept: list[list[int]] = []
    worker = threading.Thread(target=lambda: kept.extend([i] for i in range(200_000)))
    worker.start()
    worker.join()
    assert died_in == []
    qtbot.waitUntil(lambda: len(died_in) == 10, timeout=20_000)
    assert set(died_in) == {threading.main_thread()}
