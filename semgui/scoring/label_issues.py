"""Labels that are likely wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]


_ADJUSTED = 0.5  # how much of a class's frequency is taken off
_IMAGINED = 10  # images that each class is thought to have besides its own
_TINY = 1e-30  # float32 still tells such probabilities apart


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
        (N, C) of each image by a model that did not see its label, calibrated. Rows with NaN are left out.

    Raises
    ------
    ValueError
        If the lengths differ or a label is no column of the probabilities.

    Notes
    -----
    The order is that of a margin between self-confidence and normalised margin (Northcutt, Jiang and
    Chuang 2021; Kuan and Mueller 2022), in logarithms: with the mean over the classes taken off, what
    speaks for the label less half of what speaks most against it. Half, since a label that nothing speaks
    for is suspicious even where no other class is sure. Half of what the frequency of a class speaks for
    it is taken off before (logit adjustment, Menon et al. 2021), as if each had ten images more: a model
    believes that an image is of a common class too readily, and a rare class of which some labels are
    wrong would be suspected as a whole; but with two images it may well be all mistakes. Measured on five
    sets (docs/results.md). Whether a label is an issue at all is decided by confident learning, which
    estimates how many images of each class bear which label, as cleanlab does it
    (``prune_by_noise_rate``).
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
    if len(present) == 1:
        score[rows] = 0  # nothing else to be
    if len(present) > 1:
        within = np.asarray(probabilities[np.ix_(rows, present)], np.float64)
        score[rows] = _suspicion(compact, within)
        is_issue[rows] = _confident_issues(compact, within)
    return LabelIssues(score, is_issue)


def _suspicion(labels: Ints, probabilities: Floats) -> NDArray[np.float32]:
    """Return scores in (0, 1) that order as the margin does and never saturate, as probabilities would."""
    frequency = _ADJUSTED * np.log(np.bincount(labels) + _IMAGINED)
    evidence = np.log(np.maximum(probabilities, _TINY)) - frequency
    evidence -= evidence.mean(axis=1, keepdims=True)
    at = np.arange(len(labels))
    own = evidence[at, labels]
    evidence[at, labels] = -np.inf
    against = evidence.max(axis=1) / 2 - own
    return np.asarray((1 + against / (1 + np.abs(against))) / 2, np.float32)


def _confident_issues(labels: Ints, probabilities: Floats) -> NDArray[np.bool_]:
    """Ask cleanlab; imported here, since that takes a second."""
    from cleanlab.filter import find_label_issues

    found = np.zeros(len(labels), np.bool_)
    # Of a class with a single image nothing can be estimated, which cleanlab would warn of.
    counts = np.bincount(labels)
    rows = np.flatnonzero(counts[labels] > 1)
    kept, compact = np.unique(labels[rows], return_inverse=True)
    if len(kept) > 1:
        within = probabilities[np.ix_(rows, kept)] + _TINY
        within /= within.sum(axis=1, keepdims=True)
        found[rows] = find_label_issues(compact, within, n_jobs=1)
    return found
