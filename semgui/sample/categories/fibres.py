"""Fibres: mats, cloth, yarn, single filaments; long, flexible, thick enough to have a surface."""

from __future__ import annotations

import math

import numpy as np

from semgui.sample import bodies
from semgui.sample.categories.common import dust, edge_length, kinds, roughen, substrate
from semgui.sample.curves import lifted, through
from semgui.sample.fields import Field, Rng, Shape, cellular, fractal, grain, noise, scattered
from semgui.sample.scene import Scene, Texture


def _bark(rng: Rng, rough: float) -> Texture | None:
    """Return striations and pits of a fibre's surface, ``None`` for a smooth one."""
    if rough <= 0:
        return None
    tile = 0.6 * noise((64, 512), rng, 4, 12) + 0.4 * noise((64, 512), rng, 2)

    def texture(s: Field, t: Field) -> Field:
        row = ((t + 1) * 31).astype(np.intp)
        return np.asarray(np.float32(rough) * tile[row, s.astype(np.intp) % 512])

    return texture


def _mat(rng: Rng, scene: Scene, r: float, count: int, curl: float, rough: float = 0.0) -> None:
    """Lay fibres in all directions, the later ones higher."""
    for k in range(count):
        curve = through(rng, scene.shape, rng.uniform(0, 2 * math.pi), curl, max(6.0, 0.8 * r))
        depth = -1.6 * r * (count - k) / 6 * rng.uniform(0.6, 1.4)
        wave = np.cumsum(rng.standard_normal(len(curve))) * 0.12 * r
        size = r * float(np.clip(rng.lognormal(0, 0.25), 0.4, 2.2))
        scene.strip(
            lifted(curve, depth + wave),
            size,
            rng.normal(1.15, 0.07) * math.exp(0.02 * min(0.0, depth / r)),
            _bark(rng, rough),
        )


def electrospun(rng: Rng, shape: Shape) -> Scene:
    """Non-woven mat of smooth fibres in all directions."""
    side = edge_length(shape)
    r = side * float(np.exp(rng.uniform(math.log(0.004), math.log(0.022))))
    scene = Scene.flat(shape, -40 * r, 0.25)
    _mat(rng, scene, r, int(min(120, 0.9 * side / r)), rng.uniform(0.05, 0.5))
    return scene


def curly(rng: Rng, shape: Shape) -> Scene:
    """Tangled, curling fibres (wool, cellulose, CNT yarn)."""
    side = edge_length(shape)
    r = side * rng.uniform(0.006, 0.03)
    scene = Scene.flat(shape, -30 * r, 0.3)
    _mat(rng, scene, r, int(min(80, 0.6 * side / r)), rng.uniform(0.7, 1.6), rng.choice([0.0, 0.05]))
    return scene


def sparse(rng: Rng, shape: Shape) -> Scene:
    """Few fibres lying on a film."""
    scene = substrate(rng, shape, rng.uniform(0.5, 1.0))
    dust(rng, scene, 15)
    side = edge_length(shape)
    r = side * rng.uniform(0.006, 0.03)
    if rng.random() < 0.35:  # a filter with round holes
        cells = cellular(shape, rng, side * rng.uniform(0.06, 0.2), jitter=1.0)
        hole = np.clip(np.float32(side * rng.uniform(0.01, 0.03)) - cells.nearest, 0, 1)
        scene.z -= hole * np.float32(0.04 * side)
        scene.albedo *= 1 - np.float32(0.5) * hole
    for _ in range(int(rng.integers(2, 16))):
        curve = through(rng, shape, rng.uniform(0, 6.3), rng.uniform(0.1, 0.9))
        scene.strip(
            lifted(curve, 0.4 * r * rng.uniform(0, 2)),
            r * rng.uniform(0.6, 1.4),
            1.15,
            _bark(rng, rng.choice([0.0, 0.06])),
            rng.choice([1.0, 0.4]),
        )
    return scene


