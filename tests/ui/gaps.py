"""How long the event loop of a window does not answer."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer

TICK_MS = 10


@dataclass(frozen=True)
class Gaps:
    """What passed between two ticks of a 10 ms timer, in milliseconds.

    Parameters
    ----------
    milliseconds
        (N,) by the clock: on a busy machine other programs' as well.
    processor
        (N,) processor time of the window's own thread meanwhile.
    """

    milliseconds: np.ndarray
    processor: np.ndarray

    @property
    def p99(self) -> float:
        return float(np.percentile(self.milliseconds, 99))

    @property
    def own_p99(self) -> float:
        return float(np.percentile(self.processor, 99))

    @property
    def largest(self) -> float:
        return float(self.milliseconds.max())


class GapMeter:
    """Measures while it is entered: every paint, slot and switch of the interpreter counts."""

    def __init__(self, parent: QObject) -> None:
        self._timer = QTimer(parent, interval=TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._times: list[tuple[float, float]] = []

    def __enter__(self) -> GapMeter:
        self._times = [_now()]
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()
        self._tick()

    def gaps(self) -> Gaps:
        """Return what was measured."""
        clock, processor = 1000 * np.diff(self._times, axis=0).T
        return Gaps(clock, processor)

    def _tick(self) -> None:
        self._times.append(_now())


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.thread_time()
