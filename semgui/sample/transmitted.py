"""Grey pictures that are no scanning electron micrographs: what is seen *through* the specimen.

Here the background is the bright part and matter is dark: thickness absorbs, overlaps get darker, edges do
not glow. That is what tells transmission pictures from those of an SEM, where slopes and edges are bright.
"""

from __future__ import annotations

import math

import numpy as np

from semgui.sample.fields import (
    Field,
    Rng,
    Shape,
    axes,
    cellular,
    fractal,
    noise,
    smooth,
    turned_axes,
    unit_range,
)


def _grainy(level: Field, rng: Rng) -> Field:
    """Add the shot noise of a camera."""
    level = smooth(level.astype(np.float32), rng.uniform(0.5, 1.2))
    grain = np.float32(rng.uniform(0.01, 0.06)) * rng.standard_normal(level.shape, dtype=np.float32)
    return np.clip(level + grain, 0, 1)


def _outline(shape: Shape, rng: Rng, radius: float) -> Field:
    """Distance inside (positive) of one irregular, rounded or faceted body somewhere in the picture."""
    y, x = axes(shape)
    y, x = y - np.float32(rng.uniform(0, shape[0])), x - np.float32(rng.uniform(0, shape[1]))
    if rng.random() < 0.5:
        angle = np.arctan2(y, x)
        waves = sum(
            np.float32(rng.uniform(0, 0.16) / k) * np.sin(k * angle + np.float32(rng.uniform(0, 6.3)))
            for k in (2, 3, 4, 5)
        )
        return np.asarray(np.float32(radius) * (1 + waves) - np.hypot(y, x), dtype=np.float32)
    sides, turn = int(rng.integers(4, 8)), rng.uniform(0, 6.3)
    inside = np.full(shape, np.inf, dtype=np.float32)
    for k in range(sides):
        a = turn + 2 * math.pi * k / sides
        facet = np.float32(radius * rng.uniform(0.6, 1.1)) - (
            np.float32(math.cos(a)) * x + np.float32(math.sin(a)) * y
        )
        inside = np.minimum(inside, facet)
    return inside


def crystallites(rng: Rng, shape: Shape) -> Field:
    """TEM: translucent grains over each other, some dark by diffraction, with dark dots of metal on them."""
    side = math.sqrt(shape[0] * shape[1])
    level = np.full(shape, rng.uniform(0.65, 0.92), dtype=np.float32)
    radius = side * rng.uniform(0.04, 0.16)
    for _ in range(int(rng.integers(6, 40))):
        inside = _outline(shape, rng, radius * float(rng.lognormal(0, 0.3)))
        strength = rng.uniform(0.5, 0.8) if rng.random() < 0.15 else rng.uniform(0.08, 0.35)
        body = np.clip(inside / 1.5, 0, 1)
        rim = np.exp(-((inside / np.float32(1.5)) ** 2))
        level = level * (1 - np.float32(strength) * body - np.float32(0.1) * rim)
    y, x = axes(shape)
    for _ in range(int(rng.integers(0, 50))):
        cy, cx = rng.uniform(0, shape[0]), rng.uniform(0, shape[1])
        r = side * rng.uniform(0.006, 0.03)
        dot = np.clip((r - np.hypot(y - np.float32(cy), x - np.float32(cx))) / 1.5, 0, 1)
        level = level * (1 - np.float32(rng.uniform(0.3, 0.6)) * dot)
    return _grainy(level, rng)


def stained(rng: Rng, shape: Shape) -> Field:
    """TEM: soft rings and discs of molecules or vesicles in a mottled, low-contrast stain."""
    y, x = axes(shape)
    side = math.sqrt(shape[0] * shape[1])
    level = (
        0.6 + np.float32(0.05) * fractal(shape, rng, side * 0.2, 4) + np.float32(0.04) * noise(shape, rng, 3)
    )
    radius = side * rng.uniform(0.02, 0.06)
    for _ in range(int(rng.integers(10, 80))):
        gap = np.hypot(y - np.float32(rng.uniform(0, shape[0])), x - np.float32(rng.uniform(0, shape[1])))
        r = np.float32(radius * rng.uniform(0.7, 1.3))
        level = level - np.float32(rng.uniform(0.08, 0.25)) * np.exp(-((gap / r) ** 2))
        if rng.random() < 0.6:
            level = level + np.float32(0.15) * np.exp(-(((gap - r) / (0.25 * r)) ** 2))
    return _grainy(level, rng)


