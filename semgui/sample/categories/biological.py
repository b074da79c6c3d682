"""Biological: single organisms and cells."""

from __future__ import annotations

import math

import numpy as np

from semgui.sample.categories.common import dust, edge_length, kinds, roughen, substrate
from semgui.sample.curves import capsule, lifted, straight, through, wander
from semgui.sample.fields import (
    Field,
    Rng,
    Shape,
    axes,
    cellular,
    fractal,
    ground,
    ridged,
    scattered,
    smooth,
)
from semgui.sample.scene import Scene


def _fibonacci(count: int, rng: Rng) -> np.ndarray:
    """Evenly spread directions on the upper half of a sphere (and a little below), (N, 3) as (y, x, z)."""
    k = np.arange(count) + rng.uniform(0, 1)
    z = 1 - 1.35 * k / count
    angle = k * math.pi * (3 - math.sqrt(5)) + rng.uniform(0, 6.3)
    rho = np.sqrt(np.maximum(1 - z * z, 0))
    return np.stack([rho * np.sin(angle), rho * np.cos(angle), z], axis=1)


def _ball_texture(rng: Rng, r: float, kind: str) -> Field:
    """Return a skin (in units of the radius) drawn as it looks on a sphere: cells shrink towards the limb."""
    side = int(2 * r) + 6
    cell = 2 * r * math.exp(rng.uniform(math.log(0.035), math.log(0.18)))
    cells = cellular((side, side), rng, cell, jitter=0.7)
    if kind == "net":
        skin = np.exp(-cells.border / np.float32(cell * rng.uniform(0.06, 0.16))) * np.float32(
            rng.uniform(0.04, 0.12)
        )
    elif kind == "pits":
        skin = -np.clip(1.0 - cells.nearest / np.float32(cell * rng.uniform(0.2, 0.36)), 0, 1) * np.float32(
            0.12
        )
    elif kind == "warts":
        skin = np.sqrt(np.clip(1 - (cells.nearest / np.float32(0.4 * cell)) ** 2, 0, 1)) * np.float32(0.05)
    else:
        skin = fractal((side, side), rng, cell, 4) * np.float32(0.015)
    y, x = axes((side, side))
    u, v = (y - side / 2) / np.float32(r), (x - side / 2) / np.float32(r)
    rho = np.sqrt(np.minimum(u * u + v * v, 1))
    stretch = np.where(
        rho > 1e-3, np.arcsin(rho) / np.maximum(rho, 1e-3) / np.float32(math.pi / 2), 2 / math.pi
    )
    row = np.clip((u * stretch + 1) * (side / 2), 0, side - 1).astype(np.intp)
    column = np.clip((v * stretch + 1) * (side / 2), 0, side - 1).astype(np.intp)
    return np.asarray(skin[row, column], dtype=np.float32)


def _grain_of_pollen(
    rng: Rng, scene: Scene, y: float, x: float, z: float, r: float, skin: str, albedo: float = 1.15
) -> None:
    if skin != "spikes":
        long = rng.uniform(1.0, 1.35)
        scene.ellipsoid((y, x, z), (r * long, r, r), rng.uniform(0, 3), albedo, _ball_texture(rng, r, skin))
        return
    scene.ellipsoid((y, x, z), (r, r, r), 0, albedo, _ball_texture(rng, r, "rough"))
    length, base = r * rng.uniform(0.12, 0.4), r * rng.uniform(0.05, 0.11)
    for d in _fibonacci(int(rng.integers(40, 130)), rng):
        foot, top = np.array([y, x, z]) + d * r * 0.97, np.array([y, x, z]) + d * (r + length)
        scene.strip(straight(tuple(top), tuple(foot), 8), base * np.linspace(0.08, 1, 8), albedo * 1.1)
        if d[2] > 0.9:
            scene.ellipsoid(tuple(foot), (base, base, length), 0, albedo * 1.1)


def pollen(rng: Rng, shape: Shape) -> Scene:
    """One to a few pollen grains: spiny, netted, pitted or warty."""
    side = edge_length(shape)
    scene = substrate(rng, shape, rng.uniform(0.25, 0.7))
    dust(rng, scene, 10)
    skin = str(rng.choice(["spikes", "net", "pits", "warts", "rough"], p=[0.32, 0.28, 0.18, 0.12, 0.1]))
    if rng.random() < 0.55:
        r = side * rng.uniform(0.17, 0.42)
        _grain_of_pollen(
            rng, scene, shape[0] * rng.uniform(0.42, 0.58), shape[1] * rng.uniform(0.4, 0.6), 0.8 * r, r, skin
        )
    else:
        r = side * rng.uniform(0.05, 0.15)
        for y, x in scattered(rng, shape, r * rng.uniform(2.2, 4), 22):
            _grain_of_pollen(rng, scene, y, x, 0.8 * r, r * rng.normal(1, 0.08), skin)
    return scene


