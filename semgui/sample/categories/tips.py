"""Tips: one sharp end, or a few; probes, needles, emitters."""

from __future__ import annotations

import math

import numpy as np

from semgui.sample import bodies
from semgui.sample.categories.common import dust, edge_length, kinds, roughen, substrate
from semgui.sample.curves import straight
from semgui.sample.fields import Rng, Shape, fractal, ground, noise
from semgui.sample.scene import Scene


def _vacuum(rng: Rng, shape: Shape) -> Scene:
    """Return a background far below: black, or a blurred stage."""
    side = edge_length(shape)
    scene = Scene.flat(shape, -2.0 * side, rng.uniform(0.02, 0.25))
    if rng.random() < 0.35:
        scene.albedo *= np.clip(1 + fractal(shape, rng, side * 0.4, 3), 0.2, 3)
    return scene


def _taper(rng: Rng, count: int, sharp: float, wide: float) -> np.ndarray:
    """Radius from the apex to the shank: cone, concave (etched) or convex (blunt)."""
    power = rng.choice([0.6, 1.0, 1.0, 1.6, 2.5])
    return np.asarray(sharp + (wide - sharp) * np.linspace(0, 1, count) ** power)


def needle(rng: Rng, shape: Shape) -> Scene:
    """Etched wire, in profile, from one side of the picture."""
    side = edge_length(shape)
    scene = _vacuum(rng, shape)
    heading = float(rng.choice([0, math.pi / 2, math.pi, -math.pi / 2], p=[0.3, 0.3, 0.3, 0.1])) + rng.normal(
        0, 0.3
    )
    apex = np.array([shape[0] * rng.uniform(0.3, 0.7), shape[1] * rng.uniform(0.3, 0.7)])
    end = apex + np.array([math.sin(heading), math.cos(heading)]) * 1.4 * max(shape)
    wide = side * float(np.exp(rng.uniform(math.log(0.06), math.log(0.7))))
    axis = straight((*apex, 0.0), (*end, -0.3 * wide * rng.uniform(0, 1)), 90)
    radii = _taper(rng, 90, side * float(rng.choice([0.001, 0.006, 0.02])), wide)
    scene.strip(axis, radii, 1.1)
    scene.ellipsoid((*apex, 0.0), (radii[0], radii[0], radii[0]), 0.0, 1.1)
    part = scene.z > -side
    scene.z += (
        part * fractal(shape, rng, side * 0.03, 4) * np.float32(side * rng.choice([0.0002, 0.001, 0.004]))
    )
    return scene


def afm_probe(rng: Rng, shape: Shape) -> Scene:
    """Pyramid or cone at the end of a cantilever, seen obliquely."""
    side = edge_length(shape)
    scene = _vacuum(rng, shape)
    yaw, pitch = rng.uniform(-0.6, 0.6) + rng.choice([0, math.pi / 2, math.pi]), rng.uniform(0.3, 1.25)
    turn = bodies.turn(yaw, 0, 0) @ bodies.turn(0, pitch)
    size = side * rng.uniform(0.12, 0.3)
    middle = (shape[0] * rng.uniform(0.45, 0.7), shape[1] * rng.uniform(0.4, 0.6), 0.0)
    length, width = side * 2.5, size * rng.uniform(0.8, 1.6)
    beam = bodies.box(width, length, 0.12 * size)
    along = turn @ np.array([0.0, length - 1.4 * size, -0.12 * size])
    scene.polyhedron(
        (middle[0] + along[0], middle[1] + along[1], along[2]),
        *bodies.rotated(beam, turn),
        0.9,
        None,
        2 * length,
    )
    sides = int(rng.choice([3, 4, 4, 24]))
    body = bodies.rotated(
        bodies.pyramid(size * rng.uniform(0.5, 0.9), size * rng.uniform(1.2, 2.4), sides), turn
    )
    scene.polyhedron(middle, *body, 1.15, None, 4 * size)
    return scene


def pyramid_from_above(rng: Rng, shape: Shape) -> Scene:
    """Apex in the middle, four or more faces around it."""
    side = edge_length(shape)
    scene = substrate(rng, shape, rng.uniform(0.3, 0.8))
    r = side * rng.uniform(0.15, 0.5)
    body = bodies.pyramid(r, r * rng.uniform(0.7, 1.8), int(rng.choice([3, 4, 4, 8, 30])))
    turn = bodies.turn(rng.uniform(0, 6.3), rng.uniform(0, 0.35), rng.uniform(-0.2, 0.2))
    middle = (shape[0] * rng.uniform(0.4, 0.6), shape[1] * rng.uniform(0.4, 0.6), 0.0)
    scene.polyhedron(middle, *bodies.rotated(body, turn), 1.15, None, 3 * r)
    if rng.random() < 0.4:  # a sharpened apex
        scene.ellipsoid((*middle[:2], scene.height_at(*middle[:2])), (0.03 * r, 0.03 * r, 0.3 * r), 0, 1.4)
    roughen(rng, scene, side * 0.02, side * rng.choice([0.0001, 0.0006, 0.0015]))
    dust(rng, scene, 6)
    return scene


