"""Random and regular fields on a pixel grid: the raw matter of every drawn specimen.

All fields are float32 arrays of shape (H, W); lengths are in pixels. Smooth fields are made on a coarse grid
and enlarged by Pillow, which is several times faster than filtering at full size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

Field = npt.NDArray[np.float32]
Shape = tuple[int, int]
Rng = np.random.Generator


def resize(field: Field, shape: Shape, resample: Image.Resampling = Image.Resampling.BICUBIC) -> Field:
    """Resample `field` to `shape`."""
    picture = Image.fromarray(np.ascontiguousarray(field, dtype=np.float32))
    return np.array(picture.resize((shape[1], shape[0]), resample), dtype=np.float32)


def smooth(field: Field, sigma: float) -> Field:
    """Gaussian blur; wide ones are computed on a reduced grid."""
    if sigma <= 0.3:
        return field
    step = int(sigma / 1.6)
    if step < 2 or min(field.shape) < 4 * step:
        return np.asarray(
            ndimage.gaussian_filter(field, sigma, mode="nearest", truncate=3.0), dtype=np.float32
        )
    height, width = field.shape
    small = resize(field, (max(2, height // step), max(2, width // step)), Image.Resampling.BOX)
    blurred = ndimage.gaussian_filter(small, sigma / step, mode="nearest", truncate=3.0)
    return resize(blurred, (height, width), Image.Resampling.BICUBIC)


def axes(shape: Shape) -> tuple[Field, Field]:
    """Row and column coordinates, as broadcastable (H, 1) and (1, W) arrays."""
    return (
        np.arange(shape[0], dtype=np.float32)[:, None],
        np.arange(shape[1], dtype=np.float32)[None, :],
    )


def ground(shape: Shape) -> tuple[Field, Field]:
    """Row and column of every pixel (H, W)."""
    y, x = axes(shape)
    return np.broadcast_to(y, shape), np.broadcast_to(x, shape)


def turned_axes(shape: Shape, angle: float) -> tuple[Field, Field]:
    """Coordinates along and across a direction, centred; `angle` in radians from the row's direction."""
    y, x = axes(shape)
    y, x = y - shape[0] / 2, x - shape[1] / 2
    cosine, sine = np.float32(math.cos(angle)), np.float32(math.sin(angle))
    return x * cosine + y * sine, y * cosine - x * sine


def normalised(field: Field) -> Field:
    """Zero mean, unit standard deviation."""
    centred = field - field.mean()
    return np.asarray(centred / max(float(centred.std()), 1e-6), dtype=np.float32)


def unit_range(field: Field) -> Field:
    """Stretch to [0, 1]."""
    low, high = float(field.min()), float(field.max())
    return np.asarray((field - low) / max(high - low, 1e-6), dtype=np.float32)


def noise(shape: Shape, rng: Rng, cell: float, stretch: float = 1.0) -> Field:
    """Smooth Gaussian noise of unit variance with features of about `cell` pixels.

    Parameters
    ----------
    stretch
        Features are `stretch` times as long along the rows as across them.
    """
    # A grid of white noise shows its axes when it is enlarged; twice as fine and blurred it does not.
    blur = 1.0 if cell >= 4 else 0.0
    cell_y, cell_x = max(cell / (1 + blur), 1.0), max(cell * stretch / (1 + blur), 1.0)
    grid = (max(2, math.ceil(shape[0] / cell_y) + 2), max(2, math.ceil(shape[1] / cell_x) + 2))
    coarse = rng.standard_normal(grid, dtype=np.float32)
    if blur:
        coarse = np.asarray(ndimage.gaussian_filter(coarse, blur), dtype=np.float32)
    if cell_y <= 1.0 and cell_x <= 1.0:
        return coarse[: shape[0], : shape[1]]
    full = (max(shape[0], round(grid[0] * cell_y)), max(shape[1], round(grid[1] * cell_x)))
    fine = resize(coarse, full)[: shape[0], : shape[1]]
    return np.asarray(fine / max(float(fine.std()), 0.2), dtype=np.float32)


def fractal(shape: Shape, rng: Rng, cell: float, octaves: int = 5, gain: float = 0.5) -> Field:
    """Sum of `octaves` of noise, each half as coarse and `gain` times as strong; unit variance."""
    total = np.zeros(shape, dtype=np.float32)
    strength = 1.0
    for _ in range(octaves):
        total += np.float32(strength) * noise(shape, rng, cell)
        cell, strength = cell / 2, strength * gain
        if cell < 1:
            break
    return normalised(total)


def ridged(shape: Shape, rng: Rng, cell: float, octaves: int = 4) -> Field:
    """Noise folded at zero: sharp crests (wrinkles, folded tissue); in [0, 1]."""
    total = np.zeros(shape, dtype=np.float32)
    strength = 1.0
    for _ in range(octaves):
        total += np.float32(strength) * (
            1 - np.minimum(np.abs(noise(shape, rng, cell)), 1.5) / np.float32(1.5)
        )
        cell, strength = cell / 2, strength * 0.45
        if cell < 1.5:
            break
    return unit_range(total)


def turned(field_of_square: Field, shape: Shape, angle: float) -> Field:
    """Turn a square field by `angle` radians and cut `shape` from its middle."""
    picture = Image.fromarray(np.ascontiguousarray(field_of_square, dtype=np.float32))
    spun = np.array(picture.rotate(math.degrees(angle), Image.Resampling.BILINEAR), dtype=np.float32)
    top, left = (spun.shape[0] - shape[0]) // 2, (spun.shape[1] - shape[1]) // 2
    return np.ascontiguousarray(spun[top : top + shape[0], left : left + shape[1]])


