"""Pictures that are no scanning electron micrographs: what a novelty score must push to the top."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from semgui.sample.fields import Field, Rng, Shape, axes, cellular, fractal, noise, smooth, unit_range

Colour = npt.NDArray[np.uint8]


def _rgb(red: Field, green: Field, blue: Field) -> Colour:
    return np.clip(np.stack([red, green, blue], axis=-1) * 255, 0, 255).astype(np.uint8)


def transmission(rng: Rng, shape: Shape) -> Colour:
    """TEM: dark, flat discs on a bright, faintly mottled film; no shading by slope."""
    y, x = axes(shape)
    level = (
        0.78
        + np.float32(0.03) * noise(shape, rng, 3)
        + np.float32(0.03) * fractal(shape, rng, shape[1] / 4, 3)
    )
    side = math.sqrt(shape[0] * shape[1])
    r = side * rng.uniform(0.012, 0.06)
    for _ in range(int(rng.integers(8, 70))):
        cy, cx, size = rng.uniform(0, shape[0]), rng.uniform(0, shape[1]), r * float(rng.lognormal(0, 0.25))
        gap = np.hypot(y - np.float32(cy), x - np.float32(cx))
        level = level * (1 - np.float32(rng.uniform(0.3, 0.7)) * np.clip((size - gap) / 1.5, 0, 1))
    level = smooth(level.astype(np.float32), 0.8) + np.float32(0.03) * rng.standard_normal(
        shape, dtype=np.float32
    )
    return _rgb(level, level, level)


def optical(rng: Rng, shape: Shape) -> Colour:
    """Stained section or etched metal under a light microscope, in colour."""
    side = math.sqrt(shape[0] * shape[1])
    cells = cellular(shape, rng, side * rng.uniform(0.05, 0.15), jitter=0.9, bend=0.1)
    tint = cells.values(rng.normal(0, 0.08, cells.count).astype(np.float32))
    wall = np.exp(-cells.border / np.float32(side * 0.004))
    nucleus = np.clip((np.float32(side * 0.016) - cells.nearest) / 2, 0, 1)
    hue = rng.uniform(-0.1, 0.1, 3)
    red = 0.88 + hue[0] + tint - 0.25 * wall - 0.5 * nucleus
    green = 0.68 + hue[1] + tint - 0.35 * wall - 0.55 * nucleus
    blue = 0.78 + hue[2] + tint - 0.15 * wall - 0.2 * nucleus
    return _rgb(*(smooth(c.astype(np.float32), 1.2) for c in (red, green, blue)))


def fluorescence(rng: Rng, shape: Shape) -> Colour:
    """Glowing cells on black in one or two colours."""
    y, x = axes(shape)
    side = math.sqrt(shape[0] * shape[1])
    body, core = (np.zeros(shape, dtype=np.float32) for _ in range(2))
    for _ in range(int(rng.integers(4, 30))):
        cy, cx, r = rng.uniform(0, shape[0]), rng.uniform(0, shape[1]), side * rng.uniform(0.03, 0.09)
        gap = np.hypot((y - np.float32(cy)) * np.float32(rng.uniform(0.6, 1.4)), x - np.float32(cx))
        body += np.float32(rng.uniform(0.4, 0.9)) * np.exp(-((gap / np.float32(r)) ** 4))
        core += np.exp(-((gap / np.float32(0.4 * r)) ** 4))
    body *= 0.6 + 0.4 * unit_range(fractal(shape, rng, side * 0.02, 3))
    haze = np.float32(0.02) * rng.standard_normal(shape, dtype=np.float32) + smooth(
        body, side * 0.02
    ) * np.float32(0.3)
    channels = [haze, body + haze, 0.9 * core + haze]
    order = rng.permutation(3)
    return _rgb(*(channels[k] for k in order))


def force_map(rng: Rng, shape: Shape) -> Colour:
    """AFM: false-colour height map with scan lines."""
    height = fractal(shape, rng, math.sqrt(shape[0] * shape[1]) * rng.uniform(0.03, 0.15), 5)
    height = height + np.float32(0.12) * rng.standard_normal((shape[0], 1), dtype=np.float32)
    level = unit_range(height)
    return _rgb(
        np.minimum(1.0, 0.25 + 1.1 * level),
        np.clip(1.3 * level - 0.15, 0, 1),
        np.clip(1.6 * level - 0.75, 0, 1),
    )


KINDS = {f.__name__: f for f in (transmission, optical, fluorescence, force_map)}
