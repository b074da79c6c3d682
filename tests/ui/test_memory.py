"""Memory stays flat while pictures are switched and thumbnails scroll by; the bench does it for longer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.bench.many import write_many
from tests.ui.memory import repeated

SWITCHES = 160
SCROLLS = 120
IMAGES = 200


def test_switching_and_scrolling_keep_the_memory_flat(open_window, tmp_path: Path):
    window = open_window(write_many(tmp_path / "many", IMAGES, (240, 320)))
    window.until_open(IMAGES)
    window.until_idle()

    def switch(number: int) -> None:
        window.key(Qt.Key.Key_Right if number // 20 % 2 == 0 else Qt.Key.Key_Left)
        QTest.qWait(15)

    curve = repeated(switch, SWITCHES, every=10)
    assert curve.growth < 30, curve
    bar = window.window.gallery.verticalScrollBar()
    window.key(Qt.Key.Key_G)
    QTest.qWait(200)

    def scroll(number: int) -> None:
        bar.setValue(bar.maximum() * (number % 20) // 19)
        QTest.qWait(15)

    curve = repeated(scroll, SCROLLS, every=10)
    assert bar.maximum() > 0
    assert curve.growth < 30, curve
