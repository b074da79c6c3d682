"""How the resident memory of this process goes while something is done again and again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import psutil

MB = 1e6


@dataclass
class MemoryCurve:
    """Resident memory of the window's process after so many repetitions."""

    counts: list[int] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def note(self, count: int) -> None:
        """Measure now."""
        self.counts.append(count)
        self.megabytes.append(psutil.Process().memory_info().rss / MB)

    def slope(self, share: float = 0.5) -> float:
        """Return the growth in MB per 1,000 repetitions over the last part of the curve."""
        start = round(len(self.counts) * (1 - share))
        return float(np.polyfit(self.counts[start:], self.megabytes[start:], 1)[0] * 1000)

    @property
    def growth(self) -> float:
        """Return the growth in MB over the second half."""
        return self.megabytes[-1] - self.megabytes[len(self.megabytes) // 2]


def repeated(act: Callable[[int], None], count: int, every: int) -> MemoryCurve:
    """Do something again and again, and measure now and then."""
    curve = MemoryCurve()
    for number in range(count):
        act(number)
        if number % every == every - 1:
            curve.note(number + 1)
    return curve


def thinned(values: Sequence[float], most: int = 200) -> list[float]:
    """Return at most so many of the values, for a curve."""
    step = max(1, len(values) // most)
    return [round(float(v), 2) for v in values[::step]]
