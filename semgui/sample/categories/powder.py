"""Powder: loose grains that fill the field, heaped and irregular."""

from __future__ import annotations

import math

import numpy as np

from semgui.sample import bodies
from semgui.sample.categories.common import HABITS, edge_length, kinds, roughen
from semgui.sample.fields import Field, Rng, Shape, fractal, noise, scattered
from semgui.sample.scene import Scene


def _bed(rng: Rng, shape: Shape, size: float, height: float = 1.0) -> Scene:
    """Return a dark, uneven ground of a heap."""
    scene = Scene.flat(shape, 0.0, rng.uniform(0.3, 0.9))
    scene.z += fractal(shape, rng, edge_length(shape) * rng.uniform(0.15, 0.5), 4) * np.float32(height * size)
    return scene


def _skin(rng: Rng, r: float, share: float) -> Field:
    side = int(4 * r) + 12
    return np.asarray(
        fractal((side, side), rng, max(2.0, r * rng.uniform(0.2, 0.8)), 5, 0.6) * np.float32(share * r)
    )


def _heap(
    rng: Rng,
    scene: Scene,
    r: float,
    faces: tuple[int, int],
    squash: tuple[float, float],
    rough: float,
    spread: float,
) -> None:
    skin = _skin(rng, 2 * r, rough) if rough else None
    for y, x in scattered(rng, scene.shape, 1.05 * r, 1600):
        size = r * float(rng.lognormal(-0.1, spread))
        body = bodies.shard(rng, min(size, 2.0 * r), int(rng.integers(*faces)), rng.uniform(*squash))
        body = bodies.rotated(body, bodies.rotation(rng))
        z = scene.height_at(y, x) + rng.uniform(-0.2, 0.5) * size
        texture = None if skin is None else np.roll(skin, int(rng.integers(len(skin))), 0)
        scene.polyhedron((y, x, z), *body, rng.normal(1.1, 0.1), texture)


def angular_grains(rng: Rng, shape: Shape) -> Scene:
    """Crushed material: sharp-edged grains, crowded."""
    r = edge_length(shape) * float(np.exp(rng.uniform(math.log(0.015), math.log(0.1))))
    scene = _bed(rng, shape, r)
    _heap(rng, scene, r, (7, 14), (0.6, 1.0), rng.choice([0.0, 0.02, 0.05]), rng.choice([0.25, 0.5]))
    return scene


def rounded_grains(rng: Rng, shape: Shape) -> Scene:
    """Worn or sintered grains with a rough skin."""
    r = edge_length(shape) * rng.uniform(0.02, 0.1)
    scene = _bed(rng, shape, r)
    _heap(rng, scene, r, (22, 40), (0.7, 1.0), rng.uniform(0.02, 0.08), 0.35)
    return scene


def flakes(rng: Rng, shape: Shape) -> Scene:
    """Platelets in all directions: clay, graphite, boric acid."""
    r = edge_length(shape) * rng.uniform(0.025, 0.12)
    scene = _bed(rng, shape, r)
    _heap(rng, scene, r, (7, 12), (0.06, 0.2), 0.0, 0.4)
    return scene


def coarse_and_fine(rng: Rng, shape: Shape) -> Scene:
    """Few large fragments with fine debris on and between them."""
    side = edge_length(shape)
    r = side * rng.uniform(0.12, 0.28)
    scene = _bed(rng, shape, 0.15 * r)
    skin = _skin(rng, 1.3 * r, rng.uniform(0.01, 0.05))
    for _ in range(int(rng.integers(1, 7))):
        y, x = rng.uniform(0.1, 0.9) * shape[0], rng.uniform(0.1, 0.9) * shape[1]
        body = bodies.shard(rng, r * rng.uniform(0.5, 1.1), int(rng.integers(8, 16)), rng.uniform(0.4, 1))
        scene.polyhedron((y, x, 0.3 * r), *bodies.rotated(body, bodies.rotation(rng)), 1.15, skin)
    small = side * rng.uniform(0.006, 0.02)
    for y, x in scattered(rng, shape, small * rng.uniform(1.5, 4), 1500):
        size = small * float(rng.lognormal(0, 0.5))
        scene.polyhedron((y, x, scene.height_at(y, x) + 0.3 * size), *bodies.shard(rng, size, 9), 1.2)
    return scene


