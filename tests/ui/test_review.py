"""Reviewing in the window: a queue with planted errors, judged by keys and mouse."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSplitter

from semgui.domain.ids import ImageId
from semgui.services import review as review_service
from semgui.ui.review_page import ReviewPage
from semgui.viewmodels.review_order import KEPT_AHEAD
from semgui.viewmodels.review_words import Why
from tests.ui.review_project import KINDS, plant
from tests.ui.screens import save_screen

CTRL = Qt.KeyboardModifier.ControlModifier
FIBRES, NANOWIRES, PARTICLES = Qt.Key.Key_2, Qt.Key.Key_5, Qt.Key.Key_6
KEY_OF = dict(zip(KINDS, (FIBRES, NANOWIRES, PARTICLES), strict=True))


@pytest.fixture
def planted(tmp_path, find_brain):
    return plant(tmp_path, find_brain(), each=20, wrong=6)


def go_to_review(window) -> None:
    window.window.resize(1366, 768)
    window.window.actions_.by_id["mode.review"].trigger()
    window.until(lambda: window.session.review.reviewing)
    window.until_idle()


@pytest.fixture
def reviewing(open_window, planted):
    """A window in Review on sixty images, six of them labelled wrongly."""
    window = open_window(planted.place)
    window.until_open(60)
    window.until_idle()
    go_to_review(window)
    return window


def page(window) -> ReviewPage:
    return window.window.findChild(ReviewPage)


def label_of(window, image_id: ImageId):
    return window.session.opened.library.tiles([image_id])[0].label


def test_wrong_labels_come_first_and_every_key_settles_one_and_goes_on(reviewing, planted):
    review, gallery = reviewing.session.review, reviewing.session.gallery
    first = [ImageId(int(i)) for i in review.order.ids[:8]]
    assert set(planted.wrong) <= set(first)
    case = reviewing.session.case.shown.case
    assert case.image_id == gallery.current == first[0]
    assert page(reviewing).panel.reason.text() == case.reason != ""
    assert len(case.sides) == 2
    assert QApplication.focusWidget() is page(reviewing).queue
    save_screen(reviewing.window, "review-one-1366")

    reviewing.key(Qt.Key.Key_Right)  # next is never accept
    reviewing.key(Qt.Key.Key_S)
    assert gallery.current == first[2]
    reviewing.key(KEY_OF[planted.truth[first[2]]])
    assert gallery.current == first[3]
    reviewing.key(Qt.Key.Key_Y)
    reviewing.key(Qt.Key.Key_P)
    reviewing.key(Qt.Key.Key_X)
    assert gallery.current == first[6]
    reviewing.until_idle()
    assert review.order.settled == 4
    said = [reviewing.session.opened.library.tiles([i])[0] for i in first[:6]]
    assert said[2].label == planted.truth[first[2]]
    assert "ann" not in str(said[0].label)
    assert (said[4].marks.flagged, said[5].marks.excluded) == (True, True)
    kept = reviewing.session.opened.library.detail(first[3], ()).history
    assert len(kept) == 2  # bob's label, and that it was looked at again

    for _ in range(4):
        reviewing.key(Qt.Key.Key_Z, CTRL)
    reviewing.until_idle()
    assert review.order.settled == 0
    assert gallery.current == first[2]
    assert label_of(reviewing, first[2]) != planted.truth[first[2]]


def test_a_correction_ranks_what_is_behind_anew_and_nothing_that_is_in_sight(reviewing, planted):
    review, gallery = reviewing.session.review, reviewing.session.gallery
    before = review.order.ids.copy()
    evidence = review.source.evidence
    moves = []
    gallery.current_changed.connect(lambda: moves.append(gallery.current))
    for _ in range(3):
        image = ImageId(int(gallery.current))
        reviewing.key(KEY_OF[planted.truth[image]])
    reviewing.until(lambda: review.source.evidence is not evidence and not reviewing.window.runner.busy)
    assert moves == before[1:4].tolist()
    assert review.order.ids[: 4 + KEPT_AHEAD].tolist() == before[: 4 + KEPT_AHEAD].tolist()
    assert np.array_equal(np.sort(review.order.ids), np.sort(before))
    wrong = [i for i in planted.wrong if label_of(reviewing, i) != planted.truth[i]]
    assert len(wrong) == 3


def test_thirty_at_a_time_the_wrong_are_clicked_and_the_rest_confirmed_as_one_action(reviewing, planted):
    session, sheet = reviewing.session, reviewing.session.sheet
    reviewing.window.actions_.by_id["review.sheet"].trigger()
    reviewing.until(lambda: sheet.on and session.gallery.ids.size == 30)
    reviewing.until_idle()
    view = page(reviewing).sheet.view
    assert set(planted.wrong) <= set(sheet.classes)
    save_screen(reviewing.window, "review-sheet-1366")
    rows = [session.gallery.row_of(i) for i in planted.wrong]
    for row in rows:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.rect_of(row).center())
    assert set(sheet.wrong) == set(planted.wrong)
    save_screen(reviewing.window, "review-sheet-chosen-1366")
    reviewing.key(KEY_OF[planted.truth[planted.wrong[0]]])  # all that are chosen
    reviewing.until_idle()
    assert len({label_of(reviewing, i) for i in planted.wrong}) == 1
    assert sheet.wrong == ()
    reviewing.key(FIBRES)  # nothing is chosen: nothing may be labelled
    reviewing.until_idle()
    reviewing.key(Qt.Key.Key_Z, CTRL)
    reviewing.until(lambda: session.review.order.settled == 0)
    for row in rows[:4]:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.rect_of(row).center())
    for row in rows[:2]:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.rect_of(row).center())
    confirmed = sheet.right
    assert len(confirmed) == 28

    def said() -> dict[ImageId, int]:
        return {i: len(session.opened.library.detail(i, ()).history) for i in confirmed}

    before = said()
    QTest.mouseClick(page(reviewing).sheet.confirm, Qt.MouseButton.LeftButton)
    reviewing.until_idle()
    assert len(sheet.aside) == 2
    assert session.gallery.ids.size == 30
    assert not set(confirmed) & set(session.gallery.ids.tolist())
    assert said() == {i: events + 1 for i, events in before.items()}
    QTest.mouseClick(page(reviewing).sheet.aside, Qt.MouseButton.LeftButton)
    assert session.review.reviewing
    assert session.gallery.current == min(planted.wrong[2:4], key=lambda i: rows[planted.wrong.index(i)])
    reviewing.key(Qt.Key.Key_Z, CTRL)
    reviewing.until_idle()
    assert session.review.order.settled == 0
    assert said() == {i: events + 2 for i, events in before.items()}


def drag(splitter: QSplitter, number: int, by: QPoint) -> None:
    """Move a border by the mouse."""
    handle = splitter.handle(number)
    start = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(handle, start + by)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())


def test_borders_are_where_they_were_left_after_a_restart(reviewing, open_window, planted):
    splitters = page(reviewing).splitters()
    drag(splitters["whole"], 2, QPoint(-60, 0))
    drag(splitters["middle"], 1, QPoint(0, -90))
    window = reviewing.window
    reviewing.window.actions_.by_id["mode.confusions"].trigger()
    reviewing.until_idle()
    drag(window.modes.page("confusions").splitters()["split"], 1, QPoint(-50, 0))
    sizes = {
        f"{mode}.{name}": splitter.sizes()
        for mode in ("review", "confusions")
        for name, splitter in window.modes.page(mode).splitters().items()
    }
    assert sizes["review.whole"][2] > 340
    assert sizes["review.middle"][1] > 180
    reviewing.close()
    again = open_window(planted.place)
    again.until_open(60)
    again.until_idle()
    go_to_review(again)
    again.window.actions_.by_id["mode.confusions"].trigger()
    again.until_idle()
    for name, before in sizes.items():
        mode, _, which = name.partition(".")
        assert again.window.modes.page(mode).splitters()[which].sizes() == pytest.approx(before, abs=4), name


def test_near_duplicates_come_behind_and_move_nothing_that_is_in_sight(
    open_window, planted, monkeypatch, request
):
    found = threading.Event()
    request.addfinalizer(found.set)

    def slowly(_, ids, *args, **kwargs):
        found.wait(120)
        groups = np.arange(len(ids))
        groups[1] = groups[0]  # two kinds: they are labelled differently
        return groups

    monkeypatch.setattr(review_service, "near_duplicates", slowly)
    window = open_window(planted.place)
    window.until_open(60)
    window.window.resize(1366, 768)
    window.window.actions_.by_id["mode.review"].trigger()
    session, review, chooser = window.session, window.session.review, page(window).chooser
    window.until(lambda: review.reviewing and session.case.shown is not None)
    assert not review.source.evidence.grouped
    before = review.order.ids.copy()
    window.key(KEY_OF[planted.truth[ImageId(int(session.gallery.current))]])
    assert session.gallery.current == before[1]

    chooser.strategy.setCurrentIndex(chooser.strategy.findData("duplicates"))
    chooser.strategy.activated.emit(chooser.strategy.currentIndex())
    window.until(lambda: review.why is Why.GROUPING)
    save_screen(window.window, "review-grouping-1366")
    chooser.strategy.setCurrentIndex(chooser.strategy.findData("label_issues"))
    chooser.strategy.activated.emit(chooser.strategy.currentIndex())
    window.until(lambda: review.reviewing and session.case.shown is not None)
    seen = session.gallery.current
    in_sight = review.order.ids[: 1 + KEPT_AHEAD].tolist()
    found.set()
    window.until(lambda: review.source.evidence.grouped)
    window.until_idle()
    assert session.gallery.current == seen
    assert review.order.ids[: 1 + KEPT_AHEAD].tolist() == in_sight

    chooser.strategy.setCurrentIndex(chooser.strategy.findData("duplicates"))
    chooser.strategy.activated.emit(chooser.strategy.currentIndex())
    window.until(lambda: review.reviewing and review.order.ids.size == 2)
    assert set(review.order.ids.tolist()) == {1, 2}
