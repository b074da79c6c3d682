"""Images that together cover all there is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.scoring.ticks import Tick, silent

Floats = NDArray[np.floating[Any]]


_BLOCK = 512
_MOST = 20_000


def k_center(
    embeddings: Floats, covered: NDArray[np.bool_], count: int, tick: Tick = silent
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Pick images one after the other, each as far as possible from all that are covered or picked.

    Parameters
    ----------
    embeddings
        (N, D) any float, finite. Their `semgui.scoring.principal.principal_coordinates` are as good and many
        times quicker.
    covered
        (N,) images that need no picking, the labelled ones for instance.
    count
        How many to pick; fewer come if there are fewer.
    tick
        Told how far the work is, of which the distances to what is covered are one half; may raise to stop.

    Returns
    -------
    picked : (M,) int64
        Rows in the order of picking.
    distance : (M,) float32
        How far each was from the nearest image before it; never rises from one to the next. ``inf`` for the
        first if nothing was covered.

    Notes
    -----
    Farthest-first traversal (Gonzalez 1985), at most twice as far from everything as the best choice of as
    many; for active learning Sener and Savarese 2018, "Active learning for convolutional neural networks: a
    core-set approach". With nothing covered the first is the image nearest to the mean of all, so that the
    order depends on nothing but the images.
    """
    points = np.ascontiguousarray(embeddings, np.float32)
    free = int(len(points) - np.count_nonzero(covered))
    picked = np.empty(min(count, free), np.int64)
    distance = np.empty(len(picked), np.float32)
    if len(picked) == 0:
        return picked, distance
    squares = np.einsum("ij,ij->i", points, points)
    nearest = _to_nearest(points, squares, covered, tick)
    start = 0
    if not covered.any():
        centre = points.mean(axis=0)
        picked[0] = int(np.argmin(squares - 2 * points @ centre))
        distance[0] = np.inf
        nearest = np.minimum(nearest, _squared(points, squares, int(picked[0])))
        nearest[picked[0]] = -np.inf
        start = 1
    for place in range(start, len(picked)):
        row = int(np.argmax(nearest))
        picked[place], distance[place] = row, np.sqrt(max(float(nearest[row]), 0))
        np.minimum(nearest, _squared(points, squares, row), out=nearest)
        nearest[row] = -np.inf
        tick(len(picked) + place, 2 * len(picked))
    return picked, distance


def coverage_scores(
    embeddings: Floats, covered: NDArray[np.bool_], count: int, tick: Tick = silent, seed: int = 0
) -> NDArray[np.float32]:
    """Return the order of `k_center` as scores.

    Parameters
    ----------
    tick
        Told how far the work is; may raise to stop.
    seed
        Draws 20,000 of the covered and 20,000 of the other images, where there are more: cost stays in
        bounds, and of each kind of image that there are some dozens of, some are drawn.

    Returns
    -------
    (N,) float32
        1 for the first picked, falling in even steps; NaN for images covered, or not among the first `count`.
    """
    rng = np.random.default_rng(seed)
    rows = np.sort(np.concatenate([_some(rng, np.flatnonzero(side)) for side in (covered, ~covered)]))
    picked, _ = k_center(embeddings[rows], covered[rows], count, tick)
    scores = np.full(len(embeddings), np.nan, np.float32)
    scores[rows[picked]] = np.linspace(1, 0, len(picked), endpoint=False, dtype=np.float32)
    return scores


def _some(rng: np.random.Generator, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    return rows if len(rows) <= _MOST else rng.choice(rows, _MOST, replace=False)


def _squared(points: NDArray[np.float32], squares: NDArray[np.float32], row: int) -> NDArray[np.float32]:
    return np.asarray(np.maximum(squares + squares[row] - 2 * points @ points[row], 0), np.float32)


def _to_nearest(
    points: NDArray[np.float32], squares: NDArray[np.float32], covered: NDArray[np.bool_], tick: Tick
) -> NDArray[np.float32]:
    """Return the squared distance of each image to the nearest covered one; ``-inf`` for these themselves."""
    nearest = np.full(len(points), np.inf, np.float32)
    rows = np.flatnonzero(covered)
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        squared = squares[:, None] + squares[block] - 2 * points @ points[block].T
        np.minimum(nearest, squared.min(axis=1), out=nearest)
        tick(start, 2 * len(rows))
    nearest = np.maximum(nearest, 0)
    nearest[rows] = -np.inf
    return nearest
