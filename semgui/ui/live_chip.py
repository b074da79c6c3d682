"""What the watched folder does, in the bottom line; a click goes to the newest image."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from semgui.texts import tr
from semgui.ui.icons import themed
from semgui.ui.theme import Theme
from semgui.viewmodels.live import LiveModel


class LiveChip(QToolButton):
    """Visible while a folder is watched."""

    def __init__(self, live: LiveModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self.setObjectName("chip")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoRaise(True)
        self.setToolTip(tr("New images appear by themselves; click to see the newest (Ctrl+Alt+N)"))
        self.clicked.connect(live.go_to_newest)
        live.changed.connect(self.refresh)
        self.set_theme(theme)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.setIcon(themed("eye_outline", theme))

    def refresh(self) -> None:
        """Show what is the case."""
        self.setVisible(self._live.watching)
        self.setText(self._live.sentence())
