"""Which images are left out together when a model is asked about images that it was not fitted to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def make_folds(labels: Ints, groups: NDArray[Any], count: int, seed: int) -> NDArray[np.int64]:
    """Divide images into folds of like size and like mixture of classes; groups stay whole.

    What `groups` are decides what the out-of-fold predictions are good for. With groups of near-duplicates
    only, the model knows every session and every specimen, so that what it contradicts is likely a wrong
    label. With the project's own groups (sessions, specimens) it says how good it is on what it has not seen.

    Parameters
    ----------
    labels
        (N,) class index of each image, -1 for none. Images without a label are divided as well, so that
        labelling one later moves no other.
    groups
        (N,) group of each image, any values that can be sorted.
    count
        How many folds.
    seed
        Decides between folds that are equally good.

    Returns
    -------
    (N,) int64 from 0 to ``count - 1``.

    Raises
    ------
    ValueError
        If there are fewer than two folds, or labels and groups differ in length.

    Notes
    -----
    Greedy, as scikit-learn's ``StratifiedGroupKFold``, but quick with 20,000 groups: groups that carry rare
    classes come first, then large ones; each goes to the fold that has the least, by share of each class, of
    what the group brings. Of single images of one class every fold thus gets as many, give or take one.
    """
    labels = np.asarray(labels, np.int64)
    if count < 2:
        raise ValueError(f"{count} folds leave nothing to compare; there must be two or more")
    if len(labels) != len(groups):
        raise ValueError(f"{len(labels)} labels and {len(groups)} groups")
    if len(labels) == 0:
        return np.zeros(0, np.int64)
    _, member_of = np.unique(groups, return_inverse=True)
    mixture = _mixture(member_of, labels)
    # The share of its class that each image is: a rare class weighs as much as a common one.
    weights = mixture / np.maximum(mixture.sum(axis=0), 1)
    generator = np.random.default_rng(seed)
    order = np.lexsort((generator.permutation(len(weights)), -weights.sum(axis=1)))
    fold_of = np.empty(len(weights), np.int64)
    held = np.zeros((count, weights.shape[1]))
    sizes = np.zeros(count)
    preference = generator.permutation(count)
    for group in order.tolist():
        brings = weights[group]
        burden = held[preference] @ (brings > 0) + 1e-9 * sizes[preference]
        fold = int(preference[int(np.argmin(burden))])
        fold_of[group] = fold
        held[fold] += brings
        sizes[fold] += mixture[group].sum()
    return fold_of[member_of]


def _mixture(member_of: Ints, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Count the images of each class (columns; the first: none) in each group (rows)."""
    columns = int(labels.max()) + 2
    flat = np.bincount(member_of * columns + labels + 1, minlength=(int(member_of.max()) + 1) * columns)
    return flat.reshape(-1, columns).astype(np.float64)
