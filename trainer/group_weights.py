"""How much an image counts beside the others of its group.

Images of one group (a specimen, a session) resemble each other, so that forty of them say little more about a
class than four do; counted one by one, a class is mostly what its largest group looks like.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.config import GroupWeights


def group_weights(
    labels: NDArray[np.int64], groups: Sequence[str], kind: GroupWeights
) -> NDArray[np.float64]:
    """Return a weight for each image (N,), with mean 1 within each class.

    Parameters
    ----------
    labels
        (N,) class indices.
    groups
        (N) names.
    """
    if kind is GroupWeights.NONE or not len(labels):
        return np.ones(len(labels))
    _, numbers = np.unique(np.asarray(groups), return_inverse=True)
    pairs, pair, sizes = np.unique(
        np.stack([labels, numbers]), axis=1, return_inverse=True, return_counts=True
    )
    in_class = np.bincount(labels)
    groups_in_class = np.bincount(pairs[0], minlength=len(in_class))
    each: NDArray[np.float64] = in_class[labels] / (groups_in_class[labels] * sizes[pair.reshape(-1)])
    return each
