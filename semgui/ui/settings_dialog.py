"""What lasts, in a window of its own beside the work; every change counts at once and is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from semgui import paths
from semgui.services.cache import cache_bytes, clear_caches
from semgui.texts import mark, tr
from semgui.ui.columns import ElidedLabel, label, with_room
from semgui.ui.new_project import NEW_PROJECT, choice_box
from semgui.ui.theme import GRID
from semgui.viewmodels.desk import Mode
from semgui.viewmodels.labelling import Advance
from semgui.viewmodels.tasks import Lane

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_THEMES = {"system": mark("As the system"), "dark": mark("Dark"), "light": mark("Light")}
_ADVANCES = {
    "stay": mark("stay"),
    "next": mark("go to the next image"),
    "unlabelled": mark("go to the next unlabelled image"),
}
_DEVICES = {
    "auto": mark("the fastest there is"),
    "cpu": mark("processor"),
    "cuda": mark("NVIDIA graphics card"),
    "mps": mark("Apple graphics"),
}
_NAMES_WIDTH = 19 * GRID
_MEGA = 1_000_000
_MIB = 1 << 20
_RESTS_MS = 600


class SettingsDialog(QDialog):
    """The settings that a person changes; the command line has them all (``semgui settings``)."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._settings = window.settings
        self.setWindowTitle(tr("Settings"))
        self.setMinimumWidth(70 * GRID)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, 3 * GRID)
        self._layout.setSpacing(GRID)
        # A number is changed in steps: what is open is opened again after the last one.
        self.resting = QTimer(self, singleShot=True, interval=_RESTS_MS)
        self.resting.timeout.connect(window.session.open_again)
        self._labelling()
        self._looks()
        self._computing()
        self._files()
        window.session.mode_changed.connect(self._show_cache)
        self._show_cache()

    def _labelling(self) -> None:
        form = self._section(tr("Labelling"))
        self.annotator = QLineEdit(self._settings.annotator)
        self.annotator.editingFinished.connect(self._set_annotator)
        self._row(form, tr("Your name"), self.annotator)
        self._row(form, "", label(tr("Written beside each label from now on."), "dim"))
        self.advance = choice_box(_ADVANCES, self._settings.window.advance, self._set_advance)
        self._row(form, tr("After a label"), self.advance)
        self.new_project = choice_box(NEW_PROJECT, self._settings.new_project, self._set_new_project)
        self._row(form, tr("A new project"), self.new_project)

    def _set_new_project(self, value: str) -> None:
        self._settings.new_project = value
        self._window.preferences.save()

    def _looks(self) -> None:
        form = self._section(tr("Window"))
        self.theme = choice_box(_THEMES, self._settings.window.theme, self._window.looks.choose)
        self._row(form, tr("Colours"), self.theme)

    def _computing(self) -> None:
        form = self._section(tr("Computing"))
        self.device = choice_box(_DEVICES, self._settings.compute.device, self._set_device)
        self._row(form, tr("Classify on"), self.device)
        self._row(form, tr("Model"), label(self._settings.compute.model))
        self._row(form, "", label(tr("Counts at once; models are chosen in Models."), "dim"))

    def _files(self) -> None:
        form = self._section(tr("Files"))
        limits = self._settings.limits
        self.pixels = _number(limits.max_pixels // _MEGA, 1, 100_000, tr(" megapixels"), self._set_pixels)
        self._row(form, tr("Largest image"), self.pixels)
        self.memory = _number(limits.max_decoded_bytes // _MIB, 64, 1_000_000, tr(" MiB"), self._set_memory)
        self._row(form, tr("Memory for decoding"), self.memory)
        self._row(form, "", label(tr("Larger files are listed as unreadable. Counts at once."), "dim"))
        self.cache = ElidedLabel()
        self.clear = QPushButton(tr("Empty"))
        self.clear.setAutoDefault(False)
        self.clear.clicked.connect(self._clear_cache)
        row = QHBoxLayout()
        row.addWidget(self.cache, stretch=1)
        row.addWidget(self.clear)
        self._row(form, tr("Cache"), row)
        self.why_not = label(tr("Close the project to empty it: the project uses it."), "dim")
        self._row(form, "", self.why_not)

    def _row(self, form: QFormLayout, words: str, what: QWidget | QHBoxLayout) -> None:
        name = label(words)
        name.setFixedWidth(_NAMES_WIDTH)  # so that the sections stand in line
        if isinstance(what, QWidget) and words:
            name.setBuddy(what)
            what.setAccessibleName(words)
        form.addRow(name, what)

    def _section(self, title: str) -> QFormLayout:
        if self._layout.count():
            self._layout.addSpacing(GRID)
        self._layout.addWidget(label(title, "heading"))
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        self._layout.addLayout(form)
        return form

    # Each change counts at once

    def _set_annotator(self) -> None:
        name = self.annotator.text().strip()
        if name == self._settings.annotator:
            return
        if name:
            self._settings.annotator = name
            self._save_and_open_again()
        else:  # a label without a name is of no use later
            self.annotator.setText(self._settings.annotator)

    def _set_advance(self, value: str) -> None:
        self._window.session.labels.advance = Advance(value)
        self._settings.window.advance = value
        self._window.preferences.save()
        self._window.actions_.refresh()

    def _set_device(self, value: str) -> None:
        self._settings.compute.device = value
        self._save_and_open_again()

    def _set_pixels(self, value: int) -> None:
        self._settings.limits.max_pixels = value * _MEGA
        self._save_and_open_again()

    def _set_memory(self, value: int) -> None:
        self._settings.limits.max_decoded_bytes = value * _MIB
        self._save_and_open_again()

    def _save_and_open_again(self) -> None:
        """Let it count at once: what is open took the settings when it was opened."""
        self._window.preferences.save()
        self.resting.start()

    # The cache

    def _show_cache(self) -> None:
        closed = self._window.session.mode is Mode.EMPTY
        self.clear.setEnabled(closed)
        self.clear.setToolTip(tr("Thumbnails and prepared images are made again when they are needed"))
        self.why_not.setVisible(not closed)
        self.cache.show_text("…")
        self._window.runner.run(Lane.LONG, cache_bytes, self._cache_counted, self._cache_failed)

    def _cache_counted(self, size: int) -> None:
        shown = QLocale().formattedDataSize(size)
        self.cache.show_text(tr("{size} in {folder}", size=shown, folder=paths.cache_dir()))

    def _cache_failed(self, error: Exception) -> None:
        self._window.session.notices.failed(tr("The cache could not be looked at"), error)

    def _clear_cache(self) -> None:
        self.clear.setEnabled(False)
        self._window.runner.run(Lane.LONG, clear_caches, lambda _: self._show_cache(), self._cache_failed)


def _number(value: int, low: int, high: int, unit: str, call: Callable[[int], None]) -> QWidget:
    box = QSpinBox()
    with_room(box)
    box.setRange(low, high)
    box.setSuffix(unit)
    box.setGroupSeparatorShown(True)
    box.setKeyboardTracking(False)
    box.setValue(value)
    box.valueChanged.connect(call)
    return box
