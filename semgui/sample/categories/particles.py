"""Particles: separate bodies on a substrate, or a few layers of them."""

from __future__ import annotations

import math

import numpy as np

from semgui.sample import bodies
from semgui.sample.categories.common import apart, bodies_count, crystal, dust, edge_length, kinds, substrate
from semgui.sample.fields import Rng, Shape, fractal, noise, scattered
from semgui.sample.scene import Scene


def dispersed_spheres(rng: Rng, shape: Shape) -> Scene:
    """Round particles on a wafer, here and there in contact."""
    scene = substrate(rng, shape, rng.uniform(0.25, 0.8))
    r = edge_length(shape) * float(np.exp(rng.uniform(math.log(0.008), math.log(0.06))))
    spread = rng.choice([0.03, 0.12, 0.35])
    squat = rng.uniform(0.6, 1.0)
    for y, x in apart(bodies_count(rng, shape, r, rng.uniform(0.02, 0.5)), rng.uniform(1.8, 2.1) * r):
        size = r * max(0.25, rng.normal(1, spread))
        scene.ellipsoid((y, x, size * squat), (size, size, size * squat), 0, rng.normal(1.2, 0.05))
    return scene


def clustered(rng: Rng, shape: Shape) -> Scene:
    """Small particles drawn together in islands as a drop dried."""
    scene = substrate(rng, shape, rng.uniform(0.3, 0.9))
    side = edge_length(shape)
    r = side * rng.uniform(0.006, 0.022)
    make = rng.choice(["sphere", "crystal"])
    density = fractal(shape, rng, side * rng.uniform(0.1, 0.35), 3)
    level = np.quantile(density, rng.uniform(0.35, 0.8))
    for y, x in scattered(rng, shape, 1.75 * r, 2600):
        if density[min(max(int(y), 0), shape[0] - 1), min(max(int(x), 0), shape[1] - 1)] < level + rng.normal(
            0, 0.3
        ):
            continue
        z = scene.height_at(y, x) * 0.8 + r
        if make == "sphere":
            scene.ellipsoid((y, x, z), (r, r, r), 0, 1.3)
        else:
            scene.polyhedron((y, x, z), *crystal(rng, r * 0.8), 1.3)
    return scene


def monolayer(rng: Rng, shape: Shape) -> Scene:
    """Colloidal crystal with vacancies and a grain boundary."""
    scene = substrate(rng, shape, rng.uniform(0.2, 0.7))
    r = edge_length(shape) * rng.uniform(0.012, 0.06)
    angles = rng.uniform(0, math.pi / 3, 2)
    border = rng.uniform(0.2, 1.4) * shape[1]
    reach = math.hypot(*shape)
    count = int(reach / r / 1.6) + 3
    i, j = (a.ravel() for a in np.mgrid[-count:count, -count:count])
    for grain, angle in enumerate(angles):
        u, v = 2.02 * r * (i + 0.5 * j), 2.02 * r * math.sqrt(3) / 2 * j
        ys = shape[0] / 2 + u * math.sin(angle) + v * math.cos(angle)
        xs = shape[1] / 2 + u * math.cos(angle) - v * math.sin(angle)
        here = (xs < border) == (grain == 0)
        here &= (ys > -r) & (ys < shape[0] + r) & (xs > -r) & (xs < shape[1] + r)
        here &= rng.random(len(xs)) > rng.choice([0.0, 0.02, 0.1])
        for y, x in zip(ys[here], xs[here], strict=True):
            scene.ellipsoid((y + rng.normal(0, 0.03 * r), x, r), (r, r, r), 0, 1.2)
    return scene


def pile_of_spheres(rng: Rng, shape: Shape) -> Scene:
    """Large beads lying on one another, the lower ones in the dark."""
    scene = substrate(rng, shape, rng.uniform(0.1, 0.6))
    r = edge_length(shape) * rng.uniform(0.04, 0.14)
    spread = rng.choice([0.03, 0.2])
    skin = noise((256, 256), rng, 3) * rng.choice([0.0, 0.006, 0.02])
    centre = (shape[0] * rng.uniform(0.3, 0.7), shape[1] * rng.uniform(0.3, 0.7))
    reach = rng.uniform(0.3, 1.2) * max(shape)
    for y, x in scattered(rng, shape, r * rng.uniform(1.2, 1.9), 700):
        if math.hypot(y - centre[0], x - centre[1]) > reach * rng.uniform(0.5, 1):
            continue
        size = r * max(0.4, rng.normal(1, spread))
        lift = rng.uniform(0, 1.7) * r
        scene.ellipsoid((y, x, size + lift), (size, size, size), 0, rng.normal(1.2, 0.05), skin)
    if rng.random() < 0.5:
        scene.focus, scene.depth_of_field = 2.5 * r, 4 * r
    return scene


def crystals(rng: Rng, shape: Shape) -> Scene:
    """Faceted crystals of one habit, lying as they fell."""
    scene = substrate(rng, shape, rng.uniform(0.1, 0.7))
    r = edge_length(shape) * float(np.exp(rng.uniform(math.log(0.012), math.log(0.11))))
    habit = int(rng.integers(6))
    spread = rng.choice([0.04, 0.2])
    for y, x in apart(bodies_count(rng, shape, r, rng.uniform(0.1, 1.5)), rng.choice([1.1, 1.6]) * r):
        size = r * max(0.35, rng.normal(1, spread))
        z = 0.75 * size + 0.6 * scene.height_at(y, x)
        scene.polyhedron((y, x, z), *crystal(rng, size * 0.8, habit), rng.normal(1.2, 0.08))
    return scene