def foraminifer(rng: Rng, shape: Shape) -> Scene:
    """Shell of swelling chambers in a spiral or a row, with pores."""
    side = edge_length(shape)
    scene = substrate(rng, shape, rng.uniform(0.3, 0.8))
    dust(rng, scene, 12)
    centre = (shape[0] * rng.uniform(0.45, 0.55), shape[1] * rng.uniform(0.45, 0.55))
    skin = str(rng.choice(["pits", "warts", "net", "rough"], p=[0.4, 0.25, 0.2, 0.15]))
    kind = rng.choice(["spiral", "row"])
    if kind == "spiral":
        count, angle = int(rng.integers(5, 16)), rng.uniform(0, 6.3)
        growth, size = rng.uniform(1.12, 1.35), side * rng.uniform(0.2, 0.28)
        for k in range(count):
            r = size / growth**k
            out = 0.95 * r
            y, x = centre[0] + out * math.sin(angle), centre[1] + out * math.cos(angle)
            _grain_of_pollen(rng, scene, y, x, r * 0.7 + 0.02 * k * side, r, skin)
            angle -= rng.uniform(0.8, 1.15)
    else:
        count, heading = int(rng.integers(5, 12)), rng.uniform(0, 6.3)
        y, x = centre[0] - 0.32 * side * math.sin(heading), centre[1] - 0.32 * side * math.cos(heading)
        for k in range(count):
            r = side * (0.05 + 0.11 * k / count)
            wide = r * rng.uniform(1.0, 1.4)
            zig = (0.5 * r if k % 2 else -0.5 * r) * rng.choice([1, 1, 0])
            at = (y - zig * math.cos(heading), x + zig * math.sin(heading), r)
            scene.ellipsoid(at, (wide, r, r), heading + math.pi / 2, 1.15)
            y, x = y + 0.9 * r * math.sin(heading), x + 0.9 * r * math.cos(heading)
        raised = scene.z > 0.02 * side
        cells = cellular(shape, rng, side * rng.uniform(0.012, 0.03), jitter=0.8)
        pore = np.clip(1.2 - cells.nearest / np.float32(0.006 * side), 0, 1) * raised
        scene.z -= pore * np.float32(0.012 * side)
        scene.albedo *= 1 - np.float32(0.5) * pore
    shell = smooth((scene.z > 0.03 * side).astype(np.float32), 1)
    scene.z += shell * fractal(shape, rng, side * 0.02, 4) * np.float32(side * rng.uniform(0.0005, 0.003))
    if rng.random() < 0.4:  # cracks in the carbon tape
        curve = through(rng, shape, rng.uniform(0, 6.3), 0.5)
        scene.strip(lifted(curve, 0.0), side * 0.006, 0.1, None, 0.05)
    return scene


def diatom(rng: Rng, shape: Shape) -> Scene:
    """Round or boat-shaped frustule with rows of pores and a rim."""
    side = edge_length(shape)
    scene = substrate(rng, shape, rng.uniform(0.25, 0.7))
    heading = rng.uniform(0, math.pi)
    u, v = turned_axes_at(shape, rng, heading)
    long = side * rng.uniform(0.28, 0.48)
    aspect = rng.choice([1.0, 1.0, rng.uniform(0.2, 0.45)])
    if aspect == 1.0:
        rho = np.hypot(u, v) / np.float32(long)
    else:
        rho = np.abs(v) / np.float32(long * aspect) + (u / np.float32(long)) ** 2
    inside = rho < 1
    body = np.sqrt(np.maximum(1 - rho * rho, 0)) * np.float32(long * rng.uniform(0.05, 0.25))
    scene.z += inside * (body + np.float32(0.06 * long))
    rim = np.exp(-(((rho - 0.96) / np.float32(0.03)) ** 2))
    scene.z += rim * np.float32(0.05 * long)
    pitch = long * rng.uniform(0.04, 0.1)
    if aspect == 1.0 and rng.random() < 0.5:
        cells = cellular(shape, rng, pitch, jitter=rng.uniform(0, 0.4))
        pore: Field = np.clip((0.36 * pitch - cells.nearest) / 1.5 + 0.5, 0, 1)
    elif aspect == 1.0:
        angle = np.arctan2(v, u)
        ribs = np.cos(angle * int(rng.integers(20, 60))) * np.cos(rho * np.float32(long / pitch * 3))
        pore = np.clip(ribs * 3 - 1, 0, 1)
    else:
        ribs = np.cos(u * np.float32(2 * math.pi / pitch)) * np.cos(
            v * np.float32(2 * math.pi / (pitch * rng.choice([0.7, 30.0])))
        )
        pore = np.clip(ribs * 3 - 1, 0, 1) * (np.abs(v) > 0.06 * long * aspect)
    pore = pore * (rho < 0.9) * (rho > rng.choice([0.0, 0.2]))
    scene.z -= pore * np.float32(0.5 * pitch)
    scene.albedo = np.where(inside, np.float32(1.15), scene.albedo) * (
        1 - np.float32(0.6) * pore.astype(np.float32)
    )
    dust(rng, scene, 20)
    return scene


