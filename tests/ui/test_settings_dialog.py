"""The settings: each counts at once, also in the project that is open."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from semgui.catalogue.labels import LabelStore
from semgui.domain.image import ImageStatus
from semgui.settings import Settings, load_settings
from semgui.ui.settings_dialog import SettingsDialog
from semgui.viewmodels.desk import Mode
from semgui.viewmodels.network import NetworkFinder
from tests.ui.pictures import write_picture
from tests.ui.screens import save_screen


@pytest.fixture
def find_brain(model_folder: Path, decoder, settings: Settings) -> NetworkFinder:
    """A finder of the window's own settings, as the program has it."""
    settings.compute.model = str(model_folder)
    settings.compute.device = "auto"
    return NetworkFinder(settings, decoder)


def choose(box, value: str) -> None:
    """Choose an entry of a box by its keys."""
    box.setFocus()
    while box.currentData() != value:
        QTest.keyClick(box, Qt.Key.Key_Down)
    box.activated.emit(box.currentIndex())


def test_name_device_and_limits_count_in_the_open_project(open_window, settings, tmp_path: Path):
    folder = tmp_path / "images"
    write_picture(folder / "small.png", 1, (200, 300))
    write_picture(folder / "large.png", 2, (1100, 1000))  # 1.1 megapixels
    settings.limits.max_pixels = 1_000_000
    window = open_window(folder)
    window.until_open(2)
    window.until(lambda: not window.session.activities.running)
    rows = {window.tile(row).path.name: row for row in range(2)}
    assert window.tile(rows["large.png"]).status is not ImageStatus.OK
    window.window.modes.show("train")
    window.window.show_settings()
    dialog = window.window.findChild(SettingsDialog)
    window.until(dialog.isActiveWindow)
    assert dialog.why_not.isVisible() and not dialog.clear.isEnabled()
    dialog.resting.setInterval(600_000)  # opened again once, however long the keys below take
    dialog.annotator.setFocus()
    dialog.annotator.selectAll()
    QTest.keyClicks(dialog.annotator, "eve")
    QTest.keyClick(dialog.annotator, Qt.Key.Key_Return)
    choose(dialog.device, "cpu")
    dialog.pixels.setValue(2)
    save_screen(dialog, "settings")
    before = window.session.opened
    dialog.resting.start(0)
    window.until(lambda: window.session.opened not in {before, None} and window.session.mode is Mode.PROJECT)
    window.until_open(2)
    window.until_idle()
    assert window.window.modes.current.id == "train", "what is open is opened again where one is"
    window.window.modes.show("browse")
    saved = load_settings()
    assert (saved.annotator, saved.compute.device, saved.limits.max_pixels) == ("eve", "cpu", 2_000_000)
    window.until(lambda: window.tile(rows["large.png"]).status is ImageStatus.OK)
    window.until(lambda: not window.session.activities.running)
    dialog.close()
    window.window.activateWindow()
    window.until(window.window.isActiveWindow)
    window.click_thumbnail(rows["small.png"])
    window.key(Qt.Key.Key_1)
    window.until(lambda: window.tile(rows["small.png"]).label is not None)
    window.until_idle()
    image = window.tile(rows["small.png"]).id
    assert LabelStore(window.session.opened.project).history(image)[-1].annotator == "eve"
    window.session.close()
    window.until(lambda: window.session.mode is Mode.EMPTY)
    assert dialog.clear.isEnabled() and dialog.why_not.isHidden()