def atoms(rng: Rng, shape: Shape) -> Field:
    """High-resolution TEM: lattice fringes in patches, on amorphous speckle."""
    side = math.sqrt(shape[0] * shape[1])
    patches = cellular(shape, rng, side * rng.uniform(0.25, 0.8), bend=0.2)
    strength = patches.values(rng.uniform(0, 1, patches.count).astype(np.float32))
    pitch = side * rng.uniform(0.012, 0.03)
    fringes = np.zeros(shape, dtype=np.float32)
    angle = rng.uniform(0, math.pi)
    for k in range(int(rng.integers(1, 4))):
        _, across = turned_axes(shape, angle + k * math.pi / 3)
        fringes += np.cos(2 * math.pi * across / np.float32(pitch))
    level = (
        0.5 + np.float32(0.12) * strength * fringes + np.float32(0.1) * noise(shape, rng, max(1.5, pitch / 3))
    )
    return _grainy(level, rng)


def diffraction(rng: Rng, shape: Shape) -> Field:
    """Selected-area diffraction: spots or rings round a glaring centre, on black or printed as negative."""
    y, x = axes(shape)
    y, x = y - np.float32(shape[0] / 2), x - np.float32(shape[1] / 2)
    radius = np.hypot(y, x)
    side = math.sqrt(shape[0] * shape[1])
    level = np.exp(-radius / np.float32(side * 0.12)) + np.exp(-((radius / np.float32(side * 0.03)) ** 2))
    step, width = side * rng.uniform(0.06, 0.14), side * rng.uniform(0.005, 0.012)
    if rng.random() < 0.5:
        for k in range(1, 6):
            ring = np.exp(-(((radius - np.float32(step * math.sqrt(k + 2))) / np.float32(width)) ** 2))
            level += np.float32(rng.uniform(0.1, 0.6)) * ring
    else:
        angle, slant = rng.uniform(0, math.pi), rng.uniform(0.9, 1.6)
        for i in range(-5, 6):
            for j in range(-5, 6):
                cy = step * (i * math.cos(angle) + j * math.cos(angle + slant))
                cx = step * (i * math.sin(angle) + j * math.sin(angle + slant))
                fade = math.exp(-math.hypot(cy, cx) / (0.3 * side)) * rng.uniform(0.5, 1)
                spot = ((y - np.float32(cy)) ** 2 + (x - np.float32(cx)) ** 2) / np.float32(width**2)
                level += np.float32(fade) * np.exp(-spot)
    level = np.clip(level, 0, 1)
    return _grainy(1 - level if rng.random() < 0.4 else level, rng)


def phase_contrast(rng: Rng, shape: Shape) -> Field:
    """Living cells in bright field or phase contrast: faint bodies with a dark line and a light halo."""
    side = math.sqrt(shape[0] * shape[1])
    level = 0.62 + np.float32(0.03) * fractal(shape, rng, side * 0.4, 3)
    for _ in range(int(rng.integers(3, 25))):
        inside = _outline(shape, rng, side * rng.uniform(0.04, 0.18)) / np.float32(side * 0.008)
        level = (
            level - np.float32(0.2) * np.exp(-(inside**2)) + np.float32(0.15) * np.exp(-((inside + 2) ** 2))
        )
        level = level - np.float32(rng.uniform(0, 0.12)) * np.clip(inside, 0, 1)
    specks = np.clip(noise(shape, rng, side * 0.008) - 2.2, 0, 1)
    return _grainy(level - np.float32(0.4) * specks, rng)


def silhouettes(rng: Rng, shape: Shape) -> Field:
    """Light microscope: opaque bodies, black against an evenly lit field."""
    side = math.sqrt(shape[0] * shape[1])
    level = np.float32(rng.uniform(0.7, 0.95)) - np.float32(0.08) * unit_range(noise(shape, rng, side * 0.6))
    for _ in range(int(rng.integers(1, 40))):
        inside = _outline(shape, rng, side * float(rng.lognormal(math.log(0.03), 0.7)))
        level = level * (1 - np.float32(rng.uniform(0.5, 0.95)) * np.clip(inside / 2, 0, 1))
    return _grainy(level, rng)


KINDS = {f.__name__: f for f in (crystallites, stained, atoms, diffraction, phase_contrast, silhouettes)}
