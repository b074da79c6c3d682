"""What Browse lists instead of a folder: images like an example; and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from semgui.texts import tr
from semgui.ui.columns import label
from semgui.ui.filter_bar import ChipRow
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.filters import Chip
from semgui.viewmodels.tiles import Tile

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


class ExampleBar(QWidget):
    """A chip above the pictures, as long as something is searched for and Browse is shown."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.setObjectName("column")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._browse = window.browse
        self._gallery = window.session.gallery
        self._search = window.session.search
        self._theme = window.theme
        self.row = ChipRow()
        self.words = label(kind="dim")
        self.words.setToolTip(tr("The number on each is the cosine of what the model sees: 1.00 is the same"))
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, 3, GRID, 3)
        row.setSpacing(GRID)
        row.addWidget(self.row, stretch=1)
        row.addWidget(self.words)
        self.row.removed.connect(lambda _: self._search.clear())
        self._search.changed.connect(self.refresh)
        window.gallery.painter.value_of = self._value
        window.browse.installEventFilter(self)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Draw the cross in another theme."""
        self._theme = theme
        self.refresh()

    def refresh(self) -> None:
        """Show what is searched for."""
        search = self._search
        self.setVisible(search.active and self._browse.isVisible())
        found = (Chip(search.title, self._gallery.filter),) if search.active else ()
        self.row.show_chips(found, self._theme)
        if search.searching:
            self.words.setText(tr("Searching…"))
        else:
            self.words.setText(tr("{n:,} image(s), the most similar first", "", search.found))
        arrange = self._browse.gallery_pane.arrange
        for part in (arrange.order, arrange.order_way, arrange.group):
            part.setEnabled(not search.active)  # they stand in the order of their similarity
        self._browse.gallery.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """List what was found while Browse is shown, and no longer: other modes have lists of their own."""
        if event.type() in {QEvent.Type.Show, QEvent.Type.Hide}:
            shown = event.type() is QEvent.Type.Show
            self._search.watch(on=shown)
            self.setVisible(self._search.active and shown)
        return super().eventFilter(watched, event)

    def _value(self, tile: Tile) -> str:
        similarity = self._search.similarity(tile.id)
        return "" if similarity is None else f"{similarity:.2f}"