def turned_axes_at(shape: Shape, rng: Rng, heading: float) -> tuple[Field, Field]:
    """Coordinates along and across a direction from a point near the middle."""
    y, x = ground(shape)
    y = y - np.float32(shape[0] * rng.uniform(0.42, 0.58))
    x = x - np.float32(shape[1] * rng.uniform(0.42, 0.58))
    c, s = np.float32(math.cos(heading)), np.float32(math.sin(heading))
    return (x * c + y * s).astype(np.float32), (y * c - x * s).astype(np.float32)


def bacteria(rng: Rng, shape: Shape) -> Scene:
    """Rods or cocci, single, in chains and in clusters, on a filter or glass."""
    side = edge_length(shape)
    scene = substrate(rng, shape, rng.uniform(0.3, 0.8))
    if rng.random() < 0.35:
        cells = cellular(shape, rng, side * 0.12, jitter=1.0)
        hole = np.clip(np.float32(side * 0.012) - cells.nearest, 0, 1)
        scene.z -= hole * np.float32(0.05 * side)
        scene.albedo *= 1 - 0.8 * hole
    r = side * float(np.exp(rng.uniform(math.log(0.012), math.log(0.05))))
    coccus = rng.random() < 0.45
    skin = fractal((400, 400), rng, r * 0.5, 3) * np.float32(0.02)
    for _ in range(int(rng.integers(3, 40))):
        y, x, heading = rng.uniform(0, shape[0]), rng.uniform(0, shape[1]), rng.uniform(0, 6.3)
        for _ in range(int(rng.integers(1, 8))):
            z = r * 0.9 + 0.6 * scene.height_at(y, x)
            if coccus:
                scene.ellipsoid((y, x, z), (r * 1.06, r, r), heading, 1.15, skin)
                step = 1.85 * r
            else:
                long = r * rng.uniform(2.2, 5)
                bend = wander(
                    rng,
                    (y - math.sin(heading) * long / 2, x - math.cos(heading) * long / 2),
                    heading,
                    long,
                    0.4,
                    3,
                )
                scene.strip(*capsule(lifted(bend, z), r), 1.15)
                step = long * 0.98
            heading += rng.normal(0, 0.7)
            y, x = y + step * math.sin(heading), x + step * math.cos(heading)
    roughen(rng, scene, r * 0.4, r * 0.008)
    return scene


