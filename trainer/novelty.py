"""How unlike the training images an image is, from its embedding and logits. NumPy only.

The score joins up to three parts, each larger for stranger images:

distance
    Mean distance to the `k` nearest training images in the whitened, normalised principal space of the
    embeddings (Sun et al. 2022, "Out-of-distribution detection with deep nearest neighbors").
energy
    ``-logsumexp(logits)`` (Liu et al. 2020, "Energy-based out-of-distribution detection").
foreign
    Log-odds of a logistic regression in the principal space between training images and pictures known to be
    foreign (TEM, optical, …); only where such pictures were given.

Each part is standardised by held-out images of the classes and clipped at -1 below: a part may call an image
strange as loudly as it likes, but must not excuse what another found (the energy of a strange image can be
hundreds of deviations below that of any known one). The parts are summed with the weights ``mix``, and the
sum is mapped to [0, 1]: up to 0.95 it is the share of held-out images that are less strange, and beyond it
rises towards 1, so that the strangest still come first. A novelty of 0.9 thus says "stranger than nine in
ten images of the kind I was made for".
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from trainer.errors import TrainerError

Floats = NDArray[np.floating[Any]]
Tensors = dict[str, NDArray[np.float32]]

PARTS = ("distance", "energy", "foreign")
_LAST_LEVEL = 0.95
_LEVELS = np.linspace(0.0, _LAST_LEVEL, 96)
_MOST_FAMILIAR = -1.0
_BLOCK = 2048


class NoveltyParams(BaseModel):
    """How the score is fitted.

    Parameters
    ----------
    neighbours
        k of the nearest-neighbour distance.
    components
        Principal components kept at most.
    references
        Training images kept at most for the distance.
    mix
        Weights of distance, energy and foreign.
    leading
        Only so many leading entries of the embedding are looked at; ``None``: all. With mean and maximum
        pooling the means come first, and they tell foreign pictures better without the maxima.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    neighbours: int = Field(default=5, ge=1)
    components: int = Field(default=64, ge=1)
    references: int = Field(default=4000, ge=2)
    mix: tuple[float, float, float] = (1.0, 1.0, 1.0)
    leading: int | None = Field(default=None, ge=1)


def fit_novelty(
    train: Floats,
    held_out: Floats,
    held_out_logits: Floats,
    foreign: Floats | None,
    params: NoveltyParams,
    *,
    seed: int,
) -> Tensors:
    """Fit the parameters of the score.

    Parameters
    ----------
    train
        (N, D) embeddings of training images, not augmented.
    held_out, held_out_logits
        (M, D) and (M, C) of images of the same classes from other groups; they calibrate the score.
    foreign
        (F, D) embeddings of pictures that must come out as novel, or ``None``.
    params
        How.
    seed
        Draws the reference images where there are more than `params.references`.

    Returns
    -------
    dict of str to float32 array
        To be stored with the model, and given to `score`.
    """
    if len(train) < 2 or len(held_out) < 2:
        raise TrainerError("A novelty score needs at least two training and two validation images.")
    mean, whitening = _principal_space(train[:, : params.leading], params.components)
    tensors: Tensors = {"mean": mean, "whitening": whitening}
    generator = np.random.default_rng(seed)
    kept = generator.permutation(len(train))[: params.references]
    tensors["references"] = _normalised(_projected(tensors, train[np.sort(kept)]))
    tensors["neighbours"] = np.array([min(params.neighbours, len(kept))], np.float32)
    if foreign is not None and len(foreign):
        tensors["foreign"] = _separating_direction(_projected(tensors, train), _projected(tensors, foreign))
    parts = _parts(tensors, held_out, held_out_logits)
    tensors["centre"] = parts.mean(axis=1).astype(np.float32)
    tensors["scale"] = np.maximum(parts.std(axis=1), 1e-6).astype(np.float32)
    tensors["mix"] = np.array(params.mix[: len(parts)], np.float32)
    tensors["quantiles"] = np.quantile(_sum(tensors, parts), _LEVELS).astype(np.float32)
    return tensors


def score(tensors: Tensors, embeddings: Floats, logits: Floats) -> NDArray[np.float32]:
    """Say how strange images are.

    Parameters
    ----------
    tensors
        From `fit_novelty`.
    embeddings, logits
        (N, D) and (N, C) as the model gives them.

    Returns
    -------
    (N,) float32 in [0, 1].
    """
    total = _sum(tensors, _parts(tensors, embeddings, logits))
    quantiles = tensors["quantiles"].astype(np.float64)
    body = np.interp(total, quantiles, _LEVELS)
    # The tail is as steep as the upper half of the held-out images is wide.
    width = max(quantiles[-1] - np.interp(0.5, _LEVELS, quantiles), 1e-6)
    beyond = np.maximum(total - quantiles[-1], 0) / width
    return np.asarray(body + (1 - _LAST_LEVEL) * (1 - 1 / (1 + beyond)), dtype=np.float32)


