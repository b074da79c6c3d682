"""Porous_Sponge: foams, membranes, networks; holes in a solid."""

from __future__ import annotations

import math

import numpy as np

from semgui.sample.categories.common import edge_length, kinds, roughen
from semgui.sample.fields import Rng, Shape, cellular, fractal, grain, noise, scattered, smooth
from semgui.sample.scene import Scene


def open_foam(rng: Rng, shape: Shape) -> Scene:
    """Struts around large windows, layer behind layer."""
    side = edge_length(shape)
    scene = Scene.flat(shape, -0.6 * side, 0.35)
    cell = side * rng.uniform(0.08, 0.3)
    for depth in range(3):
        cells = cellular(shape, rng, cell * (1 - 0.15 * depth), jitter=0.8, bend=0.08)
        strut = cell * rng.uniform(0.06, 0.13)
        u = np.clip(cells.border / np.float32(strut), 0, 1)
        wall = np.sqrt(np.maximum(1 - u * u, 0)) * np.float32(strut)
        height = np.where(u < 1, wall - np.float32(depth * 0.8 * cell), -np.inf).astype(np.float32)
        height += fractal(shape, rng, cell * 0.4, 3) * np.float32(0.03 * cell)
        scene.put((slice(0, shape[0]), slice(0, shape[1])), height, 1.15 - 0.22 * depth)
    roughen(rng, scene, cell * 0.1, 0.01 * cell)
    return scene


def closed_foam(rng: Rng, shape: Shape) -> Scene:
    """Cut bubbles: bowls with thin rims and smaller windows in their walls."""
    side = edge_length(shape)
    cell = side * rng.uniform(0.06, 0.3)
    cells = cellular(shape, rng, cell, jitter=rng.uniform(0.6, 1.0), bend=0.05)
    bowl = np.clip(cells.border / np.float32(0.5 * cell), 0, 1)
    scene = Scene.flat(shape)
    depth = cells.values(rng.uniform(0.4, 1.3, cells.count).astype(np.float32))
    scene.z -= depth * np.sqrt(np.clip(2 * bowl - bowl * bowl, 0, 1)) * np.float32(cell)
    for y, x in scattered(rng, shape, cell * 0.8, 500):
        r = cell * rng.uniform(0.06, 0.16)
        part = scene.patch(y, x, r, 1.3 * r)
        if part is not None:
            dy, dx = scene.local(part, y, x)
            hole = (dy / r) ** 2 + (dx / (1.3 * r)) ** 2 < 1
            scene.z[part] = np.where(hole, scene.z[part] - 0.7 * cell, scene.z[part])
            scene.albedo[part] = np.where(hole, 0.5, scene.albedo[part])
    roughen(rng, scene, cell * 0.08, cell * rng.uniform(0.002, 0.01))
    return scene


def membrane(rng: Rng, shape: Shape) -> Scene:
    """Flat skin with round or irregular holes."""
    side = edge_length(shape)
    scene = Scene.flat(shape)
    cell = side * float(np.exp(rng.uniform(math.log(0.015), math.log(0.12))))
    cells = cellular(shape, rng, cell, jitter=rng.uniform(0.5, 1.0), bend=rng.choice([0.0, 0.15]))
    radius = cells.values(
        (cell * np.clip(rng.normal(rng.uniform(0.15, 0.38), 0.09, cells.count), 0.0, 0.48)).astype(np.float32)
    )
    hole = np.clip((radius - cells.nearest) / np.float32(1.5), 0, 1)
    scene.z -= hole * np.float32(cell) * np.float32(rng.uniform(0.5, 1.2))
    scene.albedo *= 1 - np.float32(rng.uniform(0.4, 0.8)) * hole
    roughen(rng, scene, cell, cell * 0.03)
    return scene


def alumina(rng: Rng, shape: Shape) -> Scene:
    """Anodic alumina: hexagonally ordered pores of one size."""
    side = edge_length(shape)
    cell = side * rng.uniform(0.018, 0.09)
    cells = cellular(shape, rng, cell, jitter=rng.uniform(0.1, 0.5), bend=0.04)
    r = cell * rng.uniform(0.2, 0.36)
    hole = np.clip((np.float32(r) - cells.nearest) / np.float32(max(1.0, 0.1 * cell)), 0, 1)
    rim = np.clip(1 - cells.border / np.float32(0.25 * cell), 0, 1)
    scene = Scene.flat(shape)
    scene.z += rim * np.float32(cell * rng.uniform(-0.1, 0.25)) - hole * np.float32(1.2 * cell)
    scene.albedo *= 1 - np.float32(0.6) * hole
    roughen(rng, scene, cell * 2, cell * 0.05)
    return scene


