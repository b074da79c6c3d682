"""A project that begins without classes, from the empty window or later, and stays so."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from semgui.catalogue.presets import load_preset
from semgui.catalogue.project import open_project
from semgui.services.classes import start_without_classes
from semgui.settings import load_settings
from tests.ui.screens import save_screen


def choose(window, value: str) -> None:
    box = window.window.empty.new_project.box
    box.setFocus()
    key = Qt.Key.Key_Down if value == "empty" else Qt.Key.Key_Up
    QTest.keyClick(box, key)
    box.activated.emit(box.currentIndex())
    assert box.currentData() == value


def test_a_folder_is_opened_without_any_classes_and_gets_those_of_the_model_by_a_click(
    open_window, images: Path
):
    window = open_window()
    choose(window, "empty")
    assert load_settings().new_project == "empty"
    save_screen(window.window, "new-project-choice")
    window.drop(images)
    window.until_open(13)
    window.until(lambda: not window.session.activities.running)
    start = window.window.inspector.class_start
    window.until(start.isVisible)
    assert not window.session.labels.taxonomy.active
    window.until(lambda: window.tile(0).predicted is not None)
    said = window.window.gallery.painter.describe(window.tile(0))
    assert any(c.name in said for c in load_preset("nffa10")), "names, not the ids of the model's classes"
    save_screen(window.window, "new-project-without-classes")
    window.press(start.from_model)
    window.until(lambda: len(window.session.labels.taxonomy.active) == 10)
    window.click_thumbnail(0)
    window.key(Qt.Key.Key_1)
    window.until(lambda: window.tile(0).label is not None)

    window.window.actions_.by_id["classes.none"].trigger()  # and to begin again
    window.until(start.isVisible)
    assert window.tile(0).label is not None
    window.window.actions_.by_id["edit.undo"].trigger()
    window.until(lambda: len(window.session.labels.taxonomy.active) == 10)


def test_a_project_that_was_begun_without_classes_is_given_none_when_it_is_opened(
    open_window, images: Path, tmp_path: Path
):
    with open_project(tmp_path / "cold.semgui", create=True) as project:
        start_without_classes(project, "ann")
    window = open_window()
    window.session.open_folder(images, tmp_path / "cold.semgui")
    window.until_open(13)
    window.until_idle()
    assert not len(window.session.labels.taxonomy)