def cauliflower(rng: Rng, shape: Shape) -> Scene:
    """Agglomerates of fine primary grains, themselves heaped."""
    side = edge_length(shape)
    scene = _bed(rng, shape, 0.06 * side)
    r = side * rng.uniform(0.07, 0.2)
    fine = r * rng.uniform(0.07, 0.2)
    for y, x in scattered(rng, shape, r * rng.uniform(0.9, 1.6), 200):
        size = r * float(rng.lognormal(-0.1, 0.3))
        scene.ellipsoid(
            (y, x, scene.height_at(y, x)),
            (size, size * rng.uniform(0.7, 1), size * 0.9),
            rng.uniform(0, 3),
            1.0,
        )
    for y, x in scattered(rng, shape, 1.35 * fine, 3500):
        size = fine * rng.uniform(0.6, 1.3)
        z = scene.height_at(y, x) + rng.uniform(0, 0.5) * size
        scene.ellipsoid(
            (y, x, z), (size, size * rng.uniform(0.7, 1), size), rng.uniform(0, 3), rng.normal(1.1, 0.06)
        )
    return scene


def fine_powder(rng: Rng, shape: Shape) -> Scene:
    """Grains of a few pixels in lumps and valleys."""
    side = edge_length(shape)
    scene = _bed(rng, shape, side * rng.uniform(0.02, 0.08))
    scene.z += np.abs(fractal(shape, rng, side * rng.uniform(0.03, 0.09), 4, 0.6)) * np.float32(side * 0.02)
    r = side * rng.uniform(0.006, 0.012)
    for y, x in scattered(rng, shape, 1.3 * r, 4000):
        size = r * float(rng.lognormal(0, 0.35))
        scene.ellipsoid(
            (y, x, scene.height_at(y, x) + 0.3 * size),
            (size, size * 0.8, size),
            rng.uniform(0, 3),
            rng.normal(1, 0.12),
        )
    return scene


def metal_spheres(rng: Rng, shape: Shape) -> Scene:
    """Gas-atomised powder: dense spheres of many sizes with satellites."""
    side = edge_length(shape)
    scene = Scene.flat(shape, 0.0, rng.uniform(0.08, 0.4))
    r = side * rng.uniform(0.03, 0.1)
    skin = noise((300, 300), rng, r * 0.2) * rng.choice([0.0, 0.015, 0.04])
    for y, x in scattered(rng, shape, r * rng.uniform(0.9, 1.2), 1200):
        size = r * float(np.clip(rng.lognormal(-0.35, 0.55), 0.15, 2.0))
        z = 0.9 * scene.height_at(y, x) + size * rng.uniform(0.5, 0.95)
        long = 1.6 if rng.random() < 0.1 else 1.0
        scene.ellipsoid(
            (y, x, z),
            (size * long, size, size),
            rng.uniform(0, 3),
            rng.normal(1.1, 0.07),
            skin,
        )
        if rng.random() < 0.4:
            angle, small = rng.uniform(0, 2 * math.pi), size * rng.uniform(0.1, 0.35)
            at = (y + 0.8 * size * math.sin(angle), x + 0.8 * size * math.cos(angle), z + 0.6 * size)
            scene.ellipsoid(at, (small, small, small), 0, 1.15)
    return scene


def crystal_powder(rng: Rng, shape: Shape) -> Scene:
    """Crowded crystals of one habit and many sizes, broken here and there."""
    r = edge_length(shape) * rng.uniform(0.015, 0.07)
    scene = _bed(rng, shape, r)
    habit = HABITS[int(rng.integers(len(HABITS)))]
    skin = _skin(rng, 2 * r, 0.01)
    for y, x in scattered(rng, shape, 1.0 * r, 1500):
        size = r * float(rng.lognormal(-0.2, 0.4))
        body = bodies.rotated(habit(size), bodies.rotation(rng))
        z = scene.height_at(y, x) + rng.uniform(-0.1, 0.5) * size
        scene.polyhedron((y, x, z), *body, rng.normal(1.1, 0.08), skin, 2.2 * size)
    return scene


def charging_lumps(rng: Rng, shape: Shape) -> Scene:
    """Insulating fragments, glaring on an almost black, soft ground."""
    side = edge_length(shape)
    scene = Scene.flat(shape, 0.0, 0.16)
    scene.z += fractal(shape, rng, side * 0.12, 5, 0.6) * np.float32(0.05 * side)
    scene.albedo *= np.exp(0.7 * fractal(shape, rng, side * 0.15, 4)).astype(np.float32)
    for _ in range(int(rng.integers(4, 40))):
        r = side * float(np.clip(rng.lognormal(math.log(0.07), 0.6), 0.015, 0.3))
        y, x = rng.uniform(0, shape[0]), rng.uniform(0, shape[1])
        body = bodies.shard(rng, r, int(rng.integers(7, 18)), rng.uniform(0.4, 1))
        scene.polyhedron(
            (y, x, 0.3 * r),
            *bodies.rotated(body, bodies.rotation(rng)),
            rng.uniform(0.5, 1.5),
            _skin(rng, 1.5 * r, 0.06),
        )
    scene.focus, scene.depth_of_field = 0.25 * side, 0.2 * side
    return scene


