from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from semgui.catalogue.facets import State
from semgui.catalogue.project import Project
from semgui.domain.errors import ProjectError
from semgui.domain.image import ImageStatus
from semgui.services.hashing import hash_contents
from semgui.ui.unreadable import UnreadablePanel
from semgui.viewmodels.desk import Mode
from semgui.viewmodels.writer import Saved
from tests.ui.pictures import write_folder

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def opened(open_window, images: Path):
    """A window on thirteen images, scanned and classified."""
    window = open_window()
    window.drop(images)
    window.until_open(13)
    window.until_idle()
    return window


def test_an_empty_window_says_what_to_do(open_window):
    window = open_window()
    assert window.session.mode is Mode.EMPTY
    assert window.window.empty.isVisible()
    assert not window.window.actions_.by_id["label.accept"].isEnabled()


def test_the_sample_is_one_click_away_and_drawn_once(open_window, monkeypatch):
    from PySide6.QtWidgets import QPushButton

    from semgui.services import demo

    drawn = []
    make_demo = demo.make_demo

    def small_sample(place, **watched):
        drawn.append(place)
        return make_demo(place, images=10, **watched)

    monkeypatch.setattr(demo, "make_demo", small_sample)
    window = open_window()
    button = next(b for b in window.window.empty.findChildren(QPushButton) if b.text() == "Sample project")
    for _ in range(2):  # an impatient hand
        window.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "Drawing the sample" in window.window.empty.working.text()
    window.until(lambda: window.session.mode is Mode.PROJECT)
    window.until_idle()
    assert len(drawn) == 1
    assert window.session.gallery.facets.labelled > 0
    assert window.session.gallery.ids.size > 5
    assert window.tile(0).predicted is not None


def test_the_line_of_facts_has_room_beside_the_heatmap_controls(opened):
    from PySide6.QtGui import QFontMetrics

    opened.window.resize(1366, 768)
    opened.click_thumbnail(0)
    opened.until_idle()
    canvas, facts = opened.window.pane.canvas, opened.window.pane.facts
    before = canvas.size()
    opened.key(Qt.Key.Key_H)
    opened.until(opened.window.pane.heat_bar.isVisible)
    assert canvas.size() == before  # switching it on and off compares the same view
    longest = "TESCAN VEGA3 · 20 kV · WD 15.25 mm · SE Detector · 205.03 nm/px · 4 096 × 3 072 · 16 bit"
    assert QFontMetrics(facts.font()).horizontalAdvance(longest) < facts.width()


def test_a_dropped_folder_becomes_a_project_beside_it_and_is_classified(opened, images: Path):
    assert (images.parent / "session.semgui" / "project.db").is_file()
    assert sorted(p.name for p in images.iterdir()) == ["a", "b"]
    opened.until(lambda: opened.window.pixmaps.has(int(opened.session.gallery.ids[0])))
    tiles = [opened.tile(row) for row in range(13)]
    assert sum(t.predicted is not None for t in tiles) == 12
    assert [t.path.name for t in tiles if t.status is ImageStatus.UNREADABLE] == ["broken.png"]
    opened.until(lambda: opened.session.gallery.facets.states[State.UNREADABLE] == 1)
    assert "1 file of 13 cannot be read" in opened.notice()
    opened.until_idle()
    assert (
        hash_contents(opened.session.opened.project) == 0
    )  # done already, after everything that somebody waits for


def test_a_click_shows_the_picture_and_what_the_model_says(opened):
    opened.click_thumbnail(3)
    opened.until_idle()
    session = opened.session
    assert session.inspector.detail.path == session.picture.shown.path == opened.tile(3).path
    assert len(session.inspector.detail.answer.bars) == 10
    assert np.array_equal(opened.window.pane.canvas.samples, session.picture.shown.pixels)
    assert opened.window.inspector.bars.as_text().count("\n") == 9


def test_layers_are_swapped_and_never_added_again(opened):
    layers = list(opened.window.pane.canvas.viewer.layers)
    opened.key(Qt.Key.Key_H)
    for row in range(4):
        opened.click_thumbnail(row)
        opened.until_idle()
    assert list(opened.window.pane.canvas.viewer.layers) == layers
    assert [layer.name for layer in layers] == ["heatmap"]


def test_arrows_go_on_and_never_label(opened):
    opened.click_thumbnail(0)
    for _ in range(5):
        opened.key(Qt.Key.Key_Right)
    opened.key(Qt.Key.Key_Left)
    opened.until_idle()
    assert opened.session.gallery.current_row == 4
    assert opened.session.gallery.facets.labelled == 0


def test_a_number_labels_and_goes_on(opened):
    opened.click_thumbnail(0)
    for key in (Qt.Key.Key_2, Qt.Key.Key_0, Qt.Key.Key_2):  # faster than any disk
        opened.key(key)
    opened.until_idle()
    assert [opened.tile(row).label for row in range(4)] == ["nffa.fibres", "nffa.tips", "nffa.fibres", None]
    assert opened.session.gallery.current_row == 3
    assert opened.session.hand.writer.saved is Saved.YES


