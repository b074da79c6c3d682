"""A specimen: height and material of every point that the electron beam can see.

Bodies are put into one height map; where two overlap, the one nearer to the pole piece stays (a z-buffer).
Heights are in pixels, so slopes are true slopes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semgui.sample.fields import Field, Rng, Shape

Curve = npt.NDArray[np.float64]
Texture = Callable[[Field, Field], Field]
"""From (length along the axis in pixels, offset across it in radii) to extra height in radii."""


@dataclass(slots=True)
class Scene:
    """Height map and material.

    Parameters
    ----------
    z
        Height in pixels, upwards.
    albedo
        How strongly the material emits, 1 for the substrate.
    relief
        How strongly slopes show; below 1 for very flat look.
    focus
        Height that is in focus, ``None`` for everything; blur grows away from it.
    """

    z: Field
    albedo: Field
    relief: float = 1.0
    focus: float | None = None
    depth_of_field: float = 1.0

    @classmethod
    def flat(cls, shape: Shape, z: float = 0.0, albedo: float = 1.0) -> Scene:
        """Return an empty, level substrate."""
        return cls(np.full(shape, z, dtype=np.float32), np.full(shape, albedo, dtype=np.float32))

    @property
    def shape(self) -> Shape:
        """Height and width in pixels."""
        return (self.z.shape[0], self.z.shape[1])

    def height_at(self, y: float, x: float) -> float:
        """Height at the nearest pixel inside the picture."""
        row = min(max(int(y), 0), self.shape[0] - 1)
        column = min(max(int(x), 0), self.shape[1] - 1)
        return float(self.z[row, column])

    def patch(self, y: float, x: float, reach_y: float, reach_x: float) -> tuple[slice, slice] | None:
        """Part of the picture within reach of a point, ``None`` if all of it lies outside."""
        top, bottom = max(0, math.floor(y - reach_y)), min(self.shape[0], math.ceil(y + reach_y) + 1)
        left, right = max(0, math.floor(x - reach_x)), min(self.shape[1], math.ceil(x + reach_x) + 1)
        if top >= bottom or left >= right:
            return None
        return slice(top, bottom), slice(left, right)

    def local(self, part: tuple[slice, slice], y: float, x: float) -> tuple[Field, Field]:
        """Coordinates of the pixels of a part, seen from a point."""
        dy = np.arange(part[0].start, part[0].stop, dtype=np.float32)[:, None] - np.float32(y)
        dx = np.arange(part[1].start, part[1].stop, dtype=np.float32)[None, :] - np.float32(x)
        return dy, dx

    def put(self, part: tuple[slice, slice], height: Field, albedo: float | Field) -> None:
        """Add a body: `height` over a part of the picture, -inf where it is not."""
        under = self.z[part]
        above = height > under
        np.copyto(under, height, where=above)
        np.copyto(self.albedo[part], np.asarray(albedo, dtype=np.float32), where=above)

    def ellipsoid(
        self,
        centre: tuple[float, float, float],
        radii: tuple[float, float, float],
        angle: float = 0.0,
        albedo: float = 1.0,
        rough: Field | None = None,
        square: float = 2.0,
    ) -> None:
        """Add an ellipsoid (or a rounder-cornered box when `square` > 2).

        Parameters
        ----------
        centre
            (y, x, z) in pixels.
        radii
            Along its own axis, across it, and upwards.
        angle
            Of its own axis from the row's direction, radians.
        rough
            A texture, repeated where the body is larger, added in units of the upward radius.
        """
        y, x, z = centre
        along, across, up = radii
        reach = max(along, across)
        part = self.patch(y, x, reach, reach)
        if part is None:
            return
        dy, dx = self.local(part, y, x)
        cosine, sine = np.float32(math.cos(angle)), np.float32(math.sin(angle))
        u = (dx * cosine + dy * sine) / np.float32(along)
        v = (dy * cosine - dx * sine) / np.float32(across)
        inside = 1 - (u * u + v * v) if square == 2.0 else 1 - (np.abs(u) ** square + np.abs(v) ** square)
        dome = np.sqrt(np.maximum(inside, 0)) if square == 2.0 else np.maximum(inside, 0) ** (1 / square)
        if rough is not None:
            dome = dome + _covering(rough, dome) * (inside > 0)
        self.put(part, np.where(inside > 0, np.float32(z) + np.float32(up) * dome, -np.inf), albedo)

    def polyhedron(
        self,
        centre: tuple[float, float, float],
        normals: npt.NDArray[np.float64],
        offsets: npt.NDArray[np.float64],
        albedo: float = 1.0,
        rough: Field | None = None,
        reach: float | None = None,
    ) -> None:
        """Add a convex body given by half-spaces ``normal · p <= offset`` around its centre.

        Parameters
        ----------
        normals
            (F, 3) unit vectors as (y, x, z).
        offsets
            (F,) distances in pixels.
        rough
            A texture in pixels, repeated where the body is larger, added to its faces.
        reach
            How far it extends in the picture; by default 1.8 times the largest offset.
        """
        y, x, z = centre
        reach = reach if reach is not None else 1.8 * float(offsets.max())
        part = self.patch(y, x, reach, reach)
        if part is None:
            return
        dy, dx = self.local(part, y, x)
        upper = np.full(np.broadcast_shapes(dy.shape, dx.shape), np.inf, dtype=np.float32)
        lower = -upper
        for (ny, nx, nz), offset in zip(normals.astype(np.float32), offsets.astype(np.float32), strict=True):
            if abs(nz) < 1e-3:
                nz = np.float32(1e-3)
            plane = (offset / nz) - dy * (ny / nz) - dx * (nx / nz)
            if nz > 0:
                np.minimum(upper, plane, out=upper)
            else:
                np.maximum(lower, plane, out=lower)
        inside = upper >= lower
        if rough is not None:
            upper = upper + _covering(rough, upper)
        self.put(part, np.where(inside, upper + np.float32(z), -np.inf), albedo)

    def strip(
        self,
        curve: Curve,
        radius: float | npt.NDArray[np.float64],
        albedo: float = 1.0,
        texture: Texture | None = None,
        flatten: float = 1.0,
    ) -> None:
        """Add a body with a round section along a curve (fibre, wire, needle, tube).

        Parameters
        ----------
        curve
            (N, 3) points (y, x, z) of its axis.
        radius
            One, or one per point; 0 makes a sharp end.
        texture
            Extra height over its surface.
        flatten
            Height of the section over its width (1 round, 0.2 a ribbon).
        """
        radii = np.broadcast_to(np.asarray(radius, dtype=float), (len(curve),))
        widest = float(radii.max())
        inside = (
            (curve[:, 0] > -widest) & (curve[:, 0] < self.shape[0] + widest)
            & (curve[:, 1] > -widest) & (curve[:, 1] < self.shape[1] + widest)
        )  # fmt: skip
        if not inside.any():
            return
        first, last = max(0, int(inside.argmax()) - 1), len(inside) - int(inside[::-1].argmax()) + 1
        curve, radii = curve[first:last], radii[first:last]
        if len(curve) < 2:
            return
        steps = np.hypot(np.diff(curve[:, 0]), np.diff(curve[:, 1]))
        length = np.concatenate([[0.0], np.cumsum(steps)])
        if length[-1] < 1:
            return
        s = np.linspace(0, length[-1], max(2, math.ceil(length[-1] * 1.35)))
        y, x, z, r = (np.interp(s, length, column) for column in (*curve.T, radii))
        slope_y, slope_x = np.gradient(y), np.gradient(x)
        norm = np.maximum(np.hypot(slope_y, slope_x), 1e-6)
        half = max(1, math.ceil(widest * 1.35))
        t = (np.arange(-half, half + 1, dtype=np.float32) / half)[None, :]
        r32 = r.astype(np.float32)[:, None]
        rows = y.astype(np.float32)[:, None] + t * r32 * (slope_x / norm).astype(np.float32)[:, None]
        columns = x.astype(np.float32)[:, None] - t * r32 * (slope_y / norm).astype(np.float32)[:, None]
        dome = np.sqrt(np.maximum(1 - t * t, 0))
        if texture is not None:
            dome = dome + texture(s.astype(np.float32)[:, None], t)
        height = z.astype(np.float32)[:, None] + r32 * np.float32(flatten) * dome
        self._scatter(rows, columns, height, albedo)

    def _scatter(self, rows: Field, columns: Field, height: Field, albedo: float) -> None:
        """Put points of a surface, the later of two in one pixel counting."""
        i, j = (rows + np.float32(0.5)).astype(np.intp), (columns + np.float32(0.5)).astype(np.intp)
        keep = (rows > 0) & (columns > 0) & (i < self.shape[0]) & (j < self.shape[1])
        at = (i * self.shape[1] + j)[keep]
        points = height[keep]
        z, material = self.z.ravel(), self.albedo.ravel()  # views: both are contiguous
        above = points > z[at]
        at = at[above]
        z[at] = points[above]
        material[at] = np.float32(albedo)


def _covering(texture: Field, body: Field) -> Field:
    """Cut or mirror a texture to the size of a body."""
    short = [max(0, want - have) for want, have in zip(body.shape, texture.shape, strict=True)]
    if any(short):
        texture = np.pad(texture, [(0, n) for n in short], mode="symmetric")
    return texture[: body.shape[0], : body.shape[1]]


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
    length = 1.25 * math.hypot(*shape)
    middle = np.array([rng.uniform(0, shape[0]), rng.uniform(0, shape[1])])
    curve = wander(rng, (0.0, 0.0), heading, length, curl, step)
    return np.asarray(curve - curve[len(curve) // 2] + middle)


def lifted(curve: Curve, z: float | npt.NDArray[np.float64]) -> Curve:
    """Give a flat curve its height."""
    return np.column_stack([curve, np.broadcast_to(np.asarray(z, dtype=float), (len(curve),))])


def straight(start: tuple[float, float, float], stop: tuple[float, float, float], points: int = 2) -> Curve:
    """Return a straight axis from one point (y, x, z) to another."""
    return np.linspace(np.asarray(start, dtype=float), np.asarray(stop, dtype=float), points)