def needles(rng: Rng, shape: Shape) -> Scene:
    """Acicular powder in a dense felt of short, thick needles."""
    side = edge_length(shape)
    scene = _bed(rng, shape, 0.03 * side)
    r = side * rng.uniform(0.006, 0.018)
    for y, x in scattered(rng, shape, 3.2 * r, 900):
        half = r * rng.uniform(3, 9)
        lying = bodies.turn(rng.uniform(0, 6.3), math.pi / 2 + rng.normal(0, 0.35), rng.uniform(0, 1))
        body = bodies.rotated(bodies.prism(int(rng.choice([4, 6])), r * rng.uniform(0.7, 1.4), half), lying)
        scene.polyhedron(
            (y, x, scene.height_at(y, x) + 0.6 * r), *body, rng.normal(1.1, 0.1), None, 1.2 * half
        )
    return scene


def crust(rng: Rng, shape: Shape) -> Scene:
    """Caked powder: lumpy at every scale, cracks between lumps."""
    side = edge_length(shape)
    scene = _bed(rng, shape, 0.05 * side)
    scene.z += np.abs(fractal(shape, rng, side * rng.uniform(0.05, 0.15), 6, 0.62)) * np.float32(side * 0.045)
    roughen(rng, scene, side * 0.012, side * 0.003)
    return scene


def glaring_clouds(rng: Rng, shape: Shape) -> Scene:
    """Fine insulating powder that charges: white, soft-edged lumps on black, one of them a sharp fragment."""
    side = edge_length(shape)
    cloud = fractal(shape, rng, side * rng.uniform(0.1, 0.3), 5, 0.55)
    scene = Scene.flat(shape, 0.0, 1.0)
    scene.albedo = np.float32(0.06) + np.clip(cloud - np.float32(rng.uniform(-0.4, 0.5)), 0, 2) ** np.float32(
        1.3
    )
    scene.z += cloud * np.float32(0.05 * side)
    if rng.random() < 0.6:
        r = side * rng.uniform(0.12, 0.28)
        at = (shape[0] * rng.uniform(0.35, 0.65), shape[1] * rng.uniform(0.35, 0.65), 0.1 * side)
        body = bodies.rotated(
            bodies.shard(rng, r, int(rng.integers(6, 14)), rng.uniform(0.5, 1)), bodies.rotation(rng)
        )
        scene.polyhedron(at, *body, rng.uniform(1.2, 2.2), _skin(rng, 1.5 * r, 0.05))
    scene.focus, scene.depth_of_field = 0.2 * side, side * rng.uniform(0.1, 0.2)
    return scene


def clusters(rng: Rng, shape: Shape) -> Scene:
    """Several heaps of fused globules, each a bunch of grapes, over an out-of-focus bed of the same."""
    side = edge_length(shape)
    scene = Scene.flat(shape, -0.25 * side, 0.35)
    scene.z += fractal(shape, rng, side * 0.08, 4) * np.float32(0.03 * side)
    bunch = side * rng.uniform(0.06, 0.2)
    r = bunch * rng.uniform(0.15, 0.35)
    for y, x in scattered(rng, shape, bunch * rng.uniform(0.8, 1.5), 130):
        base, shade = rng.uniform(-0.2, 0.0) * side, rng.normal(1.1, 0.1)
        for dy, dx in rng.normal(0, 0.5 * bunch, (int(rng.integers(14, 34)), 2)):
            lift = math.sqrt(max(0.0, bunch**2 - dy**2 - dx**2))
            size = r * float(rng.lognormal(0, 0.25))
            squeeze = size * rng.uniform(0.75, 1)
            scene.ellipsoid((y + dy, x + dx, base + lift), (size, squeeze, size), rng.uniform(0, 3), shade)
    scene.z += fractal(shape, rng, max(2.0, 0.4 * r), 3) * np.float32(0.05 * r)
    scene.focus, scene.depth_of_field = 0.05 * side, 0.15 * side
    return scene


KINDS = kinds(
    glaring_clouds,
    clusters,
    angular_grains,
    rounded_grains,
    flakes,
    coarse_and_fine,
    cauliflower,
    fine_powder,
    metal_spheres,
    crystal_powder,
    charging_lumps,
    needles,
    crust,
)
