"""Images that are unlike all that is labelled: pictures from other instruments, new kinds of sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from semgui.scoring.projection import PrincipalAxes, directions, principal_axes
from semgui.scoring.ticks import Tick, silent

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]

NEIGHBOURS = 5
COMPONENTS = 32

_REFERENCES = 3000  # labelled images that an image is compared with at most
_FITTED = 1000  # of these that the components are fitted to
_NARROWEST = 1e-3  # of the widest axis: narrower ones would be blown up to noise
_BLOCK = 1024
_MOST_FAMILIAR = -1.0  # deviations; a part may call an image strange, but not excuse what another found
_FAMILIAR_SHARE = 0.95


def novelty(
    embeddings: Floats, logits: Floats, labels: Ints, folds: Ints, tick: Tick = silent, seed: int = 0
) -> NDArray[np.float32]:
    """Score images by how unlike the labelled ones they are.

    Parameters
    ----------
    embeddings
        (N, D) any float, finite.
    logits
        (N, C) out-of-fold, `semgui.scoring.ridge.OutOfFoldRidge.logits`.
    labels
        (N,) class index, -1 for none.
    folds
        (N,) from `make_folds`: a labelled image is compared with the labelled ones of other folds.
    tick
        Told how many images are done; may raise to stop.
    seed
        Draws those that are compared with, where there are more than 3,000.

    Returns
    -------
    (N,) float32 in [0, 1]
        Up to 0.95 the share of labelled images that are less unlike the others; beyond, the strangest come
        first. All 0.5 with fewer than two labelled images, where nothing is known.

    Notes
    -----
    Three parts, each standardised by the labelled images, judged while left out, and added: the mean distance
    to the five nearest labelled images, in 32 whitened principal components on the unit sphere (Sun et al.
    2022, "Out-of-distribution detection with deep nearest neighbors"); what lies outside these components
    (Wang et al. 2022, "ViM: out-of-distribution with virtual-logit matching"); and the energy
    ``-logsumexp(logits)`` (Liu et al. 2020, "Energy-based out-of-distribution detection").
    """
    labels, folds = np.asarray(labels, np.int64), np.asarray(folds, np.int64)
    known = labels >= 0
    if np.count_nonzero(known) < 2:
        return np.full(len(labels), 0.5, np.float32)
    rng = np.random.default_rng(seed)
    parts = np.empty((3, len(labels)))
    parts[2] = -logsumexp(np.asarray(logits, np.float64), axis=1)
    done = 0
    for judged, reference in _judged_by(known, folds):
        familiar = _Familiar.of(embeddings[rng.permutation(np.flatnonzero(reference))[:_REFERENCES]])
        rows = np.flatnonzero(judged)
        for start in range(0, len(rows), _BLOCK):
            some = rows[start : start + _BLOCK]
            parts[:2, some] = familiar.strangeness(embeddings[some])
            done += len(some)
            tick(done, len(labels))
    centre, width = parts[:, known].mean(axis=1), parts[:, known].std(axis=1)
    deviations = (parts - centre[:, None]) / np.maximum(width, 1e-9)[:, None]
    return _as_share(np.maximum(deviations, _MOST_FAMILIAR).sum(axis=0), known)


def _judged_by(
    known: NDArray[np.bool_], folds: NDArray[np.int64]
) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Pair images with those that they are compared with."""
    pairs = []
    for fold in np.unique(folds[known]).tolist():
        others = known & (folds != fold)
        pairs.append((known & (folds == fold), others if others.sum() > 1 else known))
    if not known.all():
        pairs.append((~known, known))
    return pairs


@dataclass(frozen=True, slots=True)
class _Familiar:
    """The space of some images, and these in it."""

    axes: PrincipalAxes
    widths: NDArray[np.float32]
    places: NDArray[np.float32]

    @classmethod
    def of(cls, embeddings: Floats) -> _Familiar:
        # A quarter as many components as images: with more, nothing of these would lie outside.
        axes = principal_axes(embeddings[:_FITTED], min(COMPONENTS, max(1, len(embeddings) // 4)))
        places = axes.places(embeddings)
        widths = np.maximum(places.std(axis=0), _NARROWEST * max(float(places.std(axis=0).max()), 1e-6))
        return cls(axes, widths, directions(places / widths))

    def strangeness(self, embeddings: Floats) -> NDArray[np.float64]:
        """Return (2, M): the distance to these images, and what lies outside their space."""
        inside = self.axes.places(embeddings)
        whole = ((directions(embeddings) - self.axes.middle) ** 2).sum(axis=1)
        outside = whole - (inside**2).sum(axis=1)
        return np.stack([self._distances(directions(inside / self.widths)), outside]).astype(np.float64)

    def _distances(self, points: NDArray[np.float32]) -> NDArray[np.float64]:
        k = min(NEIGHBOURS, len(self.places))
        squared = np.maximum(2 - 2 * points @ self.places.T, 0)  # on the unit sphere |a - b|² = 2 - 2 a·b
        return np.asarray(np.sqrt(np.partition(squared, k - 1, axis=1)[:, :k]).mean(axis=1), np.float64)


def _as_share(total: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float32]:
    levels = np.linspace(0, _FAMILIAR_SHARE, 96)
    quantiles = np.quantile(total[known], levels)
    body = np.interp(total, quantiles, levels)
    # The tail is as steep as the upper half of the labelled images is wide.
    width = max(float(quantiles[-1] - np.interp(0.5, levels, quantiles)), 1e-9)
    beyond = np.maximum(total - quantiles[-1], 0) / width
    return np.asarray(body + (1 - _FAMILIAR_SHARE) * (1 - 1 / (1 + beyond)), np.float32)
