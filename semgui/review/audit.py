"""The random sample that error rates and promises rest on: one random order of all images, kept for good.

Every image has a number that follows from the project's seed and the image's id alone. A sample of a part of
the images (those with labels, those without) is the first so many of them in the order of these numbers. So a
sample can be enlarged, and images can come, be labelled or excluded: the first m of what is there now are at
any time a simple random sample of it (bottom-k sampling, Cohen and Kaplan 2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


class Part(StrEnum):
    """Which images a sample is of."""

    LABELLED = "labelled"  # how many labels are wrong
    UNLABELLED = "unlabelled"  # how good predictions are where nobody has looked


@dataclass(frozen=True, slots=True)
class AuditPart:
    """The audit of one part of the images.

    Parameters
    ----------
    part
        Which.
    size
        How many are to be judged; 0 if no sample was drawn.
    order
        (N,) ids of all images of the part in the random order.
    judged
        (N,) bool, in that order: which have a verdict.
    """

    part: Part
    size: int
    order: Ids
    judged: NDArray[np.bool_]

    @property
    def waiting(self) -> Ids:
        """Return the ids of the sample's images that nobody has judged yet, in order."""
        return self.order[: self.size][~self.judged[: self.size]]

    @property
    def counted(self) -> Ids:
        """Return the ids that evidence rests on: judged without a gap from the beginning of the order.

        What lies behind an image that was passed over does not count: hard ones are passed over more often.
        """
        gaps = np.flatnonzero(~self.judged)
        return self.order[: int(gaps[0]) if len(gaps) else len(self.order)]

    @property
    def behind_a_gap(self) -> int:
        """Return how many verdicts do not count yet, since an image before them waits."""
        return int(self.judged.sum()) - len(self.counted)


def in_random_order(ids: Ids, seed: int) -> Ids:
    """Put ids into the random order of a seed; more ids change nothing about the order of the others."""
    return np.asarray(ids[np.lexsort((ids, random_keys(ids, seed)))], np.int64)


def random_keys(ids: Ids, seed: int) -> NDArray[np.uint64]:
    """Return a random number for each id, (N,) uint64: SplitMix64 (Steele, Lea and Flood 2014) of both."""
    with np.errstate(over="ignore"):
        start = _mixed(np.array([seed], np.uint64))[0]
        return _mixed(np.asarray(ids).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + start)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return values ^ (values >> np.uint64(31))
