"""Films_Coated_Surface: what covers a surface, seen from above or in section."""

from __future__ import annotations

import math

import numpy as np

from semgui.sample.categories.common import Layout, dust, edge_length, kinds, roughen, speckled
from semgui.sample.curves import wander
from semgui.sample.fields import Field, Rng, Shape, cellular, fractal, grain, ground, noise, ridged, smooth
from semgui.sample.scene import Scene


def _cracks(rng: Rng, shape: Shape, cell: float, width: float) -> Field:
    """Return a crack network: 1 in the crack, 0 elsewhere."""
    cells = cellular(shape, rng, cell, jitter=1.0, bend=0.1)
    wide = np.maximum(width * (0.6 + 0.5 * noise(shape, rng, cell)), 0).astype(np.float32)
    return np.asarray(np.clip(wide + 0.7 - cells.border, 0, 1), dtype=np.float32)


def featureless(rng: Rng, shape: Shape) -> Scene:
    """Smooth film: faint texture and a speck or two."""
    side = edge_length(shape)
    scene = Scene.flat(shape)
    roughen(rng, scene, side * rng.uniform(0.004, 0.05), rng.uniform(0.02, 0.25))
    scene.albedo *= 1 + np.float32(rng.uniform(0, 0.025)) * fractal(shape, rng, side * 0.2, 3)
    dust(rng, scene, 8)
    return scene


def fine_grains(rng: Rng, shape: Shape) -> Scene:
    """Sputtered or evaporated film: domed grains of nearly one size."""
    side = edge_length(shape)
    cell = side * float(np.exp(rng.uniform(math.log(0.01), math.log(0.05))))
    cells = cellular(shape, rng, cell, jitter=1.0, bend=0.1)
    scene = Scene.flat(shape)
    dome = np.minimum(cells.border / np.float32(0.5 * cell), 1)
    scene.z += np.sqrt(np.maximum(dome, 0)) * np.float32(cell * rng.uniform(0.1, 0.4))
    scene.z += cells.values(rng.normal(0, 0.06 * cell, cells.count).astype(np.float32))
    scene.albedo *= cells.values(rng.normal(1, 0.05, cells.count).astype(np.float32))
    return scene


def polycrystal(rng: Rng, shape: Shape) -> Scene:
    """Large flat grains, each with its own brightness, grooves between them (perovskite, steel)."""
    side = edge_length(shape)
    cell = side * rng.uniform(0.05, 0.22)
    cells = cellular(shape, rng, cell, jitter=1.0, bend=rng.choice([0.0, 0.08]))
    scene = Scene.flat(shape)
    groove = np.exp(-cells.border / np.float32(max(1.2, cell * rng.uniform(0.02, 0.08))))
    tip_y, tip_x = (
        cells.values(rng.normal(0, rng.uniform(0.02, 0.25), cells.count).astype(np.float32)) for _ in range(2)
    )
    scene.z += tip_y * cells.away_y + tip_x * cells.away_x - groove * np.float32(0.12 * cell)
    scene.albedo *= np.clip(
        cells.values(rng.normal(1, rng.uniform(0.02, 0.18), cells.count).astype(np.float32)), 0.4, 1.6
    )
    if rng.random() < 0.4:
        steps = np.float32(cell * rng.uniform(0.03, 0.08))
        scene.z += (
            np.round((tip_y * cells.away_x - tip_x * cells.away_y) * 4 / steps) * steps * np.float32(0.1)
        )
    roughen(rng, scene, cell * 0.15, cell * 0.004)
    if rng.random() < 0.4:
        pin = (cells.values(rng.random(cells.count).astype(np.float32)) < 0.08) & (
            cells.nearest < 0.16 * cell
        )
        scene.z -= pin * np.float32(0.6 * cell)
        scene.albedo *= np.where(pin, np.float32(0.3), np.float32(1))
    return scene


