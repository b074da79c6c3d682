"""How fast a verb is going, over the last seconds."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WINDOW = 5.0


class RateMeter:
    """Items per second over the last five seconds, for `semgui.domain.progress.Progress.rate`.

    Parameters
    ----------
    clock
        Seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque([(clock(), 0)])

    def update(self, done: int) -> float:
        """Say how many items are done by now; returns the rate, 0 while unknown."""
        now = self._clock()
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[1][0] > _WINDOW:
            self._seen.popleft()
        (then, before) = self._seen[0]
        return (done - before) / (now - then) if now > then else 0.0