def test_enter_accepts_the_prediction(opened):
    opened.click_thumbnail(2)
    opened.until_idle()
    opened.key(Qt.Key.Key_Return)
    opened.until_idle()
    tile = opened.tile(2)
    assert tile.label == tile.predicted is not None


def test_enter_in_the_name_filter_accepts_nothing(opened):
    opened.click_thumbnail(0)
    opened.until_idle()
    opened.key(Qt.Key.Key_F, CTRL)
    for key in (Qt.Key.Key_1, Qt.Key.Key_Return):
        opened.key(key)
    opened.until_idle()
    assert opened.session.gallery.facets.labelled == 0
    opened.until(lambda: opened.session.gallery.filter.text == "1")


def test_a_selection_is_labelled_at_once_and_taken_back_at_once(opened):
    opened.click_thumbnail(1)
    opened.click_thumbnail(4, SHIFT)
    opened.click_thumbnail(6, CTRL)
    assert len(opened.session.gallery.selection) == 5
    opened.key(Qt.Key.Key_5)
    opened.until_idle()
    labelled = [row for row in range(13) if opened.tile(row).label == "nffa.nanowires"]
    assert labelled == [1, 2, 3, 4, 6]
    opened.key(Qt.Key.Key_Z, CTRL)
    opened.until_idle()
    assert all(opened.tile(row).label is None for row in range(13))
    opened.key(Qt.Key.Key_Z, CTRL | SHIFT)
    opened.until_idle()
    assert [row for row in range(13) if opened.tile(row).label] == [1, 2, 3, 4, 6]


def test_delete_removes_the_label(opened):
    opened.click_thumbnail(0)
    opened.key(Qt.Key.Key_1)
    opened.click_thumbnail(0)
    opened.key(Qt.Key.Key_Delete)
    opened.until_idle()
    assert opened.tile(0).label is None
    assert len(opened.session.inspector.detail.history) == 2


def test_a_click_on_a_class_labels(opened):
    opened.click_thumbnail(0)
    opened.until_idle()
    palette = opened.window.inspector.palette_box
    where = palette.place_of("nffa.powder")
    opened.qtbot.mouseClick(palette.viewport(), Qt.MouseButton.LeftButton, pos=where)
    opened.until_idle()
    assert opened.tile(0).label == "nffa.powder"


def test_a_restart_keeps_everything_and_undo_goes_on(open_window, images: Path):
    first = open_window(images)
    first.until_open(13)
    first.until_idle()
    first.click_thumbnail(0)
    first.key(Qt.Key.Key_1)
    first.close()  # at once: what was pressed is written before the window is gone
    second = open_window(images.parent / "session.semgui")
    second.until_open(13)
    second.until_idle()
    assert second.tile(0).label == "nffa.biological"
    second.key(Qt.Key.Key_Z, CTRL)
    second.until_idle()
    assert second.tile(0).label is None


def test_a_failing_commit_is_a_sentence_and_shows_no_label(opened, monkeypatch):
    def full(self):
        raise ProjectError("session.semgui: the disk is full; free some space and try again.")

    opened.click_thumbnail(0)
    opened.until_idle()
    monkeypatch.setattr(Project, "write", full)
    opened.key(Qt.Key.Key_1)
    opened.until_idle()
    assert "the disk is full" in opened.notice()
    assert opened.window.status.saved.text() == "Biological not saved"
    assert opened.shown_tile(0).label is None


def test_an_unreadable_file_says_why(opened):
    rows = range(13)
    row = next(r for r in rows if opened.tile(r).status is ImageStatus.UNREADABLE)
    opened.click_thumbnail(row)
    opened.until_idle()
    message = opened.window.pane.message
    assert message.isVisible()
    assert "cannot be read" in message.text()
    opened.window.actions_.by_id["panel.unreadable"].trigger()
    opened.until_idle()
    table = opened.window.findChild(UnreadablePanel).table
    assert table.model().index(0, 0).data() == "broken.png"
    assert table.model().index(0, 1).data()


def test_the_heatmap_lies_over_the_whole_picture(opened):
    opened.click_thumbnail(0)
    opened.until_idle()
    opened.key(Qt.Key.Key_H)
    opened.until(lambda: opened.session.heatmap.heat is not None)
    canvas = opened.window.pane.canvas
    assert canvas.heat_visible
    heat, half = canvas.heat.layer.extent.world, canvas.heat.layer.scale / 2
    rows, columns = opened.session.picture.shown.pixels.shape
    assert np.allclose(heat[0] - half, (-0.5, -0.5))  # the outer edge of the first pixel
    assert np.allclose(heat[1] + half, (rows - 0.5, columns - 0.5))
    first, seen = opened.session.picture.shown, []
    opened.session.picture.changed.connect(
        lambda: seen.append(canvas.heat_visible and opened.session.picture.shown is not first)
    )
    opened.key(Qt.Key.Key_Right)
    opened.until(lambda: opened.session.picture.shown is not first and canvas.heat_visible)
    assert not any(seen)  # a heatmap never lies over another picture
    opened.key(Qt.Key.Key_H)
    assert not canvas.heat_visible


