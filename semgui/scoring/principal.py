"""Embeddings in fewer numbers: their principal components."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

_FITTED_ROWS = 6000  # more rows move the leading axes by less than they are wide


def principal_coordinates(embeddings: Floats, count: int, seed: int = 0) -> NDArray[np.float32]:
    """Return the leading principal components of embeddings.

    Parameters
    ----------
    embeddings
        (N, D) any float, finite.
    count
        How many; fewer come if there are fewer.
    seed
        Draws the rows that the axes are fitted to, where there are more than 6,000.

    Returns
    -------
    (N, min(count, D, N)) float32
        Uncorrelated, the widest first, in the units of the embeddings. Of each axis the sign is such that its
        largest entry is positive, so that a map does not flip between two calls.

    Notes
    -----
    Pearson 1901. Eigenvectors of the smaller of covariance and Gram matrix.
    """
    points = np.asarray(embeddings, np.float32)
    count = min(count, *points.shape)
    if count <= 0:
        return np.zeros((len(points), 0), np.float32)
    rows = np.arange(len(points))
    if len(rows) > _FITTED_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(len(points), _FITTED_ROWS, replace=False))
    mean = points[rows].mean(axis=0, dtype=np.float64).astype(np.float32)
    axes = _axes(points[rows] - mean, count)
    return np.asarray((points - mean) @ axes, np.float32)


def _axes(centred: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return the leading axes (D, count) of centred rows."""
    if len(centred) >= centred.shape[1]:
        _, vectors = np.linalg.eigh((centred.T @ centred).astype(np.float64))
        axes = vectors[:, ::-1][:, :count]
    else:
        values, vectors = np.linalg.eigh((centred @ centred.T).astype(np.float64))
        widths = np.sqrt(np.maximum(values[::-1][:count], 1e-12 * max(values[-1], 1e-30)))
        axes = centred.T @ (vectors[:, ::-1][:, :count] / widths)
    largest = np.abs(axes).argmax(axis=0)
    return np.asarray(axes * np.sign(axes[largest, np.arange(axes.shape[1])]), np.float32)
