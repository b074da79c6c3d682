"""Look at a height map from the side."""

from __future__ import annotations

import math

import numpy as np

from semgui.sample.fields import Field, Shape
from semgui.sample.scene import Scene


def tilted(scene: Scene, angle: float, shape: Shape) -> Scene:
    """Look at a height map from the side: the same specimen on a tilted stage.

    Parallel projection; what nearer parts hide is hidden. The new height is the nearness to the viewer, so
    that shading needs to know nothing of the tilt.

    Parameters
    ----------
    angle
        Stage tilt in radians; the lower edge of the picture comes nearer.
    shape
        Of the result. `source_shape` says how large the scene must be to fill it.
    """
    rows, columns = scene.shape
    cosine, sine = math.cos(angle), math.sin(angle)
    y = np.arange(rows, dtype=np.float32)[:, None]
    screen = y * np.float32(cosine) - scene.z * np.float32(sine)
    visible = np.minimum.accumulate(screen[::-1], axis=0)[::-1]
    start = (rows * cosine - shape[0]) / 2 if rows * cosine > shape[0] else 0.0
    wanted = np.arange(shape[0], dtype=np.float32) + np.float32(start)
    rank = np.arange(rows, dtype=np.float32)
    left = max(0, (columns - shape[1]) // 2)
    source = np.stack([np.interp(wanted, visible[:, k], rank) for k in range(left, left + shape[1])], axis=1)
    row = np.clip(source.astype(np.intp), 0, rows - 2)
    part = np.clip(source - row, 0, 1).astype(np.float32)
    column = np.arange(left, left + shape[1])[None, :]

    def at(values: Field) -> Field:
        return np.asarray(values[row, column] * (1 - part) + values[row + 1, column] * part, dtype=np.float32)

    height = at(scene.z) * np.float32(cosine) + source.astype(np.float32) * np.float32(sine)
    return Scene(height, at(scene.albedo), scene.relief, scene.focus, scene.depth_of_field)


def source_shape(shape: Shape, angle: float, tallest: float = 0.0) -> Shape:
    """Size of the height map that fills `shape` when seen under `angle`."""
    return (math.ceil((shape[0] + 2 * tallest * math.sin(angle)) / math.cos(angle)) + 2, shape[1])
