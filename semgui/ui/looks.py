"""Dark or light: what the user chose, or what the system has, told to everything that paints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from semgui.ui.theme import DARK, chosen_theme, palette, style_sheet

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


class Looks(QObject):
    """The theme of a window, with which it ends.

    Attributes
    ----------
    theme
        The one in use.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.theme = chosen_theme(window.settings.window.theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)

    def toggle(self) -> None:
        """Change between dark and light, and remember it."""
        self.choose("light" if self.theme is DARK else "dark")

    def choose(self, name: str) -> None:
        """Take ``dark``, ``light`` or what the system has, and remember it."""
        self._window.settings.window.theme = name
        self._window.preferences.save()
        self._follow_system()

    def apply(self) -> None:
        """Paint everything that is there in the theme."""
        window = self._window
        QGuiApplication.instance().setPalette(palette(self.theme))
        window.setStyleSheet(style_sheet(self.theme))
        for part in (
            window.empty,
            *window.modes.built.values(),
            window.panels,
            window.palette_,
            window.class_finder,
            window.class_splitter,
            window.status,
            window.live_chip,
            window.example_bar,
            window.notice_bar,
            window.actions_,
        ):
            if hasattr(part, "set_theme"):
                part.set_theme(self.theme)

    def _follow_system(self, *_: object) -> None:
        theme = chosen_theme(self._window.settings.window.theme)
        if theme is not self.theme:
            self.theme = theme
            self.apply()
