"""Which classes are commonly confused. NumPy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainer.metrics import Counts


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """Two classes that are taken for each other.

    Parameters
    ----------
    first, second
        Class indices, the one confused more often first.
    first_as_second, second_as_first
        Images.
    share
        Of all images of the two classes, how many are taken for the other one.
    """

    first: int
    second: int
    first_as_second: int
    second_as_first: int
    share: float


def confused_pairs(confusion: Counts, limit: int | None = None) -> list[ConfusedPair]:
    """Return the pairs with any confusion between them, the most images first.

    Parameters
    ----------
    confusion
        (C, C): rows are true classes, columns predicted ones.
    limit
        At most so many.
    """
    support = confusion.sum(axis=1)
    pairs = []
    for a in range(len(confusion)):
        for b in range(a + 1, len(confusion)):
            there, back = int(confusion[a, b]), int(confusion[b, a])
            if there + back == 0:
                continue
            share = (there + back) / int(support[a] + support[b])
            ordered = (a, b, there, back) if there >= back else (b, a, back, there)
            pairs.append(ConfusedPair(*ordered, share))
    pairs.sort(key=lambda p: (-(p.first_as_second + p.second_as_first), -p.share))
    return pairs[:limit]


def order_by_confusion(confusion: Counts) -> list[int]:
    """Order the classes so that those confused with each other stand together.

    Leaf order of average-linkage clustering, where two classes are near if much of them is taken for the
    other one; plain and stable for the few dozen classes a matrix can show.
    """
    support = np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    shares = confusion / support
    total = shares + shares.T  # of all pairs of classes between two groups
    groups = [[i] for i in range(len(confusion))]
    while len(groups) > 1:
        sizes = np.array([len(group) for group in groups])
        near = np.where(np.tri(len(groups), k=-1, dtype=bool), total / np.outer(sizes, sizes), -1.0)
        j, i = divmod(int(np.argmax(near)), len(groups))
        groups[i] += groups.pop(j)
        total[i] += total[j]
        total[:, i] += total[:, j]
        total = np.delete(np.delete(total, j, axis=0), j, axis=1)
    return groups[0] if groups else []
