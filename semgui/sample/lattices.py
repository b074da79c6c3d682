"""Two-dimensional lattices: the five Bravais nets and their look-alikes.

The pictures continue the project's ancestors, which sorted images of square, rectangular, centred
rectangular, hexagonal and oblique lattices. A near miss (a rectangle of 1 : 1.06, an oblique net of 57
degrees) carries the class that its numbers give, so that only a careful look tells it apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from semgui.sample.fields import Field, Rng, Shape, fractal, ground
from semgui.sample.scene import Scene

LATTICES = ("Square", "Rectangular", "Centred rectangular", "Hexagonal", "Oblique")
HAVE_LOOK_ALIKES = ("Rectangular", "Centred rectangular", "Oblique")
PLAIN, LOOK_ALIKE = "plain", "look-alike"


@dataclass(frozen=True, slots=True)
class Lattice:
    """A plane lattice.

    Parameters
    ----------
    name
        One of `LATTICES`.
    look_alike
        What it is easily taken for, or empty.
    vectors
        (2, 2): rows are the primitive vectors as (y, x) in pixels.
    """

    name: str
    look_alike: str
    vectors: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sites:
    """Where each pixel lies with regard to the lattice (all (H, W))."""

    dy: Field
    dx: Field
    ident: npt.NDArray[np.int64]

    @property
    def distance(self) -> Field:
        """Distance to the nearest site in pixels."""
        return np.asarray(np.hypot(self.dy, self.dx), dtype=np.float32)

    def values(self, rng: Rng, low: float = 0.0, high: float = 1.0) -> Field:
        """Paint a uniform random number per site."""
        table = rng.uniform(low, high, 4096).astype(np.float32)
        return np.asarray(table[self.ident % 4096], dtype=np.float32)


def lattice_vectors(a: float, b: float, gamma: float, turn: float) -> npt.NDArray[np.float64]:
    """Return vectors (rows, as (y, x)) of lengths `a` and `b` with angle `gamma`, turned by `turn`."""
    return np.array(
        [[a * math.sin(turn), a * math.cos(turn)], [b * math.sin(turn + gamma), b * math.cos(turn + gamma)]]
    )


def sites(shape: Shape, vectors: npt.NDArray[np.float64], origin: tuple[float, float] = (0.0, 0.0)) -> Sites:
    """Find the nearest site of every pixel; the vectors must be a reduced pair (60 to 120 degrees)."""
    y, x = ground(shape)
    y, x = y - np.float32(origin[0]), x - np.float32(origin[1])
    inverse = np.linalg.inv(vectors).astype(np.float32)
    v = vectors.astype(np.float32)
    i0 = np.floor(y * inverse[0, 0] + x * inverse[1, 0])
    j0 = np.floor(y * inverse[0, 1] + x * inverse[1, 1])
    best = np.full(shape, np.inf, dtype=np.float32)
    dy, dx = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    ident = np.zeros(shape, dtype=np.int64)
    for step_i in (0, 1):
        for step_j in (0, 1):
            i, j = i0 + step_i, j0 + step_j
            off_y, off_x = y - i * v[0, 0] - j * v[1, 0], x - i * v[0, 1] - j * v[1, 1]
            gap = off_y * off_y + off_x * off_x
            closer = gap < best
            best = np.where(closer, gap, best)
            dy, dx = np.where(closer, off_y, dy), np.where(closer, off_x, dx)
            ident = np.where(closer, (i * 7919 + j).astype(np.int64), ident)
    return Sites(dy, dx, ident)


def random_lattice(name: str, rng: Rng, pitch: float, kind: str = PLAIN) -> Lattice:
    """Draw a lattice of a class.

    Parameters
    ----------
    pitch
        Length of the shorter vector in pixels.
    kind
        `PLAIN`, or `LOOK_ALIKE` for one that is easily taken for another class; squares and hexagons
        have none of their own.
    """
    turn = rng.uniform(0, math.pi)
    close = kind == LOOK_ALIKE
    right = math.pi / 2
    if name == "Square":
        return Lattice(name, "", lattice_vectors(pitch, pitch, right, turn))
    if name == "Hexagonal":
        return Lattice(name, "", lattice_vectors(pitch, pitch, math.pi / 3, turn))
    if name == "Rectangular":
        ratio = rng.uniform(1.05, 1.09) if close else rng.uniform(1.2, 2.0)
        return Lattice(name, "Square" if close else "", lattice_vectors(pitch, pitch * ratio, right, turn))
    if name == "Centred rectangular":
        if close:
            gamma, alike = (
                (rng.uniform(63.5, 66), "Hexagonal")
                if rng.random() < 0.5
                else (rng.uniform(84, 87), "Square")
            )
        else:
            gamma, alike = rng.uniform(68, 81), ""
        return Lattice(name, alike, lattice_vectors(pitch, pitch, math.radians(gamma), turn))
    if close:
        choices = (
            (1.0, 0.0, "Hexagonal", (63.5, 66), (1.05, 1.08)),
            (0.0, 0.0, "Rectangular", (84, 87), (1.2, 1.6)),
        )
        _, _, alike, angles, ratios = choices[int(rng.integers(2))]
        return Lattice(
            name,
            alike,
            lattice_vectors(pitch, pitch * rng.uniform(*ratios), math.radians(rng.uniform(*angles)), turn),
        )
    return Lattice(
        name,
        "",
        lattice_vectors(pitch, pitch * rng.uniform(1.15, 1.5), math.radians(rng.uniform(66, 80)), turn),
    )


def lattice_scene(lattice: Lattice, rng: Rng, shape: Shape) -> Scene:
    """Draw a lattice of pillars, holes, dots or domes, with vacancies and a slightly rough ground."""
    pitch = float(np.linalg.norm(lattice.vectors, axis=1).min())
    at = sites(shape, lattice.vectors, tuple(rng.uniform(0, pitch, 2)))
    r = pitch * rng.uniform(0.2, 0.36) * (1 + rng.choice([0.0, 0.06]) * (at.values(rng) - 0.5))
    scene = Scene.flat(shape)
    kind = rng.choice(["pillar", "hole", "dome", "dot"])
    inside = np.clip((r - at.distance) / np.float32(max(1.2, 0.06 * pitch)) + 0.5, 0, 1)
    if rng.random() < 0.5:
        inside = inside * (at.values(rng) > rng.choice([0.005, 0.03]))
    if kind == "dome":
        scene.z += inside * np.sqrt(np.maximum(r * r - at.distance**2, 0))
    elif kind == "dot":
        scene.z += inside * np.float32(0.06 * pitch)
        scene.albedo += inside * np.float32(0.5)
    else:
        scene.z += inside * np.float32(pitch * (0.35 if kind == "pillar" else -0.5))
        scene.albedo += inside * np.float32(0.1 if kind == "pillar" else -0.45)
    scene.z += fractal(shape, rng, pitch * 0.5, 3) * np.float32(0.012 * pitch)
    return scene
