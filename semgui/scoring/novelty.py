"""Images that are unlike all that is labelled: pictures from other instruments, new kinds of sample."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from semgui.scoring.principal import principal_coordinates

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]

NEIGHBOURS = 5
COMPONENTS = 64

_BLOCK = 1024
_MOST_FAMILIAR = -1.0
_FAMILIAR_SHARE = 0.95


def novelty(embeddings: Floats, logits: Floats, labels: Ints, folds: Ints) -> NDArray[np.float32]:
    """Score images by how unlike the labelled ones they are.

    Parameters
    ----------
    embeddings
        (N, D) any float, finite.
    logits
        (N, C) out-of-fold, for instance ``OutOfFoldRidge.scores``.
    labels
        (N,) class index, -1 for none.
    folds
        (N,) from `make_folds`: a labelled image is compared with the labelled ones of other folds.

    Returns
    -------
    (N,) float32 in [0, 1]
        Up to 0.95 the share of labelled images that are less unlike the others; beyond, the strangest come
        first.
        All 0.5 with fewer than two labelled images, where nothing is known.

    Notes
    -----
    Two parts: the mean distance to the five nearest labelled images in 64 principal components, whitened, on
    the unit sphere (Sun et al. 2022, "Out-of-distribution detection with deep nearest neighbors"), and the
    energy ``-logsumexp(logits)`` (Liu et al. 2020, "Energy-based out-of-distribution detection"). Each is
    standardised by the labelled images, judged while left out, and may add but hardly take away.
    """
    labels, folds = np.asarray(labels, np.int64), np.asarray(folds, np.int64)
    known = labels >= 0
    if np.count_nonzero(known) < 2:
        return np.full(len(labels), 0.5, np.float32)
    points = principal_coordinates(embeddings, COMPONENTS)
    points = points / np.maximum(points.std(axis=0), 1e-12)
    points = points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    distance = _distances_to_known(points, known, folds)
    energy = -logsumexp(np.asarray(logits, np.float64), axis=1)
    total = sum(_standardised(part, known) for part in (distance, energy))
    return _as_share(np.asarray(total), known)


def _distances_to_known(
    points: NDArray[np.float32], known: NDArray[np.bool_], folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the mean distance of each image to its nearest labelled ones, those of its own fold left out."""
    out = np.empty(len(points))
    for fold in np.unique(folds).tolist():
        others = known & (folds != fold)
        others = others if others.any() else known
        for rows, of in (
            (np.flatnonzero(known & (folds == fold)), others),
            (np.flatnonzero(~known & (folds == fold)), known),
        ):
            reference = np.flatnonzero(of)
            k = min(NEIGHBOURS, len(reference))
            for start in range(0, len(rows), _BLOCK):
                block = rows[start : start + _BLOCK]
                # On the unit sphere |a - b|² = 2 - 2 a·b.
                squared = np.maximum(2 - 2 * points[block] @ points[reference].T, 0)
                out[block] = np.sqrt(np.partition(squared, k - 1, axis=1)[:, :k]).mean(axis=1)
    return out


def _standardised(part: Floats, known: NDArray[np.bool_]) -> NDArray[np.float64]:
    centre, width = part[known].mean(), max(float(part[known].std()), 1e-9)
    return np.asarray(np.maximum((part - centre) / width, _MOST_FAMILIAR), np.float64)


def _as_share(total: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float32]:
    levels = np.linspace(0, _FAMILIAR_SHARE, 96)
    quantiles = np.quantile(total[known], levels)
    body = np.interp(total, quantiles, levels)
    # The tail is as steep as the upper half of the labelled images is wide.
    width = max(float(quantiles[-1] - np.interp(0.5, levels, quantiles)), 1e-9)
    beyond = np.maximum(total - quantiles[-1], 0) / width
    return np.asarray(body + (1 - _FAMILIAR_SHARE) * (1 - 1 / (1 + beyond)), np.float32)
