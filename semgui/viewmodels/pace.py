"""How fast the user labels, how many in a row, and how long the rest will take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from psygnal import Signal

from semgui.texts import tr
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane, TaskRunner

WINDOW_SECONDS = 300.0
"""The pace is that of these last seconds."""

PAUSE_SECONDS = 120.0
"""A longer pause ends a run of labels."""

_SHORTEST_SECONDS = 20.0  # of a run before which any pace would be a guess

CountSince = Callable[[datetime], int]


class PaceModel:
    """Counts images as their labels reach the disk; labelling one again that has today's label counts not.

    Parameters
    ----------
    clock
        Seconds that only grow.
    now
        The time of the day, with its time zone.

    Attributes
    ----------
    today
        Images that the user labelled since midnight.
    in_a_row
        Images labelled without a longer pause.
    """

    changed = Signal()

    def __init__(
        self,
        runner: TaskRunner,
        notices: Notices,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._runner = runner
        self._notices = notices
        self._clock = clock
        self._now = now
        self._source: CountSince | None = None
        self._generation = 0
        self._events: deque[tuple[float, int]] = deque()
        self._began = 0.0
        self._known = False  # whether `today` was read in this project
        self.today = 0
        self.in_a_row = 0

    def attach(self, source: CountSince | None) -> None:
        """Count in another project, or in none."""
        self._source = source
        self._generation += 1
        self._events.clear()
        self.today = self.in_a_row = 0
        self._known = False
        self.refresh()

    def refresh(self) -> None:
        """Count again after a commit; what came on top was labelled just now."""
        source, generation = self._source, self._generation
        if source is None:
            self.changed.emit()
            return
        midnight = self._now().replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)

        def done(count: int) -> None:
            if generation == self._generation:
                self._take(count)

        self._runner.run(
            Lane.COUNT,
            lambda: source(midnight),
            done,
            lambda error: self._notices.failed(tr("The labels of today could not be counted"), error),
        )

    def _take(self, count: int) -> None:
        more, first = count - self.today, not self._known
        self.today, self._known = count, True
        if more and not first:
            self._count(more)
        self.changed.emit()

    def _count(self, images: int) -> None:
        at = self._clock()
        if not self._events or at - self._events[-1][0] > PAUSE_SECONDS:
            self._events.clear()
            self._began = at
            self.in_a_row = 0
        self._events.append((at, images))  # an undo counts backwards
        self.in_a_row = max(0, self.in_a_row + images)

    def per_minute(self) -> float | None:
        """Return images a minute over the last minutes of this run; ``None`` while that would be a guess."""
        at = self._clock()
        while self._events and at - self._events[0][0] > WINDOW_SECONDS:
            self._events.popleft()
        if len(self._events) < 2 or at - self._events[-1][0] > PAUSE_SECONDS:
            return None
        seconds = at - max(self._began, at - WINDOW_SECONDS)
        if seconds < _SHORTEST_SECONDS:
            return None
        images = sum(images for _, images in self._events)
        return 60 * images / seconds if images > 0 else None

    def seconds_for(self, images: int) -> float | None:
        """Return how long so many images take at this pace; ``None`` if it is not known."""
        pace = self.per_minute()
        return None if pace is None else 60 * images / pace
