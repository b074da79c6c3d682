"""The window fits a screen of 1366 × 768 in every mode, whatever panels are open."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from semgui.ui.modes import MODES
from semgui.ui.panels import PANELS
from tests.ui.screens import save_screen

SCREEN = QSize(1366, 768)


@pytest.fixture
def window(open_window, images: Path):
    """A window on some images in which all panels were opened one after the other."""
    driver = open_window(images)
    driver.until_open(13)
    driver.until(lambda: not driver.session.activities.running)
    driver.window.resize(SCREEN)
    for panel in PANELS:
        driver.window.panels.open(panel.id)
    return driver


def test_nothing_makes_the_window_larger_than_the_screen(window):
    main = window.window
    found = {}
    for mode in MODES:
        main.modes.show(mode.id)
        window.until(lambda mode=mode: main.modes.page(mode.id).isVisible())
        QApplication.processEvents()
        found[mode.id] = main.size()
        save_screen(main, f"room-{mode.id}")
    main.modes.show("browse")
    main.toggle_grid()
    window.until(lambda: main.browse.grid)
    QApplication.processEvents()
    found["grid"] = main.size()
    assert found == dict.fromkeys(found, SCREEN)
    wanted = main.minimumSizeHint()
    assert wanted.width() <= SCREEN.width() and wanted.height() <= SCREEN.height()
