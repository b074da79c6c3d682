"""What runs for long, how far it is, and how to stop it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from psygnal import Signal

from semgui.domain.progress import CancelToken, Progress
from semgui.texts import tr
from semgui.viewmodels.tasks import Lane, T, TaskRunner

_POST_SECONDS = 0.1


@dataclass
class Activity:
    """One long piece of work.

    Attributes
    ----------
    progress
        How far it is.
    cancel
        Stops it.
    """

    title: str
    progress: Progress
    cancel: CancelToken = field(default_factory=CancelToken)

    @property
    def cancelling(self) -> bool:
        """Whether it was asked to stop but has not ended yet."""
        return self.cancel.cancelled

    def sentence(self) -> str:
        """Return "Classifying 4,210 of 21,283 · 61/s · 4:40 left"."""
        if self.cancelling:
            return tr("{title}: stopping…", title=self.title)
        if not self.progress.done and self.progress.total is None:
            return tr("{title}: starting…", title=self.title)
        parts = [f"{self.title} {self.progress.done:,}"]
        if self.progress.total is not None:
            parts[0] += tr(" of {total:,}", total=self.progress.total)
        if self.progress.rate > 0:
            parts.append(f"{self.progress.rate:.3g}/s")
        left = self.progress.seconds_left
        if left is not None:
            parts.append(tr("{time} left", time=duration(left)))
        return " · ".join(parts)

    def brief(self) -> str:
        """Return "Thumbnails 12 %", for where there is little room."""
        progress = self.progress
        if self.cancelling or not progress.total:
            return f"{self.title} …"
        return f"{self.title} {progress.done / progress.total:.0%}"


def duration(seconds: float) -> str:
    """Return "4:40" or "1:02:30"."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


LongWork = Callable[[Callable[[Progress], None], CancelToken], T]


class Activities:
    """Everything that runs for long, the oldest first."""

    changed = Signal()

    def __init__(self, runner: TaskRunner) -> None:
        self._runner = runner
        self.running: list[Activity] = []

    def start(
        self,
        title: str,
        work: LongWork[T],
        *,
        done: Callable[[T], None],
        failed: Callable[[Exception], None],
        progressed: Callable[[Progress], None] = lambda _: None,
    ) -> Activity:
        """Run `work(progress, cancel)` in the background.

        Parameters
        ----------
        progressed
            Called on the models' thread, at most ten times a second.
        """
        activity = Activity(title, Progress(title, 0))
        self.running.append(activity)
        last = 0.0

        def report(progress: Progress) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= _POST_SECONDS or progress.done == progress.total:
                last = now
                self._runner.post(lambda: advance(progress))

        def advance(progress: Progress) -> None:
            if activity in self.running:
                activity.progress = progress
                progressed(progress)
                self.changed.emit()

        def ended() -> None:
            self.running.remove(activity)
            self.changed.emit()

        def succeeded(result: T) -> None:
            ended()
            done(result)

        def broke(error: Exception) -> None:
            ended()
            failed(error)

        self._runner.run(Lane.LONG, lambda: work(report, activity.cancel), succeeded, broke)
        self.changed.emit()
        return activity

    def cancel(self, activity: Activity) -> None:
        """Ask one to stop."""
        activity.cancel.cancel()
        self.changed.emit()

    def cancel_all(self) -> None:
        """Ask everything to stop."""
        for activity in self.running:
            activity.cancel.cancel()
        self.changed.emit()
