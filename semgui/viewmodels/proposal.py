"""One group of images that look alike, and what is said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from semgui.domain.ids import ClassId, ImageId

EXAMPLES = 8
"""Images that show what a group is."""


@dataclass(frozen=True)
class Proposal:
    """One group.

    Parameters
    ----------
    ids
        (n,) int64, the image that shows best what it is first.
    guess
        The class that the model predicts for most of them, and for which part; ``None``: it said nothing.
    labels
        How many images have each label; ``None`` stands for those that have none.
    labelled
        Ids of those that have one.
    skipped
        Whether it was put off.
    """

    ids: NDArray[np.int64]
    guess: tuple[ClassId, float] | None = None
    labels: Counter[ClassId | None] = field(default_factory=Counter)
    labelled: frozenset[ImageId] = frozenset()
    skipped: bool = False

    @property
    def examples(self) -> tuple[ImageId, ...]:
        """Images that show what it is: the clearest ones, and some from further out."""
        count = min(EXAMPLES, len(self.ids))
        rows = np.unique(np.linspace(0, 0.6 * (len(self.ids) - 1), count).round().astype(np.int64))
        rows = np.union1d(rows, np.arange(count)) if len(rows) < count else rows
        return tuple(ImageId(int(i)) for i in self.ids[rows[:count]])

    @property
    def unlabelled(self) -> int:
        """How many images have no label."""
        return self.labels[None]

    @property
    def name(self) -> ClassId | None:
        """The class that most of its images have; ``None``: it waits for a name."""
        named = [(count, class_id) for class_id, count in self.labels.items() if class_id is not None]
        if not named or self.unlabelled > len(self.ids) / 2:
            return None
        return max(named)[1]


def described(group: Proposal, said: dict[ImageId, ClassId], predicted: dict[ImageId, ClassId]) -> Proposal:
    """Return a group with what people and the model say of its images."""
    ids = [ImageId(i) for i in group.ids.tolist()]
    guesses = Counter(predicted[i] for i in ids if i in predicted).most_common(1)
    guess = (guesses[0][0], guesses[0][1] / len(ids)) if guesses else None
    labelled = frozenset(i for i in ids if i in said)
    return replace(group, guess=guess, labels=Counter(said.get(i) for i in ids), labelled=labelled)


def zipped(parts: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return all ids, the clearest of each part first."""
    rank = np.concatenate([np.arange(len(part)) / max(1, len(part)) for part in parts])
    return np.concatenate(list(parts))[np.argsort(rank, kind="stable")]
