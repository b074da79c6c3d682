"""Biological surfaces that fill the field: eyes, leaves, hair, wings, tissue."""

from __future__ import annotations

import math

import numpy as np

from semgui.sample.categories.biological import turned_axes_at
from semgui.sample.categories.common import dust, edge_length, kinds, roughen
from semgui.sample.curves import lifted, straight, through
from semgui.sample.fields import (
    Field,
    Rng,
    Shape,
    cellular,
    grain,
    ground,
    noise,
    ridged,
    scattered,
)
from semgui.sample.scene import Scene


def compound_eye(rng: Rng, shape: Shape) -> Scene:
    """Hexagonal facets on a curved surface, with hairs between them."""
    side = edge_length(shape)
    cell = side * rng.uniform(0.025, 0.13)
    cells = cellular(shape, rng, cell, jitter=rng.uniform(0.02, 0.15), bend=0.04)
    y, x = ground(shape)
    big = side * rng.uniform(0.7, 1.4)
    gap = (
        (y - shape[0] * rng.uniform(0.3, 0.8)) ** 2 + (x - shape[1] * rng.uniform(0.3, 0.7)) ** 2
    ) / np.float32(big * big)
    scene = Scene.flat(shape, 0.0, 1.0)
    scene.z += np.sqrt(np.maximum(1 - gap, 0.02)) * np.float32(big)
    scene.z += np.sqrt(np.clip(1 - (cells.nearest / np.float32(0.62 * cell)) ** 2, 0, 1)) * np.float32(
        cell * rng.uniform(0.15, 0.4)
    )
    if rng.random() < 0.55:
        for py, px in scattered(rng, shape, cell * 1.1, 350):
            z, long = scene.height_at(py, px), cell * rng.uniform(0.5, 1.6)
            lean = rng.normal((0.6, 0.1), 0.25)
            scene.strip(
                straight((py - lean[0] * long, px + lean[1] * long, z + 0.8 * long), (py, px, z), 5),
                cell * np.linspace(0.01, 0.05, 5),
                1.3,
            )
    roughen(rng, scene, cell * 0.1, cell * 0.004)
    return scene


def plant_tissue(rng: Rng, shape: Shape) -> Scene:
    """Epidermis of bulging or jigsaw cells, stomata, wax; or a section with cell walls."""
    side = edge_length(shape)
    cell = side * rng.uniform(0.07, 0.25)
    cells = cellular(
        shape, rng, cell, jitter=0.8, bend=rng.choice([0.0, 0.12, 0.3]), stretch=rng.choice([1.0, 1.6, 3.0])
    )
    scene = Scene.flat(shape, 0.0, 1.0)
    swell = np.clip(cells.border / np.float32(0.45 * cell), 0, 1)
    if rng.random() < 0.35:  # cut open: lumina between walls
        scene.z -= np.clip((cells.border - 0.05 * cell) / 2, 0, 1) * np.float32(cell * rng.uniform(0.4, 1.0))
        scene.albedo *= np.where(cells.border > 0.05 * cell, np.float32(0.6), np.float32(1.1))
    else:
        scene.z += np.sqrt(np.maximum(2 * swell - swell * swell, 0)) * np.float32(
            cell * rng.uniform(0.1, 0.45)
        )
        scene.z += ridged(shape, rng, cell * 0.12, 2) * np.float32(cell * rng.choice([0.0, 0.02, 0.05]))
        for y, x in scattered(rng, shape, cell * rng.uniform(1.6, 3), int(rng.choice([0, 12, 40]))):
            angle, r = rng.uniform(0, math.pi), 0.26 * cell
            step = np.array([math.cos(angle), -math.sin(angle)]) * 0.42 * r
            z = scene.height_at(y, x)
            for sign in (-1, 1):
                scene.ellipsoid(
                    (y + sign * step[0], x + sign * step[1], z), (1.5 * r, 0.5 * r, 0.5 * r), angle, 1.15
                )
            scene.strip(
                lifted(
                    np.array([[y, x], [y, x]])
                    + np.outer([-0.6, 0.6], [math.sin(angle) * r, math.cos(angle) * r]),
                    z + 0.3 * r,
                ),
                0.14 * r,
                0.2,
            )
    roughen(rng, scene, cell * 0.1, cell * 0.006)
    return scene


