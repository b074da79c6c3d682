"""What the user chose for good, kept in the settings file."""

from __future__ import annotations

from pathlib import Path

from semgui.settings import Settings, save_settings
from semgui.viewmodels.notices import Notices

_RECENT = 8


class Preferences:
    """The settings of a window and the one place that saves them."""

    def __init__(self, settings: Settings, notices: Notices) -> None:
        self.settings = settings
        self._notices = notices

    @property
    def recent_projects(self) -> list[Path]:
        """Projects opened last, the newest first; some may be gone."""
        return [Path(text) for text in self.settings.window.recent_projects]

    def remember_project(self, place: Path) -> None:
        """Put a project at the head of those opened last."""
        others = [path for path in self.recent_projects if path != place]
        self.settings.window.recent_projects = [str(path) for path in (place, *others)][:_RECENT]
        self.save()

    def save(self) -> None:
        """Write the settings; that they cannot be written is said, and nothing else changes."""
        try:
            save_settings(self.settings)
        except OSError as error:
            self._notices.warn(f"The settings could not be saved: {error.strerror}.")