def cracked(rng: Rng, shape: Shape) -> Scene:
    """Mud cracks in a dried coating."""
    side = edge_length(shape)
    cell = side * rng.uniform(0.08, 0.4)
    scene = Scene.flat(shape)
    crack = _cracks(rng, shape, cell, side * rng.uniform(0.001, 0.012))
    if rng.random() < 0.6:
        crack = np.maximum(
            crack, 0.8 * _cracks(rng, shape, cell * 0.4, side * 0.0015) * (noise(shape, rng, cell) > 0.2)
        )
    scene.z -= crack * np.float32(side * 0.04)
    scene.z += smooth(1 - crack, side * 0.015) * np.float32(-side * rng.uniform(0, 0.02))
    scene.albedo *= 1 - np.float32(rng.uniform(0.6, 0.95)) * crack
    roughen(rng, scene, side * rng.uniform(0.01, 0.1), side * rng.uniform(0.0003, 0.003))
    dust(rng, scene, 10)
    return scene


def columnar(rng: Rng, shape: Shape) -> Scene:
    """Cross-section of a film that grew in columns, on its substrate, below the black of the vacuum."""
    side = edge_length(shape)
    y, x = ground(shape)
    tilt = np.float32(rng.normal(0, 0.04))
    top = (
        shape[0] * rng.uniform(0.12, 0.4)
        + tilt * x
        + noise(shape, rng, side * 0.03) * np.float32(0.006 * side)
    )
    bottom = top + np.float32(shape[0] * rng.uniform(0.2, 0.45))
    bottom = bottom + noise(shape, rng, side * 0.1) * np.float32(0.002 * side)
    cell = side * rng.uniform(0.012, 0.05)
    cells = cellular(shape, rng, cell, jitter=0.9, bend=0.12, stretch=1 / rng.uniform(4, 12))
    film = (y > top) & (y < bottom)
    scene = Scene.flat(shape, -0.3 * side, 0.06)
    columns = np.sqrt(np.clip(cells.border / np.float32(0.12 * cell), 0, 1)) * np.float32(0.35 * cell)
    columns = columns + cells.values(rng.normal(0, 0.2 * cell, cells.count).astype(np.float32))
    below = fractal(shape, rng, side * 0.15, 3) * np.float32(side * rng.uniform(0.0005, 0.004)) - np.float32(
        0.2 * cell
    )
    scene.z = np.where(film, columns, np.where(y >= bottom, below, scene.z)).astype(np.float32)
    scene.albedo = np.where(
        film,
        np.float32(rng.uniform(0.9, 1.4)),
        np.where(y >= bottom, np.float32(rng.uniform(0.5, 0.9)), scene.albedo),
    )
    return scene


def layer_stack(rng: Rng, shape: Shape) -> Scene:
    """Section through several layers: stripes of different brightness and texture."""
    side = edge_length(shape)
    y, x = ground(shape)
    slope = np.float32(rng.normal(0, 0.15))
    scene = Scene.flat(shape, -0.3 * side, rng.uniform(0.05, 0.3))
    border = np.float32(shape[0] * rng.uniform(0.02, 0.3)) + slope * (x - shape[1] / 2)
    for _ in range(int(rng.integers(2, 7))):
        border = border + noise((1, shape[1]), rng, 1, side * rng.uniform(0.02, 0.3)) * np.float32(
            side * rng.choice([0.001, 0.004, 0.012])
        )
        texture = fractal(shape, rng, side * rng.uniform(0.005, 0.06), 4) * np.float32(
            side * rng.choice([0.0003, 0.002, 0.006])
        )
        below = y > border
        scene.z = np.where(below, texture + np.float32(rng.normal(0, 0.004 * side)), scene.z).astype(
            np.float32
        )
        scene.albedo = np.where(below, np.float32(rng.uniform(0.4, 1.4)), scene.albedo)
        border = border + np.float32(shape[0] * rng.uniform(0.03, 0.25))
    return scene


