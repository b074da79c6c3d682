"""What a new project begins with: asked where folders are opened, kept among the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from semgui.settings import Settings
from semgui.texts import mark, tr
from semgui.ui.columns import label
from semgui.ui.theme import GRID

NEW_PROJECT = {
    "model": mark("begins with the classes of the model"),
    "empty": mark("begins without classes"),
}


class NewProjectChoice(QWidget):
    """Says what happens to a folder that is opened for the first time.

    Parameters
    ----------
    save
        Called after another choice.
    """

    def __init__(self, settings: Settings, save: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._save = save
        self.box = choice_box(NEW_PROJECT, settings.new_project, self._choose)
        self.box.setAccessibleName(tr("A new project"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addStretch(1)
        row.addWidget(label(tr("A new project"), "dim"))
        row.addWidget(self.box)
        row.addStretch(1)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what was chosen in the settings meanwhile."""
        super().showEvent(event)
        self.box.setCurrentIndex(self.box.findData(self._settings.new_project))

    def _choose(self, value: str) -> None:
        self._settings.new_project = value
        self._save()


def choice_box(names: Mapping[str, str], chosen: str, call: Callable[[str], None]) -> QComboBox:
    """Return a box of values under marked names; `call` gets the one that the user chooses."""
    box = QComboBox()
    for value, name in names.items():
        box.addItem(tr(name), value)
    box.setCurrentIndex(box.findData(chosen))
    box.activated.connect(lambda index: call(box.itemData(index)))
    return box