def rough_spheres(rng: Rng, shape: Shape) -> Scene:
    """Raspberries, flowers and golf balls: spheres with a grown surface."""
    scene = substrate(rng, shape, rng.uniform(0.1, 0.6))
    r = edge_length(shape) * rng.uniform(0.03, 0.12)
    side = int(3 * r) + 8
    skin = fractal((side, side), rng, r * rng.uniform(0.15, 0.5), 3) * rng.uniform(0.05, 0.16)
    if rng.random() < 0.4:
        skin = np.abs(skin) * 1.6
    for y, x in apart(bodies_count(rng, shape, r, rng.uniform(0.1, 1.2)), 1.7 * r):
        size = r * max(0.5, rng.normal(1, 0.12))
        z = size + 0.5 * scene.height_at(y, x)
        scene.ellipsoid((y, x, z), (size, size, size), 0, 1.25, np.roll(skin, int(rng.integers(side)), 0))
    return scene


def islands(rng: Rng, shape: Shape) -> Scene:
    """Many small metal islands or seeds of odd shapes, bright on a dark substrate."""
    scene = substrate(rng, shape, rng.uniform(0.12, 0.4))
    r = edge_length(shape) * rng.uniform(0.006, 0.02)
    long = rng.uniform(1.0, 2.6)
    for y, x in bodies_count(rng, shape, r * 1.3, rng.uniform(0.08, 0.35)):
        size = r * float(rng.lognormal(0, 0.35))
        if rng.random() < 0.4:
            scene.polyhedron((y, x, size * 0.5), *bodies.shard(rng, 1.3 * size, 9), 1.5)
        else:
            radii = (size * rng.uniform(1, long), size, size * rng.uniform(0.6, 1.3))
            scene.ellipsoid((y, x, size * 0.5), radii, rng.uniform(0, math.pi), 1.5)
    return scene


def few_soft(rng: Rng, shape: Shape) -> Scene:
    """Handful of particles near the limit of resolution: soft discs on an even ground."""
    scene = substrate(rng, shape, rng.uniform(0.5, 0.95))
    side = edge_length(shape)
    r = side * rng.uniform(0.012, 0.05)
    scene.relief = rng.uniform(0.3, 0.8)
    for _ in range(int(rng.integers(3, 40))):
        y, x = rng.uniform(0, shape[0]), rng.uniform(0, shape[1])
        for _ in range(int(rng.integers(1, 4))):
            size = r * rng.uniform(0.7, 1.2)
            scene.ellipsoid(
                (y, x, size * 0.5), (size, size * rng.uniform(0.8, 1), size), rng.uniform(0, 3), 1.15
            )
            y, x = y + rng.normal(0, 1.6 * r), x + rng.normal(0, 1.6 * r)
    return scene


def single_fragment(rng: Rng, shape: Shape) -> Scene:
    """One irregular grain in the middle of an empty stub, with crumbs around it."""
    scene = substrate(rng, shape, rng.uniform(0.3, 0.8))
    dust(rng, scene, 12)
    r = edge_length(shape) * rng.uniform(0.14, 0.32)
    y, x = shape[0] * rng.uniform(0.4, 0.6), shape[1] * rng.uniform(0.38, 0.62)
    span = int(4 * r) + 8
    skin = fractal((span, span), rng, r * rng.uniform(0.3, 0.9), 6, 0.55) * r * rng.uniform(0.06, 0.16)
    for k in range(int(rng.integers(1, 4))):
        body = bodies.shard(rng, r / (1 + 0.7 * k), int(rng.integers(12, 30)), rng.uniform(0.5, 1))
        scene.polyhedron((y, x, 0.5 * r), *body, 1.2, skin)
        y, x = y + rng.normal(0, r * 0.8), x + rng.normal(0, r)
    return scene


def rods(rng: Rng, shape: Shape) -> Scene:
    """Short prismatic crystals lying across one another."""
    scene = substrate(rng, shape, rng.uniform(0.1, 0.5))
    r = edge_length(shape) * rng.uniform(0.012, 0.03)
    sides = int(rng.choice([4, 6]))
    for y, x in bodies_count(rng, shape, 3 * r, rng.uniform(0.15, 0.8)):
        half = r * rng.uniform(2.5, 8)
        lying = bodies.turn(rng.uniform(0, 2 * math.pi), math.pi / 2 + rng.normal(0, 0.25), rng.uniform(0, 1))
        body = bodies.rotated(bodies.prism(sides, r, half), lying)
        z = 1.2 * r + 0.8 * scene.height_at(y, x)
        scene.polyhedron((y, x, z), *body, rng.normal(1.25, 0.08), None, half * 1.3)
    return scene


def aggregates(rng: Rng, shape: Shape) -> Scene:
    """Cluster of fused lumps and chains in the middle, nothing around it."""
    scene = substrate(rng, shape, rng.uniform(0.1, 0.5))
    side = edge_length(shape)
    for _ in range(int(rng.integers(1, 5))):
        y, x = rng.uniform(0.2, 0.8) * shape[0], rng.uniform(0.2, 0.8) * shape[1]
        r = side * rng.uniform(0.012, 0.05)
        for _ in range(int(rng.integers(30, 160))):
            size = r * float(rng.lognormal(0, 0.3))
            z = size + 0.8 * scene.height_at(y, x)
            scene.ellipsoid((y, x, z), (size, size * rng.uniform(0.7, 1), size), rng.uniform(0, 3), 1.3)
            stride = rng.normal(0, 1.5 * r, 2)
            y, x = (
                (y + stride[0], x + stride[1])
                if rng.random() < 0.85
                else (y - 6 * stride[0], x - 6 * stride[1])
            )
    return scene


KINDS = kinds(
    dispersed_spheres,
    clustered,
    monolayer,
    pile_of_spheres,
    crystals,
    rough_spheres,
    islands,
    few_soft,
    single_fragment,
    rods,
    aggregates,
)