def apex(rng: Rng, shape: Shape) -> Scene:
    """Very end of a probe at high magnification: a smooth cone with a round end."""
    side = edge_length(shape)
    scene = _vacuum(rng, shape)
    x0, y0 = shape[1] * rng.uniform(0.35, 0.65), shape[0] * rng.uniform(0.1, 0.45)
    end = (1.3 * shape[0], x0 + side * rng.normal(0, 0.15), 0.0)
    r0 = side * rng.uniform(0.01, 0.06)
    count = 70
    radii = r0 + np.linspace(0, 1, count) ** rng.uniform(0.8, 1.6) * side * rng.uniform(0.1, 0.5)
    radii[:4] = r0 * np.sqrt(np.linspace(0.05, 1, 4))
    scene.strip(straight((y0, x0, 0.0), end, count), radii, 1.1)
    if rng.random() < 0.5:  # coating
        on = scene.z > -side
        scene.z += on * noise(shape, rng, side * 0.012) * np.float32(side * 0.0015)
    if rng.random() < 0.25:
        r = r0 * rng.uniform(1.2, 2.5)
        scene.ellipsoid((y0, x0, r0), (r, r, r), 0, 1.3)
    scene.relief = 0.8
    return scene


def emitters(rng: Rng, shape: Shape) -> Scene:
    """Cones in rows on a chip, seen obliquely."""
    side = edge_length(shape)
    scene = substrate(rng, shape, rng.uniform(0.4, 0.9))
    y, _ = ground(shape)
    tilt = rng.uniform(0.4, 0.95)
    scene.z += y * np.float32(math.tan(tilt))
    pitch = side * rng.uniform(0.18, 0.5)
    height, r = pitch * rng.uniform(0.6, 1.6), pitch * rng.uniform(0.12, 0.35)
    power = rng.choice([0.7, 1.0, 1.5])
    for row in range(-1, int(shape[0] / (pitch * math.cos(tilt))) + 4):
        for column in range(-1, int(shape[1] / pitch) + 2):
            base_y, base_x = row * pitch * math.cos(tilt) + 0.3 * pitch, (column + 0.5) * pitch
            z = scene.height_at(base_y, base_x) if 0 <= base_y < shape[0] else base_y * math.tan(tilt)
            top = (base_y - height * math.sin(tilt), base_x, z + height * math.cos(tilt))
            scene.strip(
                straight(top, (base_y, base_x, z), 30), 0.02 * r + r * np.linspace(0, 1, 30) ** power, 1.15
            )
    return scene


def probe_and_sample(rng: Rng, shape: Shape) -> Scene:
    """Needle of a manipulator over a lamella or a grid, as in a FIB."""
    side = edge_length(shape)
    scene = Scene.flat(shape, -0.4 * side, rng.uniform(0.3, 0.7))
    scene.z += fractal(shape, rng, side * 0.2, 5, 0.6) * np.float32(side * rng.uniform(0.003, 0.03))
    for _ in range(int(rng.integers(0, 4))):
        y, x = rng.uniform(0.2, 0.8) * shape[0], rng.uniform(0.3, 0.9) * shape[1]
        half = (side * rng.uniform(0.05, 0.2), side * rng.uniform(0.08, 0.3))
        scene.polyhedron(
            (y, x, -0.3 * side),
            *bodies.rotated(bodies.box(*half, 0.05 * side), bodies.turn(rng.normal(0, 0.1), 0.3)),
            1.0,
        )
        part = scene.patch(y + half[0], x, 0.4 * half[0], 0.7 * half[1])
        if part is not None:
            scene.z[part] -= np.float32(0.3 * side)
            scene.albedo[part] *= np.float32(0.25)
    apex_at = (shape[0] * rng.uniform(0.35, 0.65), shape[1] * rng.uniform(0.4, 0.7), 0.0)
    from_left = rng.random() < 0.6
    end = (shape[0] * rng.uniform(-0.1, 0.9), -0.3 * shape[1] if from_left else 1.3 * shape[1], 0.2 * side)
    scene.strip(
        straight(apex_at, end, 60), _taper(rng, 60, side * 0.008, side * rng.uniform(0.08, 0.25)), 1.2
    )
    roughen(rng, scene, side * 0.01, side * 0.0008)
    return scene


def broken_tip(rng: Rng, shape: Shape) -> Scene:
    """Worn or broken probe: blunt end, debris, a bent apex."""
    side = edge_length(shape)
    scene = _vacuum(rng, shape)
    count = 60
    y0 = shape[0] * rng.uniform(0.15, 0.4)
    ys = np.linspace(y0, 1.25 * shape[0], count)
    xs = shape[1] / 2 + side * 0.15 * rng.normal() * np.exp(-np.linspace(0, 6, count))
    curve = np.stack([ys, xs, np.zeros(count)], axis=1)
    radii = side * rng.uniform(0.03, 0.1) + np.linspace(0, 1, count) * side * rng.uniform(0.15, 0.4)
    scene.strip(curve, radii, 1.1)
    on = scene.z > -side
    scene.z += on * fractal(shape, rng, side * 0.06, 5, 0.6) * np.float32(side * rng.uniform(0.002, 0.012))
    for _ in range(int(rng.integers(2, 20))):
        r = side * rng.uniform(0.005, 0.03)
        y = y0 + abs(rng.normal(0, 0.25)) * side
        at = (y, shape[1] / 2 + rng.normal(0, 0.08) * side)
        if scene.height_at(*at) > -side:
            scene.polyhedron((*at, scene.height_at(*at)), *bodies.shard(rng, r, 10), 1.3)
    return scene


KINDS = kinds(needle, afm_probe, pyramid_from_above, apex, emitters, probe_and_sample, broken_tip)
