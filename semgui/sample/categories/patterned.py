"""Patterned_surface: regular structures made on purpose, repeated over the field."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from semgui.sample.categories.common import Layout, dust, edge_length, kinds, roughen, substrate
from semgui.sample.curves import straight
from semgui.sample.fields import Field, Rng, Shape, axes, fractal, ground, noise, resize, smooth, turned_axes
from semgui.sample.lattices import LATTICES, lattice_vectors, random_lattice, sites
from semgui.sample.scene import Scene
from semgui.sample.tilt import source_shape, tilted


def _net(rng: Rng, pitch: float) -> np.ndarray:
    name = rng.choice(LATTICES, p=[0.42, 0.12, 0.08, 0.33, 0.05])
    if rng.random() < 0.55:  # stages are usually aligned with the pattern
        gamma = math.pi / 3 if name == "Hexagonal" else math.pi / 2
        return lattice_vectors(pitch, pitch, gamma, rng.normal(0, 0.02))
    return random_lattice(str(name), rng, pitch).vectors


def _motif(rng: Rng, dy: Field, dx: Field, r: Field | float) -> Field:
    """Return how far (pixels) inside a round, square or diamond motif each pixel lies."""
    kind = rng.choice(["round", "square", "diamond", "ring"], p=[0.66, 0.18, 0.08, 0.08])
    if kind == "round":
        return np.asarray(r - np.hypot(dy, dx), dtype=np.float32)
    if kind == "square":
        return np.asarray(r - np.maximum(np.abs(dy), np.abs(dx)), dtype=np.float32)
    if kind == "diamond":
        return np.asarray(r - (np.abs(dy) + np.abs(dx)) * np.float32(0.8), dtype=np.float32)
    return np.asarray(0.35 * r - np.abs(np.hypot(dy, dx) - 0.7 * r), dtype=np.float32)


def _finish(rng: Rng, scene: Scene, pitch: float) -> Scene:
    roughen(rng, scene, pitch * 0.3, pitch * rng.choice([0.0, 0.004, 0.012]))
    dust(rng, scene, 5)
    return scene


def _field_edge(rng: Rng, shape: Shape) -> Field:
    """Return 1 inside a written field that ends within the picture, 0 outside."""
    u, v = turned_axes(shape, rng.choice([0.0, math.pi / 4]) + rng.normal(0, 0.02))
    half = edge_length(shape) * rng.uniform(0.22, 0.5, 2)
    shift = edge_length(shape) * rng.normal(0, 0.1, 2)
    return np.asarray((np.abs(u - shift[0]) < half[0]) & (np.abs(v - shift[1]) < half[1]), dtype=np.float32)


def pillars(rng: Rng, shape: Shape) -> Scene:
    """Pillar or dot array from above."""
    pitch = edge_length(shape) * float(np.exp(rng.uniform(math.log(0.014), math.log(0.16))))
    at = sites(shape, _net(rng, pitch), tuple(rng.uniform(0, pitch, 2)))
    inside = np.clip(_motif(rng, at.dy, at.dx, pitch * rng.uniform(0.18, 0.42)) + 0.5, 0, 1)
    if rng.random() < 0.35:
        inside = inside * (at.values(rng) > 0.02)
    if rng.random() < 0.3:
        inside = inside * _field_edge(rng, shape)
    scene = substrate(rng, shape, 1.0)
    scene.z += smooth(inside, rng.uniform(0.3, 0.04 * pitch + 0.3)) * np.float32(
        pitch * rng.uniform(0.1, 0.6)
    )
    scene.albedo *= 1 + inside * np.float32(rng.uniform(0, 0.6))
    return _finish(rng, scene, pitch)


def holes(rng: Rng, shape: Shape) -> Scene:
    """Hole array from above (photonic crystal, etched wells)."""
    pitch = edge_length(shape) * float(np.exp(rng.uniform(math.log(0.014), math.log(0.16))))
    at = sites(shape, _net(rng, pitch), tuple(rng.uniform(0, pitch, 2)))
    inside = np.clip(_motif(rng, at.dy, at.dx, pitch * rng.uniform(0.2, 0.44)) + 0.5, 0, 1)
    if rng.random() < 0.3:  # a line defect
        u, _ = turned_axes(shape, rng.choice([0, math.pi / 2]))
        inside = inside * (np.abs(u) > pitch)
    if rng.random() < 0.3:
        inside = inside * _field_edge(rng, shape)
    scene = Scene.flat(shape)
    scene.z -= smooth(inside, 0.6) * np.float32(pitch * rng.uniform(0.2, 0.9))
    scene.albedo *= 1 - inside * np.float32(rng.uniform(0.15, 0.75))
    return _finish(rng, scene, pitch)


def _profile(rng: Rng, phase: Field, duty: float, soft: float) -> Field:
    """Return a line profile in [0, 1] from a phase in periods: rectangle, sine, or blaze."""
    frac = phase - np.floor(phase)
    kind = rng.choice(["rectangle", "sine", "blaze"], p=[0.72, 0.18, 0.1])
    if kind == "sine":
        return np.asarray(0.5 + 0.5 * np.cos(2 * math.pi * phase), dtype=np.float32)
    if kind == "blaze":
        return np.asarray(np.minimum(frac / 0.85, (1 - frac) / 0.15), dtype=np.float32)
    return np.asarray(np.clip((duty / 2 - np.abs(frac - 0.5)) / soft + 0.5, 0, 1), dtype=np.float32)


def lines(rng: Rng, shape: Shape) -> Scene:
    """Lines and spaces, gratings, trenches; edges with some roughness."""
    side = edge_length(shape)
    pitch = side * float(np.exp(rng.uniform(math.log(0.016), math.log(0.22))))
    angle = rng.choice([0.0, math.pi / 2, rng.uniform(0, math.pi)])
    u, _ = turned_axes(shape, angle)
    u = u + noise(shape, rng, max(3.0, pitch * 0.3)) * np.float32(pitch * rng.choice([0.003, 0.015, 0.04]))
    if rng.random() < 0.12:
        y, x = ground(shape)
        u = np.hypot(y - shape[0] * rng.uniform(-0.3, 0.6), x - shape[1] * rng.uniform(-0.3, 0.6)).astype(
            np.float32
        )
    level = _profile(rng, u / np.float32(pitch), rng.uniform(0.2, 0.75), max(0.02, 1.2 / pitch))
    scene = Scene.flat(shape)
    scene.z += level * np.float32(pitch * rng.uniform(0.15, 0.7))
    scene.albedo *= 1 + level * np.float32(rng.uniform(-0.3, 0.5))
    return _finish(rng, scene, pitch)


def filled_trenches(rng: Rng, shape: Shape) -> Scene:
    """Few lines on a plain ground, with crystals grown or resist left in them."""
    side = edge_length(shape)
    pitch = side * rng.uniform(0.12, 0.3)
    y, x = axes(shape)
    offset = rng.uniform(0, pitch)
    width = pitch * rng.uniform(0.05, 0.16)
    away = np.abs((y - offset + pitch / 2) % pitch - pitch / 2)
    inside = np.broadcast_to(np.clip(width - away, 0, 1), shape).astype(np.float32)
    ends = rng.choice(["through", "gap"])
    if ends == "gap":
        middle = np.abs(x - shape[1] * rng.uniform(0.4, 0.6)) > side * rng.uniform(0.08, 0.16)
        inside = inside * middle
    scene = Scene.flat(shape)
    scene.z -= inside * np.float32(width)
    scene.albedo *= 1 - 0.5 * inside
    for row in np.arange(offset, shape[0] + pitch, pitch):
        column = -pitch
        while column < shape[1] + pitch:
            length = width * float(rng.lognormal(0.8, 0.7))
            if rng.random() < 0.7 and (
                ends == "through"
                or inside[min(int(row), shape[0] - 1), int(np.clip(column, 0, shape[1] - 1))] > 0
            ):
                radii = (0.5 * length, width * rng.uniform(0.6, 1.1), width)
                scene.ellipsoid((row, column, -0.4 * width), radii, rng.normal(0, 0.06), 1.3, None, 6.0)
            column += length * rng.uniform(1.0, 1.6)
    return _finish(rng, scene, width)


def grid(rng: Rng, shape: Shape) -> Scene:
    """Crossed lines, meshes, chequerboards, honeycombs."""
    side = edge_length(shape)
    pitch = side * rng.uniform(0.03, 0.22)
    kind = rng.choice(["mesh", "honeycomb", "chequer"])
    scene = substrate(rng, shape, 1.0)
    if kind == "honeycomb":
        turn = rng.choice([0.0, math.pi / 6, rng.uniform(0, 1)])
        vectors = lattice_vectors(pitch, pitch, math.pi / 3, turn)
        at = sites(shape, vectors, tuple(rng.uniform(0, pitch, 2)))
        reach = np.zeros(shape, dtype=np.float32)
        for k in range(3):
            a = turn + k * math.pi / 3
            reach = np.maximum(
                reach, np.abs(at.dx * np.float32(math.cos(a)) + at.dy * np.float32(math.sin(a)))
            )
        wall = np.clip(reach - np.float32(pitch * rng.uniform(0.36, 0.46)) + 0.5, 0, 1)
    else:
        u, v = turned_axes(shape, rng.choice([0.0, math.pi / 4, rng.uniform(0, 1.5)]))
        u, v = u / np.float32(pitch), v / np.float32(pitch)
        if kind == "mesh":
            duty = rng.uniform(0.12, 0.5)
            wall = np.maximum(
                *(
                    np.clip((duty / 2 - np.abs(c - np.floor(c) - 0.5)) * np.float32(pitch) + 0.5, 0, 1)
                    for c in (u, v)
                )
            )
        else:
            wall = np.clip(np.sin(math.pi * u) * np.sin(math.pi * v) * np.float32(0.5 * pitch) + 0.5, 0, 1)
    sign = rng.choice([1, 1, -1])
    scene.z += smooth(wall.astype(np.float32), 0.5) * np.float32(sign * pitch * rng.uniform(0.15, 0.6))
    scene.albedo *= 1 + wall * np.float32(sign * rng.uniform(0, 0.45))
    return _finish(rng, scene, pitch)


def tilted_pillars(rng: Rng, shape: Shape) -> Scene:
    """Array of pillars, mesas, cones or walls under 30 to 60 degrees; at times the whole field."""
    side = edge_length(shape)
    angle = rng.uniform(0.5, 1.05)
    pitch = side * float(np.exp(rng.uniform(math.log(0.04), math.log(0.22))))
    height = pitch * rng.uniform(0.2, 1.4)
    source = source_shape(shape, angle, height)
    diamond = rng.random() < 0.35
    turn = math.pi / 4 if diamond else rng.choice([0.0, rng.uniform(0, 1.5)])
    gamma = rng.choice([math.pi / 2, math.pi / 3], p=[0.65, 0.35])
    at = sites(source, lattice_vectors(pitch, pitch, gamma, turn), tuple(rng.uniform(0, pitch, 2)))
    r = pitch * rng.uniform(0.15, 0.36)
    inside = _motif(rng, at.dy, at.dx, r)
    sloped = rng.choice([1.0, 3.0, r])
    level = np.clip(inside / np.float32(sloped) + 0.5, 0, 1)
    if diamond:
        u, v = turned_axes(source, turn)
        half = side * rng.uniform(0.25, 0.6)
        level = level * ((np.abs(u) < half) & (np.abs(v) < half))
    scene = Scene.flat(source)
    scene.z += level * np.float32(height)
    if rng.random() < 0.3:
        scene.z *= -np.float32(0.5)
    scene.albedo *= 1 + level * np.float32(rng.uniform(0, 0.3))
    scene.z += fractal(source, rng, pitch * 0.3, 3) * np.float32(pitch * rng.choice([0.0, 0.003, 0.01]))
    return tilted(scene, angle, shape)


def grown_pillars(rng: Rng, shape: Shape) -> Scene:
    """Few rows of separate pillars or blobs written one by one (FEBID, two-photon), under 45 degrees."""
    side = edge_length(shape)
    scene = substrate(rng, shape, rng.uniform(0.25, 0.9))
    y, _ = ground(shape)
    tilt = rng.uniform(0.6, 0.95)
    scene.z += y * np.float32(math.tan(tilt))
    rows, columns = int(rng.integers(2, 7)), int(rng.integers(3, 8))
    pitch = side * rng.uniform(0.5, 0.85) / max(rows, columns)
    diamond = rng.random() < 0.4
    r, height = (
        pitch * rng.uniform(0.05, 0.2),
        pitch * rng.uniform(0.2, 1.3) * (0.6 if rng.random() < 0.6 else 1.0),
    )
    centre = np.array([shape[0] * 0.55, shape[1] * 0.5])
    for i in range(rows):
        for j in range(columns):
            u, v = (i - (rows - 1) / 2) * pitch, (j - (columns - 1) / 2) * pitch
            if diamond:
                u, v = (u + v) * 0.707, (v - u) * 0.707
            foot_y, x = centre[0] + u * math.cos(tilt), centre[1] + v
            tall = height * rng.choice([1.0, rng.uniform(0.3, 1.1)], p=[0.6, 0.4])
            z = foot_y * math.tan(tilt)
            stop = (foot_y - tall * math.sin(tilt), x + rng.normal(0, 0.03) * tall, z + tall * math.cos(tilt))
            radii = r * np.linspace(rng.uniform(0.5, 1.0), 1, 16)
            radii[0] *= 0.5
            scene.strip(straight(stop, (foot_y, x, z), 16), radii, 1.35)
            scene.ellipsoid(stop, (radii[2], radii[2], radii[2]), 0, 1.35)
    if rng.random() < 0.4:
        roughen(rng, scene, side * 0.02, side * 0.003)
    return scene


def lettering(rng: Rng, shape: Shape) -> Scene:
    """Alignment marks, numbers, test fields and logos written into resist."""
    side = edge_length(shape)
    picture = Image.new("L", (shape[1], shape[0]), 0)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(side * rng.uniform(0.05, 0.22))
    text = "".join(rng.choice(list("ABCDEFGHKLMNPRSTUVXYZ0123456789"), int(rng.integers(2, 9))))
    pen.text(
        (shape[1] * rng.uniform(0.05, 0.35), shape[0] * rng.uniform(0.05, 0.5)), text, fill=255, font=font
    )
    pitch = side * rng.uniform(0.02, 0.08)
    top, left = shape[0] * rng.uniform(0.72, 0.85), shape[1] * rng.uniform(0.05, 0.5)
    for k in range(int(rng.integers(4, 14))):
        x = left + k * pitch
        pen.rectangle((x, top, x + pitch * rng.uniform(0.2, 0.6), top + 4 * pitch), fill=255)
    cross_y, cross_x, arm = shape[0] * 0.8, shape[1] * 0.85, side * 0.06
    pen.rectangle((cross_x - arm, cross_y - arm / 5, cross_x + arm, cross_y + arm / 5), fill=255)
    pen.rectangle((cross_x - arm / 5, cross_y - arm, cross_x + arm / 5, cross_y + arm), fill=255)
    mask = smooth(np.asarray(picture, dtype=np.float32) / np.float32(255), 0.7)
    scene = substrate(rng, shape, 1.0)
    scene.z += mask * np.float32(side * rng.uniform(0.003, 0.015) * rng.choice([1, -1]))
    scene.albedo *= 1 + mask * np.float32(rng.uniform(-0.4, 0.6))
    return _finish(rng, scene, side * 0.03)


def complex_cell(rng: Rng, shape: Shape) -> Scene:
    """Periodic cells with an inner design: split rings, crosses, bow ties, gears."""
    side = edge_length(shape)
    pitch = side * rng.uniform(0.08, 0.28)
    size = max(24, int(pitch * 2))
    cell = Layout((size, size))
    middle, kind = size / 2, rng.choice(["ring", "cross", "bow", "star", "frame"])
    if kind == "ring":
        cell.disc(middle, middle, 0.36 * size)
        cell.disc(middle, middle, 0.22 * size, 0)
        cell.rectangle(0, middle - 0.06 * size, middle, middle + 0.06 * size, 0)
    elif kind == "cross":
        cell.rectangle(0.12 * size, 0.42 * size, 0.88 * size, 0.58 * size)
        cell.rectangle(0.42 * size, 0.12 * size, 0.58 * size, 0.88 * size)
    elif kind == "bow":
        for sign in (-1, 1):
            cell.polygon(
                [
                    (middle, middle + sign * 0.04 * size),
                    (0.25 * size, middle + sign * 0.36 * size),
                    (0.75 * size, middle + sign * 0.36 * size),
                ]
            )
    elif kind == "star":
        angles = np.arange(16) * math.pi / 8
        radii = np.where(np.arange(16) % 2, 0.2, 0.4) * size
        cell.polygon(np.stack([middle + radii * np.sin(angles), middle + radii * np.cos(angles)], axis=1))
    else:
        cell.rectangle(0.1 * size, 0.1 * size, 0.9 * size, 0.9 * size)
        cell.rectangle(0.25 * size, 0.25 * size, 0.75 * size, 0.75 * size, 0)
        cell.disc(middle, middle, 0.12 * size)
    tile = resize(cell.mask(), (round(pitch), round(pitch)), Image.Resampling.BOX)
    angle = rng.uniform(0.5, 0.95) if rng.random() < 0.4 else 0.0
    source = source_shape(shape, angle, 0.3 * pitch) if angle else shape
    repeats = (source[0] // tile.shape[0] + 2, source[1] // tile.shape[1] + 2)
    shift = rng.integers(0, tile.shape[0], 2)
    mask = smooth(
        np.tile(tile, repeats)[shift[0] : shift[0] + source[0], shift[1] : shift[1] + source[1]], 0.5
    )
    scene = Scene.flat(source)
    scene.z += mask * np.float32(pitch * rng.uniform(0.06, 0.3))
    scene.albedo *= 1 + mask * np.float32(rng.uniform(0, 0.5))
    roughen(rng, scene, pitch * 0.2, pitch * 0.004)
    return tilted(scene, angle, shape) if angle else scene


def microlenses(rng: Rng, shape: Shape) -> Scene:
    """Domes, bowls or pyramids edge to edge."""
    side = edge_length(shape)
    pitch = side * rng.uniform(0.03, 0.2)
    angle = rng.uniform(0.4, 0.9) if rng.random() < 0.5 else 0.0
    source = source_shape(shape, angle, 0.5 * pitch) if angle else shape
    gamma = rng.choice([math.pi / 2, math.pi / 3])
    at = sites(
        source,
        lattice_vectors(pitch, pitch, gamma, rng.choice([0.0, rng.uniform(0, 1)])),
        tuple(rng.uniform(0, pitch, 2)),
    )
    scene = Scene.flat(source)
    kind = rng.choice(["dome", "pyramid"])
    r = pitch * rng.uniform(0.38, 0.5)
    if kind == "dome":
        level = np.sqrt(np.maximum(r * r - at.distance**2, 0)) * np.float32(rng.uniform(0.4, 1.0))
    else:
        level = np.maximum(r - np.maximum(np.abs(at.dy), np.abs(at.dx)), 0) * np.float32(1.3)
    scene.z += level * np.float32(rng.choice([1, -1]))
    roughen(rng, scene, pitch * 0.2, pitch * 0.004)
    return tilted(scene, angle, shape) if angle else scene


KINDS = kinds(
    pillars,
    holes,
    lines,
    filled_trenches,
    grid,
    tilted_pillars,
    grown_pillars,
    lettering,
    complex_cell,
    microlenses,
)
