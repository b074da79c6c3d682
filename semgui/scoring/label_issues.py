"""Labels that are likely wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LabelIssues:
    """How suspicious each label is.

    Parameters
    ----------
    score
        (N,) float32 in [0, 1], higher = more likely wrong; NaN without a label.
    is_issue
        (N,) bool: what confident learning calls an issue. Their number estimates how many labels are wrong.
    """

    score: NDArray[np.float32]
    is_issue: NDArray[np.bool_]


def label_issues(labels: Ints, probabilities: Floats) -> LabelIssues:
    """Find labels that out-of-fold probabilities contradict.

    Parameters
    ----------
    labels
        (N,) class index, -1 for none.
    probabilities
        (N, C) of each image by a model that did not see its label, calibrated.

    Raises
    ------
    ValueError
        If the lengths differ or a label is no column of the probabilities.

    Notes
    -----
    Confident learning (Northcutt, Jiang and Chuang 2021), which estimates how many images of one class bear
    the label of another; as cleanlab does it.
    """
    labels = np.asarray(labels, np.int64)
    if len(labels) != len(probabilities):
        raise ValueError(f"{len(labels)} labels and {len(probabilities)} rows of probabilities")
    if labels.max(initial=-1) >= probabilities.shape[1]:
        raise ValueError(f"label {labels.max()}, but probabilities of {probabilities.shape[1]} classes")
    score = np.full(len(labels), np.nan, np.float32)
    is_issue = np.zeros(len(labels), np.bool_)
    rows = np.flatnonzero((labels >= 0) & np.isfinite(probabilities).all(axis=1))
    present, compact = np.unique(labels[rows], return_inverse=True)
    if len(present) == 0:
        return LabelIssues(score, is_issue)
    if len(present) == 1:
        score[rows] = 0
        return LabelIssues(score, is_issue)
    within = np.asarray(probabilities[np.ix_(rows, present)], np.float64)
    within /= np.maximum(within.sum(axis=1, keepdims=True), 1e-12)
    score[rows] = _normalised_margin(compact, within)
    is_issue[rows] = _confident_issues(compact, within)
    return LabelIssues(score, is_issue)


def _normalised_margin(labels: Ints, probabilities: Floats) -> NDArray[np.float32]:
    """Return (1 - p(label) + highest other p) / 2."""
    at = np.arange(len(labels))
    own = probabilities[at, labels]
    others = probabilities.copy()
    others[at, labels] = -1
    return np.asarray(np.clip((1 - own + others.max(axis=1)) / 2, 0, 1), np.float32)


def _confident_issues(labels: Ints, probabilities: Floats) -> NDArray[np.bool_]:
    """Ask cleanlab; imported here, since that takes a third of a second."""
    from cleanlab.filter import find_label_issues

    found = find_label_issues(labels, probabilities, filter_by="prune_by_noise_rate", n_jobs=1)
    return np.asarray(found, np.bool_)