def inverse_opal(rng: Rng, shape: Shape) -> Scene:
    """Round voids in hexagonal order, each with small dark windows to those below."""
    side = edge_length(shape)
    cell = side * rng.uniform(0.03, 0.13)
    cells = cellular(shape, rng, cell, jitter=rng.uniform(0.05, 0.35), bend=0.03)
    scene = Scene.flat(shape)
    void = np.sqrt(np.maximum((0.47 * cell) ** 2 - cells.nearest**2, 0))
    scene.z -= void.astype(np.float32)
    start = rng.uniform(0, 1)
    for k in range(3):
        angle = 2 * math.pi * (k / 3 + start)
        gap = np.hypot(
            cells.away_y - 0.24 * cell * math.sin(angle), cells.away_x - 0.24 * cell * math.cos(angle)
        )
        window = np.clip((0.1 * cell - gap) / 1.5, 0, 1).astype(np.float32)
        scene.z -= window * np.float32(0.8 * cell)
        scene.albedo *= 1 - np.float32(0.65) * window
    roughen(rng, scene, cell * 0.12, cell * 0.012)
    return scene


def network(rng: Rng, shape: Shape) -> Scene:
    """Bicontinuous skeleton: dealloyed gold, sintered gel, coral."""
    side = edge_length(shape)
    cell = side * float(np.exp(rng.uniform(math.log(0.008), math.log(0.06))))
    scene = Scene.flat(shape, -2.0 * cell, rng.uniform(0.15, 0.4))
    for depth in range(3):
        field = smooth(noise(shape, rng, cell * 0.8) + 0.4 * noise(shape, rng, cell * 1.7), cell * 0.15)
        thick = np.clip(rng.uniform(0.5, 0.8) - np.abs(field), 0, 1)
        rod = np.sqrt(thick) * np.float32(1.3 * cell)
        solid = thick > 0
        height = np.where(solid, rod - np.float32(depth * 1.1 * cell), -np.inf).astype(np.float32)
        scene.put((slice(0, shape[0]), slice(0, shape[1])), height, 1.2 - 0.25 * depth)
    roughen(rng, scene, max(2.0, cell * 0.15), cell * rng.uniform(0.0, 0.05))
    return scene


def globular(rng: Rng, shape: Shape) -> Scene:
    """Walls of fused globules around pores: electrodeposited metal foam, polymer monolith."""
    side = edge_length(shape)
    cell = side * rng.uniform(0.06, 0.28)
    cells = cellular(shape, rng, cell, jitter=rng.uniform(0.5, 0.9), bend=0.1)
    bowl = np.clip(cells.border / np.float32(0.5 * cell), 0, 1)
    scene = Scene.flat(shape, 0.0, 0.75)
    scene.z += (0.25 - bowl) * np.float32(1.5 * cell)
    scene.albedo *= np.clip(1.1 - 1.2 * bowl, 0.05, 1)
    grain_size = cell * rng.uniform(0.05, 0.13)
    for y, x in scattered(rng, shape, grain_size * 1.25, 3500):
        row, column = min(max(int(y), 0), shape[0] - 1), min(max(int(x), 0), shape[1] - 1)
        if bowl[row, column] > rng.uniform(0.25, 0.7):
            continue
        r = grain_size * rng.uniform(0.5, 1.3)
        scene.ellipsoid(
            (y, x, float(scene.z[row, column]) + 0.4 * r), (r, 0.85 * r, r), rng.uniform(0, 3), 1.2
        )
    return scene


def lamellar(rng: Rng, shape: Shape) -> Scene:
    """Freeze-cast sheets with elongated pores between them."""
    side = edge_length(shape)
    angle = rng.uniform(0, math.pi)
    cell = side * rng.uniform(0.012, 0.045)
    field = grain(shape, rng, cell, rng.uniform(2.5, 6), angle) + np.float32(0.45) * noise(shape, rng, cell)
    scene = Scene.flat(shape)
    scene.z += np.tanh(field * 1.5) * np.float32(1.6 * cell)
    scene.albedo *= np.clip(0.7 + 0.5 * field, 0.1, 1.1)
    roughen(rng, scene, cell * 0.3, cell * rng.uniform(0.03, 0.2), 3)
    return scene


def scaffold(rng: Rng, shape: Shape) -> Scene:
    """Freeze-dried scaffold: crumpled thin walls around deep irregular pores."""
    side = edge_length(shape)
    scene = Scene.flat(shape, -0.8 * side, 0.3)
    cell = side * rng.uniform(0.1, 0.3)
    for depth in range(4):
        cells = cellular(
            shape, rng, cell * rng.uniform(0.7, 1.2), jitter=1.0, bend=0.12, stretch=rng.uniform(0.8, 1.8)
        )
        thin = cell * rng.uniform(0.012, 0.03)
        wall = np.exp(-cells.border / np.float32(thin)) * np.float32(0.5 * cell)
        sheet = cells.values((rng.random(cells.count) < 0.25).astype(np.float32))
        tip = cells.values(rng.normal(0, 0.3, cells.count).astype(np.float32)) * cells.away_x
        height = (
            wall
            - np.float32(depth * 0.5 * cell)
            + np.where(cells.border < 3 * thin, 0, np.where(sheet > 0, tip - 0.2 * cell, -np.inf))
        )
        height = height + fractal(shape, rng, cell * 0.3, 4) * np.float32(0.05 * cell)
        scene.put((slice(0, shape[0]), slice(0, shape[1])), height.astype(np.float32), 1.1 - 0.15 * depth)
    return scene


