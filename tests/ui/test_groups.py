"""Groups of images that look alike, a beginning without classes, images like an example: the real window."""

from __future__ import annotations

from collections import Counter

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from semgui.catalogue.labels import LabelStore
from semgui.catalogue.query import ImageQuery
from semgui.domain.ids import ImageId
from semgui.viewmodels.cold_start import Step
from semgui.viewmodels.proposals import GroupState
from tests.ui.map_project import generate_map
from tests.ui.screens import save_screen

_LEFT, _NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_COUNT = 240


def _said(driver) -> Counter:
    """Labelled images of each class, by name."""
    opened = driver.session.opened
    said = LabelStore(opened.project).current([ImageId(i) for i in range(1, _COUNT + 1)])
    names = {c.id: c.name for c in opened.taxonomy()}  # read later: a class comes with its first label
    return Counter(names.get(c, c) for c in said.values())  # and goes with it, when that is undone


def _trigger(driver, action: str) -> None:
    driver.window.actions_.refresh()
    assert driver.window.actions_.by_id[action].isEnabled()
    driver.window.actions_.by_id[action].trigger()


def test_a_project_without_classes_begins_with_groups(open_window, find_brain, tmp_path):
    made = generate_map(tmp_path, _COUNT, find_brain(), fresh=True)
    driver = open_window(made.place)
    driver.until_open(_COUNT)
    window = driver.window
    window.modes.show("map")
    page = window.modes.page("map")
    QTest.mouseClick(page.tabs[1], _LEFT)
    steps, groups, view = page.groups.steps, page.proposals, page.groups
    driver.until_idle()
    assert steps.way.now is Step.GROUP
    assert "Propose groups" in steps.button.text()
    # The model's classes mean nothing here: they are set aside, and undo would bring them back.
    assert steps.own.isVisible()
    QTest.mouseClick(steps.own, _LEFT)
    driver.until(lambda: not driver.session.labels.taxonomy.active)
    save_screen(window, "groups-begin")

    view.how_many.setValue(10)
    QTest.mouseClick(view.message.button, _LEFT)
    driver.until(lambda: groups.state is GroupState.READY and len(groups.groups) == 10)
    assert sum(len(group.ids) for group in groups.groups) == _COUNT - len(_excluded(driver))
    assert steps.way.now is Step.NAME
    driver.until(lambda: window.session.gallery.ids.size == len(groups.groups[0].ids))

    # Two that do not belong are taken out, the rest gets a name that becomes a class: one action, one undo.
    sizes = [len(group.ids) for group in groups.groups]
    for row in (1, 2):
        where = view.grid.rect_of(row).center()
        QTest.mouseClick(view.grid.viewport(), _LEFT, _CTRL, where)
    assert view.name_button.text() == f"Label {sizes[0] - 2} images"
    driver.key(Qt.Key.Key_F2)
    QTest.keyClicks(view.name, "Dendrites")
    QTest.keyClick(view.name, Qt.Key.Key_Return)
    driver.until(lambda: _said(driver) == {"Dendrites": sizes[0] - 2})
    driver.until(lambda: groups.groups[0].name is not None)
    assert groups.chosen == (1,)  # on to the next
    driver.key(Qt.Key.Key_Z, _CTRL)
    driver.until(lambda: not _said(driver))
    driver.until(lambda: groups.groups[0].name is None)
    driver.key(Qt.Key.Key_Z, _CTRL | Qt.KeyboardModifier.ShiftModifier)
    driver.until(lambda: _said(driver) == {"Dendrites": sizes[0] - 2})

    _check_putting_off_splitting_and_merging(driver, page)
    groups.choose([1])
    third = len(groups.groups[1].ids)
    QTest.keyClicks(view.name, "dendrites")  # the class that is there, however it is written
    QTest.mouseClick(view.name_button, _LEFT)
    driver.until(lambda: _said(driver) == {"Dendrites": sizes[0] - 2 + third})
    groups.choose([2])
    QTest.keyClicks(view.name, "Pores")
    QTest.keyClick(view.name, Qt.Key.Key_Return)
    driver.until(lambda: steps.way.now is Step.TRAIN)
    assert "Train now" in steps.button.text()
    save_screen(window, "groups-train")


def _excluded(driver) -> list:
    return driver.session.opened.library.listing(ImageQuery(excluded=True)).ids.tolist()


def _check_putting_off_splitting_and_merging(driver, page) -> None:
    groups = page.proposals
    groups.choose([1])
    put_off = groups.groups[1].ids
    _trigger(driver, "groups.skip")
    assert np.array_equal(groups.groups[-1].ids, put_off) and groups.groups[-1].skipped
    whole = groups.groups[groups.chosen[0]].ids
    _trigger(driver, "groups.split")
    driver.until(lambda: len(groups.groups) == 11)
    parts = [group.ids for group in groups.groups if np.isin(group.ids, whole).any()]
    assert sorted(np.concatenate(parts).tolist()) == sorted(whole.tolist())
    groups.choose([n for n, group in enumerate(groups.groups) if np.isin(group.ids, whole).any()])
    assert driver.session.gallery.ids.size == len(whole)
    _trigger(driver, "groups.merge")
    assert len(groups.groups) == 10
    assert sorted(groups.groups[groups.chosen[0]].ids.tolist()) == sorted(whole.tolist())


def test_images_like_one_and_like_a_region(open_window, find_brain, tmp_path):
    made = generate_map(tmp_path, _COUNT, find_brain(), wide=True)
    driver = open_window(made.place)
    driver.until_open(_COUNT)
    driver.until_idle()
    window, search, gallery = driver.window, driver.session.search, driver.session.gallery
    driver.click_thumbnail(7)
    example = gallery.current
    driver.key(Qt.Key.Key_E)
    driver.until(lambda: search.active and not search.searching and search.found == _COUNT - 1)
    assert window.browse.grid and gallery.ids[0] == example
    similarity = [search.similarity(ImageId(int(i))) for i in gallery.ids[1:]]
    assert similarity == sorted(similarity, reverse=True)
    assert window.example_bar.isVisible()
    save_screen(window, "groups-like")
    # Another mode has the gallery for itself; back in Browse the search is there again.
    window.modes.show("map")
    driver.until(lambda: not gallery.is_pinned)
    window.modes.show("browse")
    driver.until(lambda: gallery.is_pinned and gallery.ids[0] == example)
    # The filter holds.
    window.session.gallery.narrow(ImageQuery(flagged=True))
    driver.until(lambda: not search.searching and search.found < 20)
    gallery.narrow(ImageQuery())
    driver.until(lambda: not search.searching and search.found == _COUNT - 1)

    _trigger(driver, "search.like_region")
    assert not window.browse.grid
    driver.until(lambda: driver.session.picture.shown is not None and not driver.session.picture.loading)
    canvas = window.pane.canvas
    start, end = (canvas.to_canvas(QPointF(x, y)).toPoint() for x, y in ((20, 20), (120, 100)))
    QTest.mousePress(canvas.native, _LEFT, _NO, start)
    QTest.mouseMove(canvas.native, (start + end) / 2)
    QTest.mouseMove(canvas.native, end)
    QApplication.processEvents()
    save_screen(window, "groups-region")
    QTest.mouseRelease(canvas.native, _LEFT, _NO, end)
    assert not window.region.on
    driver.until(lambda: "region" in search.title and not search.searching)
    assert search.found == _COUNT - 1, driver.notice()
    QTest.mouseClick(window.example_bar.row.buttons()[0], _LEFT)
    driver.until(lambda: not gallery.is_pinned and gallery.ids.size == _COUNT)
    assert not window.example_bar.isVisible()
