"""Labels that are likely wrong: by confident learning, by the neighbours, by a pair of classes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from semgui.domain.ids import ClassId
from semgui.review.evidence import Evidence
from semgui.review.strategies.base import (
    Scores,
    label_name,
    opinion,
    percent,
    without_the_confirmed,
    without_the_unjudged,
)
from semgui.scoring.label_issues import label_issues
from semgui.scoring.neighbours import NeighbourTable, neighbour_disagreement
from semgui.scoring.ticks import Tick, silent
from semgui.texts import tr


@dataclass(frozen=True, slots=True)
class LabelIssues:
    """Labelled images that the out-of-fold model sees otherwise (confident learning)."""

    name: str = "label_issues"

    @property
    def title(self) -> str:
        """See `Strategy`."""
        return tr("Likely mislabelled")

    def score(self, evidence: Evidence, tick: Tick = silent) -> Scores:
        """See `Strategy`."""
        found = label_issues(evidence.labels, evidence.probabilities).score
        return without_the_confirmed(evidence, without_the_unjudged(evidence, found))

    def explain(self, evidence: Evidence, row: int) -> str:
        """See `Strategy`."""
        return f"{_against_the_label(evidence, row)}{_neighbours(evidence, row)}."


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Labelled images among images of another class."""

    name: str = "neighbours"

    @property
    def title(self) -> str:
        """See `Strategy`."""
        return tr("Unlike their neighbours")

    def score(self, evidence: Evidence, tick: Tick = silent) -> Scores:
        """See `Strategy`."""
        rows = np.flatnonzero(evidence.labelled)
        near = evidence.likeness.of(rows, tick)
        every = NeighbourTable(
            np.full((len(evidence), near.rows.shape[1]), -1, np.int64),
            np.full((len(evidence), near.rows.shape[1]), np.nan, np.float32),
        )
        every.rows[rows], every.similarity[rows] = near.rows, near.similarity
        found = neighbour_disagreement(evidence.labels, every, evidence.groups)
        return without_the_confirmed(evidence, found)

    def explain(self, evidence: Evidence, row: int) -> str:
        """See `Strategy`."""
        said = _neighbours(evidence, row).removeprefix("; ")
        label = label_name(evidence, row)
        if not said:
            return tr("Labelled {label}; no other labelled image is near.", label=label)
        return tr("Labelled {label}, but {said}.", label=label, said=said)


@dataclass(frozen=True, slots=True)
class Pair:
    """Images of one class that look like another.

    Parameters
    ----------
    labelled, like
        The class that they are labelled as, and the one that they look like.
    """

    labelled: ClassId
    like: ClassId
    name: str = "pair"

    @property
    def title(self) -> str:
        """See `Strategy`."""
        return tr("One class that looks like another")

    def score(self, evidence: Evidence, tick: Tick = silent) -> Scores:
        """See `Strategy`."""
        a, b = evidence.index_of(self.labelled), evidence.index_of(self.like)
        if a < 0 or b < 0:
            return np.full(len(evidence), np.nan, np.float32)
        # Between the two classes alone: that a third is likely, too, says nothing about these.
        one, other = evidence.probabilities[:, a], evidence.probabilities[:, b]
        share = other / np.maximum(one + other, 1e-12)
        scores = np.where(evidence.labels == a, share, np.nan).astype(np.float32)
        return without_the_unjudged(evidence, scores)

    def explain(self, evidence: Evidence, row: int) -> str:
        """See `Strategy`."""
        a, b = evidence.index_of(self.labelled), evidence.index_of(self.like)
        probabilities = evidence.probabilities[row]
        said = tr(
            "Labelled {label}; {who} gives {other} {p} and {label} {q}",
            label=evidence.names[a],
            who=opinion(evidence, row),
            other=evidence.names[b],
            p=percent(float(probabilities[b])),
            q=percent(float(probabilities[a])),
        )
        return f"{said}{_neighbours(evidence, row)}."


def _against_the_label(evidence: Evidence, row: int) -> str:
    label, best = int(evidence.labels[row]), int(evidence.predicted[row])
    probabilities = evidence.probabilities[row]
    who = opinion(evidence, row)
    if label == best:
        return tr(
            "Labelled {label}, as {who} says, but with only {p}",
            label=evidence.names[label],
            who=who,
            p=percent(float(probabilities[best])),
        )
    return tr(
        "Labelled {label}, but {who} says {best} with {p} ({label}: {q})",
        label=evidence.names[label],
        who=who,
        best=evidence.names[best],
        p=percent(float(probabilities[best])),
        q=percent(float(probabilities[label])),
    )


def _neighbours(evidence: Evidence, row: int) -> str:
    """Return what most of the nearest labelled images are, after a semicolon; empty where there are none."""
    near = evidence.likeness.of(np.array([row], np.int64)).rows[0]
    near = near[near >= 0]
    if not len(near):
        return ""
    most, count = Counter(evidence.labels[near].tolist()).most_common(1)[0]
    return tr(
        "; {count} of its {number} nearest labelled images are {name}",
        count=count,
        number=len(near),
        name=evidence.names[most],
    )
