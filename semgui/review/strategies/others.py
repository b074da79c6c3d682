"""Where two opinions or two files contradict each other, what is new, what covers all, what was drawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from semgui.review.evidence import Evidence
from semgui.review.strategies.base import Scores, label_name, percent
from semgui.scoring.disagreement import label_disagreement, model_disagreement
from semgui.scoring.diversity import coverage_scores
from semgui.scoring.duplicates import conflicting
from semgui.scoring.principal import principal_coordinates
from semgui.scoring.ticks import Tick, silent
from semgui.texts import tr

_COMPONENTS = 64  # of the embeddings: distances along the others are noise
_STRANGE = 0.5  # novelty from which on an image is called unlike what is known
_MOST_PICKED = 500  # nobody labels more before asking again


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two models say different things or, where there is one only, model and label do."""

    name: str = "disagreement"

    @property
    def title(self) -> str:
        """See `Strategy`."""
        return tr("Models disagree")

    def score(self, evidence: Evidence, tick: Tick = silent) -> Scores:
        """See `Strategy`."""
        if evidence.other is None:
            scores = label_disagreement(evidence.labels, evidence.model_probabilities)
            differs = evidence.model_probabilities.argmax(axis=1) != evidence.labels
            # It cannot say what it does not know.
            differs &= np.isin(evidence.labels, np.flatnonzero(evidence.model_probabilities.any(axis=0)))
            differs &= ~evidence.confirmed
        else:
            theirs = evidence.other.probabilities
            scores = model_disagreement(evidence.model_probabilities, theirs)
            differs = evidence.model_probabilities.argmax(axis=1) != theirs.argmax(axis=1)
        return np.where(differs, scores, np.float32(np.nan))

    def explain(self, evidence: Evidence, row: int) -> str:
        """See `Strategy`."""
        mine = evidence.model_probabilities[row]
        best = int(mine.argmax())
        if evidence.other is None:
            return tr(
                "Labelled {label}, but the model says {best} with {p}.",
                label=label_name(evidence, row),
                best=evidence.names[best],
                p=percent(float(mine[best])),
            )
        theirs = evidence.other.probabilities[row]
        second = int(theirs.argmax())
        return tr(
            "{model} says {best} with {p}, {other} said {second} with {q}.",
            model=model_name(evidence.model_id),
            best=evidence.names[best],
            p=percent(float(mine[best])),
            other=model_name(evidence.other.model_id),
            second=evidence.names[second],
            q=percent(float(theirs[second])),
        )


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Near-duplicates with different labels; the one that differs from the most comes first."""

    name: str = "duplicates"

    @property
    def title(self) -> str:
        """See `Strategy`."""
        return tr("Near-duplicates with different labels")

    def score(self, evidence: Evidence, tick: Tick = silent) -> Scores:
        """See `Strategy`."""
        return conflicting(evidence.groups, evidence.labels)

    def explain(self, evidence: Evidence, row: int) -> str:
        """See `Strategy`."""
        same = np.flatnonzero((evidence.groups == evidence.groups[row]) & evidence.labelled)
        counts = Counter(evidence.labels[same[same != row]].tolist())
        others = ", ".join(f"{count} {evidence.names[index]}" for index, count in counts.most_common())
        return tr(
            "Labelled {label}; its near-duplicates are labelled otherwise: {others}.",
            label=label_name(evidence, row),
            others=others,
        )


@dataclass(frozen=True, slots=True)
class Novelty:
    """Unlike anything that the model or the labels know."""

    name: str = "novelty"

    @property
    def title(self) -> str:
        """See `Strategy`."""
        return tr("Unlike anything known")

    def score(self, evidence: Evidence, tick: Tick = silent) -> Scores:
        """See `Strategy`."""
        scores = np.maximum(evidence.find_novelty(tick), evidence.model_novelty)
        waiting = (~evidence.labelled & evidence.queued).any()
        # Of an image with a label somebody has said already what it is.
        return np.where(evidence.labelled & waiting, np.float32(np.nan), scores)

    def explain(self, evidence: Evidence, row: int) -> str:
        """See `Strategy`."""
        of_labels, of_model = float(evidence.find_novelty()[row]), float(evidence.model_novelty[row])
        by_labels = evidence.head is not None and of_labels > of_model
        known = tr("the labelled images") if by_labels else tr("what the model was trained on")
        score = max(of_labels, of_model)
        if score > _STRANGE:
            return tr("Unlike {known}: novelty {p}.", known=known, p=percent(score))
        return tr("Not much unlike {known}: novelty {p}.", known=known, p=percent(score))


@dataclass(frozen=True, slots=True)
class Diversity:
    """Unlabelled images that cover most of what no label covers yet."""

    name: str = "diversity"

    @property
    def title(self) -> str:
        """See `Strategy`."""
        return tr("Cover everything")

    def score(self, evidence: Evidence, tick: Tick = silent) -> Scores:
        """See `Strategy`."""
        points = principal_coordinates(evidence.embeddings, _COMPONENTS)
        return coverage_scores(points, evidence.labelled | ~evidence.queued, _MOST_PICKED, tick)

    def explain(self, evidence: Evidence, row: int) -> str:
        """See `Strategy`."""
        near = evidence.likeness.of(np.array([row], np.int64))
        if near.rows[0, 0] < 0:
            return tr("No labelled image is there to be like it.")
        return tr(
            "Its nearest labelled image ({name}) is like it by {s:.2f} only.",
            name=evidence.names[int(evidence.labels[near.rows[0, 0]])],
            s=float(near.similarity[0, 0]),
        )


@dataclass(frozen=True, slots=True)
class Audit:
    """The random sample that error rates are estimated from; judge it without looking at what is said."""

    name: str = "audit"

    @property
    def title(self) -> str:
        """See `Strategy`."""
        return tr("Random audit sample")

    def score(self, evidence: Evidence, tick: Tick = silent) -> Scores:
        """See `Strategy`."""
        waiting = evidence.audit >= 0
        places = np.where(waiting, 1 - evidence.audit / (evidence.audit.max(initial=0) + 1), np.nan)
        return places.astype(np.float32)

    def explain(self, evidence: Evidence, row: int) -> str:
        """See `Strategy`."""
        return tr(
            "Drawn at random, number {number} of the sample; what is said about it is kept back.",
            number=int(evidence.audit[row]) + 1,
        )


def model_name(model_id: str) -> str:
    """Return what people call a model version."""
    return model_id
