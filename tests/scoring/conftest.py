"""Images of known classes as clouds of points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray


@dataclass(frozen=True)
class Clouds:
    """Points with classes, some labels wrong and some missing."""

    features: NDArray[np.float32]
    truth: NDArray[np.int64]
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]

    @property
    def wrong(self) -> NDArray[np.bool_]:
        return (self.labels >= 0) & (self.labels != self.truth)


def clouds(count: int = 240, width: int = 30, classes: int = 4, seed: int = 0) -> Clouds:
    rng = np.random.default_rng(seed)
    truth = rng.choice(classes, count, p=np.arange(classes, 0, -1) / np.arange(classes + 1).sum())
    features = rng.normal(size=(classes, width))[truth] + rng.normal(size=(count, width))
    labels = truth.copy()
    flipped = rng.permutation(count)[: count // 12]
    labels[flipped] = (labels[flipped] + 1) % classes
    labels[rng.permutation(count)[: count // 6]] = -1
    return Clouds(features.astype(np.float32), truth, labels, np.arange(count) // 2)


@pytest.fixture(scope="session")
def some() -> Clouds:
    """Return 240 images of four classes; one label in twelve is wrong."""
    return clouds()
