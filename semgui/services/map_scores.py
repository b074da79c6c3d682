"""Scores of review for the points of a map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from semgui.review.evidence import Evidence
from semgui.review.strategies import strategy_named


def label_issue_scores(evidence: Evidence, ids: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return how likely the label of each image is wrong.

    Parameters
    ----------
    ids
        (N,) int64, images in any order.

    Returns
    -------
    ndarray
        (N,) float32 in [0, 1]; NaN where there is no label to judge.
    """
    found = np.full(len(ids), np.nan, np.float32)
    if not len(evidence):
        return found
    scores = strategy_named("label_issues").score(evidence)
    order = np.argsort(evidence.ids)
    place = order[np.minimum(np.searchsorted(evidence.ids, ids, sorter=order), len(order) - 1)]
    there = evidence.ids[place] == ids
    found[there] = scores[place[there]]
    return found
