"""What is typed, and what happens to it when something else comes in between."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from semgui.catalogue.query import LabelState
from semgui.ui.class_editor import ClassEditor
from semgui.ui.review_page import ReviewPage
from semgui.viewmodels.desk import Mode
from semgui.viewmodels.filters import cleared
from semgui.viewmodels.labelling import Advance
from tests.ui.review_project import plant
from tests.ui.test_review import go_to_review


@pytest.fixture
def opened(first_chosen):
    return first_chosen


def open_again(opened) -> None:
    """Have the project opened again, as another model or another setting does."""
    opened.session.open_again()
    opened.until(lambda: opened.session.mode is Mode.PROJECT and not opened.session.opening)
    opened.until_open(13)
    opened.until_idle()


def test_a_note_outlasts_that_the_project_is_opened_again(opened):
    opened.key(Qt.Key.Key_M)
    QTest.keyClicks(opened.window.inspector.marks.note, "charging")
    open_again(opened)
    assert opened.tile(0).marks.note == "charging"


def test_a_note_outlasts_the_window(opened, open_window, images):
    opened.key(Qt.Key.Key_M)
    QTest.keyClicks(opened.window.inspector.marks.note, "charging")
    opened.close()
    again = open_window(images.parent / "session.semgui")
    again.until_open(13)
    assert again.tile(0).marks.note == "charging"


def test_a_description_outlasts_that_the_project_is_opened_again(opened):
    opened.key(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    editor = opened.window.findChild(ClassEditor)
    opened.until(editor.isVisible)
    opened.until_idle()
    chosen = opened.session.labels.taxonomy.active[0].id
    editor.list.choose(chosen)
    editor.details.description.setFocus()
    editor.details.description.selectAll()
    QTest.keyClicks(editor.details.description, "Dry grains.")
    open_again(opened)
    assert opened.session.labels.taxonomy.by_id(chosen).description == "Dry grains."


def test_tags_and_notes_are_typed_where_they_are_seen(open_window, tmp_path, find_brain):
    planted = plant(tmp_path, find_brain(), each=6, wrong=2)
    window = open_window(planted.place)
    window.until_open(18)
    window.until_idle()
    go_to_review(window)
    marks = window.window.findChild(ReviewPage).panel.marks
    window.key(Qt.Key.Key_T)
    assert marks.tag_edit.hasFocus()
    QTest.keyClicks(marks.tag_edit, "drift")
    assert window.session.live.hand_is_busy()
    window.key(Qt.Key.Key_Escape)
    assert not window.session.live.hand_is_busy()
    window.key(Qt.Key.Key_M)
    assert marks.note.hasFocus()


def test_a_filter_by_text_holds_though_another_one_was_just_taken_away(opened):
    gallery = opened.session.gallery
    gallery.narrow(replace(gallery.filter, text="img00"))
    opened.until(lambda: opened.window.sidebar.search.text() == "img00")
    gallery.narrow(cleared(gallery.filter))  # as when the project is left
    gallery.narrow(replace(gallery.filter, text="img01"))  # and another filter is the next one's
    QTest.qWait(400)
    assert gallery.filter.text == "img01"
    opened.until(lambda: opened.window.sidebar.search.text() == "img01")


def test_a_name_that_is_typed_outlasts_that_another_class_is_changed(opened):
    opened.key(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    editor = opened.window.findChild(ClassEditor)
    opened.until(editor.isVisible)
    opened.until_idle()
    classes, labels = opened.session.hand.classes, opened.session.labels
    first, second = (c.id for c in labels.taxonomy.active[:2])
    editor.list.choose(second)
    editor.list.rename()
    QTest.keyClicks(QApplication.focusWidget(), "Carbon ")
    classes.recolour(first, "#123456")  # written, but not read again before the next name is begun
    opened.until(lambda: labels.taxonomy.by_id(first).colour == "#123456")
    opened.until_idle()
    QTest.keyClicks(QApplication.focusWidget(), "foils")
    opened.key(Qt.Key.Key_Return)
    opened.until(lambda: labels.taxonomy.by_id(second).name == "Carbon foils")
    opened.until_idle()
    assert all(opened.tile(row).label is None for row in range(13))
    assert editor.list.current == second


def test_a_note_is_for_the_image_that_it_was_begun_for_though_a_label_took_that_out_of_the_filter(opened):
    gallery = opened.session.gallery
    opened.session.labels.advance = Advance.STAY
    gallery.narrow(replace(gallery.filter, label_state=LabelState.UNLABELLED))
    opened.until_idle()
    opened.click_thumbnail(1)
    opened.until_idle()
    image_id, note = gallery.current, opened.window.inspector.marks.note
    opened.key(Qt.Key.Key_5)
    opened.key(Qt.Key.Key_M)
    QTest.keyClicks(note, "char")
    QTest.qWait(1500)  # by now the rows would be without it
    QTest.keyClicks(note, "ging")
    assert gallery.current == image_id
    opened.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    opened.until(lambda: gallery.row_of(image_id) < 0)
    opened.until_idle()
    (tile,) = opened.session.opened.library.tiles([image_id])
    assert tile.marks.note == "charging"
