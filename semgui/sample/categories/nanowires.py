"""Nanowires: thin, stiff or tangled wires; forests, arrays, felts."""

from __future__ import annotations

import math

import numpy as np

from semgui.sample import bodies
from semgui.sample.categories.common import bodies_count, edge_length, kinds, substrate
from semgui.sample.curves import lifted, straight, through, wander
from semgui.sample.fields import Rng, Shape, fractal, ground, scattered
from semgui.sample.scene import Scene


def _tilt_ground(scene: Scene, tilt: float) -> None:
    y, _ = ground(scene.shape)
    scene.z += y * np.float32(math.tan(tilt))


def _wire(
    scene: Scene,
    foot: tuple[float, float],
    length: float,
    r: float,
    tilt: float,
    lean: tuple[float, float],
    taper: float,
    albedo: float,
) -> tuple[float, float, float]:
    """Grow one wire from its foot on a tilted ground; return its top (y, x, z)."""
    y, x = foot
    z = y * math.tan(tilt)
    up = math.sqrt(max(0.0, 1 - lean[0] ** 2 - lean[1] ** 2))
    rise = lean[0] * math.cos(tilt) - up * math.sin(tilt)
    top = (
        y + length * rise,
        x + length * lean[1],
        z + length * (up * math.cos(tilt) + lean[0] * math.sin(tilt)),
    )
    scene.strip(straight(top, (y, x, z), 6), np.linspace(taper * r, r, 6), albedo)
    return top


def tilted_array(rng: Rng, shape: Shape) -> Scene:
    """Upright wires grown from seeds, seen under 20 to 50 degrees, many with a catalyst ball."""
    side = edge_length(shape)
    tilt = rng.uniform(0.35, 0.95)
    scene = substrate(rng, shape, rng.uniform(0.4, 0.9))
    _tilt_ground(scene, tilt)
    pitch = side * float(np.exp(rng.uniform(math.log(0.025), math.log(0.2))))
    r, length = pitch * rng.uniform(0.06, 0.18), pitch * rng.uniform(0.8, 3.0)
    ball = rng.uniform(1.0, 1.6) if rng.random() < 0.5 else 0.0
    order = rng.choice([0.0, 0.05, 0.3])
    taper = rng.choice([1.0, 0.7, 0.3])
    rows = int(shape[0] / (pitch * math.cos(tilt))) + int(length / pitch) + 4
    for row in range(-1, rows):
        for column in range(-1, int(shape[1] / pitch) + 3):
            if rng.random() < 0.06:
                continue
            y = (row + rng.normal(0, order)) * pitch * math.cos(tilt)
            x = (column + 0.5 * (row % 2) + rng.normal(0, order)) * pitch
            lean = (0.0, 0.0) if rng.random() > 0.07 else tuple(rng.uniform(-0.7, 0.7, 2))
            grown = length * rng.normal(1, 0.06)
            top = _wire(scene, (y, x), grown, r, tilt, lean, taper, rng.normal(1.25, 0.05))
            if ball:
                scene.ellipsoid(top, (ball * r, ball * r, ball * r), 0, 1.5)
    return scene


def small_and_many(rng: Rng, shape: Shape) -> Scene:
    """Low magnification: hundreds of short bright dashes, all parallel."""
    side = edge_length(shape)
    scene = substrate(rng, shape, rng.uniform(0.35, 0.7))
    r = side * rng.uniform(0.0015, 0.004)
    length = side * rng.uniform(0.012, 0.05)
    lean = rng.normal(0, 0.15)
    for y, x in scattered(rng, shape, length * rng.uniform(0.6, 1.6), 2500):
        if rng.random() < 0.15:
            angle = rng.uniform(0, math.pi)
            stop = (y + length * math.sin(angle) * 0.5, x + length * math.cos(angle) * 0.5, r)
        else:
            stop = (y - length * rng.normal(1, 0.12), x + length * (lean + rng.normal(0, 0.04)), length)
        scene.strip(straight((y, x, 0.0), stop), r * rng.uniform(0.8, 1.3), 1.6)
    return scene


