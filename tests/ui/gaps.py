"""How long the event loop of a window does not answer."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer

TICK_MS = 10


@dataclass(frozen=True)
class Gaps:
    """Times between two ticks of a 10 ms timer, in milliseconds."""

    milliseconds: np.ndarray

    @property
    def p99(self) -> float:
        return float(np.percentile(self.milliseconds, 99))

    @property
    def largest(self) -> float:
        return float(self.milliseconds.max())


class GapMeter:
    """Measures while it is entered: every paint, slot and switch of the interpreter counts."""

    def __init__(self, parent: QObject) -> None:
        self._timer = QTimer(parent, interval=TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._times: list[float] = []

    def __enter__(self) -> GapMeter:
        self._times = [time.perf_counter()]
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()
        self._tick()

    def gaps(self) -> Gaps:
        """Return what was measured."""
        return Gaps(np.diff(self._times) * 1000)

    def _tick(self) -> None:
        self._times.append(time.perf_counter())
