"""Other knobs of the detector: brightness, contrast and gamma, by torchvision's own functions."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torchvision.transforms.v2 import functional

from trainer.augment.drawing import as_uint8, uniform

LARGEST_OFFSET = 0.25  # of the range from black to white
LARGEST_CONTRAST = 2.0  # times
LARGEST_GAMMA = 2.0


def brightness(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Shift all grey values by up to a quarter of the range × strength: the detector's offset.

    An offset, where torchvision's ``adjust_brightness`` multiplies: on an SEM the knob called brightness
    adds, and the one called contrast multiplies.
    """
    offsets = 255 * LARGEST_OFFSET * strength * uniform(len(images), -1, 1, generator)
    return as_uint8(images.float() + offsets[:, None, None])


def contrast(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Multiply the distance from the mean by up to 2 or down to a half at strength 1: the detector's gain."""
    return _each(functional.adjust_contrast, LARGEST_CONTRAST, images, strength, generator)


def gamma(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Raise grey values (0 to 1) to a power between a half and 2 at strength 1."""
    return _each(functional.adjust_gamma, LARGEST_GAMMA, images, strength, generator)


def _each(
    change: Callable[[Tensor, float], Tensor],
    largest: float,
    images: Tensor,
    strength: float,
    generator: torch.Generator,
) -> Tensor:
    """Apply a function of torchvision with a factor of its own to each image, even in the logarithm."""
    factors = largest ** (strength * uniform(len(images), -1, 1, generator))
    pairs = zip(images, factors.tolist(), strict=True)
    return torch.stack([change(image[None], factor)[0] for image, factor in pairs])
