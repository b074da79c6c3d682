"""Two to four images side by side: linked zoom, focus, labels."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from semgui.viewmodels.compare import Link
from tests.ui.pictures import write_picture

SCREENS = Path(__file__).parents[2] / "build" / "screens"
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def opened(open_window, tmp_path: Path):
    folder = tmp_path / "session"
    for k in range(6):
        write_picture(folder / f"{k}.png", k, (480, 640) if k % 2 else (240, 320))
    window = open_window(folder)
    window.until_open(6)
    window.until_idle()
    return window


@pytest.fixture
def comparing(opened):
    opened.click_thumbnail(0)
    for row in (1, 3):
        opened.click_thumbnail(row, CTRL)
    opened.key(Qt.Key.Key_C)
    opened.until(lambda: len(shown(opened)) == 3)
    return opened


def compare(window):
    return window.session.compare


def shown(window) -> list[str]:
    return [c.picture.path.name for c in compare(window).cells if c.picture is not None]


def turn(cell, where: QPoint, turns: int) -> None:
    none = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        QPointF(where),
        QPointF(cell.mapToGlobal(where)),
        QPoint(),
        QPoint(0, 120 * turns),
        Qt.MouseButton.NoButton,
        none,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(cell, event)
    QApplication.processEvents()


def test_chosen_images_stand_side_by_side_and_keys_leave_again(comparing):
    pane = comparing.window.pane
    assert shown(comparing) == ["0.png", "1.png", "3.png"]
    assert pane.compare.isVisible()
    assert not pane.canvas.isVisible()
    QTest.qWait(100)
    SCREENS.mkdir(parents=True, exist_ok=True)
    assert comparing.window.grab().save(str(SCREENS / "compare-three.png"))
    comparing.key(Qt.Key.Key_C)
    assert pane.canvas.isVisible()
    assert not compare(comparing).on


def test_one_chosen_image_is_a_sentence(opened):
    opened.click_thumbnail(0)
    opened.key(Qt.Key.Key_C)
    assert not compare(opened).on
    assert "two to four" in opened.window.status.said.text()


def test_wheel_and_drag_move_all_and_the_place_under_the_mouse_stays(comparing):
    cells = comparing.window.pane.compare.cells
    where = QPoint(cells[1].width() // 4, cells[1].height() // 2)
    turn(cells[1], where, 4)
    views = [c.view for c in compare(comparing).cells]
    assert views[0].zoom == pytest.approx(1.25**4)
    assert views[0] == views[1] == views[2]
    assert views[0].x < 0.5  # towards the mouse
    start = cells[0].rect().center()
    QTest.mousePress(cells[0], Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(cells[0], start + QPoint(-40, 0))
    QTest.mouseRelease(cells[0], Qt.MouseButton.LeftButton, pos=start + QPoint(-40, 0))
    after = [c.view for c in compare(comparing).cells]
    assert after[2].x > views[2].x
    compare(comparing).set_link(Link.NONE)
    turn(cells[0], start, -2)
    zooms = [c.view.zoom for c in compare(comparing).cells]
    assert zooms[0] != zooms[1]
    assert not compare(comparing).has_scales


def test_keys_label_the_framed_image_alone_and_arrows_go_round(comparing):
    assert compare(comparing).focus == 2  # the one clicked last
    comparing.key(Qt.Key.Key_Right)
    assert compare(comparing).focus == 0
    comparing.key(Qt.Key.Key_Right)
    assert compare(comparing).focus == 1
    comparing.key(Qt.Key.Key_2)
    comparing.until(lambda: compare(comparing).cells[1].detail.label == "nffa.fibres")
    assert compare(comparing).focus == 1  # nothing goes on by itself
    assert [comparing.tile(row).label for row in (0, 1, 3)] == [None, "nffa.fibres", None]
    assert "label Fibres" in comparing.window.pane.compare.cells[1].caption
    comparing.key(Qt.Key.Key_Right)
    assert compare(comparing).focus == 2
    comparing.key(Qt.Key.Key_Right)
    assert compare(comparing).focus == 0
    comparing.key(Qt.Key.Key_Left)
    assert compare(comparing).focus == 2
    QTest.mouseClick(comparing.window.pane.compare.cells[1], Qt.MouseButton.LeftButton)
    assert compare(comparing).focus == 1
    comparing.click_thumbnail(5)  # another image: back to one picture
    assert not compare(comparing).on


def test_same_contrast_shows_all_with_the_grey_values_of_the_first(comparing):
    own = [compare(comparing).look(k) for k in range(3)]
    assert own[0] != own[1]
    comparing.window.pane.compare.contrast.click()
    assert compare(comparing).look(1) == compare(comparing).look(2) == own[0]
