"""Images without a label of which the model is unsure: the next ones to label."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from semgui.review.evidence import Evidence
from semgui.review.strategies.base import Scores, opinion, percent
from semgui.scoring import confidence
from semgui.scoring.ticks import Tick, silent
from semgui.texts import mark, tr


@dataclass(frozen=True, slots=True)
class _Unsure:
    """Unlabelled images by one measure of doubt; where all are labelled, those."""

    name: str
    words: str
    measure: Callable[[np.ndarray[tuple[int, ...], np.dtype[np.float32]]], Scores]
    sentence: Callable[[Evidence, int], str]

    @property
    def title(self) -> str:
        """See `Strategy`."""
        return tr(self.words)

    def score(self, evidence: Evidence, tick: Tick = silent) -> Scores:
        """See `Strategy`."""
        scores = self.measure(evidence.probabilities)
        waiting = ~evidence.labelled & evidence.queued
        return np.where(evidence.labelled, np.float32(np.nan), scores) if waiting.any() else scores

    def explain(self, evidence: Evidence, row: int) -> str:
        """See `Strategy`."""
        return self.sentence(evidence, row)


def _of_two_best(evidence: Evidence, row: int, sentence: str) -> str:
    """Put who says what about the two likeliest classes into a sentence."""
    if len(evidence.classes) < 2:
        return tr("There is one class only.")
    probabilities = evidence.probabilities[row]
    first, second = np.argsort(-probabilities, kind="stable")[:2].tolist()
    return tr(
        sentence,
        who=_begun(opinion(evidence, row)),
        first=evidence.names[first],
        p=percent(probabilities[first]),
        second=evidence.names[second],
        q=percent(probabilities[second]),
    )


def _least_confident(evidence: Evidence, row: int) -> str:
    return _of_two_best(evidence, row, mark("{who} says {first} with only {p}, then {second} with {q}."))


def _narrow(evidence: Evidence, row: int) -> str:
    return _of_two_best(evidence, row, mark("{who} cannot decide between {first} ({p}) and {second} ({q})."))


def _spread(evidence: Evidence, row: int) -> str:
    score = float(confidence.entropy(evidence.probabilities[row : row + 1])[0])
    likely = int(np.count_nonzero(evidence.probabilities[row] >= 0.05))
    return tr(
        "{who} holds {likely} classes for possible (5 % or more); entropy {score} of what is possible.",
        who=_begun(opinion(evidence, row)),
        likely=likely,
        score=percent(score),
    )


def _begun(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


UNCERTAINTY = _Unsure("uncertainty", mark("Least confident"), confidence.least_confidence, _least_confident)
MARGIN = _Unsure("margin", mark("Between two classes"), confidence.margin, _narrow)
ENTROPY = _Unsure("entropy", mark("Between many classes"), confidence.entropy, _spread)