def adherent_cells(rng: Rng, shape: Shape) -> Scene:
    """Flat cells with a raised nucleus, ruffled edges and thin processes, on a dish or scaffold."""
    side = edge_length(shape)
    scene = substrate(rng, shape, rng.uniform(0.4, 0.9))
    for _ in range(int(rng.integers(1, 7))):
        cy, cx = rng.uniform(0.15, 0.85) * shape[0], rng.uniform(0.15, 0.85) * shape[1]
        r = side * rng.uniform(0.07, 0.24)
        y, x = ground(shape)
        angle = np.arctan2(y - cy, x - cx)
        away = np.hypot(y - cy, x - cx)
        turn, aspect = rng.uniform(0, 3.14), rng.uniform(1.0, 2.6)
        oval = np.sqrt(1 + (aspect**2 - 1) * np.sin(angle - turn) ** 2)
        ragged = 1 + np.float32(0.3) * fractal(shape, rng, 0.6 * r, 4)
        lobes = 1 + rng.uniform(0.05, 0.3) * np.cos(int(rng.integers(2, 5)) * angle + rng.uniform(0, 6.3))
        rho = (away * oval / (r * np.maximum(lobes * ragged, 0.3))).astype(np.float32)
        body = np.maximum(1 - rho, 0) ** np.float32(0.6) * np.float32(0.12 * r)
        body += np.exp(-((away / (0.35 * r)) ** 2)) * np.float32(0.3 * r) * (rho < 1)
        folds = ridged(shape, rng, 0.15 * r, 3) * np.float32(0.05 * r) * (rho < 1)
        scene.put(
            (slice(0, shape[0]), slice(0, shape[1])),
            np.where(rho < 1, body + folds, -np.inf).astype(np.float32),
            1.1,
        )
        for _ in range(int(rng.integers(4, 40))):
            heading = rng.uniform(0, 6.3)
            start = (cy + 0.8 * r * math.sin(heading), cx + 0.8 * r * math.cos(heading))
            curve = wander(rng, start, heading, r * rng.uniform(0.4, 2.0), 0.5, 4)
            scene.strip(lifted(curve, 0.0), np.linspace(0.03, 0.008, len(curve)) * r + 0.4, 1.2)
    return scene


def round_cells(rng: Rng, shape: Shape) -> Scene:
    """Blood cells, yeast, or lymphocytes with microvilli."""
    side = edge_length(shape)
    scene = substrate(rng, shape, rng.uniform(0.3, 0.8))
    r = side * rng.uniform(0.05, 0.18)
    kind = rng.choice(["discocyte", "villous", "yeast"])
    for y, x in scattered(rng, shape, r * rng.uniform(1.5, 3), 60):
        size = r * rng.normal(1, 0.06)
        z = 0.35 * size + 0.7 * scene.height_at(y, x)
        if kind == "discocyte":
            part = scene.patch(y, x, size, size)
            if part is None:
                continue
            dy, dx = scene.local(part, y, x)
            squeeze = np.float32(rng.uniform(0.6, 1.0))
            rho = np.hypot(dy / squeeze, dx) / np.float32(size)
            disc = np.sqrt(np.maximum(1 - rho * rho, 0)) * (0.35 + 0.9 * rho * rho)
            scene.put(
                part,
                np.where(rho < 1, np.float32(z) + np.float32(0.6 * size) * disc, -np.inf).astype(np.float32),
                1.15,
            )
        elif kind == "yeast":
            heading = rng.uniform(0, 6.3)
            scene.ellipsoid((y, x, size), (1.2 * size, size, size), heading, 1.15)
            if rng.random() < 0.4:
                bud = 0.5 * size
                scene.ellipsoid(
                    (y + 1.4 * size * math.sin(heading), x + 1.4 * size * math.cos(heading), bud),
                    (bud, bud, bud),
                    0,
                    1.15,
                )
        else:
            scene.ellipsoid((y, x, size), (size, size, size), 0, 1.1)
            for d in _fibonacci(int(np.clip(2.5 * r, 40, 150)), rng):
                foot = np.array([y, x, size]) + d * size * 0.96
                top = foot + (d + rng.normal(0, 0.3, 3)) * size * 0.13
                scene.strip(straight(tuple(top), tuple(foot), 3), 0.02 * size + 0.4, 1.25)
    roughen(rng, scene, r * 0.15, r * 0.006)
    return scene


def spores(rng: Rng, shape: Shape) -> Scene:
    """Heap of small spores, or chains of conidia on hyphae."""
    side = edge_length(shape)
    scene = Scene.flat(shape, 0.0, 0.4)
    scene.z += fractal(shape, rng, side * 0.25, 4) * np.float32(0.03 * side)
    r = side * rng.uniform(0.02, 0.05)
    texture = _ball_texture(rng, r, str(rng.choice(["warts", "net", "rough"])))
    if rng.random() < 0.6:
        for k in range(int(rng.integers(5, 25))):
            curve = through(rng, shape, rng.uniform(0, 6.3), 0.6)
            scene.strip(lifted(curve, 0.02 * side + 0.1 * k * r), r * rng.uniform(0.25, 0.5), 1.0)
    for y, x in scattered(rng, shape, r * rng.uniform(1.6, 3.5), 500):
        if rng.random() < 0.3:
            continue
        scene.ellipsoid(
            (y, x, scene.height_at(y, x) + 0.7 * r),
            (r, r * 0.95, r),
            0,
            1.15,
            texture,
        )
    return scene


KINDS = kinds(pollen, foraminifer, diatom, bacteria, adherent_cells, round_cells, spores)