def felt(rng: Rng, shape: Shape) -> Scene:
    """Long thin wires lying across each other in a felt (silver, silicon, CNT)."""
    side = edge_length(shape)
    r = side * float(np.exp(rng.uniform(math.log(0.0015), math.log(0.006))))
    scene = substrate(rng, shape, rng.uniform(0.2, 0.6))
    curl = rng.choice([0.0, 0.02, 0.15, 0.5])
    count = int(rng.integers(25, 140))
    for k in range(count):
        curve = through(rng, shape, rng.uniform(0, 6.3), curl, 14)
        if rng.random() < 0.6:
            half = int(len(curve) * rng.uniform(0.1, 0.4))
            curve = curve[len(curve) // 2 - half : len(curve) // 2 + half + 2]
        scene.strip(lifted(curve, 0.25 * r * k), r * rng.uniform(0.8, 1.2), rng.normal(1.35, 0.08))
    return scene


def tangle(rng: Rng, shape: Shape) -> Scene:
    """Dense wool of curling thin wires or nanotubes, dark between them."""
    side = edge_length(shape)
    r = side * rng.uniform(0.002, 0.006)
    scene = Scene.flat(shape, -30 * r, 0.25)
    for k in range(int(rng.integers(90, 190))):
        start = rng.uniform((-50, -50), (shape[0] + 50, shape[1] + 50))
        curve = wander(
            rng,
            (start[0], start[1]),
            rng.uniform(0, 6.3),
            side * rng.uniform(0.3, 0.9),
            rng.uniform(0.8, 2.2),
            4,
        )
        scene.strip(lifted(curve, -18 * r + 0.1 * r * k), r * rng.uniform(0.7, 1.2), rng.normal(1.2, 0.1))
    return scene


def short_rods(rng: Rng, shape: Shape) -> Scene:
    """Short rods of one diameter dropped on a wafer."""
    side = edge_length(shape)
    scene = substrate(rng, shape, rng.uniform(0.2, 0.6))
    r = side * rng.uniform(0.003, 0.011)
    aspect = rng.uniform(6, 20)
    for y, x in bodies_count(rng, shape, r * aspect / 2, rng.uniform(0.3, 2.2), 600):
        angle, half = rng.uniform(0, math.pi), r * aspect * rng.uniform(0.6, 1.3)
        step = np.array([math.sin(angle), math.cos(angle)]) * half
        z = 0.6 * scene.height_at(y, x) + r
        scene.strip(straight((y - step[0], x - step[1], z), (y + step[0], x + step[1], z), 4), r, 1.35)
    return scene


def side_view(rng: Rng, shape: Shape) -> Scene:
    """Cross-section: a vertical forest on its substrate."""
    side = edge_length(shape)
    foot = shape[0] * rng.uniform(0.6, 0.9)
    scene = Scene.flat(shape, -0.5 * side, rng.uniform(0.04, 0.2))
    y, _ = ground(shape)
    scene.z = np.where(
        y > foot, fractal(shape, rng, side * 0.1, 3) * np.float32(0.002 * side), scene.z
    ).astype(np.float32)
    scene.albedo = np.where(y > foot, np.float32(rng.uniform(0.5, 0.9)), scene.albedo)
    r = side * float(np.exp(rng.uniform(math.log(0.0025), math.log(0.012))))
    length = foot * rng.uniform(0.4, 0.85)
    wobble, taper = rng.choice([0.01, 0.06, 0.2]), rng.choice([1.0, 0.5, 0.15])
    ball = rng.random() < 0.3
    count = int(min(260, shape[1] / r * rng.uniform(0.4, 1.1)))
    for depth in np.sort(rng.uniform(-25, 0, count)):
        x = rng.uniform(-0.02, 1.02) * shape[1]
        top = foot - length * rng.normal(1, 0.07)
        ys = np.linspace(top, foot + 2, 12)
        xs = x + np.cumsum(rng.normal(0, wobble, 12))[::-1] * r * 3 + rng.normal(0, wobble) * (foot - ys)
        curve = np.stack([ys, xs, np.full(12, depth * r)], axis=1)
        scene.strip(curve, np.linspace(taper * r, r, 12), 1.25 * math.exp(0.025 * depth))
        if ball:
            scene.ellipsoid((top, xs[0], depth * r), (1.3 * r, 1.3 * r, 1.3 * r), 0, 1.5)
    return scene


def top_view(rng: Rng, shape: Shape) -> Scene:
    """From above: bright hexagonal or round tips, slightly leaning, deep shade between."""
    side = edge_length(shape)
    r = side * float(np.exp(rng.uniform(math.log(0.004), math.log(0.025))))
    scene = Scene.flat(shape, -12 * r, 0.3)
    sides = int(rng.choice([6, 6, 20]))
    lean_all = rng.normal(0, 0.1, 2)
    for y, x in scattered(rng, shape, r * rng.uniform(2.2, 4), 1300):
        lean = lean_all + rng.normal(0, 0.16, 2)
        size, height = r * rng.uniform(0.6, 1.2), rng.uniform(4, 9) * r
        scene.strip(
            straight((y - lean[0] * height, x - lean[1] * height, -10 * r), (y, x, 0), 5), size * 0.9, 0.9
        )
        body = bodies.rotated(
            bodies.prism(sides, size, size), bodies.turn(rng.uniform(0, 1), lean[0] * 1.5, lean[1] * 1.5)
        )
        scene.polyhedron((y, x, 0.3 * size), *body, 1.3)
    return scene


def urchin(rng: Rng, shape: Shape) -> Scene:
    """Wires that grow outward from centres: flowers, urchins, tetrapods."""
    side = edge_length(shape)
    scene = substrate(rng, shape, rng.uniform(0.15, 0.5))
    length = side * rng.uniform(0.08, 0.28)
    r = length * rng.uniform(0.02, 0.06)
    for y, x in scattered(rng, shape, length * rng.uniform(1.0, 2.0), 30):
        z = length * 0.5
        for _ in range(int(rng.integers(4, 70))):
            v = rng.standard_normal(3)
            v[2] = abs(v[2])
            v *= length * rng.uniform(0.6, 1.1) / np.linalg.norm(v)
            scene.strip(
                straight((y + v[0], x + v[1], z + v[2]), (y, x, z), 6), np.linspace(0.2 * r, r, 6), 1.3
            )
    return scene


def grass(rng: Rng, shape: Shape) -> Scene:
    """Forest of thin leaning wires seen obliquely, disordered."""
    side = edge_length(shape)
    tilt = rng.uniform(0.5, 1.1)
    scene = Scene.flat(shape, 0.0, 0.3)
    _tilt_ground(scene, tilt)
    r = side * rng.uniform(0.002, 0.008)
    length, chaos = side * rng.uniform(0.08, 0.25), rng.uniform(0.05, 0.45)
    for y, x in scattered(rng, (int(shape[0] + length), shape[1]), r * rng.uniform(4, 8), 700):
        lean = np.clip(rng.normal(0, chaos, 2), -0.9, 0.9) * 0.7
        _wire(
            scene,
            (y, x),
            length * rng.uniform(0.5, 1.2),
            r,
            tilt,
            (lean[0], lean[1]),
            rng.uniform(0.2, 1),
            rng.normal(1.25, 0.1),
        )
    return scene


def few_close(rng: Rng, shape: Shape) -> Scene:
    """One to five wires at high magnification: contour, facets, ball."""
    side = edge_length(shape)
    scene = substrate(rng, shape, rng.uniform(0.15, 0.6))
    r = side * rng.uniform(0.012, 0.045)
    for k in range(int(rng.integers(1, 6))):
        curve = through(rng, shape, rng.uniform(0, 6.3), rng.choice([0.0, 0.05]), 20)
        keep = int(len(curve) * rng.uniform(0.3, 1.0)) + 3
        radii = np.linspace(r, r * rng.uniform(0.5, 1), len(curve[:keep]))
        scene.strip(lifted(curve[:keep], (1 + k) * r), radii, 1.3)
        if rng.random() < 0.5:
            end = curve[:keep][-1]
            scene.ellipsoid((end[0], end[1], (1 + k) * r), (1.3 * r, 1.3 * r, 1.3 * r), 0, 1.5)
    return scene


KINDS = kinds(
    tilted_array,
    small_and_many,
    felt,
    tangle,
    short_rods,
    side_view,
    top_view,
    urchin,
    grass,
    few_close,
)
