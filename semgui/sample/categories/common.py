"""What the categories share: substrates, dust, numbers of bodies."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy.spatial import cKDTree

from semgui.sample import bodies
from semgui.sample.fields import Field, Rng, Shape, fractal, grain, noise, smooth
from semgui.sample.scene import Scene

Kind = Callable[[Rng, Shape], Scene]
"""Lays out a scene of a given size."""


def kinds(*functions: Kind) -> dict[str, Kind]:
    """Collect sub-kinds under their functions' names."""
    return {f.__name__: f for f in functions}


def edge_length(shape: Shape) -> float:
    """Side of the square of the same area: sizes are given as shares of it."""
    return math.sqrt(shape[0] * shape[1])


def substrate(rng: Rng, shape: Shape, albedo: float = 1.0) -> Scene:
    """Return a support: polished wafer, carbon tape, ground metal, or something slightly rough."""
    scene = Scene.flat(shape, 0.0, albedo)
    side = edge_length(shape)
    kind = rng.choice(["wafer", "tape", "ground", "rough"], p=[0.5, 0.25, 0.1, 0.15])
    if kind == "tape":
        scene.z += fractal(shape, rng, side * 0.2, 4) * np.float32(side * 0.004)
    elif kind == "ground":
        scene.z += grain(shape, rng, side * 0.004, 60, rng.uniform(0, math.pi)) * np.float32(0.35)
    elif kind == "rough":
        scene.z += fractal(shape, rng, side * 0.02, 4) * np.float32(side * 0.0015)
    if rng.random() < 0.35:
        scene.albedo *= 1 + np.float32(rng.uniform(0.01, 0.06)) * fractal(
            shape, rng, side * rng.uniform(0.1, 0.6), 3
        )
    return scene


def bodies_count(
    rng: Rng, shape: Shape, r: float, coverage: float, limit: int = 1500
) -> npt.NDArray[np.float64]:
    """Random places (N, 2) for bodies of radius `r` that cover about this share of the picture."""
    count = int(min(limit, max(3, coverage * shape[0] * shape[1] / (math.pi * r * r))))
    return rng.uniform((-r, -r), (shape[0] + r, shape[1] + r), (count, 2))


def apart(places: npt.NDArray[np.float64], gap: float) -> npt.NDArray[np.float64]:
    """Drop every place that is closer than `gap` to an earlier one."""
    pairs = cKDTree(places).query_pairs(gap, output_type="ndarray")
    keep = np.ones(len(places), dtype=bool)
    keep[pairs.max(axis=1)] = False
    return places[keep]


HABITS: tuple[Callable[[float], bodies.Body], ...] = (
    bodies.cube,
    bodies.octahedron,
    bodies.truncated_octahedron,
    bodies.rhombic_dodecahedron,
    lambda r: bodies.prism(6, r, 0.35 * r),
    lambda r: bodies.prism(6, 0.8 * r, 1.2 * r),
    bodies.tetrahedron,
    lambda r: bodies.box(r, 1.4 * r, 0.5 * r),
    lambda r: bodies.pointed_prism(6, 0.7 * r, 1.6 * r),
)


def crystal(rng: Rng, r: float, habit: int | None = None) -> bodies.Body:
    """Return a crystal in a random orientation; `habit` keeps to one form."""
    chosen = int(rng.integers(len(HABITS))) if habit is None else habit
    return bodies.rotated(HABITS[chosen](r), bodies.rotation(rng))


def dust(rng: Rng, scene: Scene, most: int) -> None:
    """Add a few crumbs of dirt."""
    side = edge_length(scene.shape)
    for _ in range(int(rng.integers(0, most + 1))):
        r = side * float(rng.lognormal(math.log(0.004), 0.5))
        y, x = rng.uniform(0, scene.shape[0]), rng.uniform(0, scene.shape[1])
        scene.polyhedron((y, x, scene.height_at(y, x)), *bodies.shard(rng, r, 10), 1.15)


def roughen(rng: Rng, scene: Scene, cell: float, height: float, octaves: int = 3) -> None:
    """Add fractal roughness everywhere, in pixels."""
    scene.z += fractal(scene.shape, rng, cell, octaves) * np.float32(height)


class Layout:
    """A mask drawn with polygons, lines and discs at twice the size (a lithography layer)."""

    SCALE = 2

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._picture = Image.new("L", (shape[1] * self.SCALE, shape[0] * self.SCALE), 0)
        self.pen = ImageDraw.Draw(self._picture)

    def _xy(self, points: npt.ArrayLike) -> list[tuple[float, float]]:
        return [(float(x) * self.SCALE, float(y) * self.SCALE) for y, x in np.asarray(points, dtype=float)]

    def polygon(self, points: npt.ArrayLike, fill: int = 255) -> None:
        """Fill a polygon of (y, x) corners."""
        self.pen.polygon(self._xy(points), fill=fill)

    def rectangle(self, top: float, left: float, bottom: float, right: float, fill: int = 255) -> None:
        """Fill an upright rectangle."""
        if bottom > top and right > left:
            s = self.SCALE
            self.pen.rectangle((left * s, top * s, right * s, bottom * s), fill=fill)

    def line(self, points: npt.ArrayLike, width: float, fill: int = 255) -> None:
        """Draw a track through (y, x) points."""
        self.pen.line(self._xy(points), fill=fill, width=max(1, round(width * self.SCALE)), joint="curve")

    def disc(self, y: float, x: float, r: float, fill: int = 255) -> None:
        """Fill a disc."""
        s = self.SCALE
        self.pen.ellipse(((x - r) * s, (y - r) * s, (x + r) * s, (y + r) * s), fill=fill)

    def mask(self, turn: float = 0.0, soft: float = 0.0) -> Field:
        """Return the layer in [0, 1], turned about its middle by radians, its walls `soft` pixels wide."""
        picture = self._picture
        if turn:
            picture = picture.rotate(math.degrees(turn), Image.Resampling.BILINEAR)
        picture = picture.resize((self.shape[1], self.shape[0]), Image.Resampling.BOX)
        return smooth(np.asarray(picture, dtype=np.float32) / np.float32(255), soft)


def speckled(rng: Rng, shape: Shape, cell: float, height: float) -> Field:
    """Fine deposit of grains, in pixels of height."""
    return np.asarray(np.maximum(noise(shape, rng, cell), 0) * np.float32(height), dtype=np.float32)