def hair(rng: Rng, shape: Shape) -> Scene:
    """Hairs or wool with overlapping cuticle scales."""
    side = edge_length(shape)
    scene = Scene.flat(shape, -0.4 * side, rng.uniform(0.08, 0.3))
    heading = rng.uniform(0, 6.3)
    for k in range(int(rng.integers(1, 5))):
        r = side * rng.uniform(0.08, 0.25)
        pitch = r * rng.uniform(0.18, 0.5)
        wave = noise((64, 64), rng, 12) * np.float32(0.7)

        def scales(s: Field, t: Field, pitch: float = pitch, wave: Field = wave) -> Field:
            column = ((t + 1) * 31).astype(np.intp)
            phase = (
                s / np.float32(pitch)
                + wave[20, column]
                + wave[(s / np.float32(pitch)).astype(np.intp) % 64, column] * np.float32(0.3)
            )
            return np.asarray(np.float32(0.08) * (1 - (phase - np.floor(phase))), dtype=np.float32)

        curve = through(rng, shape, heading + rng.normal(0, 0.35), 0.08, 10)
        scene.strip(lifted(curve, -0.6 * r * k), r, 1.1, scales)
    roughen(rng, scene, side * 0.008, side * 0.0006)
    dust(rng, scene, 25)
    return scene


def wing_scale(rng: Rng, shape: Shape) -> Scene:
    """Butterfly scale: parallel ridges joined by cross ribs; or shingles of whole scales."""
    side = edge_length(shape)
    if rng.random() < 0.5:
        pitch = side * rng.uniform(0.03, 0.09)
        u, v = turned_axes_at(shape, rng, rng.uniform(0, math.pi))
        u = u + noise(shape, rng, pitch * 5) * np.float32(0.15 * pitch)
        ridge = np.clip(1 - np.abs(u / pitch - np.round(u / pitch)) * np.float32(4.5), 0, 1)
        rib_pitch = pitch * rng.uniform(0.25, 0.6)
        w = v + np.float32(0.2 * pitch) * noise(shape, rng, pitch)
        rib = np.clip(1 - np.abs(w / rib_pitch - np.round(w / rib_pitch)) * np.float32(3.5), 0, 1)
        scene = Scene.flat(shape)
        scene.z += np.maximum(ridge, np.float32(0.55) * rib) * np.float32(0.5 * pitch)
        scene.albedo *= np.float32(0.3) + np.maximum(ridge, np.float32(0.7) * rib)
        return scene
    scene = Scene.flat(shape, -0.2 * side, 0.6)
    wide = side * rng.uniform(0.07, 0.16)
    for row in range(-2, int(shape[0] / wide / 0.9) + 3):
        for column in range(-1, int(shape[1] / wide) + 2):
            y, x = (
                row * 0.9 * wide + rng.normal(0, 0.06 * wide),
                (column + 0.5 * (row % 2)) * wide + rng.normal(0, 0.05 * wide),
            )
            part = scene.patch(y, x, 1.6 * wide, 0.62 * wide)
            if part is None:
                continue
            dy, dx = scene.local(part, y, x)
            lobed = 1.5 * wide - 0.15 * wide * np.cos(dx / wide * 20) - 0.6 * np.abs(dx)
            inside = (np.abs(dx) < 0.55 * wide) & (dy < lobed) & (dy > -1.5 * wide)
            rise = (
                dy * np.float32(0.12)
                + np.float32(0.02 * wide) * np.cos(dx * np.float32(40 / wide))
                - np.float32(row * 0.03)
            )
            rise = rise + dx * np.float32(rng.normal(0, 0.12)) + dy * np.float32(rng.normal(0, 0.05))
            scene.put(part, np.where(inside, rise, -np.inf).astype(np.float32), rng.normal(1.1, 0.06))
    return scene


def tissue(rng: Rng, shape: Shape) -> Scene:
    """Collagen strands, folded membranes, villi: soft, layered, irregular."""
    side = edge_length(shape)
    scene = Scene.flat(shape)
    scene.z += ridged(shape, rng, side * rng.uniform(0.08, 0.25), 4) ** np.float32(1.5) * np.float32(
        side * rng.uniform(0.025, 0.09)
    )
    if rng.random() < 0.6:
        scene.z += grain(shape, rng, side * 0.006, 12, rng.uniform(0, 3)) * np.float32(side * 0.0025)
    for _ in range(int(rng.integers(0, 30))):
        curve = through(rng, shape, rng.uniform(0, 6.3), 0.9)
        ys = np.clip(curve[:, 0].astype(int), 0, shape[0] - 1)
        xs = np.clip(curve[:, 1].astype(int), 0, shape[1] - 1)
        scene.strip(lifted(curve, scene.z[ys, xs].astype(float)), side * rng.uniform(0.001, 0.005), 1.1)
    for y, x in scattered(rng, shape, side * 0.12, int(rng.choice([0, 8, 25]))):
        r = side * rng.uniform(0.02, 0.05)
        scene.ellipsoid((y, x, scene.height_at(y, x)), (r, r * 0.8, 0.6 * r), rng.uniform(0, 3), 1.1)
    roughen(rng, scene, side * 0.012, side * 0.001)
    return scene


KINDS = kinds(compound_eye, plant_tissue, hair, wing_scale, tissue)
