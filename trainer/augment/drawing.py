"""Random numbers for augmentation: one generator decides everything."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def seeded(*numbers: int) -> torch.Generator:
    """Return a generator whose stream depends on all of the numbers, for instance seed, epoch and step."""
    generator = torch.Generator()
    # torch seeds of neighbouring integers give streams that are alike at first; SeedSequence mixes them.
    generator.manual_seed(int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> 1))
    return generator


def uniform(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    """Draw (count,) float32 numbers between `low` and `high`, on the generator's device."""
    return torch.rand(count, generator=generator, device=generator.device) * (high - low) + low


def chosen(count: int, share: float, generator: torch.Generator) -> Tensor:
    """Draw which of `count` items are visited, (count,) bool, each with the probability `share`."""
    return torch.rand(count, generator=generator, device=generator.device) < share


def as_uint8(values: Tensor) -> Tensor:
    """Round and clip float grey values of 0 to 255."""
    return values.round_().clamp_(0, 255).to(torch.uint8)