def part_scores(tensors: Tensors, embeddings: Floats, logits: Floats) -> dict[str, NDArray[np.float64]]:
    """Return each part, standardised and clipped, for a look at what made an image novel."""
    parts = _standardised(tensors, _parts(tensors, embeddings, logits))
    return dict(zip(PARTS, parts, strict=False))


def _principal_space(train: Floats, components: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the mean (D,) and the whitening matrix (P, D) of the leading principal components."""
    mean = train.mean(axis=0, dtype=np.float64)
    centred = train - mean
    values, vectors = np.linalg.eigh(centred.T @ centred / len(train))
    order = np.argsort(values)[::-1][: min(components, len(train) - 1)]
    # Directions with next to no variance would be blown up to noise by whitening.
    order = order[values[order] > 1e-6 * values[order[0]]] if values[order[0]] > 0 else order[:1]
    whitening = (vectors[:, order] / np.sqrt(np.maximum(values[order], 1e-12))).T
    return mean.astype(np.float32), np.ascontiguousarray(whitening, dtype=np.float32)


def _projected(tensors: Tensors, embeddings: Floats) -> NDArray[np.float32]:
    leading = embeddings[:, : len(tensors["mean"])]
    return np.asarray((leading - tensors["mean"]) @ tensors["whitening"].T, dtype=np.float32)


def _normalised(points: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12))


def _neighbour_distance(points: NDArray[np.float32], references: NDArray[np.float32], k: int) -> Floats:
    distances = np.empty(len(points))
    for start in range(0, len(points), _BLOCK):
        block = points[start : start + _BLOCK]
        # Both lie on the unit sphere: |a - b|² = 2 - 2 a·b.
        squared = np.maximum(2 - 2 * block @ references.T, 0)
        nearest = np.partition(squared, k - 1, axis=1)[:, :k]
        distances[start : start + _BLOCK] = np.sqrt(nearest).mean(axis=1)
    return distances


def _energy(logits: Floats) -> Floats:
    highest = logits.max(axis=1)
    return np.asarray(-(highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))))


def _parts(tensors: Tensors, embeddings: Floats, logits: Floats) -> NDArray[np.float64]:
    """Return the raw parts (2 or 3, N)."""
    projected = _projected(tensors, embeddings)
    k = int(tensors["neighbours"][0])
    parts = [
        _neighbour_distance(_normalised(projected), tensors["references"], k),
        _energy(np.asarray(logits, np.float64)),
    ]
    if "foreign" in tensors:
        parts.append(projected @ tensors["foreign"][:-1] + tensors["foreign"][-1])
    return np.stack([np.asarray(part, np.float64) for part in parts])


def _standardised(tensors: Tensors, parts: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum((parts - tensors["centre"][:, None]) / tensors["scale"][:, None], _MOST_FAMILIAR)


def _sum(tensors: Tensors, parts: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(tensors["mix"] @ _standardised(tensors, parts))


def _separating_direction(ours: Floats, foreign: Floats, penalty: float = 1.0) -> NDArray[np.float32]:
    """Fit a ridge-penalised logistic regression by Newton's method, both sides weighing the same.

    Returns
    -------
    (P + 1,) float32
        Weights, then the bias.
    """
    points = np.concatenate([ours, foreign]).astype(np.float64)
    design = np.hstack([points, np.ones((len(points), 1))])
    target = np.repeat([0.0, 1.0], [len(ours), len(foreign)])
    weight = np.repeat([0.5 / len(ours), 0.5 / len(foreign)], [len(ours), len(foreign)]) * len(points)
    ridge = np.diag(np.append(np.full(points.shape[1], penalty), 1e-6))
    solution = np.zeros(design.shape[1])
    for _ in range(30):
        probability = 1 / (1 + np.exp(-np.clip(design @ solution, -30, 30)))
        gradient = design.T @ (weight * (probability - target)) + ridge @ solution
        curvature = (design * (weight * probability * (1 - probability))[:, None]).T @ design + ridge
        step = np.linalg.solve(curvature, gradient)
        solution -= step
        if np.abs(step).max() < 1e-6:
            break
    return solution.astype(np.float32)
