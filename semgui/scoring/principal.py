"""Embeddings in fewer numbers: coordinates on their principal axes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.scoring.projection import principal_axes

Floats = NDArray[np.floating[Any]]

_ROWS_AT_ONCE = 8192  # no second copy of all embeddings in single precision
_FITTED_ROWS = 6000  # more rows move the leading axes by less than they are wide


def principal_coordinates(embeddings: Floats, count: int, seed: int = 0) -> NDArray[np.float32]:
    """Return embeddings, at length 1, on their leading principal axes.

    Parameters
    ----------
    embeddings
        (N, D) any float, finite.
    count
        How many; fewer come if there are fewer rows or columns.
    seed
        Draws the rows that the axes are fitted to, where there are more than 6,000.

    Returns
    -------
    (N, min(count, D, N)) float32
        Uncorrelated, the widest first.
    """
    rows = np.arange(len(embeddings))
    if len(rows) == 0 or count <= 0:
        return np.zeros((len(rows), 0), np.float32)
    if len(rows) > _FITTED_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(len(rows), _FITTED_ROWS, replace=False))
    axes = principal_axes(embeddings[rows], count)
    starts = range(0, len(embeddings), _ROWS_AT_ONCE)
    return np.concatenate([axes.places(embeddings[start : start + _ROWS_AT_ONCE]) for start in starts])
