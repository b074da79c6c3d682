"""Faults of an SEM picture: focus, astigmatism, drift, scan jitter, charging, dose.

Lengths are in parts of the image's edge, so that a strength means the same at every size.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from trainer.augment.drawing import as_uint8, uniform
from trainer.augment.geometry import sampled

LARGEST_BLUR = 0.007  # of the edge: 3 pixels of 448
ROUNDEST_ASTIGMATISM = 0.3  # shorter by longer axis of the probe
LARGEST_DRIFT = 0.06  # of the edge, during one frame
LARGEST_JITTER = 0.006  # of the edge
LARGEST_CHARGE = 0.5  # of what a bright feature exceeds its surroundings by
CHARGE_LENGTH = 0.12  # of the edge: how far a streak reaches along the line
LARGEST_BANDING = 0.15  # of the grey value
FEWEST_ELECTRONS = 16.0  # in a white pixel: a signal-to-noise ratio of 4


def defocus(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Blur by a round Gaussian with a deviation of up to 0.7 % of the edge × strength.

    A probe out of focus is a disc that aberrations smooth towards a Gaussian (Goldstein et al. 2018, ch. 3).
    """
    deviation = LARGEST_BLUR * strength * images.shape[-1] * uniform(len(images), 0, 1, generator)
    return _blurred(images, deviation, deviation, torch.zeros_like(deviation))


def astigmatism(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Blur by a Gaussian drawn out in one direction, up to 0.7 % of the edge × strength along it.

    The probe of a column with uncorrected stigmators is an ellipse away from the best focus (Goldstein et
    al. 2018, ch. 3).
    """
    along = LARGEST_BLUR * strength * images.shape[-1] * uniform(len(images), 0, 1, generator)
    across = along * uniform(len(images), 0, ROUNDEST_ASTIGMATISM, generator)
    return _blurred(images, along, across, torch.pi * uniform(len(images), 0, 1, generator))


def drift(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Let the specimen move evenly while the frame is scanned, by up to 6 % of the edge × strength.

    Lines are shifted and rows stretched or squeezed the more the later they are scanned (Cizmar, Vladár and
    Postek, Microscopy and Microanalysis 17, 2011, 302).
    """
    grid = _places(images)
    time = torch.linspace(0, 1, images.shape[-1], device=images.device)[None, :, None]
    for axis in (0, 1):
        grid[..., axis] += 2 * LARGEST_DRIFT * strength * _per_image(images, -1, 1, generator) * (time - 0.5)
    return sampled(images, grid)


def scan_jitter(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Shift each line by itself, by up to 0.6 % of the edge × strength: vibration and stray fields.

    Half of it is a wave, as from mains or a pump, half is different in every line (Jones and Nellist,
    Microscopy and Microanalysis 19, 2013, 1050).
    """
    rows = images.shape[-1]
    reach = 2 * LARGEST_JITTER * strength * _per_image(images, 0, 1, generator)
    row = torch.arange(rows, device=images.device)[None, :, None]
    cycles = _per_image(images, 2, rows / 8, generator)
    phase = 2 * torch.pi * (cycles * row / rows + _per_image(images, 0, 1, generator))
    alone = torch.rand((len(images), rows, 1), generator=generator, device=generator.device) * 2 - 1
    grid = _places(images)
    grid[..., 0] += reach * (phase.sin() + alone) / 2
    return sampled(images, grid)


def charging(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Draw streaks after bright features along the scan line, bright or dark, and bands of brightness.

    The charge that a feature took up decays while the beam moves on, and changes the yield of what comes
    next; slow recharging shows as bands (Postek and Vladár, Scanning 37, 2015, 336).
    """
    values = images.float()
    excess = (values - values.mean(dim=(1, 2), keepdim=True)).clamp(min=0)
    charge = LARGEST_CHARGE * strength * _per_image(images, -1, 1, generator)
    streaks = charge * _trailing(excess)
    knots = torch.rand((len(images), 1, 8), generator=generator, device=generator.device) * 2 - 1
    bands = nn.functional.interpolate(knots, size=images.shape[-1], mode="linear", align_corners=True)
    gain = 1 + LARGEST_BANDING * strength * bands.transpose(1, 2)
    return as_uint8((values + streaks) * gain)


def shot_noise(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Count electrons: Poisson noise as of 16 electrons in a white pixel at strength 1, 16 / strength² else.

    Sixteen give a signal-to-noise ratio of 4, just below the 5 that Rose's criterion asks for (Goldstein
    et al. 2018, ch. 5): a very fast scan. Each image has a strength of its own, up to the one given.
    """
    own = (strength * _per_image(images, 0, 1, generator)).clamp(min=1e-3)
    white = FEWEST_ELECTRONS / own**2
    counts = torch.poisson(images.float() / 255 * white, generator=generator)
    return as_uint8(counts / white * 255)


def _blurred(images: Tensor, along: Tensor, across: Tensor, angle: Tensor) -> Tensor:
    """Convolve each image with an elliptical Gaussian of its own; deviations in pixels, angle in radians."""
    reach = max(1, int(torch.ceil(3 * along.max())))
    offsets = torch.arange(-reach, reach + 1, device=images.device, dtype=torch.float32)
    y, x = torch.meshgrid(offsets, offsets, indexing="ij")
    cosine, sine = angle.cos()[:, None, None], angle.sin()[:, None, None]
    # No deviation below a fifth of a pixel: narrower is a point on this grid, and nothing divides by zero.
    length, width = (d.clamp(min=0.2)[:, None, None] for d in (along, across))
    exponent = ((x * cosine + y * sine) / length) ** 2 + ((y * cosine - x * sine) / width) ** 2
    kernels = torch.exp(-exponent / 2)
    kernels = kernels / kernels.sum(dim=(1, 2), keepdim=True)
    padded = nn.functional.pad(images[None].float(), (reach,) * 4, mode="reflect")
    return as_uint8(nn.functional.conv2d(padded, kernels[:, None], groups=len(images))[0])


def _trailing(values: Tensor) -> Tensor:
    """Average what lies before each pixel on its line, the nearer the more (exponentially)."""
    length = max(2, round(CHARGE_LENGTH * values.shape[-1]))
    decay = torch.exp(-torch.arange(length, 0, -1, device=values.device) / (length / 3))
    padded = nn.functional.pad(values.flatten(0, 1)[:, None], (length, 0))[..., :-1]
    lines = nn.functional.conv1d(padded, (decay / decay.sum())[None, None])
    return lines.reshape_as(values)


def _places(images: Tensor) -> Tensor:
    """Return where each pixel lies: (N, E, E, 2), x and y from -1 to 1."""
    edge = images.shape[-1]
    middle = (torch.arange(edge, device=images.device) + 0.5) * 2 / edge - 1
    y, x = torch.meshgrid(middle, middle, indexing="ij")
    return torch.stack([x, y], dim=-1).repeat(len(images), 1, 1, 1)


def _per_image(images: Tensor, low: float, high: float, generator: torch.Generator) -> Tensor:
    """Draw one number for each image: (N, 1, 1)."""
    return uniform(len(images), low, high, generator)[:, None, None]