def hierarchical(rng: Rng, shape: Shape) -> Scene:
    """Large pores whose walls are full of small ones."""
    side = edge_length(shape)
    scene = Scene.flat(shape)
    cell = side * rng.uniform(0.12, 0.3)
    for scale, share in ((1.0, 0.42), (0.3, 0.34), (0.1, 0.3)):
        cells = cellular(shape, rng, cell * scale, jitter=1.0, bend=0.15)
        radius = cells.values(
            (cell * scale * np.clip(rng.normal(share, 0.12, cells.count), 0, 0.48)).astype(np.float32)
        )
        hole = np.sqrt(np.maximum(radius**2 - cells.nearest**2, 0))
        scene.z -= (hole * np.float32(1.8)).astype(np.float32)
        scene.albedo *= np.exp(-1.2 * hole / np.float32(cell * scale)).astype(np.float32)
    roughen(rng, scene, cell * 0.05, cell * 0.008)
    return scene


def gel(rng: Rng, shape: Shape) -> Scene:
    """Aerogel: strings of tiny beads with clouds of pores."""
    side = edge_length(shape)
    cell = side * rng.uniform(0.006, 0.016)
    scene = Scene.flat(shape, 0.0, 1.0)
    coarse = fractal(shape, rng, side * rng.uniform(0.04, 0.12), 4, 0.6)
    fine = smooth(noise(shape, rng, cell), cell * 0.2)
    scene.z += coarse * np.float32(3.0 * cell) + np.maximum(fine, -1) * np.float32(1.2 * cell)
    scene.albedo *= np.clip(0.8 + 0.25 * coarse + 0.15 * fine, 0.08, 1.4)
    return scene


def dendritic(rng: Rng, shape: Shape) -> Scene:
    """Cauliflower clumps of metal around round, black pores (hydrogen-bubble templates)."""
    side = edge_length(shape)
    cell = side * math.exp(rng.uniform(math.log(0.07), math.log(0.3)))
    cells = cellular(shape, rng, cell, jitter=rng.uniform(0.4, 0.8))
    bowl = np.clip(cells.border / np.float32(0.5 * cell), 0, 1)
    scene = Scene.flat(shape, 0.0, 0.06)
    scene.z -= bowl * np.float32(1.2 * cell)
    clump = cell * rng.uniform(0.14, 0.24)
    fine = clump * rng.uniform(0.18, 0.4)
    reach = rng.uniform(0.4, 0.65)
    for y, x in scattered(rng, shape, 1.1 * clump, 600):
        row, column = min(max(int(y), 0), shape[0] - 1), min(max(int(x), 0), shape[1] - 1)
        if bowl[row, column] > reach * rng.uniform(0.8, 1.2):
            continue
        top = float(-bowl[row, column] * 1.2 * cell + rng.uniform(0, 0.8) * clump)
        shade = rng.normal(1.2, 0.1)
        scene.ellipsoid((y, x, top), (clump, clump, clump), 0.0, shade)
        for dy, dx in rng.normal(0, 0.55 * clump, (int(rng.integers(10, 22)), 2)):
            lift = 0.8 * math.sqrt(max(0.0, clump**2 - dy**2 - dx**2))
            r = fine * rng.uniform(0.6, 1.3)
            scene.ellipsoid((y + dy, x + dx, top + lift), (r, r, r), 0.0, shade)
    return scene


def coral(rng: Rng, shape: Shape) -> Scene:
    """Bright, knobbly branches over black voids, sometimes drawn out in one direction."""
    side = edge_length(shape)
    cell = side * math.exp(rng.uniform(math.log(0.012), math.log(0.05)))
    stretch, angle = rng.choice([1.0, 1.0, 2.5]), rng.uniform(0, math.pi)
    scene = Scene.flat(shape, -3 * cell, 0.06)
    for depth in range(2):
        field = grain(shape, rng, cell, stretch, angle) + np.float32(0.5) * noise(shape, rng, 0.45 * cell)
        above = field - np.float32(np.quantile(field, rng.uniform(0.35, 0.6)))
        knobs = np.float32(0.25 * cell) * noise(shape, rng, 0.3 * cell)
        branch = (
            np.sqrt(np.maximum(above, 0)) * np.float32(1.2 * cell) + knobs - np.float32(1.8 * depth * cell)
        )
        height = np.where(above > 0, branch, -np.inf).astype(np.float32)
        scene.put((slice(0, shape[0]), slice(0, shape[1])), height, 1.25 - 0.7 * depth)
    return scene


KINDS = kinds(
    dendritic,
    coral,
    open_foam,
    closed_foam,
    membrane,
    alumina,
    inverse_opal,
    network,
    globular,
    lamellar,
    scaffold,
    hierarchical,
    gel,
)
