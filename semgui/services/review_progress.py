"""How far a review is: what is likely still wrong, and whether going on is worth it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from semgui.domain.ids import ImageId
from semgui.review.evidence import Evidence
from semgui.scoring.label_issues import label_issues
from semgui.services.audit import LabelErrors
from semgui.texts import tr

RECENT = 30
"""Images looked at last, which tell how many of the next ones are wrong."""

_FEW = 1  # wrong labels among the recent ones up to which stopping is no loss


@dataclass(frozen=True, slots=True)
class Looked:
    """An image that was looked at in this review, in the order of looking.

    Parameters
    ----------
    changed
        Whether its label was wrong.
    """

    image_id: ImageId
    changed: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is left.

    Parameters
    ----------
    suspicious
        Labels that confident learning calls wrong and nobody has looked at yet.
    expected
        How many of these are likely wrong, by the share of wrong ones among those that were looked at last.
    recent, recent_wrong
        How many were looked at last, `RECENT` at most, and how many of these were wrong.
    may_stop
        Whether hardly any was wrong lately.
    hint
        What to do, and what that rests on, in a sentence or two.
    """

    suspicious: int
    expected: float
    recent: int
    recent_wrong: int
    may_stop: bool
    hint: str


def outlook(evidence: Evidence, looked: Sequence[Looked], errors: LabelErrors | None = None) -> Outlook:
    """Say what a review of labels may still find.

    Parameters
    ----------
    looked
        What was looked at in this review.
    errors
        What the random audit says, where there is one.
    """
    seen = np.array([one.image_id for one in looked], np.int64)
    issues = label_issues(evidence.labels, evidence.probabilities).is_issue
    issues &= evidence.queued & ~evidence.confirmed
    suspicious = int(np.count_nonzero(issues & ~np.isin(evidence.ids, seen)))
    last = looked[-RECENT:]
    wrong = sum(one.changed for one in last)
    share = (wrong + 0.5) / (len(last) + 1)  # Jeffreys: not sure of all or nothing after a few
    may_stop = len(last) == RECENT and wrong <= _FEW
    hint = _hint(suspicious, len(last), wrong)
    if errors is not None and errors.rate.trials:
        hint += " " + tr(
            "The random audit of {trials:,} labels says: between {low:.1%} and {high:.1%} of all are wrong.",
            trials=errors.rate.trials,
            low=errors.rate.low,
            high=errors.rate.high,
        )
    return Outlook(suspicious, share * suspicious, len(last), wrong, may_stop, hint)


def _hint(suspicious: int, recent: int, wrong: int) -> str:
    if recent == 0:
        return tr("{n:,} label(s) look wrong to a model that was not trained on them.", "", suspicious)
    if recent == RECENT and wrong <= _FEW:
        return tr(
            "Of the last {n} images only {wrong} had a wrong label: stopping here loses little.",
            "",
            recent,
            wrong=wrong,
        )
    if recent < RECENT:
        return tr("{wrong} of {n} label(s) looked at so far were wrong.", "", recent, wrong=wrong)
    return tr(
        "{wrong} of the last {n} labels were wrong: go on, {left:,} more look wrong to the model.",
        "",
        recent,
        wrong=wrong,
        left=suspicious,
    )
