"""What a random sample proves: the share of wrong labels, and how precise accepted predictions are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with an interval that holds the true one with at least the probability asked for.

    Parameters
    ----------
    value
        Best estimate; NaN if nothing was looked at.
    low, high
        Ends of the interval.
    hits, trials
        What it rests on.
    """

    value: float
    low: float
    high: float
    hits: int
    trials: int


def exact_interval(hits: int, trials: int, level: float = 0.95) -> Interval:
    """Return the exact interval of a share seen in independent trials.

    Notes
    -----
    Clopper and Pearson 1934: never narrower than promised, for any share and any number of trials.
    """
    tail = (1 - level) / 2
    low = lower_bound(hits, trials, tail)
    high = 1 - lower_bound(trials - hits, trials, tail)
    return Interval(hits / trials if trials else float("nan"), low, high, hits, trials)


def lower_bound(hits: int, trials: int, error: float) -> float:
    """Return what a share exceeds, wrong with a probability of at most `error` (Clopper and Pearson 1934)."""
    return float(betaincinv(hits, trials - hits + 1, error)) if hits > 0 else 0.0


def audit_sample(candidates: Bools, count: int, seed: int) -> NDArray[np.int64]:
    """Draw images at random, each as likely as any other.

    Parameters
    ----------
    candidates
        (N,) which may be drawn.
    count
        How many; fewer come if there are fewer.
    seed
        The draw of a seed begins alike whatever the count, so that a sample can be enlarged.

    Returns
    -------
    (M,) int64
        Rows in the order of the draw.
    """
    rows = np.flatnonzero(candidates)
    order = np.random.default_rng(seed).permutation(len(rows))
    return np.asarray(rows[order[:count]], np.int64)


def error_rate(wrong: Bools, level: float = 0.95) -> Interval:
    """Estimate the share of wrong labels from a simple random sample.

    Parameters
    ----------
    wrong
        (M,) whether the label of each drawn image is wrong.
    level
        Of the interval.
    """
    return exact_interval(int(np.count_nonzero(wrong)), len(wrong), level)


@dataclass(frozen=True, slots=True)
class Stratum:
    """Part of all images that was sampled by itself.

    Parameters
    ----------
    size
        Images in it.
    drawn, wrong
        Of these, how many were drawn at random, and how many of the drawn are wrong.
    """

    size: int
    drawn: int
    wrong: int


def stratified_error_rate(strata: list[Stratum], level: float = 0.95) -> Interval:
    """Estimate the share of wrong labels where each part of the images was sampled at a rate of its own.

    Parameters
    ----------
    strata
        The parts, which together are all images; a part with nothing drawn counts as unknown, from none
        to all wrong.
    level
        Of the interval.

    Notes
    -----
    The share is the sum of those of the strata by their sizes (Cochran 1977, section 5.3). The interval adds
    exact intervals of the strata, each at ``1 - (1 - level) / S`` (Bonferroni): wide, but true with samples
    of any size.
    """
    strata = [s for s in strata if s.size > 0]
    images = sum(s.size for s in strata)
    if images == 0:
        return Interval(float("nan"), 0.0, 1.0, 0, 0)
    share = 1 - (1 - level) / len(strata)
    parts = [exact_interval(s.wrong, s.drawn, share) for s in strata]
    weights = [s.size / images for s in strata]
    value, low, high = (
        float(sum(w * getattr(part, name) for w, part in zip(weights, parts, strict=True)))
        for name in ("value", "low", "high")
    )
    return Interval(value, low, high, sum(s.wrong for s in strata), sum(s.drawn for s in strata))
