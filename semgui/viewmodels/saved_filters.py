"""The filters of a project that were kept under a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from psygnal import Signal

from semgui.catalogue.query import ImageQuery
from semgui.viewmodels.library import Library
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane, TaskRunner


class SavedFilters:
    """Reads and writes them off-thread.

    Attributes
    ----------
    known
        Filters by name, by the alphabet.
    """

    changed = Signal()

    def __init__(self, runner: TaskRunner, notices: Notices) -> None:
        self._runner = runner
        self._notices = notices
        self._library: Library | None = None
        self.known: Mapping[str, ImageQuery] = {}

    def attach(self, library: Library | None) -> None:
        """Show those of another project, or none."""
        self._library = library
        self._take({})
        if library is not None:
            self._run(Lane.READ, lambda: None)

    def save(self, name: str, query: ImageQuery) -> None:
        """Keep a filter, its order and groups included; one that had the name before is replaced."""
        if self._library is not None and name:
            library = self._library
            self._run(Lane.WRITE, lambda: library.save_filter(name, query))

    def remove(self, name: str) -> None:
        """Keep a filter no longer."""
        if self._library is not None:
            library = self._library
            self._run(Lane.WRITE, lambda: library.forget_filter(name))

    def _run(self, lane: Lane, change: Callable[[], None]) -> None:
        library = self._library
        assert library is not None

        def work() -> Mapping[str, ImageQuery]:
            change()
            return library.saved_filters()

        def done(known: Mapping[str, ImageQuery]) -> None:
            if library is self._library:
                self._take(known)

        self._runner.run(
            lane, work, done, lambda error: self._notices.failed("The filter was not saved", error)
        )

    def _take(self, known: Mapping[str, ImageQuery]) -> None:
        self.known = known
        self.changed.emit()
