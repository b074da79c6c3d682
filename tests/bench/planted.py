"""Labels made wrong on purpose, and how soon each way of ranking comes upon them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from numpy.typing import NDArray

from semgui.scoring.folds import make_folds
from semgui.scoring.label_issues import label_issues
from semgui.scoring.ridge import Committee
from tests.bench.logistic import out_of_fold_logistic
from tests.bench.review_sets import CLOSER, ReviewSet

NOISES = ("uniform", "look-alike")
SHARES = (0.05, 0.1, 0.2)
EFFORTS = (1.0, 1.5, 2.0)
FOLDS = 10
FOLDS_OF_OTHERS = 5

Labels = NDArray[np.int64]
Scores = NDArray[np.floating]


@dataclass(frozen=True)
class Planted:
    """A set with some labels flipped."""

    data: ReviewSet
    labels: Labels
    seed: int
    _said: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def logistic(self, look: str) -> NDArray[np.float64]:
        """Return out-of-fold probabilities of logistic regression, for the others to rank by; fitted once."""
        if look not in self._said:
            folds = make_folds(self.labels, self.data.groups, FOLDS_OF_OTHERS, self.seed)
            everything = np.hstack([_standardised(one) for one in self.data.features[look]])
            said = out_of_fold_logistic(everything, self.labels, folds, len(self.data.classes))
            self._said[look] = np.asarray(said, np.float64) / said.sum(axis=1, keepdims=True)
        return self._said[look]

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """(N,) which labels are wrong."""
        return self.labels != self.data.truth


def look_alikes(data: ReviewSet) -> Labels:
    """Return for each class the one that a model takes it for most, on the true labels."""
    folds = make_folds(data.truth, data.groups, FOLDS_OF_OTHERS, 0)
    said = Committee(data.features[CLOSER], folds).probabilities(data.truth, len(data.classes))
    alike = np.stack([said[data.truth == c].mean(axis=0) for c in range(len(data.classes))])
    np.fill_diagonal(alike, -1)
    return alike.argmax(axis=1)


def plant(data: ReviewSet, noise: str, share: float, seed: int, alike: Labels) -> Planted:
    """Flip a share of the labels, to any other class or to the look-alike."""
    rng = np.random.default_rng((seed, round(1000 * share), NOISES.index(noise)))
    rows = rng.choice(len(data.truth), round(share * len(data.truth)), replace=False)
    labels = data.truth.copy()
    if noise == "uniform":
        labels[rows] = (labels[rows] + rng.integers(1, len(data.classes), len(rows))) % len(data.classes)
    else:
        labels[rows] = alike[labels[rows]]
    return Planted(data, labels, seed)


def found(scores: Scores, wrong: NDArray[np.bool_]) -> list[float]:
    """Return the share of wrong labels among 1, 1.5 and 2 times as many images as there are of them."""
    order = np.argsort(-scores, kind="stable")
    planted = int(wrong.sum())
    return [float(wrong[order[: round(effort * planted)]].sum() / planted) for effort in EFFORTS]


def by_chance(case: Planted, look: str) -> Scores:
    """Rank at random."""
    return np.random.default_rng(case.seed).random(len(case.labels))


def _standardised(features: NDArray[np.float32]) -> NDArray[np.float32]:
    return (
        (features - features.mean(axis=0)) / np.maximum(features.std(axis=0), 1e-6) / features.shape[1] ** 0.5
    )


def least_confidence(case: Planted, look: str) -> Scores:
    """Rank by how little logistic regression believes the label."""
    said = case.logistic(look)
    return 1 - said[np.arange(len(said)), case.labels]


def cleanlab(case: Planted, look: str) -> Scores:
    """Rank as cleanlab does by default: what it calls issues first, both parts by self-confidence."""
    said = case.logistic(look)
    score = 1 - get_label_quality_scores(case.labels, said)
    score[find_label_issues(case.labels, said, n_jobs=1)] += 1
    return score


def ours(case: Planted, look: str) -> Scores:
    """Rank as SEMGui does: by ridge regressions."""
    return label_issues(case.labels, _ridge(case, look)).score


def _ridge(case: Planted, look: str) -> NDArray[np.float32]:
    folds = make_folds(case.labels, case.data.groups, FOLDS, case.seed)
    return Committee(case.data.features[look], folds).probabilities(case.labels, len(case.data.classes))


Ranking = Callable[[Planted, str], Scores]
OTHERS: Mapping[str, Ranking] = {
    "random": by_chance,
    "least confidence": least_confidence,
    "cleanlab": cleanlab,
}
OURS: Mapping[str, Ranking] = {"SEMGui": ours}
