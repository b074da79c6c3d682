"""Reasons to look at images, each with an order and a sentence for every image."""

from __future__ import annotations

from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.review.strategies.base import Strategy
from semgui.review.strategies.mislabelled import LabelIssues, Neighbours, Pair
from semgui.review.strategies.others import Audit, Disagreement, Diversity, Duplicates, Novelty
from semgui.review.strategies.unsure import ENTROPY, MARGIN, UNCERTAINTY

PAIR = "pair"
"""Name of the strategy that needs two classes (`Pair`)."""

STRATEGIES: tuple[Strategy, ...] = (
    LabelIssues(),
    Neighbours(),
    Disagreement(),
    Duplicates(),
    UNCERTAINTY,
    MARGIN,
    ENTROPY,
    Novelty(),
    Diversity(),
    Audit(),
)
"""All that need nothing but the evidence, in the order in which a menu offers them."""

NEXT = "margin"
"""Name of the strategy for what to label next: a head became good sooner with it than at random on every set
that was tried (docs/results.md), which cannot be said of `uncertainty`."""

BY_HEAD = frozenset({"label_issues", "uncertainty", "margin", "entropy", PAIR})
"""Names of those that rank by `Evidence.probabilities`."""

NAMES = (*(strategy.name for strategy in STRATEGIES), PAIR)


def strategy_named(name: str, pair: tuple[ClassId, ClassId] | None = None) -> Strategy:
    """Return a strategy by name.

    Parameters
    ----------
    pair
        For ``pair``: the class that images are labelled as, and the one that they look like.

    Raises
    ------
    UsageError
        If there is none of this name, or ``pair`` comes without its classes or the others with them.
    """
    if (name == PAIR) != (pair is not None):
        raise UsageError("the strategy pair needs two classes (--pair A B), and no other one takes them.")
    if pair is not None:
        if pair[0] == pair[1]:
            raise UsageError("the strategy pair needs two different classes.")
        return Pair(*pair)
    found = next((strategy for strategy in STRATEGIES if strategy.name == name), None)
    if found is None:
        raise UsageError(f"there is no strategy {name!r}; there are {', '.join(NAMES)}.")
    return found