def bundle(rng: Rng, shape: Shape) -> Scene:
    """Parallel filaments of a yarn, edge to edge."""
    side = edge_length(shape)
    r = side * rng.uniform(0.015, 0.1)
    heading = rng.uniform(0, math.pi)
    scene = Scene.flat(shape, -6 * r, 0.15)
    rough = float(rng.choice([0.0, 0.03, 0.08]))
    across = np.array([math.cos(heading), -math.sin(heading)])
    reach = math.hypot(*shape)
    for layer in (0, 1):
        for offset in np.arange(-reach / 2, reach / 2, 1.85 * r):
            curve = through(
                rng, shape, heading + rng.normal(0, 0.05), rng.uniform(0.02, 0.15), max(6.0, 0.8 * r)
            )
            shift = curve[len(curve) // 2] - np.array(shape) / 2 - across * (offset + rng.normal(0, 0.3 * r))
            depth = (layer - 1) * 1.4 * r + rng.normal(0, 0.4 * r)
            if layer == 1 and rng.random() < 0.35:
                continue
            scene.strip(
                lifted(curve - shift, depth),
                r * rng.uniform(0.85, 1.1),
                rng.normal(1.1, 0.05),
                _bark(rng, rough),
            )
    dust(rng, scene, 30)
    return scene


def woven(rng: Rng, shape: Shape) -> Scene:
    """Cloth: warp and weft yarns over and under each other."""
    side = edge_length(shape)
    pitch = side * rng.uniform(0.08, 0.35)
    filaments = int(rng.choice([1, 4, 7, 9]))
    r = 0.42 * pitch / filaments if filaments > 1 else 0.36 * pitch
    scene = Scene.flat(shape, -2 * pitch, 0.12)
    turn = rng.uniform(0, math.pi)
    reach = math.hypot(*shape)
    s = np.arange(-reach / 2, reach / 2, max(4.0, pitch / 12))
    for direction in (0, 1):
        heading = turn + direction * math.pi / 2
        along, across = (
            np.array([math.sin(heading), math.cos(heading)]),
            np.array([math.cos(heading), -math.sin(heading)]),
        )
        for k in range(-int(reach / pitch / 2) - 1, int(reach / pitch / 2) + 2):
            phase = math.pi * (k + direction)
            wave = 0.32 * pitch * np.cos(math.pi * s / pitch + phase)
            for f in range(filaments):
                off = (f - (filaments - 1) / 2) * 1.75 * r
                sway = noise((1, len(s)), rng, 1, 6)[0] * 0.15 * r * filaments
                points = np.array(shape) / 2 + s[:, None] * along + (k * pitch + off + sway)[:, None] * across
                height = wave + (
                    0 if filaments == 1 else 0.25 * pitch * math.sqrt(1 - (2 * off / pitch) ** 2)
                )
                scene.strip(lifted(points, height + rng.normal(0, 0.1 * r)), r, rng.normal(1.1, 0.05))
    return scene


def beaded(rng: Rng, shape: Shape) -> Scene:
    """Thin fibres with spindle-like beads."""
    side = edge_length(shape)
    r = side * rng.uniform(0.003, 0.008)
    scene = Scene.flat(shape, -30 * r, 0.3)
    for k in range(int(rng.integers(25, 70))):
        curve = through(rng, shape, rng.uniform(0, 6.3), rng.uniform(0.2, 0.8))
        radii = np.full(len(curve), r)
        for centre in rng.integers(0, len(curve), int(rng.integers(1, 6))):
            radii = radii + r * rng.uniform(2, 6) * np.exp(
                -(((np.arange(len(curve)) - centre) * 6 / (r * rng.uniform(4, 9))) ** 2)
            )
        scene.strip(lifted(curve, -0.4 * r * (40 - k)), radii, 1.15)
    return scene


def straight_cut(rng: Rng, shape: Shape) -> Scene:
    """Stiff, chopped fibres with visible ends (glass, carbon)."""
    side = edge_length(shape)
    r = side * rng.uniform(0.01, 0.04)
    scene = Scene.flat(shape, -12 * r, 0.2)
    for k in range(int(rng.integers(12, 60))):
        middle = rng.uniform((0, 0), shape)
        half = side * rng.uniform(0.15, 0.8)
        heading = rng.uniform(0, math.pi)
        step = np.array([math.sin(heading), math.cos(heading)]) * half
        z = -8 * r + 0.25 * r * k + np.linspace(rng.normal(0, 2), rng.normal(0, 2), 8) * r
        scene.strip(
            lifted(np.linspace(middle - step, middle + step, 8), z),
            r,
            rng.normal(1.15, 0.06),
            _bark(rng, rng.choice([0.0, 0.04])),
        )
    return scene


def close_up(rng: Rng, shape: Shape) -> Scene:
    """One to four thick fibres fill the field; their skin is the subject."""
    side = edge_length(shape)
    scene = Scene.flat(shape, -0.5 * side, 0.12)
    r = side * rng.uniform(0.1, 0.32)
    heading = rng.uniform(0, math.pi)
    rough = rng.uniform(0.0, 0.04)
    for k in range(int(rng.integers(1, 5))):
        curve = through(rng, shape, heading + rng.normal(0, 0.25), 0.06, 0.6 * r)
        scene.strip(
            lifted(curve, -0.5 * r * k), r * rng.uniform(0.8, 1.1), rng.normal(1.1, 0.05), _bark(rng, rough)
        )
    scene.z += grain(shape, rng, 0.012 * side, 9, heading) * np.float32(side * rng.uniform(0.0003, 0.003))
    roughen(rng, scene, 0.01 * side, 0.001 * side)
    dust(rng, scene, 35)
    return scene


def pulp(rng: Rng, shape: Shape) -> Scene:
    """Paper: collapsed, wrinkled ribbons of many widths, with fillers between them."""
    side = edge_length(shape)
    r = side * rng.uniform(0.02, 0.06)
    scene = Scene.flat(shape, -6 * r, 0.5)
    scene.z += fractal(shape, rng, 0.06 * side, 5) * np.float32(0.01 * side)
    for k in range(int(rng.integers(20, 60))):
        curve = through(rng, shape, rng.uniform(0, 6.3), rng.uniform(0.1, 0.5))
        size = r * float(np.clip(rng.lognormal(-0.3, 0.5), 0.2, 1.6))
        scene.strip(
            lifted(curve, -4 * r + 0.12 * r * k),
            size,
            rng.normal(1.05, 0.05),
            _bark(rng, 0.12),
            rng.uniform(0.15, 0.45),
        )
    roughen(rng, scene, 0.02 * side, 0.002 * side)
    dust(rng, scene, 80)
    if rng.random() < 0.5:  # clay or chalk between and on the fibres
        for y, x in scattered(rng, shape, side * rng.uniform(0.015, 0.05), 700):
            size = side * float(rng.lognormal(math.log(0.006), 0.5))
            scene.polyhedron(
                (y, x, scene.height_at(y, x)), *bodies.shard(rng, size, 9), rng.normal(1.05, 0.08)
            )
    return scene


def hairy_film(rng: Rng, shape: Shape) -> Scene:
    """Twisted fibre bundles with a rough, peeling skin."""
    side = edge_length(shape)
    r = side * rng.uniform(0.03, 0.09)
    scene = Scene.flat(shape, -4 * r, 0.2)
    for k in range(int(rng.integers(4, 14))):
        curve = through(rng, shape, rng.uniform(0, 6.3), rng.uniform(0.1, 0.5))
        strands = int(rng.integers(3, 8))
        phase0 = rng.uniform(0, 6.3)
        heading = np.gradient(curve, axis=0)
        across = (
            np.stack([heading[:, 1], -heading[:, 0]], axis=1)
            / np.maximum(np.hypot(*heading.T), 1e-6)[:, None]
        )
        turns = np.arange(len(curve)) * 6 / (r * rng.uniform(2, 6))
        for strand in range(strands):
            phase = turns + phase0 + 2 * math.pi * strand / strands
            points = curve + across * (0.6 * r * np.sin(phase))[:, None]
            scene.strip(
                lifted(points, -3 * r + 0.4 * r * k + 0.6 * r * np.cos(phase)),
                0.5 * r,
                rng.normal(1.1, 0.05),
                _bark(rng, 0.1),
            )
    return scene


KINDS = kinds(
    electrospun,
    curly,
    sparse,
    bundle,
    woven,
    beaded,
    straight_cut,
    close_up,
    pulp,
    hairy_film,
)
