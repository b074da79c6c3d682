"""Help: what this is, under which licences, and what somebody who helps would ask for."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout

from semgui import paths
from semgui.diagnostics import diagnostics
from semgui.texts import tr
from semgui.ui.columns import label
from semgui.ui.reveal import open_with_system
from semgui.ui.theme import GRID
from semgui.viewmodels.tasks import Lane

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_ICON = 8 * GRID
BUNDLED = "bundled.txt"
"""File of the licences of all parts, which only a bundle has; in the folder of the licences."""


class Helper:
    """What the menu Help does."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._collecting = False

    def about(self) -> None:
        """Say what this is; the same box again if it is there already."""
        box = self._window.findChild(AboutBox) or AboutBox(self._window, self)
        box.show()
        box.raise_()
        box.activateWindow()

    def show_licences(self) -> None:
        """Show the licences of everything that is inside."""
        box = self._window.findChild(LicenceBox) or LicenceBox(self._window)
        box.show()
        box.raise_()
        box.activateWindow()

    def open_logs(self) -> None:
        """Show the folder of the logs in the system's file manager."""
        folder = paths.log_dir()
        if not open_with_system(folder):
            self._window.session.notices.warn(
                tr("No file manager answers; the logs are in {folder}", folder=folder)
            )

    def copy_diagnostics(self) -> None:
        """Put everything that somebody who helps would ask for on the clipboard; takes seconds."""
        notices = self._window.session.notices
        if self._collecting:
            return
        self._collecting = True
        notices.info(tr("Looking at this computer …"))

        def done(text: str) -> None:
            self._collecting = False
            QGuiApplication.clipboard().setText(text)
            notices.info(tr("Diagnostics are on the clipboard: paste them into a mail. Nothing was sent."))

        def failed(error: Exception) -> None:
            self._collecting = False
            notices.failed(tr("No diagnostics"), error)

        self._window.runner.run(Lane.COUNT, diagnostics, done, failed)


class AboutBox(QDialog):
    """Version, model, licences; and two buttons for when something is wrong."""

    def __init__(self, window: MainWindow, helper: Helper) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("About SEMGui"))
        icon = QLabel()
        icon.setPixmap(window.windowIcon().pixmap(_ICON, _ICON))
        words = QVBoxLayout()
        words.setSpacing(GRID // 2)
        for text, kind in _facts(window):
            words.addWidget(label(text, kind, wrap=kind != "big"))
        words.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(3 * GRID)
        top.addWidget(icon, alignment=Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, stretch=1)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for text, call in (
            (tr("Licences"), helper.show_licences),
            (tr("Open log folder"), helper.open_logs),
            (tr("Copy diagnostics"), helper.copy_diagnostics),
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(call)
            buttons.addWidget(button)
        buttons.addStretch(1)
        close = QPushButton(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.close)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        layout.setSpacing(3 * GRID)
        layout.addLayout(top)
        layout.addLayout(buttons)
        self.setMinimumWidth(64 * GRID)


class LicenceBox(QDialog):
    """One long text, to scroll, search and copy."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Licences"))
        self.resize(96 * GRID, 72 * GRID)
        text = QPlainTextEdit(licence_text())
        text.setReadOnly(True)
        text.setAccessibleName(tr("Licences"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.addWidget(text)


def licence_text() -> str:
    """Return the licences of all parts of a bundle; outside of one, of what comes with SEMGui itself."""
    folder = paths.resources_dir() / "licences"
    if (folder / BUNDLED).is_file():
        return (folder / BUNDLED).read_text(encoding="utf-8")
    head = tr("The Python packages that SEMGui was installed with carry licences of their own.")
    return "\n\n\n".join([head, *(f"{file.stem}\n\n{_read(file)}" for file in sorted(folder.glob("*.txt")))])


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _facts(window: MainWindow) -> tuple[tuple[str, str], ...]:
    brain = window.session.brain
    under = tr(
        "Python {python}, Qt {qt}, PyTorch {torch}",
        python=platform.python_version(),
        qt=qVersion(),
        torch=version("torch"),
    )
    home = paths.portable_home()
    place = tr("Portable: everything is kept in {folder}", folder=home) if home else ""
    facts = (
        (f"SEMGui {version('semgui')}", "big"),
        (tr("Sorts SEM images by class, shows why, and learns from your corrections."), ""),
        # With nothing open none is loaded yet.
        (tr("Model: {model}", model=brain.id if brain else window.session.models.in_use), "dim"),
        (under, "dim"),
        (place, "dim"),
        (tr("BSD-3-Clause. Built on napari, PyTorch and Qt. Nothing is ever sent anywhere."), "dim"),
    )
    return tuple((text, kind) for text, kind in facts if text)
