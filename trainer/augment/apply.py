"""All changes together, in the order in which they happen in a microscope."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

import trainer._torchvision_guard  # noqa: F401  before what imports torchvision
from trainer.augment.beam import astigmatism, charging, defocus, drift, scan_jitter, shot_noise
from trainer.augment.drawing import chosen, seeded
from trainer.augment.exposure import brightness, contrast, gamma
from trainer.augment.geometry import WARPS, flips, quarter_turns, warped
from trainer.augment.params import FAULTS, AugmentParams

Change = Callable[[Tensor, float, torch.Generator], Tensor]

# Specimen, column, scan, detector, operator.
PIXEL_CHANGES: dict[str, Change] = {
    "flip": flips,
    "quarter_turns": quarter_turns,
    "defocus": defocus,
    "astigmatism": astigmatism,
    "drift": drift,
    "scan_jitter": scan_jitter,
    "charging": charging,
    "shot_noise": shot_noise,
    "brightness": brightness,
    "contrast": contrast,
    "gamma": gamma,
}


def augmented(images: Tensor, params: AugmentParams, generator: torch.Generator) -> Tensor:
    """Return changed copies of canonical images.

    Parameters
    ----------
    images
        (N, E, E) uint8; left alone.
    params
        How.
    generator
        On the images' device; decides everything (`trainer.augment.drawing.seeded`).

    Returns
    -------
    Tensor
        (N, E, E) uint8.
    """
    if images.dtype != torch.uint8 or images.ndim != 3 or images.shape[1] != images.shape[2]:
        raise ValueError(f"uint8 images (N, E, E) are wanted, not {images.dtype} {tuple(images.shape)}")
    out = _framed(images, params, generator)
    for name, change in PIXEL_CHANGES.items():
        strength = params.strength(name)
        if not strength:
            continue
        if name not in FAULTS:
            out = change(out, strength, generator)
            continue
        visited = chosen(len(out), params.fault_share, generator)
        if visited.any():
            out[visited] = change(out[visited], strength, generator)
    return out


def augmented_copy(image: NDArray[np.uint8], params: AugmentParams, *seeds: int) -> NDArray[np.uint8]:
    """Return one changed copy of a canonical image (E, E); the seeds alone decide which."""
    copy = augmented(torch.from_numpy(np.array(image))[None], params, seeded(*seeds))
    return np.asarray(copy[0].numpy(), np.uint8)


def preview(image: NDArray[np.uint8], params: AugmentParams, count: int, seed: int) -> NDArray[np.uint8]:
    """Show what training will see of an image.

    Parameters
    ----------
    image
        (E, E) uint8, canonical.
    params
        How it is changed.
    count
        Number of copies.
    seed
        Decides which.

    Returns
    -------
    (count, E, E) uint8
    """
    images = torch.from_numpy(np.array(image)).repeat(count, 1, 1)
    return np.asarray(augmented(images, params, seeded(seed)).numpy(), np.uint8)


def _framed(images: Tensor, params: AugmentParams, generator: torch.Generator) -> Tensor:
    """Rotate, shift, shear, zoom in one resampling; a copy if there is nothing to do."""
    matrices = None
    for name, draw in WARPS.items():
        if strength := params.strength(name):
            drawn = draw(len(images), strength, generator)
            matrices = drawn if matrices is None else matrices @ drawn
    return images.clone() if matrices is None else warped(images, matrices)
