"""Shapes of crystals and grains as half-spaces, and how they lie."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from semgui.sample.fields import Rng

Normals = npt.NDArray[np.float64]
Offsets = npt.NDArray[np.float64]
Body = tuple[Normals, Offsets]
"""Unit normals (F, 3) as (y, x, z) and the faces' distances (F,) from the centre."""


def rotation(rng: Rng) -> npt.NDArray[np.float64]:
    """Return a uniformly random rotation (3, 3)."""
    q, r = np.linalg.qr(rng.standard_normal((3, 3)))
    return np.asarray(q * np.sign(np.diag(r)))


def turn(yaw: float, pitch: float = 0.0, roll: float = 0.0) -> npt.NDArray[np.float64]:
    """Rotate about the viewing axis by `yaw`, after tipping by `pitch` (about x) and `roll` (about y)."""
    cy, sy, cp, sp, cr, sr = (f(a) for a in (yaw, pitch, roll) for f in (math.cos, math.sin))
    about_z = np.array([[cy, sy, 0], [-sy, cy, 0], [0, 0, 1]])
    about_x = np.array([[cp, 0, -sp], [0, 1, 0], [sp, 0, cp]])
    about_y = np.array([[1, 0, 0], [0, cr, -sr], [0, sr, cr]])
    return np.asarray(about_z @ about_x @ about_y)


def _unit(rows: list[tuple[float, float, float]]) -> Normals:
    normals = np.array(rows, dtype=float)
    return np.asarray(normals / np.linalg.norm(normals, axis=1, keepdims=True))


def _signed(*axes: tuple[float, float, float]) -> Normals:
    return _unit([a for v in axes for a in (v, (-v[0], -v[1], -v[2]))])


def box(height: float, width: float, depth: float) -> Body:
    """Return a box with these half-edges along y, x and z."""
    return _signed((1, 0, 0), (0, 1, 0), (0, 0, 1)), np.array(
        [height, height, width, width, depth, depth], dtype=float
    )


def cube(r: float) -> Body:
    """Return a cube of half-edge `r`."""
    return box(r, r, r)


def octahedron(r: float) -> Body:
    """Return a regular octahedron."""
    return _signed((1, 1, 1), (1, 1, -1), (1, -1, 1), (-1, 1, 1)), np.full(8, r)


def truncated_octahedron(r: float) -> Body:
    """Return an octahedron with its corners cut by a cube."""
    normals, offsets = octahedron(r)
    more, _ = cube(r)
    return np.vstack([normals, more]), np.concatenate([offsets, np.full(6, 1.15 * r)])


def rhombic_dodecahedron(r: float) -> Body:
    """Return the habit of many MOF crystals."""
    faces = _signed((1, 1, 0), (1, -1, 0), (1, 0, 1), (1, 0, -1), (0, 1, 1), (0, 1, -1))
    return faces, np.full(12, r)


def tetrahedron(r: float) -> Body:
    """Return a regular tetrahedron."""
    return _unit([(1, 1, 1), (-1, -1, 1), (-1, 1, -1), (1, -1, -1)]), np.full(4, 0.6 * r)


def prism(sides: int, r: float, half_length: float) -> Body:
    """Return a prism along z; a plate when `half_length` is small."""
    angles = 2 * math.pi * np.arange(sides) / sides
    walls = [(math.sin(a), math.cos(a), 0.0) for a in angles]
    normals = _unit([*walls, (0, 0, 1), (0, 0, -1)])
    return normals, np.concatenate([np.full(sides, r), np.full(2, half_length)])


def pointed_prism(sides: int, r: float, half_length: float) -> Body:
    """Return a prism with pyramids on its ends (quartz, zeolite)."""
    angles = 2 * math.pi * np.arange(sides) / sides
    walls = [(math.sin(a), math.cos(a), 0.0) for a in angles]
    caps = [(math.sin(a), math.cos(a), s) for a in angles for s in (0.8, -0.8)]
    offsets = np.concatenate([np.full(sides, r), np.full(2 * sides, half_length * 0.62 + 0.3 * r)])
    return _unit([*walls, *caps]), offsets


def pyramid(r: float, height: float, sides: int = 4) -> Body:
    """Return a pyramid standing on z = 0 with its apex at `height`."""
    angles = 2 * math.pi * (np.arange(sides) + 0.5) / sides
    slant = r / height
    normals = _unit([*((math.sin(a), math.cos(a), slant) for a in angles), (0, 0, -1)])
    offsets = np.concatenate([normals[:-1, 2] * height, [0.0]])
    return normals, offsets


def shard(rng: Rng, r: float, faces: int = 14, squash: float = 1.0) -> Body:
    """Return a random convex grain: few faces are angular, many are rounded.

    Parameters
    ----------
    squash
        Height over width; small values are flakes.
    """
    normals = rng.standard_normal((faces, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    frame = _signed((1, 0, 0), (0, 1, 0), (0, 0, 1)) @ rotation(rng)
    offsets = np.concatenate([r * rng.uniform(0.62, 1.0, faces), np.full(6, 1.15 * r)])
    normals = np.vstack([normals, frame])
    stretched = normals / np.array([1.0, 1.0, squash])
    scale = np.linalg.norm(stretched, axis=1)
    return stretched / scale[:, None], offsets / scale


def rotated(body: Body, matrix: npt.NDArray[np.float64]) -> Body:
    """Turn a body about its centre."""
    return body[0] @ matrix.T, body[1]
