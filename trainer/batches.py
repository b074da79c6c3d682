"""Batches of canonical images from ``pixels.bin``: in which order, which changes, and read ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainer.augment.apply import augmented
from trainer.augment.drawing import seeded
from trainer.augment.params import CHANGES
from trainer.config import RunConfig
from trainer.finetune_config import Balance
from trainer.group_weights import group_weights
from trainer.models import as_grey
from trainer.run_folder import ManifestRow, PixelCache, SplitName

_AHEAD = 2
_ORDER, _CHANGES, _MIXTURE = range(3)  # streams of random numbers that must not be alike


@dataclass(frozen=True, slots=True)
class ImageSet:
    """Labelled images of one split.

    Parameters
    ----------
    rows
        Their lines of the manifest.
    labels
        (N,) class indices.
    weights
        (N,) how much each counts in the loss.
    chances
        (N,) how often each comes beside the others of its class where images are drawn; mean 1 in a class.
    pixels
        Where they are.
    """

    rows: tuple[ManifestRow, ...]
    labels: NDArray[np.int64]
    weights: NDArray[np.float64]
    chances: NDArray[np.float64]
    pixels: PixelCache

    def __len__(self) -> int:
        return len(self.rows)

    def images(self, chosen: NDArray[np.int64]) -> Tensor:
        """Read the chosen canonical images: (n, E, E) uint8."""
        if not len(chosen):  # a process's share of the last, small batch
            return torch.zeros((0, self.pixels.edge, self.pixels.edge), dtype=torch.uint8)
        return torch.from_numpy(np.stack([self.pixels.image(self.rows[i]) for i in chosen]))


@dataclass(frozen=True, slots=True)
class Batch:
    """Images of one step.

    Parameters
    ----------
    chosen
        (n,) which of the set they are.
    images
        (n, E, E) float32, grey values in [0, 1], changed and mixed.
    labels, weights
        (n,)
    partners
        (n,) labels of the images mixed in.
    share
        Of the first image in the mixture; 1: not mixed.
    """

    chosen: NDArray[np.int64]
    images: Tensor
    labels: Tensor
    weights: Tensor
    partners: Tensor
    share: float


def image_set(
    config: RunConfig, rows: Sequence[ManifestRow], pixels: PixelCache, split: SplitName
) -> ImageSet:
    """Take the images of a split that have a class."""
    index = {c.id: i for i, c in enumerate(config.classes)}
    own = tuple(row for row in rows if row.split == split and row.class_id is not None)
    labels = np.array([index[row.class_id] for row in own if row.class_id is not None], np.int64)
    weights = np.array([row.weight for row in own], np.float64)
    of_groups = group_weights(labels, [row.group for row in own], config.group_weights)
    if config.finetune.balance is not Balance.SAMPLING:
        weights *= of_groups  # where images are drawn, those of small groups come more often instead
    return ImageSet(own, labels, weights, of_groups, pixels)


def order_of(images: ImageSet, balance: Balance, seed: int, epoch: int) -> NDArray[np.int64]:
    """Return which image comes when in an epoch: each once, or drawn so that classes come equally often."""
    generator = np.random.default_rng((seed, epoch, _ORDER))
    if balance is not Balance.SAMPLING:
        return generator.permutation(len(images))
    counts = np.bincount(images.labels)
    chance = images.chances / counts[images.labels]
    return generator.choice(len(images), len(images), p=chance / chance.sum())


def steps_of(order: NDArray[np.int64], batch_size: int) -> list[NDArray[np.int64]]:
    """Cut an order into batches; the last may be smaller."""
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def ahead(
    images: ImageSet, steps: Sequence[NDArray[np.int64]], config: RunConfig, epoch: int, rank: int
) -> Iterator[Batch]:
    """Yield the batch of every step; the next is read and changed while one is used.

    Parameters
    ----------
    rank
        Of this process among those that train together: each changes its images in its own way.
    """

    def make(step: int) -> Batch:
        return changed_batch(images, steps[step], config, config.seed, epoch, step, rank)

    with ThreadPoolExecutor(1, thread_name_prefix="batches") as pool:
        coming = deque(pool.submit(make, step) for step in range(min(_AHEAD, len(steps))))
        for step in range(len(steps)):
            ready = coming.popleft().result()
            if step + _AHEAD < len(steps):
                coming.append(pool.submit(make, step + _AHEAD))
            yield ready


def changed_batch(images: ImageSet, chosen: NDArray[np.int64], config: RunConfig, *seeds: int) -> Batch:
    """Read, change and mix the images of a step as the configuration says; the seeds alone decide how."""
    pixels = images.images(chosen)
    if len(chosen) and any(config.augment.strength(name) for name in CHANGES):
        pixels = augmented(pixels, config.augment, seeded(*seeds, _CHANGES))
    grey = as_grey(pixels)
    labels, share = torch.from_numpy(images.labels[chosen]), 1.0
    partners = labels
    if config.finetune.mixup > 0:
        generator = np.random.default_rng((*seeds, _MIXTURE))
        share = float(generator.beta(config.finetune.mixup, config.finetune.mixup))
        other = torch.from_numpy(generator.permutation(len(chosen)))
        grey, partners = torch.lerp(grey[other], grey, share), labels[other]
    weights = torch.from_numpy(images.weights[chosen]).float()
    return Batch(chosen, grey, labels, weights, partners, share)
