"""The mode Map: the images as points, and the groups that they fall into by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from semgui.ui.map_view import MapView
from semgui.ui.theme import Theme
from semgui.viewmodels.desk import Mode
from semgui.viewmodels.map import MapModel

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


class MapPage(QWidget):
    """Attaches the models to what is open, while it is looked at."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        session = self._session = window.session
        self.model = MapModel(
            window.runner,
            session.activities,
            session.notices,
            session.gallery,
            session.hand,
            session.review.source,
        )
        self.view = MapView(window, self.model)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        session.mode_changed.connect(self._attach)
        session.leaving.connect(self._leave)
        session.work.answers_changed.connect(self.model.answers_changed)
        self._attach()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.view.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Keep the map up to date."""
        super().showEvent(event)
        self.model.watch(on=True)
        self.view.canvas.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        super().hideEvent(event)
        self.model.watch(on=False)

    def _attach(self) -> None:
        if self._session.mode is not Mode.EMPTY:
            self.model.attach(self._session.opened, self._session.brain)

    def _leave(self) -> None:
        self.model.attach(None, None)
