"""How well novelty tells strangers from more of what is labelled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import roc_auc_score

from semgui.scoring.folds import make_folds
from semgui.scoring.novelty import novelty
from semgui.scoring.ridge import Committee
from tests.bench.review_sets import Features, ReviewSet


def auroc_of_new_kinds(data: ReviewSet, look: str, seeds: Sequence[int]) -> dict[str, float]:
    """Label half of all classes but one; return how surely images of that one come before the other half."""
    found = {}
    for number, name in enumerate(data.classes):
        strange = data.truth == number
        each = []
        for seed in seeds:
            labels = np.where(_half(data, seed) & ~strange, data.truth, -1)
            each.append(_auroc(data.features[look], labels, data.groups, strange, len(data.classes)))
        found[name] = float(np.mean(each))
    return found


def auroc_of_others(data: ReviewSet, others: Features, look: str, seeds: Sequence[int]) -> float:
    """Label half of a set; return how surely pictures from elsewhere come before its other half."""
    each, count = [], len(others[0])
    for seed in seeds:
        labels = np.append(np.where(_half(data, seed), data.truth, -1), np.full(count, -1))
        groups = np.append(data.groups, len(labels) + np.arange(count))
        strange = np.arange(len(labels)) >= len(data.truth)
        features = tuple(np.vstack(pair) for pair in zip(data.features[look], others, strict=True))
        each.append(_auroc(features, labels, groups, strange, len(data.classes)))
    return float(np.mean(each))


def _half(data: ReviewSet, seed: int) -> np.ndarray:
    return make_folds(data.truth, data.groups, 2, seed) == 0


def _auroc(
    features: Features, labels: np.ndarray, groups: np.ndarray, strange: np.ndarray, classes: int
) -> float:
    folds = make_folds(labels, groups, 5, 0)
    logits = Committee(features, folds).logits(labels, classes)
    scores = novelty(features[-1], logits, labels, folds)
    left = labels < 0
    return float(roc_auc_score(strange[left], scores[left]))
