"""Changed copies of canonical images: what an SEM image may undergo and stay the same thing.

NumPy and Pillow only; a copy depends on the generator alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from pydantic import BaseModel, ConfigDict, Field

Picture = NDArray[np.uint8]


class AugmentParams(BaseModel):
    """How copies are changed.

    Parameters
    ----------
    copies
        Changed copies of each training image, beside the image itself.
    flip
        Mirror left-right and top-bottom at random.
    quarter_turns
        Turn by a random multiple of 90°.
    smallest_window
        Smallest edge of the random square window that a copy shows, as a fraction of the image's edge.
    gamma
        Grey values are raised to a power between 1/gamma and gamma.
    contrast
        Contrast is multiplied by 1 ± this, brightness shifted by ± half of it.
    blur
        Largest Gaussian blur, in pixels of the canonical image.
    noise
        Largest standard deviation of added noise, in grey values of 0 to 255.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    copies: int = Field(default=0, ge=0)
    flip: bool = True
    quarter_turns: bool = True
    smallest_window: float = Field(default=0.6, gt=0, le=1)
    gamma: float = Field(default=1.4, ge=1)
    contrast: float = Field(default=0.25, ge=0, lt=1)
    blur: float = Field(default=1.2, ge=0)
    noise: float = Field(default=12.0, ge=0)


def augmented(image: Picture, params: AugmentParams, generator: np.random.Generator) -> Picture:
    """Return a changed copy of a canonical image (E, E) uint8."""
    return _exposed(_placed(image, params, generator), params, generator)


def _placed(image: Picture, params: AugmentParams, generator: np.random.Generator) -> Picture:
    """Mirror, turn and zoom."""
    edge = image.shape[0]
    size = max(1, round(edge * generator.uniform(params.smallest_window, 1)))
    top, left = generator.integers(0, edge - size + 1, 2)
    mirror_rows, mirror_columns = generator.random(2) < 0.5
    turns = int(generator.integers(0, 4))
    window = image[top : top + size, left : left + size]
    if params.flip:
        window = window[:: -1 if mirror_rows else 1, :: -1 if mirror_columns else 1]
    if params.quarter_turns:
        window = np.rot90(window, turns)
    window = np.ascontiguousarray(window, dtype=np.uint8)
    if size == edge:
        return window
    picture = Image.fromarray(window)
    return np.asarray(picture.resize((edge, edge), Image.Resampling.BICUBIC), dtype=np.uint8)


def _exposed(image: Picture, params: AugmentParams, generator: np.random.Generator) -> Picture:
    """Change what detector and operator change: focus, gamma, contrast, brightness, noise."""
    radius = generator.uniform(0, params.blur)
    if radius > 0.2:
        image = np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(radius)), dtype=np.uint8)
    gamma = params.gamma ** generator.uniform(-1, 1)
    factor = 1 + generator.uniform(-1, 1) * params.contrast
    shift = generator.uniform(-0.5, 0.5) * params.contrast
    grey = np.arange(256) / 255
    table = ((((grey**gamma) - 0.5) * factor + 0.5 + shift) * 255).astype(np.float32)
    values: NDArray[np.float32] = np.take(table, image)
    sigma = generator.uniform(0, params.noise)
    values += np.float32(sigma) * generator.standard_normal(image.shape, dtype=np.float32)
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
