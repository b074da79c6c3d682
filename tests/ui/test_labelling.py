"""Labelling in the window: every way to give a class, marks, notes, and the history."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from semgui.ui.drags import dragged_images, images_mime
from semgui.ui.history_panel import HistoryPanel
from semgui.viewmodels.labelling import Advance
from semgui.viewmodels.writer import Saved

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SCREENS = Path("build/screens")


@pytest.fixture
def opened(first_chosen):
    return first_chosen


def labels(opened) -> list[str | None]:
    return [opened.tile(row).label for row in range(13)]


def press(opened, *keys: Qt.Key) -> None:
    for key in keys:
        opened.key(key)
    opened.until_idle()


def test_what_is_said_after_a_label_waits_for_the_commit(opened):
    said = []
    opened.session.hand.writer.saved_changed.connect(lambda: said.append(opened.window.status.saved.text()))
    opened.key(Qt.Key.Key_5)
    assert opened.session.gallery.current_row == 1  # on the next image already
    assert said[0] == "Nanowires saving…"
    opened.until_idle()
    assert said[-1] == "Nanowires ✓ saved"
    assert "1 today" in opened.window.status.pace.text()
    opened.window.actions_.by_id["view.pace"].trigger()
    assert not opened.window.status.pace.isVisible()


def test_a_dot_repeats_the_last_action_on_others_also_after_a_restart(open_window, opened, images):
    press(opened, Qt.Key.Key_5, Qt.Key.Key_Period, Qt.Key.Key_Right, Qt.Key.Key_Period)
    assert labels(opened)[:4] == ["nffa.nanowires", "nffa.nanowires", None, "nffa.nanowires"]
    opened.close()
    again = open_window(images.parent / "session.semgui")
    again.until_open(13)
    again.until_idle()
    again.click_thumbnail(4)
    press(again, Qt.Key.Key_Period)
    assert again.tile(4).label == "nffa.nanowires"


def test_skipping_is_no_label_and_the_next_unlabelled_is_found(opened):
    press(opened, Qt.Key.Key_Space, Qt.Key.Key_5)
    opened.click_thumbnail(0)
    press(opened, Qt.Key.Key_N, Qt.Key.Key_N)  # stays, goes on again
    opened.key(Qt.Key.Key_N, SHIFT)
    assert opened.session.labels.advance is Advance.UNLABELLED
    press(opened, Qt.Key.Key_1)
    assert opened.session.gallery.current_row == 2  # over the one that has a label
    assert labels(opened)[:3] == ["nffa.biological", "nffa.nanowires", None]


def test_typing_some_letters_of_a_class_labels_with_enter(opened):
    opened.key(Qt.Key.Key_Slash)
    finder = opened.window.class_finder
    assert finder.isVisible()
    QTest.keyClicks(finder.edit, "por")
    opened.key(Qt.Key.Key_Return)
    opened.until_idle()
    assert labels(opened)[0] == "nffa.porous_sponge"
    assert not finder.isVisible()
    assert opened.session.gallery.current_row == 1


def test_a_name_that_no_class_has_becomes_one(opened):
    opened.key(Qt.Key.Key_Slash)
    QTest.keyClicks(opened.window.class_finder.edit, "Dendrites")
    opened.key(Qt.Key.Key_Return)
    opened.until(lambda: opened.session.labels.taxonomy.by_name("Dendrites") is not None)
    opened.until_idle()
    assert labels(opened)[0] == opened.session.labels.taxonomy.by_name("Dendrites").id
    opened.key(Qt.Key.Key_Z, CTRL)
    opened.until_idle()
    assert labels(opened)[0] is None
    assert opened.session.labels.taxonomy.by_name("Dendrites") is None


def test_thumbnails_dragged_onto_a_class_get_it_as_one_action(opened):
    opened.click_thumbnail(4, SHIFT)
    palette = opened.window.inspector.palette_box
    mime = images_mime(opened.session.gallery.targets)
    assert len(dragged_images(mime)) == 5
    opened.drag_onto(palette.viewport(), palette.place_of("nffa.powder"), mime)
    opened.until(lambda: opened.shown_tile(4) is not None and opened.shown_tile(4).label == "nffa.powder")
    opened.until_idle()
    assert labels(opened)[:6] == ["nffa.powder"] * 5 + [None]
    opened.key(Qt.Key.Key_Z, CTRL)
    opened.until_idle()
    assert not any(labels(opened))


def test_files_dropped_on_the_palette_belong_to_the_window(opened, tmp_path):
    from PySide6.QtCore import QMimeData, QUrl

    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    assert dragged_images(mime) == ()


def test_flag_exclude_tags_and_note_by_keys_and_all_of_it_is_undone(opened):
    marks = opened.window.inspector.marks
    press(opened, Qt.Key.Key_P, Qt.Key.Key_X, Qt.Key.Key_T)
    for tag in ("charging", "drift 2"):
        QTest.keyClicks(marks.tag_edit, tag)
        opened.key(Qt.Key.Key_Return)
    opened.key(Qt.Key.Key_Escape)
    opened.until_idle()
    opened.key(Qt.Key.Key_M)
    QTest.keyClicks(marks.note, "Again at 2 kV.")
    opened.key(Qt.Key.Key_Return, CTRL)
    opened.until_idle()
    found = opened.tile(0).marks
    assert (found.flagged, found.excluded, found.note) == (True, True, "Again at 2 kV.")
    assert found.tags == ("charging", "drift 2")
    assert labels(opened)[0] is None  # "2" was typed, and Enter accepted nothing
    assert opened.window.gallery.hasFocus()
    for _ in range(5):
        opened.key(Qt.Key.Key_Z, CTRL)
    opened.until_idle()
    again = opened.tile(0).marks
    assert (again.flagged, again.excluded, again.note, again.tags) == (False, False, "", ())


def test_a_note_is_not_written_before_that_of_its_image_is_read(opened):
    marks, note = opened.session.hand.marks, opened.window.inspector.marks.note
    opened.key(Qt.Key.Key_M)
    QTest.keyClicks(note, "first")
    opened.session.gallery.step(1)  # the keyboard stays where it is
    assert note.isReadOnly()
    marks.refresh()
    QTest.keyClicks(note, "lost")
    opened.until(lambda: not note.isReadOnly())
    opened.until_idle()
    assert (note.toPlainText(), opened.tile(0).marks.note, opened.tile(1).marks.note) == ("", "first", "")


def test_a_selection_is_tagged_at_once_and_tags_are_taken_off_by_their_chips(opened):
    opened.click_thumbnail(3, SHIFT)
    marks = opened.window.inspector.marks
    opened.key(Qt.Key.Key_T)
    QTest.keyClicks(marks.tag_edit, "series A")
    opened.key(Qt.Key.Key_Return)
    opened.until(lambda: opened.session.hand.marks.summary.tags == (("series A", 4),))
    assert "series A" in marks.tag_edit.completer().model().stringList()
    chip = marks._flow.itemAt(0).widget()
    opened.qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    opened.until(lambda: opened.session.hand.marks.summary.tags == ())
    opened.until_idle()
    assert opened.tile(3).marks.tags == ()


def test_a_note_half_typed_is_kept_for_its_image_when_another_is_clicked(opened):
    opened.key(Qt.Key.Key_M)
    QTest.keyClicks(opened.window.inspector.marks.note, "astigmatism")
    opened.click_thumbnail(2)
    opened.until_idle()
    assert opened.tile(0).marks.note == "astigmatism"
    assert opened.tile(2).marks.note == ""
    opened.until(lambda: opened.window.inspector.marks.note.toPlainText() == "")


def test_the_history_goes_back_with_a_click_and_redoes_all(opened):
    press(opened, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3)
    opened.key(Qt.Key.Key_H, CTRL)
    panel = opened.window.findChild(HistoryPanel)
    opened.until(lambda: panel.list.model().rowCount() == 4)
    where = panel.list.visualRect(panel.list.model().index(2)).center()
    opened.qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    opened.until(lambda: opened.session.hand.history.can_redo)
    opened.until_idle()
    assert labels(opened)[:3] == ["nffa.biological", None, None]
    opened.qtbot.mouseClick(panel.redo_all, Qt.MouseButton.LeftButton)
    opened.until(lambda: not opened.session.hand.history.can_redo)
    opened.until_idle()
    assert all(labels(opened)[:3])
    panel.list.setFocus()
    opened.key(Qt.Key.Key_End)  # the start
    opened.key(Qt.Key.Key_Return)
    opened.until(lambda: opened.session.hand.history.can_redo)
    opened.until_idle()
    assert not any(labels(opened))
    assert opened.session.hand.writer.saved is Saved.YES


def test_values_of_the_inspector_are_copied_by_a_click(opened):
    inspector = opened.window.inspector
    value = inspector.facts.value_label("Size")
    opened.qtbot.mouseClick(value, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "320 × 240"
    opened.qtbot.mouseClick(inspector.name, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == str(opened.tile(0).path)
    press(opened, Qt.Key.Key_5, Qt.Key.Key_Left)
    assert "you: Nanowires" in inspector.history.text()


def test_everything_said_is_there_after_a_restart(open_window, opened, images):
    press(opened, Qt.Key.Key_P, Qt.Key.Key_5, Qt.Key.Key_T)
    QTest.keyClicks(opened.window.inspector.marks.tag_edit, "charging")
    opened.key(Qt.Key.Key_Return)
    opened.close()
    again = open_window(images.parent / "session.semgui")
    again.until_open(13)
    again.until_idle()
    assert again.tile(0).marks.flagged
    assert again.tile(0).label == "nffa.nanowires"
    assert again.tile(1).marks.tags == ("charging",)
    SCREENS.mkdir(parents=True, exist_ok=True)
    again.window.grab().save(str(SCREENS / "labelling-1366.png"))
    assert QApplication.focusWidget() is again.window.gallery
