"""Two models on the same images: what one mends and the other breaks. NumPy only."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]

_EXACT_UP_TO = 1_000  # discordant images; beyond, the normal approximation is good to more digits than shown


@dataclass(frozen=True, slots=True)
class McNemar:
    """Outcome of McNemar's test (McNemar 1947).

    Parameters
    ----------
    mended
        Images that the first model gets wrong and the second right.
    broken
        The other way round.
    p_value
        Two-sided: how likely so uneven a split is if both models err equally often.
    """

    mended: int
    broken: int
    p_value: float


def mcnemar(first_right: Bools, second_right: Bools) -> McNemar:
    """Compare two models image by image.

    Parameters
    ----------
    first_right, second_right
        (N,) whether each model is right on each image.

    Notes
    -----
    Exact binomial test on the discordant pairs; from 1,000 of them on the normal approximation with
    continuity correction (Edwards 1948). Images of one group are not independent, which the test does not
    know: with few groups the p-value is too small.
    """
    mended = int(np.count_nonzero(~first_right & second_right))
    broken = int(np.count_nonzero(first_right & ~second_right))
    return McNemar(mended, broken, _two_sided(min(mended, broken), mended + broken))


def _two_sided(fewer: int, trials: int) -> float:
    if trials == 0:
        return 1.0
    if trials > _EXACT_UP_TO:
        z = max(0.0, trials - 2 * fewer - 1) / math.sqrt(trials)
        return math.erfc(z / math.sqrt(2))
    below = sum(math.comb(trials, k) for k in range(fewer + 1))
    return min(1.0, 2 * below / float(2**trials))


@dataclass(frozen=True, slots=True)
class Compared:
    """Rows of the images on which two models differ.

    Parameters
    ----------
    mended, broken
        Indices of images where only the second, only the first model is right.
    both_wrong_differently
        Indices where both are wrong and disagree.
    test
        McNemar's test over all images.
    """

    mended: NDArray[np.intp]
    broken: NDArray[np.intp]
    both_wrong_differently: NDArray[np.intp]
    test: McNemar


def compare(labels: NDArray[Any], first: NDArray[Any], second: NDArray[Any]) -> Compared:
    """Compare predictions (N,) of two models with the labels (N,); any comparable values."""
    first_right, second_right = first == labels, second == labels
    return Compared(
        mended=np.flatnonzero(~first_right & second_right),
        broken=np.flatnonzero(first_right & ~second_right),
        both_wrong_differently=np.flatnonzero(~first_right & ~second_right & (first != second)),
        test=mcnemar(first_right, second_right),
    )
