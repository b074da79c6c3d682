"""Classes in the window: made, ordered, changed, merged and imported, and all of it undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from semgui.catalogue.project import open_project
from semgui.services.classes import archive_class
from semgui.services.scan import scan_folder
from semgui.ui.class_editor import ClassEditor
from semgui.ui.drags import images_mime
from semgui.viewmodels.classes import tree_rows
from tests.ui.pictures import write_folder

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
LONG_NAMES = (
    "Polycrystalline copper, electrodeposited at 35 °C",
    "Polycrystalline copper, electrodeposited at 60 °C",
    "Carbon nanotube forest, as grown",
    "Carbon nanotube forest, densified with ethanol",
    "Anodic alumina",
)


@pytest.fixture
def opened(open_window, images: Path):
    """A window on thirteen images, scanned and classified."""
    window = open_window(images)
    window.until_open(13)
    window.until_idle()
    return window


@pytest.fixture
def editor(opened) -> ClassEditor:
    """The editor, opened by its key."""
    opened.key(Qt.Key.Key_G, CTRL)
    found = opened.window.findChild(ClassEditor)
    opened.until(found.isVisible)
    opened.until_idle()
    return found


def names(opened) -> list[str]:
    """Classes in their order, those below another indented."""
    rows = tree_rows(opened.session.labels.taxonomy)
    return ["  " * row.depth + row.sem_class.name for row in rows]


def type_class(opened, editor: ClassEditor, name: str) -> None:
    editor.name.setFocus()
    QTest.keyClicks(editor.name, name)
    QTest.keyClick(editor.name, Qt.Key.Key_Return)
    opened.until(lambda: opened.session.labels.taxonomy.by_name(name) is not None)
    opened.until_idle()


def choose(opened, editor: ClassEditor, name: str):
    found = opened.session.labels.taxonomy.by_name(name)
    editor.list.setFocus()
    editor.list.choose(found.id)
    return found


def undo(opened, times: int = 1) -> None:
    opened.window.gallery.setFocus()
    for _ in range(times):
        opened.key(Qt.Key.Key_Z, CTRL)
    opened.until_idle()


def test_a_name_and_enter_make_a_class_which_is_then_chosen(opened, editor):
    type_class(opened, editor, "Grain boundaries")
    made = opened.session.labels.taxonomy.by_name("Grain boundaries")
    assert editor.list.current == made.id
    assert made.colour not in {c.colour for c in opened.session.labels.taxonomy if c.id != made.id}
    assert not editor.name.text()
    undo(opened)
    assert "Grain boundaries" not in names(opened)


def test_a_name_that_is_taken_is_a_sentence_beside_the_field(opened, editor):
    editor.name.setFocus()
    QTest.keyClicks(editor.name, "tips")
    QTest.keyClick(editor.name, Qt.Key.Key_Return)
    opened.until(lambda: "There is a class Tips already" in editor.problem.text())
    assert editor.problem.isVisible()
    assert opened.session.hand.writer.saved.value == "saved"
    assert not names(opened).count("tips")


def test_renaming_in_place_by_key_and_nothing_is_accepted_or_labelled_on_the_way(opened, editor):
    choose(opened, editor, "Powder")
    opened.key(Qt.Key.Key_F2)
    line = QApplication.focusWidget()
    QTest.keyClicks(line, "12 Pulver")  # over what was there, which is selected
    QTest.keyClick(line, Qt.Key.Key_Return)
    opened.until(lambda: opened.session.labels.taxonomy.by_name("12 Pulver") is not None)
    opened.until_idle()
    assert all(opened.tile(row).label is None for row in range(13))
    undo(opened)
    assert "Powder" in names(opened)


def test_keys_and_drags_put_the_classes_in_order(opened, editor):
    before = names(opened)
    choose(opened, editor, "Fibres")
    opened.key(Qt.Key.Key_Down, ALT)
    opened.until_idle()
    assert names(opened)[:3] == [before[0], before[2], before[1]]
    model = editor.list.model()
    mime = model.mimeData([model.index(0)])
    where = editor.list.visualRect(model.index(3)).topLeft() + QPoint(40, 1)
    opened.drag_onto(editor.list.viewport(), where, mime, Qt.DropAction.MoveAction)
    opened.until_idle()
    assert names(opened)[:4] == [before[2], before[1], before[0], before[3]]
    undo(opened, 2)
    assert names(opened) == before


def test_a_letter_becomes_the_key_and_labels_at_once(opened, editor):
    found = choose(opened, editor, "Porous_Sponge")
    editor.details.key.setFocus()
    editor.details.key.selectAll()
    QTest.keyClicks(editor.details.key, "f")
    QTest.keyClick(editor.details.key, Qt.Key.Key_Return)
    opened.until(lambda: opened.session.labels.taxonomy.by_id(found.id).shortcut == "f")
    opened.until_idle()
    assert "Fit picture" in opened.window.status.said.text()
    opened.click_thumbnail(2)
    opened.key(Qt.Key.Key_F)
    opened.until_idle()
    assert opened.tile(2).label == found.id
    undo(opened, 2)
    assert opened.session.labels.taxonomy.by_id(found.id).shortcut == "8"
    assert opened.tile(2).label is None


def test_a_key_of_another_class_is_refused_in_a_sentence(opened, editor):
    choose(opened, editor, "Powder")
    editor.details.key.setFocus()
    editor.details.key.selectAll()
    QTest.keyClicks(editor.details.key, "1")
    QTest.keyClick(editor.details.key, Qt.Key.Key_Return)
    opened.until(lambda: "Biological" in editor.problem.text())
    opened.until_idle()
    assert opened.tile(0).label is None  # the digit was typed, not meant for an image


def test_colour_parent_and_description_are_changed_in_their_places(opened, editor):
    powder = choose(opened, editor, "Powder")
    editor.details.colour.picked.emit("#112233")
    index = editor.details.above.findText("Particles")
    editor.details.above.setCurrentIndex(index)
    editor.details.above.activated.emit(index)
    box = editor.details.description
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "Dry grains; 3 or more.")
    QTest.keyClick(box, Qt.Key.Key_Return, CTRL)
    opened.until(lambda: opened.session.labels.taxonomy.by_id(powder.id).description.startswith("Dry"))
    opened.until_idle()
    now = opened.session.labels.taxonomy.by_id(powder.id)
    assert (now.colour, now.description) == ("#112233", "Dry grains; 3 or more.")
    assert "  Powder" in names(opened)
    assert all(opened.tile(row).label is None for row in range(13))
    undo(opened, 3)
    assert opened.session.labels.taxonomy.by_id(powder.id) == powder


def test_chosen_and_dropped_images_show_what_a_class_is(opened, editor):
    powder = choose(opened, editor, "Powder")
    opened.click_thumbnail(1)
    opened.qtbot.mouseClick(editor.details.add_examples, Qt.MouseButton.LeftButton)
    opened.until(lambda: editor.details.examples.count == 1)
    opened.drag_onto(
        editor.details.examples, QPoint(4, 4), images_mime((opened.tile(3).id,)), Qt.DropAction.CopyAction
    )
    opened.until(lambda: editor.details.examples.count == 2)
    opened.until_idle()
    examples = opened.session.labels.taxonomy.by_id(powder.id).examples
    assert examples == (opened.tile(1).id, opened.tile(3).id)
    opened.until(lambda: opened.session.hand.examples.get(examples[0]))
    undo(opened, 2)
    assert opened.session.labels.taxonomy.by_id(powder.id).examples == ()


def test_merging_archiving_and_restoring(opened, editor):
    opened.click_thumbnail(0)
    opened.key(Qt.Key.Key_9)  # Powder
    opened.until_idle()
    choose(opened, editor, "Powder")
    editor.details._offer_merges()
    into = next(a for a in editor.details.merge.menu().actions() if a.text().strip() == "Particles")
    into.trigger()
    opened.until_idle()
    assert opened.tile(0).label == "nffa.particles"
    assert "Powder" not in names(opened)
    undo(opened)
    assert opened.tile(0).label == "nffa.powder"
    choose(opened, editor, "Tips")
    opened.key(Qt.Key.Key_Delete)
    opened.until_idle()
    assert "Tips" not in names(opened)
    editor.list.show_archived(on=True)
    editor.list.setFocus()
    editor.list.choose("nffa.tips")
    opened.key(Qt.Key.Key_Delete)
    opened.until_idle()
    assert "Tips" in names(opened)


def test_a_list_of_classes_is_imported_and_said(opened, editor, tmp_path, monkeypatch):
    from PySide6.QtWidgets import QFileDialog

    table = tmp_path / "classes.csv"
    table.write_text("name,shortcut,description,parent\nMetals,m,,\nCopper,,Red metal,Metals\n", "utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (str(table), ""))
    opened.window.actions_.by_id["classes.import_list"].trigger()
    opened.until(lambda: "  Copper" in names(opened))
    assert "Ctrl+Z" in opened.window.status.said.text()
    undo(opened)
    assert "Metals" not in names(opened)


def test_counts_follow_while_the_editor_is_open(opened, editor):
    opened.click_thumbnail(0)
    opened.key(Qt.Key.Key_1)
    opened.until(lambda: opened.session.hand.classes.counts.get("nffa.biological") == 1)


def test_all_of_it_is_there_after_a_restart(open_window, opened, editor, images):
    type_class(opened, editor, LONG_NAMES[0])
    type_class(opened, editor, LONG_NAMES[4])
    copper = opened.session.labels.taxonomy.by_name(LONG_NAMES[0])
    opened.session.hand.classes.set_parent(copper.id, "nffa.films_coated_surface")
    opened.until_idle()
    before = opened.session.labels.taxonomy
    opened.close()
    again = open_window(images.parent / "session.semgui")
    again.until_open(13)
    again.until_idle()
    assert again.session.labels.taxonomy == before
    undo(again, 3)
    assert len(names(again)) == 10


@pytest.fixture
def without_classes(open_window, tmp_path: Path):
    """A window on a project all of whose classes were archived."""
    write_folder(tmp_path / "images", 4)
    with open_project(tmp_path / "images.semgui", create=True) as project:
        scan_folder(project, tmp_path / "images")
    window = open_window(tmp_path / "images.semgui")
    window.until_open(4)
    window.until_idle()
    project = window.session.opened.project
    for c in window.session.labels.taxonomy:
        archive_class(project, c.id, "ann")
    window.session.hand.changed_elsewhere()
    window.until(window.window.inspector.class_start.isVisible)
    return window


def test_without_classes_the_ways_to_make_some_are_offered(without_classes):
    window = without_classes
    start = window.window.inspector.class_start
    QTest.keyClicks(start.name, "Dendrites")
    QTest.keyClick(start.name, Qt.Key.Key_Return)
    window.until(lambda: names(window) == ["Dendrites"])
    assert not start.isVisible()
    undo(window)
    window.until(start.isVisible)
    window.qtbot.mouseClick(start.presets["lattices"], Qt.MouseButton.LeftButton)
    window.until(lambda: len(names(window)) == 5)


def test_the_first_classes_are_typed_one_after_the_other(without_classes):
    window = without_classes
    start = window.window.inspector.class_start
    start.name.setFocus()
    for name in ("Ash", "Beads"):  # "a" accepts what the model says where it is not typed
        QTest.keyClicks(QApplication.focusWidget(), name)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        window.until(lambda name=name: window.session.labels.taxonomy.by_name(name) is not None)
        window.until_idle()
    assert names(window) == ["Ash", "Beads"]
    assert all(window.tile(row).label is None for row in range(4))
    window.key(Qt.Key.Key_Escape)
    window.until(lambda: not start.isVisible())
