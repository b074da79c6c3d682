"""A specimen: height and material of every point that the electron beam can see.

Bodies are put into one height map; where two overlap, the one nearer to the pole piece stays (a z-buffer).
Heights are in pixels, so slopes are true slopes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from semgui.sample.curves import Curve
from semgui.sample.fields import Field, Shape

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
            A texture laid over the whole body from above, in units of the upward radius.
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
            size = np.array(rough.shape) - 1
            row = (np.clip(v + 1, 0, 2) * np.float32(size[0] / 2)).astype(np.intp)
            column = (np.clip(u + 1, 0, 2) * np.float32(size[1] / 2)).astype(np.intp)
            dome = dome + rough[row, column] * (inside > 0)
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
        upright = np.where(np.abs(normals[:, 2]) < 1e-3, 1e-3, normals[:, 2])
        faces = np.column_stack([normals[:, :2], upright, offsets]).astype(np.float32)
        for ny, nx, nz, offset in faces:
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
        if len(s) > 12:  # bends of a polyline show on a thick body
            width = min(0.4 * widest, len(s) / 12)
            y, x = (
                v + ndimage.gaussian_filter1d(v - chord, width, mode="nearest") - (v - chord)
                for v, chord in _chords(y, x)
            )
        slope_y, slope_x = np.gradient(y), np.gradient(x)
        norm = np.maximum(np.hypot(slope_y, slope_x), 1e-6)
        section = _Section(
            *(v.astype(np.float32)[:, None] for v in (y, x, z, r, slope_x / norm, -slope_y / norm, s)),
        )
        self._sweep(section, math.ceil(widest * 1.35), np.float32(flatten), albedo, texture)

    def _sweep(
        self, at: _Section, half: int, flatten: np.float32, albedo: float, texture: Texture | None
    ) -> None:
        """Put the surface of a strip; of two points in one pixel the later counts."""
        t = (np.arange(-half, half + 1, dtype=np.float32) / max(half, 1))[None, :]
        i = np.floor(at.y + t * at.r * at.across_y + np.float32(0.5))
        j = np.floor(at.x + t * at.r * at.across_x + np.float32(0.5))
        # the offset of the pixel's own centre, so that the section is exact however thin the strip
        exact = ((i - at.y) * at.across_y + (j - at.x) * at.across_x) / np.maximum(at.r, np.float32(0.5))
        keep = (i >= 0) & (j >= 0) & (i < self.shape[0]) & (j < self.shape[1]) & (np.abs(exact) <= 1)
        dome = np.sqrt(np.maximum(1 - exact * exact, 0))
        if texture is not None:
            dome = dome + texture(at.s, np.clip(exact, -1, 1))
        points = (at.z + at.r * flatten * dome)[keep]
        where = (i[keep]).astype(np.intp) * self.shape[1] + j[keep].astype(np.intp)
        z, material = self.z.ravel(), self.albedo.ravel()  # views: both are contiguous
        above = points > z[where]
        where = where[above]
        z[where] = points[above]
        material[where] = np.float32(albedo)


class _Section(NamedTuple):
    """Axis, radius and direction across a strip at each of its steps (all (N, 1))."""

    y: Field
    x: Field
    z: Field
    r: Field
    across_y: Field
    across_x: Field
    s: Field


def _chords(
    *columns: npt.NDArray[np.float64],
) -> list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """Pair each coordinate with the straight line between its ends."""
    return [(v, np.linspace(v[0], v[-1], len(v))) for v in columns]


def _covering(texture: Field, body: Field) -> Field:
    """Cut or mirror a texture to the size of a body."""
    short = [max(0, want - have) for want, have in zip(body.shape, texture.shape, strict=True)]
    if any(short):
        texture = np.pad(texture, [(0, n) for n in short], mode="symmetric")
    return texture[: body.shape[0], : body.shape[1]]
