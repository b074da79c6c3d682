"""How many images must be labelled until a head is good: by each strategy, and at random."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semgui.scoring.confidence import entropy, least_confidence, margin
from semgui.scoring.diversity import coverage_scores
from semgui.scoring.folds import make_folds
from semgui.scoring.novelty import novelty
from semgui.scoring.principal import principal_coordinates
from semgui.scoring.ridge import Committee
from tests.bench.review_sets import ReviewSet

AT_FIRST = 5  # of each class, or as many as there are
AT_ONCE = 5  # labelled before the queue is ranked again
TESTED = 0.3
UP_TO = 0.8  # of the images that are not tested

Scores = NDArray[np.floating]


@dataclass(frozen=True)
class Known:
    """What a strategy sees."""

    embeddings: NDArray[np.float32]
    points: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    answers: NDArray[np.float32]
    labels: NDArray[np.int64]
    folds: NDArray[np.int64]
    rng: np.random.Generator


STRATEGIES: Mapping[str, Callable[[Known], Scores]] = {
    "random": lambda known: known.rng.random(len(known.labels)),
    "uncertainty": lambda known: least_confidence(known.probabilities),
    "margin": lambda known: margin(known.probabilities),
    "entropy": lambda known: entropy(known.probabilities),
    "novelty": lambda known: novelty(known.embeddings, known.answers, known.labels, known.folds),
    "diversity": lambda known: coverage_scores(known.points, known.labels >= 0, AT_ONCE),
}


@dataclass(frozen=True)
class Curve:
    """Accuracy on tested images after so many labels."""

    labelled: list[int]
    accuracy: list[float]


def curve(data: ReviewSet, look: str, strategy: str, seed: int) -> Curve:
    """Label by a strategy, five at a time, and test after each time.

    Test images are whole groups of near-duplicates, and no strategy sees them. The head is ridge regression
    on the features of a look; the first labels and the test images are the same for all strategies of a seed.
    """
    rng = np.random.default_rng(seed)
    tested = make_folds(data.truth, data.groups, 10, seed) < round(10 * TESTED)
    pool = np.flatnonzero(~tested)
    folds = make_folds(data.truth, data.groups, 5, seed)
    labels = np.full(len(data.truth), -1, np.int64)
    for c in range(len(data.classes)):
        labels[rng.permutation(np.flatnonzero((data.truth == c) & ~tested))[:AT_FIRST]] = c
    features = data.features[look]
    ridge = Committee(features, folds)
    points = principal_coordinates(features[-1], 64)
    out = Curve([], [])
    while True:
        said = ridge.probabilities(labels, len(data.classes))
        out.labelled.append(int((labels >= 0).sum()))
        out.accuracy.append(float((said.argmax(axis=1) == data.truth)[tested].mean()))
        if out.labelled[-1] >= UP_TO * len(pool):
            return out
        answers = ridge.logits(labels, len(data.classes))
        known = Known(
            features[-1][pool], points[pool], said[pool], answers[pool], labels[pool], folds[pool], rng
        )
        scores = np.where(known.labels < 0, np.nan_to_num(STRATEGIES[strategy](known), nan=-1), -2)
        picked = pool[np.argsort(-scores, kind="stable")[:AT_ONCE]]
        labels[picked] = data.truth[picked]


def area(of: Curve) -> float:
    """Return the mean accuracy over the labels spent."""
    return float(np.trapezoid(of.accuracy, of.labelled) / (of.labelled[-1] - of.labelled[0]))
