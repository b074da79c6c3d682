"""Axes of fibres, wires and needles."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from semgui.sample.fields import Rng, Shape

Curve = npt.NDArray[np.float64]
"""(N, 2) points (y, x), or (N, 3) with a height."""


def wander(
    rng: Rng,
    start: tuple[float, float],
    heading: float,
    length: float,
    curl: float,
    step: float = 6.0,
) -> Curve:
    """Return a smoothly wandering curve (N, 2).

    Parameters
    ----------
    curl
        Standard deviation of the turn over 100 pixels, radians.
    """
    count = max(3, int(length / step))
    turns = rng.standard_normal(count + 8)
    bend = np.convolve(turns, np.hanning(9) / np.hanning(9).sum() * 3, mode="same")[:count]
    angles = heading + np.cumsum(bend) * curl * math.sqrt(step / 100) * 0.6
    y = start[0] + np.cumsum(np.sin(angles)) * step
    x = start[1] + np.cumsum(np.cos(angles)) * step
    return np.stack([y, x], axis=1)


def through(rng: Rng, shape: Shape, heading: float, curl: float, step: float = 6.0) -> Curve:
    """Return a wandering curve that crosses the picture about its heading."""
    length = 2.2 * math.hypot(*shape)
    middle = np.array([rng.uniform(0, shape[0]), rng.uniform(0, shape[1])])
    curve = wander(rng, (0.0, 0.0), heading, length, curl, step)
    return np.asarray(curve - curve[len(curve) // 2] + middle)


def lifted(curve: Curve, z: float | npt.NDArray[np.float64]) -> Curve:
    """Give a flat curve its height."""
    return np.column_stack([curve, np.broadcast_to(np.asarray(z, dtype=float), (len(curve),))])


def capsule(curve: Curve, r: float) -> tuple[Curve, npt.NDArray[np.float64]]:
    """Return a curve (N, 3) resampled and its radii, so that the body ends in hemispheres."""
    steps = np.hypot(np.diff(curve[:, 0]), np.diff(curve[:, 1]))
    length = np.concatenate([[0.0], np.cumsum(steps)])
    total = length[-1]
    ends = r * (1 - np.cos(np.linspace(0, math.pi / 2, 10)))
    middle = np.linspace(r, max(r, total - r), 24)
    s = np.unique(np.clip(np.concatenate([ends, middle, total - ends]), 0, total))
    fine = np.stack([np.interp(s, length, column) for column in curve.T], axis=1)
    near = np.minimum(np.minimum(s, total - s), r)
    return fine, np.sqrt(np.maximum(r * r - (r - near) ** 2, 0.0))


def straight(start: tuple[float, float, float], stop: tuple[float, float, float], points: int = 2) -> Curve:
    """Return a straight axis from one point (y, x, z) to another."""
    return np.linspace(np.asarray(start, dtype=float), np.asarray(stop, dtype=float), points)