def coating_edge(rng: Rng, shape: Shape) -> Scene:
    """Broken edge of a coated piece: the coating's top recedes, under it a rough, porous fracture."""
    side = edge_length(shape)
    y, _ = ground(shape)
    height = np.float32(shape[0] * rng.uniform(0.25, 0.6))
    wave = 0.03 * noise((1, shape[1]), rng, 1, side * 0.15) + 0.006 * noise(
        (1, shape[1]), rng, 1, side * 0.02
    )
    lip = height + np.float32(side) * wave
    thick = np.float32(side * rng.uniform(0.02, 0.2)) * (1 + np.float32(0.2) * noise(shape, rng, 0.2 * side))
    foot = lip + thick
    recede = np.float32(rng.uniform(0.5, 1.5)) * (y - height)
    top = recede + np.float32(0.008 * side) * fractal(shape, rng, 0.15 * side, 4)
    layer = np.float32(side * rng.choice([0.002, 0.008])) * fractal(shape, rng, side * 0.03, 4)
    inner = np.abs(fractal(shape, rng, side * rng.uniform(0.04, 0.12), 5, 0.6)) * np.float32(-0.05 * side)
    below = np.where(y < foot, layer, inner - np.float32(0.03 * side))
    scene = Scene.flat(shape)
    scene.z = np.where(y < lip, top, below).astype(np.float32)
    shades = rng.uniform(0.7, 1.3), rng.uniform(0.6, 1.2), rng.uniform(0.4, 0.9)
    scene.albedo = np.where(y < lip, shades[0], np.where(y < foot, shades[1], shades[2])).astype(np.float32)
    dust(rng, scene, 30)
    return scene


def slits(rng: Rng, shape: Shape) -> Scene:
    """Calendered paper, paint or enamel: short curved slits and pits in a dense, fairly flat skin."""
    side = edge_length(shape)
    scene = Scene.flat(shape)
    roughen(rng, scene, side * 0.06, side * rng.uniform(0.001, 0.004), 5)
    heading, spread = rng.uniform(0, math.pi), rng.choice([0.5, 3.0])
    mask = Layout(shape)
    for _ in range(int(rng.integers(25, 160))):
        start = rng.uniform((0, 0), shape)
        length, width = side * rng.uniform(0.02, 0.12), side * rng.uniform(0.0008, 0.004)
        mask.line(
            wander(rng, (start[0], start[1]), heading + rng.normal(0, spread), length, 1.2, side * 0.01),
            width,
        )
    slit = mask.mask(0.0, 0.5)
    scene.z -= slit * np.float32(side * 0.01)
    scene.albedo *= 1 - np.float32(rng.uniform(0.5, 0.9)) * slit
    return scene


def scratched(rng: Rng, shape: Shape) -> Scene:
    """Ground or worn surface with scratches."""
    side = edge_length(shape)
    scene = Scene.flat(shape)
    heading = rng.uniform(0, math.pi)
    scene.z += grain(shape, rng, side * 0.005, 80, heading) * np.float32(rng.uniform(0.1, 0.6))
    for _ in range(int(rng.integers(3, 25))):
        angle = heading + rng.normal(0, 0.4)
        y, x = ground(shape)
        middle = rng.uniform((0, 0), shape)
        across = (y - middle[0]) * np.float32(math.cos(angle)) - (x - middle[1]) * np.float32(math.sin(angle))
        width = side * rng.uniform(0.001, 0.006)
        scene.z -= np.exp(-((across / np.float32(width)) ** 2)) * np.float32(width * rng.uniform(0.3, 1.5))
    dust(rng, scene, 25)
    return scene


def pinholes(rng: Rng, shape: Shape) -> Scene:
    """Film with holes down to the substrate, rims raised."""
    side = edge_length(shape)
    scene = Scene.flat(shape)
    roughen(rng, scene, side * rng.uniform(0.008, 0.03), side * rng.uniform(0.0004, 0.0015))
    cell = side * rng.uniform(0.06, 0.25)
    cells = cellular(shape, rng, cell, jitter=1.0, bend=0.1)
    radius = cells.values(
        (cell * np.clip(rng.lognormal(math.log(0.1), 0.5, cells.count), 0.0, 0.4)).astype(np.float32)
    )
    hole = np.clip((radius - cells.nearest) / np.float32(2), 0, 1)
    rim = np.exp(-(((cells.nearest - radius * np.float32(1.1)) / np.maximum(radius * 0.2, 1.5)) ** 2))
    scene.z += rim * np.float32(side * 0.002) - hole * np.float32(side * 0.01)
    scene.albedo *= 1 + np.float32(rng.choice([-0.5, -0.3, 0.35])) * hole
    return scene


