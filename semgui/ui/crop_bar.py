"""The databar below the picture: where its crop line is, for which images, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from semgui.review.databar_commands import Scope
from semgui.texts import mark, tr
from semgui.ui.columns import ElidedLabel
from semgui.ui.icons import themed
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.crop import CropModel

_SCOPES = {
    Scope.IMAGE: mark("this image"),
    Scope.FOLDER: mark("this folder"),
    Scope.MICROSCOPE: mark("this microscope"),
}


class CropBar(QWidget):
    """Controls of `CropModel`; only there while it is edited."""

    def __init__(self, crop: CropModel, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("column")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._crop = crop
        self.words = ElidedLabel()
        self.scope = QComboBox()
        for scope, name in _SCOPES.items():
            self.scope.addItem(tr(name), scope)
        self.scope.setToolTip(
            tr("Folder and microscope mean their images of this size; one key undoes all of it.")
        )
        self.apply = QPushButton(tr("Apply"))
        self.apply.setToolTip(tr("Let the line hold for the images chosen; they are classified again"))
        self.none = QPushButton(tr("No databar"))
        self.none.setToolTip(tr("Nothing is cropped"))
        self.find = QPushButton(tr("Automatic"))
        self.find.setToolTip(tr("Have the databar looked for in the file again"))
        self.close_button = QToolButton()
        self.close_button.setToolTip(tr("Close"))
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        row.addWidget(QLabel(tr("Databar")))
        row.addWidget(self.words, stretch=1)
        row.addWidget(QLabel(tr("for")))
        for widget in (self.scope, self.apply, self.none, self.find, self.close_button):
            row.addWidget(widget)
        self.scope.activated.connect(lambda _: crop.set_scope(Scope(self.scope.currentData())))
        self.apply.clicked.connect(crop.apply)
        self.none.clicked.connect(crop.remove)
        self.find.clicked.connect(crop.find)
        self.close_button.clicked.connect(crop.toggle)
        crop.changed.connect(self.refresh)
        self.set_theme(theme)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.close_button.setIcon(themed("close", theme))

    def refresh(self) -> None:
        """Show the line as it is."""
        crop = self._crop
        self.setVisible(crop.editing)
        self.words.show_text(crop.words)
        self.scope.setCurrentIndex(self.scope.findData(crop.scope))
        self.apply.setEnabled(crop.possible and crop.row is not None)
        self.none.setEnabled(crop.possible)
        self.find.setEnabled(crop.possible)
