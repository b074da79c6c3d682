"""Figures from the window: preview, file, clipboard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from tests.ui.pictures import write_picture

SCREENS = Path(__file__).parents[2] / "build" / "screens"
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def opened(open_window, tmp_path: Path):
    write_picture(tmp_path / "session" / "a.png", 1, (480, 640))
    write_picture(tmp_path / "session" / "b.png", 2, (300, 640))
    window = open_window(tmp_path / "session")
    window.until_open(2)
    window.until(lambda: window.session.picture.shown is not None)
    window.until_idle()
    return window


def dialog_of(window):
    from semgui.ui.figure_dialog import FigureDialog

    return window.window.findChild(FigureDialog)


def test_the_preview_follows_and_the_file_is_as_it_says(opened, tmp_path: Path, monkeypatch):
    opened.key(Qt.Key.Key_E, CTRL | SHIFT)
    dialog, figure = dialog_of(opened), opened.session.figure
    opened.until(lambda: figure.preview is not None)
    assert not dialog.isModal()
    assert not dialog.scale_bar.isEnabled()  # the file tells no pixel size
    plain = figure.preview
    dialog.text.setText("a")
    dialog.dpi.setValue(600)
    opened.until(lambda: "2008 × 1506" in figure.size_words)
    opened.until(lambda: not np.array_equal(figure.preview, plain))
    SCREENS.mkdir(parents=True, exist_ok=True)
    QTest.qWait(150)
    assert dialog.grab().save(str(SCREENS / "figure-dialog.png"))
    opened.click_thumbnail(1)  # the next picture, with the dialog open
    opened.until(lambda: "2008 × 941" in figure.size_words)
    target = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), "TIFF (*.tif)"))
    dialog.save.click()
    opened.until((tmp_path / "out.tif").exists)
    with Image.open(tmp_path / "out.tif") as written:
        assert written.size == (2008, 941)
    dialog.close()
    opened.until(lambda: dialog_of(opened) is None)
    opened.click_thumbnail(0)  # nobody listens any more
    opened.until_idle()


def test_the_picture_is_copied_as_displayed(opened, qapp):
    opened.key(Qt.Key.Key_I)
    opened.key(Qt.Key.Key_C, CTRL | ALT | SHIFT)
    opened.until(lambda: not qapp.clipboard().image().isNull())
    image = qapp.clipboard().image()
    assert (image.width(), image.height()) == (640, 480)
    picture = opened.session.picture.shown
    brightest = np.unravel_index(np.argmax(picture.pixels), picture.pixels.shape)
    assert image.pixelColor(int(brightest[1]), int(brightest[0])).red() < 10  # inverted


def test_a_figure_that_would_be_too_large_is_a_sentence_in_its_place(opened):
    opened.key(Qt.Key.Key_E, CTRL | SHIFT)
    dialog = dialog_of(opened)
    dialog.columns.setCurrentIndex(2)
    dialog.columns.activated.emit(2)
    dialog.width_mm.setValue(2000)
    dialog.dpi.setValue(2400)
    opened.until(lambda: "smaller width" in dialog.error.text())
    assert not dialog.save.isEnabled()
    dialog.close()