def wrinkled(rng: Rng, shape: Shape) -> Scene:
    """Buckled or crumpled skin."""
    side = edge_length(shape)
    scene = Scene.flat(shape)
    cell = side * rng.uniform(0.03, 0.15)
    folds = ridged(shape, rng, cell, int(rng.integers(1, 4)))
    if rng.random() < 0.4:
        folds = np.asarray(np.sin(fractal(shape, rng, cell * 4, 2) * 9), dtype=np.float32) * np.float32(0.5)
    scene.z += (
        folds ** np.float32(rng.uniform(1, 4)) * np.float32(cell * rng.uniform(0.3, 0.8))
        if folds.min() >= 0
        else folds * np.float32(cell * 0.3)
    )
    roughen(rng, scene, side * 0.01, side * 0.0004)
    return scene


def peeling(rng: Rng, shape: Shape) -> Scene:
    """Coating torn off in places: two levels with a ragged, curled edge."""
    side = edge_length(shape)
    field = fractal(shape, rng, side * rng.uniform(0.2, 0.6), 6, 0.5)
    covered = np.clip((field - np.float32(rng.uniform(-0.7, 0.7))) * 30, 0, 1)
    curl = np.exp(-np.abs(field - 0.1) * 10)
    scene = Scene.flat(shape)
    scene.z += covered * np.float32(side * rng.uniform(0.004, 0.02)) + covered * curl * np.float32(
        side * 0.02
    )
    scene.z += (
        (1 - covered) * grain(shape, rng, side * 0.006, 30, rng.uniform(0, 3)) * np.float32(side * 0.001)
    )
    scene.z += covered * fractal(shape, rng, side * 0.02, 3) * np.float32(side * rng.uniform(0, 0.002))
    scene.albedo *= np.float32(rng.uniform(0.4, 0.8)) + covered * np.float32(rng.uniform(0.2, 0.7))
    return scene


def nodules(rng: Rng, shape: Shape) -> Scene:
    """Cauliflower growth: domes upon domes (CVD carbon, electroless nickel)."""
    side = edge_length(shape)
    scene = Scene.flat(shape)
    cell = side * rng.uniform(0.06, 0.25)
    for scale in (1.0, 0.3, 0.1)[: int(rng.integers(1, 4))]:
        cells = cellular(shape, rng, cell * scale, jitter=1.0, bend=0.05)
        size = cells.values(rng.uniform(0.5, 1.1, cells.count).astype(np.float32)) * np.float32(
            cell * scale * 0.62
        )
        scene.z += np.sqrt(np.maximum(size**2 - cells.nearest**2, 0)) * np.float32(0.6)
    return scene


def specks(rng: Rng, shape: Shape) -> Scene:
    """Film with fine deposits and bright precipitates."""
    side = edge_length(shape)
    scene = Scene.flat(shape)
    scene.z += speckled(rng, shape, side * rng.uniform(0.004, 0.012), side * rng.uniform(0.0005, 0.003))
    cell = side * rng.uniform(0.03, 0.12)
    cells = cellular(shape, rng, cell, jitter=1.0, bend=0.15)
    radius = cells.values((cell * np.clip(rng.normal(0.05, 0.12, cells.count), 0, 0.35)).astype(np.float32))
    spot = np.sqrt(np.maximum(radius**2 - cells.nearest**2, 0))
    scene.z += spot * np.float32(rng.uniform(0.2, 0.8))
    scene.albedo *= 1 + np.float32(rng.uniform(0, 0.35)) * (spot > 0)
    return scene


def platelets(rng: Rng, shape: Shape) -> Scene:
    """Overlapping lamellae lying in the film (layered perovskite, hydroxides, frost)."""
    side = edge_length(shape)
    scene = Scene.flat(shape, -1e3)
    cell = side * rng.uniform(0.04, 0.15)
    for _ in range(int(rng.integers(3, 6))):
        cells = cellular(shape, rng, cell, jitter=1.0)
        ty, tx = (cells.values(rng.normal(0, 0.25, cells.count).astype(np.float32)) for _ in range(2))
        height = (
            cells.values(rng.normal(0, 0.12 * cell, cells.count).astype(np.float32))
            + ty * cells.away_y
            + tx * cells.away_x
        )
        scene.put((slice(0, shape[0]), slice(0, shape[1])), height, 1.0)
    roughen(rng, scene, cell * 0.2, cell * 0.006)
    return scene


KINDS = kinds(
    featureless,
    fine_grains,
    polycrystal,
    cracked,
    columnar,
    layer_stack,
    coating_edge,
    slits,
    scratched,
    pinholes,
    wrinkled,
    peeling,
    nodules,
    specks,
    platelets,
)
