"""From which confidence on predictions may be accepted unseen, proven by a random sample alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.scoring.audit import lower_bound

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_SHARES = np.arange(0.05, 1.001, 0.05)  # of the images accepted; fixed before anything is looked at
_STARTS = 4
_MOST_AUDITED = 1_000_000  # nobody labels more by hand


@dataclass(frozen=True, slots=True)
class Promise:
    """What can be promised of predictions above a threshold.

    Parameters
    ----------
    threshold
        Accept confidences of at least this; ``None`` if nothing can be promised.
    precision
        Asked for.
    accepted
        Images above the threshold; 0 without one.
    proven
        Share of right predictions above the threshold that the evidence proves; 0 without one.
    right, trials
        The evidence above the threshold, or, without one, above the threshold that comes closest; by group.
    more_needed
        About how many more images must be audited, if predictions go on being as good as they were: 0 if the
        promise holds, ``None`` if they were not good enough for any number.
    """

    threshold: float | None
    precision: float
    accepted: int
    proven: float
    right: int
    trials: int
    more_needed: int | None


@dataclass(frozen=True, slots=True)
class _Cut:
    """One threshold of the grid with what the audit says above it."""

    threshold: float
    accepted: int
    right: int
    trials: int


def promise(
    confidence: Floats,
    audited: Ints,
    right: Bools,
    groups: NDArray[Any],
    precision: float,
    *,
    error: float = 0.05,
    look: int = 1,
) -> Promise:
    """Find the lowest threshold above which predictions are right as often as asked.

    Parameters
    ----------
    confidence
        (N,) of the prediction for each image that could be accepted, the audited ones included; these are a
        random sample of them. NaN: not to be accepted.
    audited
        (M,) rows of the audited images.
    right
        (M,) whether their predictions are right.
    groups
        (N,) group of near-duplicates of each image, any values. A group is one witness: right if all of its
        audited images above the threshold are.
    precision
        Asked for, in (0, 1).
    error
        How likely the promise may be broken by the luck of the draw.
    look
        How often the evidence was looked at, this time included. Enlarging a sample until it says what one
        wants to hear would break the promise; so each look gets a part of `error`, and all together no more.

    Raises
    ------
    ValueError
        If the lengths differ, or precision or error is no share between 0 and 1.

    Notes
    -----
    Learn then Test (Angelopoulos, Bates, Candès, Jordan and Lei 2021) with fixed sequences: twenty thresholds
    that accept 5 %, 10 %, … of the images are tested from the strictest on, each by an exact binomial bound
    (Clopper and Pearson 1934), until one fails. Since strict thresholds have little evidence, four sequences
    begin at different thresholds, each with a quarter of the error (Bonferroni). Neither thresholds nor
    beginnings depend on what was right. The k-th look has ``6 / (π k)²`` of the error.
    """
    if len(audited) != len(right) or len(confidence) != len(groups):
        raise ValueError("audited images and their outcomes, confidences and groups must be as many")
    if not 0 < precision < 1 or not 0 < error < 1 or look < 1:
        raise ValueError(
            "precision and error must lie between 0 and 1, and a look is the first or a later one"
        )
    cuts = _cuts(confidence, np.asarray(audited, np.int64), right, groups)
    level = error * 6 / (math.pi * look) ** 2 / _STARTS
    kept = _passed(cuts, _starts(cuts, len(audited), precision, level), precision, level)
    if kept is not None:
        bound = lower_bound(kept.right, kept.trials, level)
        return Promise(kept.threshold, precision, kept.accepted, bound, kept.right, kept.trials, 0)
    images = int(np.isfinite(confidence).sum())
    more, closest = _cheapest(cuts, images, precision, level)
    if closest is None and cuts:
        closest = max(cuts, key=lambda cut: lower_bound(cut.right, cut.trials, level))
    witnesses = (closest.right, closest.trials) if closest else (0, 0)
    return Promise(None, precision, 0, 0.0, *witnesses, more)


def _cuts(confidence: Floats, audited: NDArray[np.int64], right: Bools, groups: NDArray[Any]) -> list[_Cut]:
    """Return the thresholds, the strictest first; equal confidences are accepted together."""
    known = np.sort(confidence[np.isfinite(confidence)])[::-1]
    if len(known) == 0:
        return []
    at = np.minimum(np.ceil(_SHARES * len(known)).astype(np.int64), len(known)) - 1
    cuts = []
    for threshold in np.unique(known[at])[::-1].tolist():
        above = confidence[audited] >= threshold
        witnesses, of = np.unique(groups[audited[above]], return_inverse=True)
        spoiled = np.zeros(len(witnesses), np.bool_)
        spoiled[of[~right[above]]] = True
        accepted = int(np.searchsorted(-known, -threshold, side="right"))
        cuts.append(_Cut(threshold, accepted, int((~spoiled).sum()), len(witnesses)))
    return cuts


def _starts(cuts: list[_Cut], audited: int, precision: float, level: float) -> set[int]:
    """Return where sequences begin: from where faultless evidence could suffice, evenly on to the end."""
    if not cuts:
        return set()
    enough = math.ceil(math.log(level) / math.log(precision))
    images = cuts[-1].accepted
    expected = np.array([cut.accepted / images * audited for cut in cuts])
    first = min(int(np.searchsorted(expected, enough)), len(cuts) - 1)
    return set(np.linspace(first, len(cuts) - 1, _STARTS).round().astype(int).tolist())


def _passed(cuts: list[_Cut], starts: set[int], precision: float, level: float) -> _Cut | None:
    """Return the loosest threshold that a sequence reaches without failing."""
    reached, alive = None, False
    for number, cut in enumerate(cuts):
        alive = (alive or number in starts) and lower_bound(cut.right, cut.trials, level) >= precision
        if alive:
            reached = cut
    return reached


def _cheapest(
    cuts: list[_Cut], images: int, precision: float, level: float
) -> tuple[int | None, _Cut | None]:
    """Return how many more audits the cheapest threshold needs, and that threshold."""
    best: int | None = None
    closest: _Cut | None = None
    for cut in cuts:
        trials = trials_needed(cut.right / cut.trials if cut.trials else 1.0, precision, level)
        if trials is None:
            continue
        # The audit is drawn from all images, of which only some lie above the threshold.
        more = max(1, math.ceil((trials - cut.trials) * images / cut.accepted))
        if best is None or more < best:
            best, closest = more, cut
    return best, closest


def trials_needed(share: float, precision: float, error: float) -> int | None:
    """Return how many trials prove a precision if such a share of them succeeds; ``None`` if none would."""
    if share <= precision:
        return None
    fewest, most = 1, _MOST_AUDITED
    if lower_bound(round(share * most), most, error) < precision:
        return None
    while fewest < most:
        middle = (fewest + most) // 2
        if lower_bound(math.floor(share * middle), middle, error) >= precision:
            most = middle
        else:
            fewest = middle + 1
    return most
