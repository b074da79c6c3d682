"""Other framing of the specimen: where the beam looks, not what it sees.

Rotation, shift, shear, zoom and magnification are matrices, so that any number of them costs one
resampling (`warped`). Borders are mirrored: torchvision's own affine fills them with a constant, and a
black corner tells a network how far an image was turned.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torchvision.transforms import v2

from trainer.augment.drawing import as_uint8, chosen, uniform

LARGEST_ROTATION = 180.0  # degrees: the stage turns freely, few subjects have an upright position
LARGEST_SHIFT = 0.25  # of the edge
LARGEST_SHEAR = 15.0  # degrees
LARGEST_ZOOM = 2.0  # times
LARGEST_MAGNIFICATION_ERROR = 0.10
LARGEST_ASPECT_ERROR = 0.03


def flips(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Mirror left-right and top-bottom, each with a probability of half the strength.

    Parameters
    ----------
    images
        (N, E, E) uint8, as everywhere in this package.
    """
    out = images.clone()
    for mirror in (v2.functional.horizontal_flip, v2.functional.vertical_flip):
        which = chosen(len(images), strength / 2, generator)
        out[which] = mirror(out[which])
    return out


def quarter_turns(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Turn by a multiple of 90°, by each one with a probability of a quarter of the strength."""
    out = images.clone()
    draws = torch.rand(len(images), generator=generator, device=generator.device)
    for turns in (1, 2, 3):
        which = (draws >= (turns - 1) * strength / 4) & (draws < turns * strength / 4)
        out[which] = torch.rot90(out[which], turns, dims=(1, 2))
    return out


def rotation(count: int, strength: float, generator: torch.Generator) -> Tensor:
    """Draw turns by up to 180° × strength: (count, 3, 3), from places in the result to places in the image.

    Places run from -1 to 1 in x (columns) and y (rows), as in all matrices of this module.
    """
    angle = torch.deg2rad(uniform(count, -1, 1, generator) * LARGEST_ROTATION * strength)
    out = _identities(angle)
    out[:, 0, 0] = out[:, 1, 1] = angle.cos()
    out[:, 0, 1], out[:, 1, 0] = -angle.sin(), angle.sin()
    return out


def shift(count: int, strength: float, generator: torch.Generator) -> Tensor:
    """Draw shifts of the field of view by up to a quarter of its edge × strength, in both directions."""
    x, y = (2 * LARGEST_SHIFT * strength * uniform(count, -1, 1, generator) for _ in range(2))
    out = _identities(x)
    out[:, 0, 2], out[:, 1, 2] = x, y
    return out


def shear(count: int, strength: float, generator: torch.Generator) -> Tensor:
    """Draw shears of up to 15° × strength: scan coils that are not quite orthogonal, a tilted facet."""
    slope = torch.tan(torch.deg2rad(LARGEST_SHEAR * strength * uniform(count, -1, 1, generator)))
    out = _identities(slope)
    out[:, 0, 1] = slope
    return out


def zoom(count: int, strength: float, generator: torch.Generator) -> Tensor:
    """Draw closer framings, up to 2× at strength 1, anywhere within the image (nothing is invented).

    A class that is told by its scale (nanowires from fibres) does not survive much of this; 0.5 at most
    there.
    """
    factor = LARGEST_ZOOM ** (-strength * uniform(count, 0, 1, generator))
    out = _identities(factor)
    out[:, 0, 0] = out[:, 1, 1] = factor
    for axis in (0, 1):
        out[:, axis, 2] = (1 - factor) * uniform(count, -1, 1, generator)
    return out


def magnification(count: int, strength: float, generator: torch.Generator) -> Tensor:
    """Draw errors of the magnification: ±10 % overall and ±3 % between x and y at strength 1.

    That is what instruments may be off by between calibrations (the deviation that ASTM E766 lets a user
    find and mend; Goldstein et al., Scanning Electron Microscopy and X-Ray Microanalysis, 4th ed. 2018,
    ch. 6): honest limits, since more would change what the scale says about the class.
    """
    overall = 1 + LARGEST_MAGNIFICATION_ERROR * strength * uniform(count, -1, 1, generator)
    aspect = 1 + LARGEST_ASPECT_ERROR * strength * uniform(count, -1, 1, generator)
    out = _identities(overall)
    out[:, 0, 0], out[:, 1, 1] = overall * aspect.sqrt(), overall / aspect.sqrt()
    return out


WARPS: dict[str, Callable[[int, float, torch.Generator], Tensor]] = {
    "magnification": magnification,
    "zoom": zoom,
    "shear": shear,
    "rotation": rotation,
    "shift": shift,
}


def warped(images: Tensor, matrices: Tensor) -> Tensor:
    """Resample images (N, E, E) uint8 as matrices (N, 3, 3) say, mirrored beyond the borders."""
    edge = images.shape[-1]
    grid = nn.functional.affine_grid(matrices[:, :2], [len(images), 1, edge, edge], align_corners=False)
    return sampled(images, grid)


def sampled(images: Tensor, grid: Tensor) -> Tensor:
    """Take grey values of (N, E, E) uint8 at places (N, E, E, 2) from -1 to 1, mirrored beyond borders."""
    values = nn.functional.grid_sample(
        images[:, None].float(), grid, mode="bilinear", padding_mode="reflection", align_corners=False
    )
    return as_uint8(values[:, 0])


def _identities(like: Tensor) -> Tensor:
    return torch.eye(3, device=like.device).repeat(len(like), 1, 1)
