"""From height and material to the secondary-electron signal.

The yield grows with the slope of the surface, about as 1/cos of the angle of incidence (Reimer, Scanning
Electron Microscopy, ch. 4), more near edges, where electrons also leave through the side, and less in
crevices, where the detector's field does not reach.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from semgui.sample.fields import Field, Rng, smooth
from semgui.sample.scene import Scene


@dataclass(frozen=True, slots=True)
class Look:
    """How a detector sees relief.

    Parameters
    ----------
    tilt
        Exponent of the 1/cos law; 0 for a pure material contrast.
    edge, edge_width
        Strength of the brightening along upper edges, and its width in pixels.
    shadow, shadow_width
        How dark crevices are, and from which width on (pixels).
    side, side_angle
        Share of the signal that depends on the direction of the slope (a detector at one side), and where
        that detector is (radians, 0: right).
    material
        Exponent of the material's own brightness.
    """

    tilt: float = 0.8
    edge: float = 0.5
    edge_width: float = 2.0
    shadow: float = 0.6
    shadow_width: float = 14.0
    side: float = 0.25
    side_angle: float = -1.6
    material: float = 1.0


def random_look(rng: Rng, size: float) -> Look:
    """Return one of the looks seen in practice: in-lens, Everhart–Thornley, or backscatter.

    Parameters
    ----------
    size
        Edge of the picture in pixels; widths are shares of it.
    """
    side_angle = float(rng.choice([-math.pi / 2, math.pi, 0.0], p=[0.6, 0.2, 0.2]) + rng.normal(0, 0.3))
    width = float(size * rng.uniform(0.002, 0.006))
    far = float(size * rng.uniform(0.012, 0.04))
    kind = rng.choice(["chamber", "inlens", "backscatter"], p=[0.58, 0.3, 0.12])
    if kind == "chamber":
        return Look(
            rng.uniform(0.5, 1.1),
            rng.uniform(0.15, 0.6),
            width,
            rng.uniform(0.35, 1.0),
            far,
            rng.uniform(0.25, 0.75),
            side_angle,
        )
    if kind == "inlens":
        return Look(
            rng.uniform(0.6, 1.3),
            rng.uniform(0.4, 1.1),
            width,
            rng.uniform(0.2, 0.9),
            far,
            rng.uniform(0, 0.12),
            side_angle,
        )
    return Look(
        rng.uniform(0.1, 0.4),
        rng.uniform(0.0, 0.2),
        width,
        rng.uniform(0.5, 1.1),
        far,
        rng.uniform(0.3, 0.8),
        side_angle,
        1.9,
    )


def _gentler(field: Field, axis: int) -> Field:
    """Slope along an axis, the smaller of both one-sided ones: a body's outline is not a slope."""
    step = np.diff(field, axis=axis)
    pad = [(0, 0), (0, 0)]
    pad[axis] = (1, 0)
    before = np.pad(step, pad, mode="edge")
    pad[axis] = (0, 1)
    after = np.pad(step, pad, mode="edge")
    gentle = np.where(np.abs(before) < np.abs(after), before, after)
    central = (before + after) / 2
    return np.asarray(0.75 * gentle + 0.25 * np.clip(central, -4, 4), dtype=np.float32)


def shade(scene: Scene, look: Look) -> Field:
    """Return the signal (H, W), about 1 on a level substrate, without noise or blur."""
    relief = np.float32(scene.relief)
    z = scene.z
    slope_y, slope_x = _gentler(z, 0) * relief, _gentler(z, 1) * relief
    steep = np.sqrt(1 + slope_y * slope_y + slope_x * slope_x)
    signal = np.minimum(steep, 4.0) ** np.float32(look.tilt)
    if look.side > 0:
        towards = (
            slope_x * np.float32(math.cos(look.side_angle)) + slope_y * np.float32(math.sin(look.side_angle))
        ) / steep
        signal = signal * (1 - np.float32(look.side) * towards)
    near = (z - smooth(z, look.edge_width)) * relief
    signal = signal + np.float32(look.edge) * np.tanh(np.maximum(near, 0) / np.float32(look.edge_width))
    dark = np.tanh(np.maximum(-near, 0) / np.float32(look.edge_width)) * np.float32(0.5)
    for width in (look.shadow_width, 3.5 * look.shadow_width):
        hollow = np.maximum(smooth(z, width) - z, 0) * relief
        dark = dark + hollow / (hollow + np.float32(width))
    signal = signal * np.exp(-np.float32(look.shadow) * dark)
    return np.asarray(signal * scene.albedo ** np.float32(look.material), dtype=np.float32)


def defocused(signal: Field, scene: Scene) -> Field:
    """Blur what lies away from the height in focus."""
    if scene.focus is None:
        return signal
    away = np.abs(scene.z - np.float32(scene.focus)) / np.float32(max(scene.depth_of_field, 1.0))
    away = smooth(np.minimum(away, 4).astype(np.float32), 3.0)
    for sigma, start in ((1.5, 0.5), (4.0, 1.2), (9.0, 2.2)):
        share = np.clip(away / np.float32(start) - 1, 0, 1)
        if float(share.max()) > 0.02:
            signal = signal * (1 - share) + smooth(signal, sigma) * share
    return signal
