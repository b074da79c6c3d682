"""The mode Confusions, driven in the real window."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from semgui.catalogue.project import open_project
from semgui.domain.ids import ImageId
from semgui.registry.store import user_models
from semgui.services.confusion_table import Order
from semgui.services.confusions import BY_GROUPS, OUT_OF_FOLD, Part
from semgui.ui.theme import DARK, LIGHT
from semgui.viewmodels.confusion_learning import Stage
from semgui.viewmodels.confusion_pairs import Trend
from semgui.viewmodels.confusion_reading import EARLIER
from tests.label_projects import divide_by_folder
from tests.ui.confused_project import confused_project
from tests.ui.screens import save_screen

_CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def opened(open_window, find_brain, tmp_path: Path):
    """Open a project of some classes in Confusions; gives driver, page and what is true."""

    def opening(classes: int, each: int):
        made = confused_project(tmp_path, classes, each, find_brain().id)
        driver = open_window(made.place)
        driver.until_open(classes * each)
        return driver, _go_there(driver), made

    return opening


def _go_there(driver):
    driver.window.modes.show("confusions")
    page = driver.window.modes.page("confusions")
    driver.until(lambda: page.confusions.shown is not None)
    driver.until(lambda: not page.confusions.loading)
    return page


def _choose(driver, page, box, key) -> None:
    """Choose an entry of a box as the mouse does, and wait for the answer."""
    box.setCurrentIndex(box.findData(key))
    box.activated.emit(box.currentIndex())
    driver.until(lambda: not page.confusions.loading and box.currentData() == key)


def _ask_newer(driver, page) -> None:
    _choose(driver, page, page.bar.judge, page.bar.judge.itemData(1))


def _hover(view, row: int, column: int) -> None:
    QTest.mouseMove(view.viewport(), view.rect_of(row, column).center())
    QApplication.processEvents()


def test_the_matrix_is_read_with_mouse_and_keys_and_taken_out(opened, tmp_path: Path, monkeypatch):
    driver, page, made = opened(10, 12)
    assert page.confusions.judge.key == OUT_OF_FOLD
    assert page.matrices.views[0].content.counts.sum() == 120
    driver.until(lambda: "120 labels" in page.learn.said.text())
    assert page.learn.learn_button.isEnabled()
    save_screen(driver.window, "confusions-out-of-fold")
    _ask_newer(driver, page)
    _choose(driver, page, page.bar.order, Order.PROJECT)
    view = page.matrices.views[0]
    driver.until(lambda: view.content.names == made.names)
    assert np.array_equal(view.content.counts, made.newer)

    _hover(view, 5, 6)
    driver.until(lambda: page.said.full_text == "2 of 12 Porous sponge are called Patterned surface (17 %)")
    view.setFocus()
    driver.key(Qt.Key.Key_Home, _CONTROL)
    driver.key(Qt.Key.Key_Right)
    driver.key(Qt.Key.Key_Down)
    assert view.current == (1, 1)
    driver.key(Qt.Key.Key_Right)
    assert page.pairs.rows[0].trend is Trend.LESS
    assert [(r.before, r.now) for r in page.pairs.rows] == [(4, 2)] * 10

    driver.key(Qt.Key.Key_C, _CONTROL)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0][1:] == list(made.names)
    assert [[int(n) for n in line[1:]] for line in lines[1:]] == made.newer.tolist()
    QTest.mouseClick(page.bar.percent, Qt.MouseButton.LeftButton)
    assert view.content.text(5, 6) == "17 %"

    table, picture = tmp_path / "matrix.csv", tmp_path / "matrix.png"
    for action, file in (("csv", table), ("png", picture)):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, file=file, **__: (str(file), ""))
        driver.window.actions_.by_id[f"confusions.{action}"].trigger()
        driver.until(file.exists)
    assert list(csv.reader(table.read_text().splitlines()))[6][7] == "0.1667"
    assert QImage(str(picture)).width() > 400
    _choose(driver, page, page.bar.order, Order.NAME)
    driver.until(lambda: view.content.names == tuple(sorted(made.names, key=str.casefold)))


def test_a_cell_is_reviewed_and_corrections_show_at_once(opened):
    driver, page, made = opened(10, 12)
    _ask_newer(driver, page)
    _choose(driver, page, page.bar.order, Order.PROJECT)
    QTest.mouseClick(page.bar.both, Qt.MouseButton.LeftButton)
    before, after, difference = page.matrices.views
    driver.until(difference.isVisible)
    assert np.array_equal(before.content.counts, made.older)
    assert np.array_equal(after.content.counts, made.newer)
    assert (difference.content.text(5, 6), difference.content.text(5, 5)) == ("−2", "+2")
    QTest.mouseClick(after.viewport(), Qt.MouseButton.LeftButton, pos=after.rect_of(5, 6).center())
    assert before.current == after.current == (5, 6)
    save_screen(driver.window, "confusions-before-after")

    QTest.mouseDClick(after.viewport(), Qt.MouseButton.LeftButton, pos=after.rect_of(5, 6).center())
    review, gallery = driver.session.review, driver.session.gallery
    driver.until(lambda: review.reviewing and gallery.is_pinned)
    wrong = sorted(gallery.ids.tolist())
    assert len(wrong) == 2 and review.pair == ("user.05", "user.06")
    save_screen(driver.window, "confusions-cell-in-review")
    driver.session.labels.set_label(tuple(wrong), "user.06")
    driver.until_idle()
    page = _go_there(driver)
    driver.until(lambda: page.matrices.views[1].content.counts[5, 6] == 0)
    assert page.matrices.views[1].content.counts[6, 6] == made.newer[6, 6] + 2
    review.review_all()
    assert review.only is None


def test_before_corrections_is_offered_once_something_was_corrected(opened):
    driver, page, _ = opened(2, 12)
    confusions = page.confusions
    confusions.count(Part.LABELLED)
    confusions.refresh()  # a second reading, which has the first to hold it against
    driver.until(lambda: not confusions.loading)
    assert confusions.compared_with is None
    assert page.bar.against.findData(EARLIER[OUT_OF_FOLD]) < 0

    driver.session.labels.set_label((ImageId(1),), "user.01")  # it had the other one
    driver.until(lambda: page.bar.against.currentData() == EARLIER[OUT_OF_FOLD])
    driver.window.actions_.by_id["edit.undo"].trigger()
    driver.until(lambda: page.bar.against.findData(EARLIER[OUT_OF_FOLD]) < 0)


@pytest.mark.slow
def test_corrections_are_learned_compared_and_put_to_use(opened):
    driver, page, _ = opened(2, 20)
    _choose(driver, page, page.bar.judge, page.bar.judge.itemData(page.bar.judge.count() - 1))
    assert "has not judged" in page.message.text()
    save_screen(driver.window, "confusions-not-asked")
    QTest.mouseClick(page.remedy, Qt.MouseButton.LeftButton)
    driver.until(lambda: page.confusions.shown is not None)
    assert page.matrices.views[0].content.counts.sum() == 40

    assert "40 labels" in page.learn.said.text()
    QTest.mouseClick(page.learn.learn_button, Qt.MouseButton.LeftButton)
    driver.until(lambda: page.learning.stage not in (Stage.TRAINING, Stage.COMPARING), seconds=240)
    assert page.learning.stage is Stage.LEARNED, page.learning.problem
    learned = page.learning.learned
    assert (page.learning.run.path / "known.npz").exists()  # what the model in use made of the images
    assert 0 < len(learned.after.ids) < 40  # those that were learned from are not counted
    assert page.learn.mended_button.text() == f"Mended ({len(learned.mended)})"
    QTest.mouseClick(page.learn.matrices_button, Qt.MouseButton.LeftButton)
    driver.until(lambda: page.confusions.on_trial and not page.confusions.loading)
    assert page.matrices.views[1].content.counts.sum() == len(learned.after.ids)
    save_screen(driver.window, "confusions-learned")

    QTest.mouseClick(page.learn.use_button, Qt.MouseButton.LeftButton)
    driver.until((user_models() / "images corrected" / "card.json").is_file)
    driver.until(lambda: driver.session.models.in_use == "images corrected")
    driver.until(lambda: driver.window.modes.current.id == "confusions" and page.confusions.shown is not None)
    driver.until(lambda: "No label is new" in page.learn.said.text())
    assert not page.learn.learn_button.isEnabled()


def test_a_project_without_labels_says_what_to_do(open_window, images: Path):
    driver = open_window(images)
    driver.until_open(13)
    driver.until_idle()
    driver.window.modes.show("confusions")
    page = driver.window.modes.page("confusions")
    driver.until(lambda: "label some more" in page.message.text())
    save_screen(driver.window, "confusions-empty")
    QTest.mouseClick(page.remedy, Qt.MouseButton.LeftButton)
    assert driver.window.modes.current.id == "browse"


@pytest.mark.slow
@pytest.mark.parametrize("classes", [2, 10, 40])
def test_screens_of_all_sizes(opened, classes: int):
    driver, page, _ = opened(classes, 12)
    _ask_newer(driver, page)
    for both in (False, True):
        page.confusions.set_side_by_side(on=both)
        page.confusions.choose(0, 1)
        for width, height in ((1366, 768), (3840, 2160)):
            driver.window.resize(width, height)
            for theme in (DARK, LIGHT):
                driver.window.looks.choose(theme.name)
                driver.until(lambda width=width: driver.window.width() == width)
                kind = "three" if both else "one"
                save_screen(driver.window, f"confusions-{kind}-{classes}-{width}-{theme.name}")


def test_a_project_divided_by_groups_is_judged_by_groups_unless_one_asks_otherwise(
    open_window, find_brain, tmp_path: Path
):
    made = confused_project(tmp_path, 4, 12, find_brain().id)
    with open_project(made.place) as project:
        divide_by_folder(project, [f"specimen {0 if i < 12 else i % 3}" for i in range(48)])
    driver = open_window(made.place)
    driver.until_open(48)
    page = _go_there(driver)
    assert page.confusions.judge.key == BY_GROUPS
    assert page.bar.judge.currentText() == "Out of fold by folder"
    assert page.matrices.views[0].content.counts.sum() == 36
    assert "12 images are left out" in page.remark.text()
    save_screen(driver.window, "confusions-by-groups")
    _choose(driver, page, page.bar.judge, OUT_OF_FOLD)
    driver.until(lambda: page.matrices.views[0].content.counts.sum() == 48)
    assert "near-duplicates" in page.remark.text()
    _choose(driver, page, page.bar.judge, BY_GROUPS)
    _choose(driver, page, page.bar.against, OUT_OF_FOLD)
    page.bar.both.click()
    driver.until(lambda: len(page.confusions.contents) == 3)
    assert page.confusions.tables[1].name == "Out of fold by groups"
