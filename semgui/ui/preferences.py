"""What the user chose for good, kept in the settings file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from semgui.catalogue.project import DATABASE
from semgui.settings import Settings, save_settings
from semgui.texts import tr
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane, TaskRunner

_RECENT = 8


@dataclass(frozen=True, slots=True)
class RecentProject:
    """A project opened last.

    Parameters
    ----------
    there
        Whether it is still where it was.
    images
        How many it had when it was closed; ``None`` if that was never known.
    """

    path: Path
    there: bool
    images: int | None


class Preferences:
    """The settings of a window and the one place that saves them."""

    def __init__(self, settings: Settings, runner: TaskRunner, notices: Notices) -> None:
        self.settings = settings
        self._runner = runner
        self._notices = notices

    @property
    def recent_projects(self) -> list[Path]:
        """Projects opened last, the newest first; some may be gone."""
        return [Path(text) for text in self.settings.window.recent_projects]

    def with_recent(self, call: Callable[[list[RecentProject]], None]) -> None:
        """Hand the projects opened last to `call`; a disk that sleeps is waited for off-thread."""
        projects, counts = self.recent_projects, dict(self.settings.window.recent_counts)

        def look() -> list[RecentProject]:
            return [RecentProject(p, _is_there(p), counts.get(str(p))) for p in projects]

        self._runner.run(Lane.READ, look, call, lambda _: None)

    def remember_project(self, place: Path) -> None:
        """Put a project at the head of those opened last."""
        others = [path for path in self.recent_projects if path != place]
        self.settings.window.recent_projects = [str(path) for path in (place, *others)][:_RECENT]
        self.save()

    def remember_count(self, place: Path, images: int) -> None:
        """Keep how many images a project has, for the list of those opened last."""
        self.settings.window.recent_counts[str(place)] = images

    def forget_project(self, place: Path) -> None:
        """Offer a project no more; it stays as it is."""
        self.settings.window.recent_projects = [str(p) for p in self.recent_projects if p != place]
        self.settings.window.recent_counts.pop(str(place), None)
        self.save()

    def save(self) -> None:
        """Write the settings; that they cannot be written is said, and nothing else changes."""
        try:
            save_settings(self.settings)
        except OSError as error:
            self._notices.warn(tr("The settings could not be saved: {reason}.", reason=error.strerror))


def _is_there(place: Path) -> bool:
    try:
        return (place / DATABASE).exists()
    except OSError:
        return False