def test_the_heatmap_can_be_asked_against_the_next_class(opened):
    opened.click_thumbnail(0)
    opened.until_idle()
    opened.key(Qt.Key.Key_H, SHIFT)
    opened.until(lambda: opened.session.heatmap.heat is not None)
    bars = opened.session.inspector.detail.answer.bars
    assert opened.session.heatmap.question.against == bars[1].class_id
    assert opened.window.pane.heat_bar.against.currentData() == bars[1].class_id


def test_one_dropped_image_is_classified_without_a_project(open_window, images: Path):
    window = open_window()
    window.drop(images / "a" / "img000.png")
    window.until(lambda: window.session.mode is Mode.IMAGE and window.session.inspector.detail.answer)
    assert not list(images.parent.glob("*.semgui"))
    assert "scale unknown" in window.window.pane.facts.full_text
    assert not window.window.pane.canvas.scale_bar.visible
    assert not window.window.actions_.by_id["label.key.1"].isEnabled()
    window.key(Qt.Key.Key_H)
    window.until(lambda: window.session.heatmap.heat is not None)


def test_one_dropped_broken_image_says_why(open_window, images: Path):
    window = open_window()
    window.drop(images / "b" / "broken.png")
    window.until(window.window.pane.message.isVisible)
    assert "cannot be read" in window.window.pane.message.text()


def test_something_else_dropped_is_a_sentence(open_window, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("hello")
    window = open_window()
    window.drop(tmp_path / "notes.txt")
    window.until(lambda: "not an image" in window.notice())
    assert window.session.mode is Mode.EMPTY


def test_an_empty_folder_says_what_can_be_read(open_window, tmp_path: Path):
    (tmp_path / "nothing").mkdir()
    window = open_window(tmp_path / "nothing")
    window.until(lambda: "no images in this folder" in window.notice())


def test_filters_narrow_and_class_counts_follow(opened):
    opened.click_thumbnail(0)
    opened.key(Qt.Key.Key_2)
    opened.until_idle()
    opened.window.sidebar.show_state(State.UNLABELLED)
    opened.until_open(12)
    opened.window.sidebar.show_state(State.UNLABELLED)  # a second click takes it back
    opened.until_open(13)
    fibres = frozenset({"nffa.fibres"})
    opened.window.sidebar.narrow(classes=fibres)
    opened.until(
        lambda: opened.session.gallery.ids.size == opened.session.gallery.facets.classes.get("nffa.fibres")
    )
    opened.window.sidebar.narrow(classes=frozenset(), folder=opened.tile(0).path.parent)
    opened.until(lambda: opened.session.gallery.ids.size in (6, 7))
    opened.window.actions_.by_id["view.clear_filters"].trigger()
    opened.until_open(13)


def test_thumbnails_far_away_arrive_wherever_the_scroll_bar_stands(open_window, tmp_path: Path):
    write_folder(tmp_path / "many", 300)
    window = open_window(tmp_path / "many")
    window.until_open(300)
    last = int(window.session.gallery.ids[-1])
    assert not window.window.pixmaps.has(last)
    window.key(Qt.Key.Key_End)
    window.until(lambda: window.window.pixmaps.has(last))
    assert window.window.gallery.rows_in_view()[1] == 299
    window.key(Qt.Key.Key_G)
    window.key(Qt.Key.Key_Home)
    window.until(lambda: window.window.pixmaps.has(int(window.session.gallery.ids[20])))
    assert not window.window.pixmaps.has(int(window.session.gallery.ids[150]))  # nobody looked there


def test_values_and_paths_can_be_copied(opened, qapp):
    opened.click_thumbnail(1)
    opened.until_idle()
    opened.key(Qt.Key.Key_C, CTRL)
    assert str(opened.tile(1).path) in qapp.clipboard().text()
    assert qapp.clipboard().text().count("p ") == 10
    opened.key(Qt.Key.Key_A, CTRL)
    opened.key(Qt.Key.Key_C, CTRL | SHIFT)
    opened.until(lambda: qapp.clipboard().text().count("\n") == 12)


def test_another_folder_can_be_opened_after_the_first(opened, tmp_path: Path):
    write_folder(tmp_path / "other", 3)
    opened.drop(tmp_path / "other")
    opened.until(lambda: opened.session.place == tmp_path / "other.semgui")
    opened.until_open(3)
    opened.until_idle()
    assert opened.tile(0).path.is_relative_to(tmp_path / "other")


def test_dark_and_light_are_remembered(opened):
    from semgui.settings import load_settings

    before = opened.window.theme.name
    opened.key(Qt.Key.Key_T, CTRL)
    assert opened.window.theme.name != before
    assert load_settings().window.theme == opened.window.theme.name


def test_a_fault_of_ours_is_a_sentence_and_the_window_lives(opened, caplog):
    from semgui.ui.app import fault_hook

    try:
        raise RuntimeError("the spline was not reticulated")
    except RuntimeError as error:
        fault_hook(opened.window)(type(error), error, error.__traceback__)
    assert "the spline was not reticulated" in opened.notice()
    assert "Traceback" in caplog.text
    assert opened.window.isVisible()
