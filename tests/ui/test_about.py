"""Help: the about box, licences, the log folder, diagnostics on the clipboard."""

from __future__ import annotations

from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from semgui import paths
from semgui.ui import about
from semgui.ui.about import AboutBox, LicenceBox
from tests.ui.screens import save_screen


def test_help_says_what_it_is_and_has_what_a_helper_asks_for(open_window, monkeypatch):
    driver = open_window()
    window = driver.window
    actions = window.actions_.by_id
    actions["help.about"].trigger()
    actions["help.about"].trigger()
    (box,) = window.findChildren(AboutBox)  # one, however often it is asked for
    driver.until(box.isVisible)
    words = " ".join(found.text() for found in box.findChildren(QLabel))
    assert "SEMGui 0." in words
    assert "Qt 6." in words
    assert "Model: nffa10-starter" in words  # though nothing is open
    save_screen(box, "help-about")

    buttons = {button.text(): button for button in box.findChildren(QPushButton)}
    buttons["Licences"].click()
    (licences,) = window.findChildren(LicenceBox)
    text = licences.findChild(QPlainTextEdit).toPlainText()
    assert "Apache License" in text
    assert "efficientnet" in text

    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()) or True)
    buttons["Open log folder"].click()
    assert opened == [str(paths.log_dir())]
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)  # no file manager
    buttons["Open log folder"].click()
    driver.until(lambda: str(paths.log_dir()) in driver.notice())

    monkeypatch.setattr(about, "diagnostics", lambda: "all about this computer")
    buttons["Copy diagnostics"].click()
    driver.until(lambda: QGuiApplication.clipboard().text() == "all about this computer")
    box.close()
