"""Does a heatmap point at what the class depends on? A deletion test.

The strongest parts of a map are blurred away, and the drop of the class's log-probability is read (Samek et
al. 2017, "Evaluating the visualization of what a deep neural network has learned"). Blurred rather than
blacked out: a black hole is itself something the network has never seen (Rong et al. 2022, ROAD).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from trainer.models import Model

Map = NDArray[np.float32]

FRACTIONS = (0.1, 0.2, 0.4)


def drop(model: Model, canonical: NDArray[np.uint8], heat: Map, target: int) -> float:
    """Return how far the log-probability of `target` falls, averaged over the fractions deleted."""
    blurred = np.asarray(Image.fromarray(canonical).filter(ImageFilter.GaussianBlur(canonical.shape[0] / 16)))
    order = np.argsort(-heat, axis=None, kind="stable")
    batch = [canonical]
    for fraction in FRACTIONS:
        without = canonical.copy().ravel()
        where = order[: round(fraction * heat.size)]
        without[where] = blurred.ravel()[where]
        batch.append(without.reshape(canonical.shape))
    logits = model.forward(torch.from_numpy(np.stack(batch))).logits
    after = torch.log_softmax(logits / model.card.temperature, dim=1)[:, target].numpy()
    return float(after[0] - after[1:].mean())


def random_maps(edge: int, count: int, seed: int) -> list[Map]:
    """Return maps drawn by lot, as smooth as the network's own: single pixels would be too easy to beat."""
    generator = np.random.default_rng(seed)
    coarse = generator.random((count, 7, 7), dtype=np.float32)
    return [np.asarray(Image.fromarray(m).resize((edge, edge), Image.Resampling.BICUBIC)) for m in coarse]


def centre_map(edge: int) -> Map:
    """Return a bell in the middle, where most pictures have their subject."""
    axis = np.linspace(-1, 1, edge, dtype=np.float32)
    return np.exp(-(axis[:, None] ** 2 + axis[None, :] ** 2) / 0.5)


def compare(
    model: Model, pictures: Sequence[tuple[NDArray[np.uint8], Map, int]]
) -> dict[str, NDArray[np.float64]]:
    """Return the drop of each picture under its own map, random ones (mean of three) and the bell."""
    edge = model.card.preprocess.edge
    drops: dict[str, list[float]] = {"map": [], "random": [], "centre": []}
    for number, (canonical, heat, target) in enumerate(pictures):
        drops["map"].append(drop(model, canonical, heat, target))
        by_lot = [drop(model, canonical, m, target) for m in random_maps(edge, 3, seed=number)]
        drops["random"].append(float(np.mean(by_lot)))
        drops["centre"].append(drop(model, canonical, centre_map(edge), target))
    return {name: np.array(values) for name, values in drops.items()}
