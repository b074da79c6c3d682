"""What a strategy is, and the words that several use."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from semgui.review.evidence import Evidence
from semgui.scoring.ticks import Tick, silent
from semgui.texts import tr

Scores = NDArray[np.float32]


class Strategy(Protocol):
    """A reason to look at images, and the order that follows from it."""

    @property
    def name(self) -> str:
        """What the command line calls it."""

    @property
    def title(self) -> str:
        """What a menu calls it, in the user's language."""

    def score(self, evidence: Evidence, tick: Tick = silent) -> Scores:
        """Return (N,) float32 in [0, 1], higher = look at it sooner; NaN = not in this queue.

        Whatever takes long tells `tick` how far it is; it may raise to stop.
        """

    def explain(self, evidence: Evidence, row: int) -> str:
        """Return why an image is in the queue: one sentence with its numbers."""


def opinion(evidence: Evidence, row: int) -> str:
    """Return who says what `Evidence.probabilities` say of an image."""
    if not evidence.by_head[row]:
        return tr("the model")
    return tr("the out-of-fold model") if evidence.labelled[row] else tr("a model of your labels")


def percent(value: float) -> str:
    """Return a share as people read it, never rounded to a certainty that it is not."""
    if 0.995 <= value < 1:
        return "> 99 %"
    if 0 < value < 0.005:
        return "< 1 %"
    return f"{value:.0%}".replace("%", " %")


def label_name(evidence: Evidence, row: int) -> str:
    """Return the name of an image's label; empty without one."""
    index = int(evidence.labels[row])
    return evidence.names[index] if index >= 0 else ""


def without_the_confirmed(evidence: Evidence, scores: Scores) -> Scores:
    """Return scores without the labels that somebody has looked at again and left as they are."""
    return np.where(evidence.confirmed, np.float32(np.nan), scores)


def without_the_unjudged(evidence: Evidence, scores: Scores) -> Scores:
    """Return scores without the images of classes that no out-of-fold model can know.

    A class whose labelled images all belong together (one image, or near-duplicates of one) is missing
    whenever one of them is judged: that the model says another class means nothing then.
    """
    lonely = np.zeros(len(evidence.classes) + 1, np.bool_)  # the last: no label
    for index in range(len(evidence.classes)):
        lonely[index] = len(np.unique(evidence.groups[evidence.labels == index])) < 2
    unjudged = lonely[evidence.labels] & evidence.by_head
    return np.where(unjudged, np.float32(np.nan), scores)