def grain(shape: Shape, rng: Rng, cell: float, stretch: float, angle: float) -> Field:
    """Noise drawn out along a direction (rolling marks, wood, fibre bundles); unit variance."""
    side = math.ceil(math.hypot(*shape)) + 4
    return normalised(turned(noise((side, side), rng, cell, stretch), shape, angle))


def warped(field: Field, down: Field, right: Field) -> Field:
    """Sample `field` at each pixel displaced by (`down`, `right`); edges are repeated."""
    y, x = axes((field.shape[0], field.shape[1]))
    coordinates = np.stack(np.broadcast_arrays(y + down, x + right))
    return np.asarray(ndimage.map_coordinates(field, coordinates, order=1, mode="nearest"), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Cells:
    """A Voronoi division of the picture.

    Parameters
    ----------
    nearest, second
        Distances (pixels) to the nearest and second-nearest seed.
    ident
        Number of the cell each pixel lies in, in [0, count).
    away_y, away_x
        Offset of the pixel from its seed.
    count
        How many numbers there are (some cells may lie outside the picture).
    """

    nearest: Field
    second: Field
    ident: npt.NDArray[np.intp]
    away_y: Field
    away_x: Field
    count: int

    @property
    def border(self) -> Field:
        """About the distance from the cell's border, in pixels."""
        return np.asarray((self.second - self.nearest) / 2, dtype=np.float32)

    def values(self, of_cell: npt.NDArray[np.float32]) -> Field:
        """Paint a number per cell."""
        return np.asarray(of_cell[self.ident], dtype=np.float32)


def cellular(
    shape: Shape, rng: Rng, cell: float, *, jitter: float = 0.9, bend: float = 0.0, stretch: float = 1.0
) -> Cells:
    """Divide the picture into cells of about `cell` pixels.

    Seeds are jittered on a staggered grid, so that each pixel need only look at its neighbourhood
    (Worley 1996, with one seed per box).

    Parameters
    ----------
    jitter
        0: a regular hexagonal honeycomb; 1: irregular grains.
    bend
        How far (in cells) borders meander.
    stretch
        Cells are this many times as wide as high.
    """
    y, x = (np.broadcast_to(a, shape) for a in axes(shape))
    if bend > 0:
        y = y + np.float32(bend * cell) * noise(shape, rng, cell * 0.7)
        x = x + np.float32(bend * cell) * noise(shape, rng, cell * 0.7)
    pitch_x, pitch_y = cell * stretch, cell * math.sqrt(3) / 2
    margin = 3 + math.ceil(4 * bend)
    rows = math.ceil(shape[0] / pitch_y) + 2 * margin
    columns = math.ceil(shape[1] / pitch_x) + 2 * margin
    row_index = np.arange(rows)[:, None]
    seed_y = (row_index + 0.5 + jitter * rng.uniform(-0.5, 0.5, (rows, columns))).astype(np.float32)
    seed_x = (
        np.arange(columns)[None, :]
        + 0.5
        + 0.5 * (row_index % 2)
        + jitter * rng.uniform(-0.5, 0.5, (rows, columns))
    ).astype(np.float32)
    v = (y / np.float32(pitch_y) + margin).astype(np.float32)
    u = (x / np.float32(pitch_x) + margin).astype(np.float32)
    near = np.full(shape, np.inf, dtype=np.float32)
    second = near.copy()
    ident = np.zeros(shape, dtype=np.intp)
    box_y = v.astype(np.intp)
    for step_y in (-1, 0, 1):
        row = np.clip(box_y + step_y, 0, rows - 1)
        box_x = (u - 0.5 * (row % 2)).astype(np.intp)
        for step_x in (-1, 0, 1):
            site = row * columns + np.clip(box_x + step_x, 0, columns - 1)
            gap_y = (v - seed_y.ravel()[site]) * np.float32(pitch_y / cell)
            gap_x = u - seed_x.ravel()[site]
            distance = gap_y * gap_y + gap_x * gap_x
            closer = distance < near
            second = np.where(closer, near, np.minimum(second, distance))
            near = np.where(closer, distance, near)
            ident = np.where(closer, site, ident)
    away_y = (v - seed_y.ravel()[ident]) * np.float32(pitch_y)
    away_x = (u - seed_x.ravel()[ident]) * np.float32(pitch_x)
    return Cells(
        np.sqrt(near) * np.float32(cell),
        np.sqrt(second) * np.float32(cell),
        ident,
        away_y.astype(np.float32),
        away_x.astype(np.float32),
        rows * columns,
    )


def scattered(rng: Rng, shape: Shape, gap: float, limit: int = 4000) -> npt.NDArray[np.float64]:
    """Points (N, 2) as (y, x), roughly `gap` apart, a margin of one gap around the picture included.

    A jittered staggered grid: cheap, and no two points closer than about 0.4 gaps.
    """
    rows, columns = math.ceil(shape[0] / gap) + 2, math.ceil(shape[1] / gap) + 2
    yy, xx = np.mgrid[0:rows, 0:columns].astype(float)
    xx += 0.5 * (yy % 2)
    points = np.stack([yy.ravel(), xx.ravel()], axis=1) + rng.uniform(-0.3, 0.3, (rows * columns, 2))
    points = (points - 1) * gap
    rng.shuffle(points)
    return points[:limit]
