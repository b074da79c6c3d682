"""The button for filters that are kept under a name."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QWidget, QWidgetAction

from semgui.texts import tr
from semgui.ui.icons import themed
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.filters import arranged_as, is_filtered
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.saved_filters import SavedFilters


class SavedFiltersButton(QToolButton):
    """Offers the filters of the project, and to keep the one at hand."""

    def __init__(self, gallery: GalleryModel, saved: SavedFilters, theme: Theme) -> None:
        super().__init__()
        self._gallery = gallery
        self._saved = saved
        self.setAccessibleName(tr("Saved filters"))
        self.setToolTip(tr("Pick a filter that was saved in this project, or save this one"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_theme(theme)
        self.setMenu(QMenu(self))
        self.menu().aboutToShow.connect(self._fill)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icon in another theme."""
        self.setIcon(themed("bookmark_outline", theme))

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for name, query in self._saved.known.items():
            menu.addAction(name.replace("&", "&&"), partial(self._gallery.narrow, query))
        if not self._saved.known:
            menu.addAction(tr("No filter was saved yet")).setEnabled(False)
        menu.addSeparator()
        self._offer_saving(menu)
        if self._saved.known:
            forget = menu.addMenu(tr("Delete"))
            for name in self._saved.known:
                forget.addAction(name.replace("&", "&&"), partial(self._saved.remove, name))

    def _offer_saving(self, menu: QMenu) -> None:
        wanted = self._gallery.filter
        if not is_filtered(wanted) and arranged_as(wanted, type(wanted)()) == wanted:
            menu.addAction(tr("Save this filter: choose one first")).setEnabled(False)
            return
        row = QWidget()
        name = QLineEdit()
        name.setPlaceholderText(tr("Name of this filter"))
        name.setAccessibleName(tr("Name of this filter"))
        name.setMinimumWidth(180)
        keep = QPushButton(tr("Save"))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        layout.addWidget(name)
        layout.addWidget(keep)

        def save() -> None:
            if name.text().strip():
                self._saved.save(name.text().strip(), wanted)
                menu.close()

        keep.clicked.connect(save)
        name.returnPressed.connect(save)
        action = QWidgetAction(menu)
        action.setDefaultWidget(row)
        menu.addAction(action)
