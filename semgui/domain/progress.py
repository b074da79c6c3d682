"""Progress of a long verb, and the way to stop it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from semgui.domain.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a verb has come.

    Parameters
    ----------
    stage
        What it is doing ("scanning").
    done
        Items finished.
    total
        Items in all, ``None`` while unknown.
    rate
        Items per second over the last seconds; 0 while unknown.
    """

    stage: str
    done: int
    total: int | None = None
    rate: float = 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimate, or ``None`` when there is nothing to estimate from."""
        if self.total is None or self.rate <= 0:
            return None
        return max(0.0, (self.total - self.done) / self.rate)


ProgressCallback = Callable[[Progress], None]


def ignore_progress(progress: Progress) -> None:
    """Do nothing: the default callback."""


class CancelToken:
    """Shared between the one who may cancel and the one who works; safe across threads."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise `Cancelled` if somebody asked."""
        if self._event.is_set():
            raise Cancelled("stopped on request; what was finished is kept")
