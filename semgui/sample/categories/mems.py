"""MEMS_devices_and_electrodes: machined layers with a function: combs, beams, pads, tracks, wires."""

from __future__ import annotations

import math

import numpy as np

from semgui.sample.categories.common import Layout, dust, edge_length, kinds, roughen
from semgui.sample.curves import lifted
from semgui.sample.fields import Field, Rng, Shape, fractal, grain, noise
from semgui.sample.scene import Scene
from semgui.sample.tilt import source_shape, tilted


def _build(
    rng: Rng, shape: Shape, draw: list[Layout], heights: list[float], turn: float, tilt: float
) -> Scene:
    """Stack layers (each drawn on the source grid) and look at them."""
    source = draw[0].shape
    side = edge_length(shape)
    scene = Scene.flat(source, 0.0, rng.uniform(0.35, 0.9))
    scene.z += fractal(source, rng, side * 0.02, 3) * np.float32(side * rng.choice([0.0, 0.0004, 0.0012]))
    for layer, height in zip(draw, heights, strict=True):
        mask = layer.mask(turn, rng.uniform(0.4, 1.0))
        scene.z += mask * np.float32(height)
        metal = np.float32(rng.uniform(0.9, 1.5))
        scene.albedo = (
            scene.albedo * (1 - mask) + metal * mask if height > 0 else scene.albedo * (1 - 0.6 * mask)
        )
        grains = noise(source, rng, max(1.5, side * 0.004)) * np.float32(
            side * rng.choice([0.0, 0.0003, 0.001])
        )
        scene.z += mask * grains
    dust(rng, scene, 6)
    return tilted(scene, tilt, shape) if tilt else scene


def _view(rng: Rng, shape: Shape, tallest: float) -> tuple[Shape, float, float]:
    """Return source shape, turn and tilt: from above or obliquely, aligned or not."""
    tilt = float(rng.uniform(0.4, 1.0)) if rng.random() < 0.45 else 0.0
    turn = float(rng.choice([0.0, math.pi / 2, rng.uniform(0, math.pi)], p=[0.4, 0.2, 0.4]))
    wide = source_shape(shape, tilt, tallest) if tilt else shape
    return wide, turn, tilt


def comb_drive(rng: Rng, shape: Shape) -> Scene:
    """Interlocking comb fingers hung on folded springs."""
    side = edge_length(shape)
    height = side * rng.uniform(0.01, 0.05)
    source, turn, tilt = _view(rng, shape, height)
    layer = Layout(source)
    h, w = source
    pitch = side * rng.uniform(0.02, 0.06)
    finger, width = side * rng.uniform(0.15, 0.3), pitch * rng.uniform(0.25, 0.38)
    y0 = h * rng.uniform(0.3, 0.5)
    overlap = finger * rng.uniform(0.3, 0.8)
    layer.rectangle(y0 - side * 0.06, -w, y0, 2 * w)
    layer.rectangle(y0 + 2 * finger - overlap, -w, y0 + 2 * finger - overlap + side * 0.07, 2 * w)
    for k in np.arange(-w * 0.2, w * 1.2, pitch):
        layer.rectangle(y0, k, y0 + finger, k + width)
        layer.rectangle(
            y0 + finger - overlap, k + pitch / 2, y0 + 2 * finger - overlap, k + pitch / 2 + width
        )
    for k in range(int(rng.integers(0, 4))):
        x = w * (0.15 + 0.25 * k)
        layer.rectangle(y0 - side * 0.4, x, y0, x + 0.012 * side)
        layer.rectangle(y0 - side * 0.44, x - 0.05 * side, y0 - side * 0.36, x + 0.06 * side)
    if rng.random() < 0.5:
        for y in np.arange(y0 - side * 0.05, y0, side * 0.02):
            for x in np.arange(0, w, side * 0.02):
                layer.disc(y, x, side * 0.004, 0)
    return _build(rng, shape, [layer], [height], turn, tilt)


def interdigitated(rng: Rng, shape: Shape) -> Scene:
    """Interdigitated electrodes with bus bars."""
    side = edge_length(shape)
    height = side * rng.uniform(0.002, 0.012)
    source, turn, tilt = _view(rng, shape, height)
    layer = Layout(source)
    h, w = source
    pitch = side * float(np.exp(rng.uniform(math.log(0.03), math.log(0.16))))
    width, gap = pitch * rng.uniform(0.25, 0.38), side * rng.uniform(0.03, 0.1)
    top, bottom = h * rng.uniform(-0.1, 0.22), h * rng.uniform(0.78, 1.1)
    layer.rectangle(top - h, -w, top, 2 * w)
    layer.rectangle(bottom, -w, bottom + h, 2 * w)
    for k, x in enumerate(np.arange(-w * 0.3, w * 1.3, pitch / 2)):
        layer.rectangle(top if k % 2 else top + gap, x, bottom - gap if k % 2 else bottom, x + width)
    return _build(rng, shape, [layer], [height], turn, tilt)


def cantilevers(rng: Rng, shape: Shape) -> Scene:
    """Free beams over an etched pit."""
    side = edge_length(shape)
    deep, thin = side * rng.uniform(0.05, 0.2), side * rng.uniform(0.005, 0.03)
    source, turn, tilt = _view(rng, shape, deep)
    pit, beam = Layout(source), Layout(source)
    h, w = source
    edge = w * rng.uniform(0.15, 0.4)
    count = int(rng.integers(1, 7))
    pit.rectangle(h * 0.1, edge, h * 0.9, w * rng.uniform(0.75, 1.3))
    length = w * rng.uniform(0.25, 0.5)
    for k in range(count):
        y = h * (0.15 + 0.7 * (k + 0.5) / count)
        half = h * 0.7 / count * rng.uniform(0.12, 0.33)
        reach = edge + length * (1 if rng.random() < 0.6 else (k + 1) / count)
        if rng.random() < 0.25:
            beam.polygon(
                [
                    (y - half, edge - 2),
                    (y - half, reach - 2 * half),
                    (y, reach),
                    (y + half, reach - 2 * half),
                    (y + half, edge - 2),
                ]
            )
        else:
            beam.rectangle(y - half, edge - 2, y + half, reach)
        if rng.random() < 0.3:
            beam.rectangle(y - 0.45 * half, edge - 2, y + 0.45 * half, reach - half, 0)
    scene = _build(rng, source, [pit, beam], [-deep, deep + thin], turn, 0.0)
    return tilted(scene, tilt, shape) if tilt else scene


def pads_and_tracks(rng: Rng, shape: Shape) -> Scene:
    """Contact pads with tracks that run to a device in the middle."""
    side = edge_length(shape)
    height = side * rng.uniform(0.002, 0.01)
    source, turn, tilt = _view(rng, shape, height)
    layer, second = Layout(source), Layout(source)
    h, w = source
    centre = (h * rng.uniform(0.4, 0.6), w * rng.uniform(0.4, 0.6))
    count = int(rng.choice([2, 4, 4, 6, 8, 12]))
    start = rng.uniform(0, 1)
    core = side * rng.uniform(0.02, 0.09)
    for k in range(count):
        a = 2 * math.pi * (k + start) / count
        direction = np.array([math.sin(a), math.cos(a)])
        inner, elbow = centre + direction * core, centre + direction * side * rng.uniform(0.15, 0.28)
        outer = centre + np.sign(direction) * np.array([h, w]) * rng.uniform(0.3, 0.42, 2)
        track = side * rng.uniform(0.006, 0.03)
        layer.line([inner, elbow], 0.5 * track)
        layer.line([elbow, outer], track)
        pad = side * rng.uniform(0.05, 0.13)
        layer.rectangle(outer[0] - pad, outer[1] - pad, outer[0] + pad, outer[1] + pad)
    if rng.random() < 0.7:
        second.rectangle(
            centre[0] - core * 1.3, centre[1] - core * 0.35, centre[0] + core * 1.3, centre[1] + core * 0.35
        )
    return _build(rng, shape, [layer, second], [height, 0.6 * height], turn, tilt)


def gear(rng: Rng, shape: Shape) -> Scene:
    """Gear wheels on hubs."""
    side = edge_length(shape)
    height = side * rng.uniform(0.015, 0.05)
    source, turn, tilt = _view(rng, shape, height)
    wheel, hub = Layout(source), Layout(source)
    h, w = source
    r, teeth = side * rng.uniform(0.16, 0.34), int(rng.integers(10, 30))
    middle = np.array([h * rng.uniform(0.4, 0.6), w * rng.uniform(0.35, 0.65)])
    for n in range(int(rng.integers(1, 3))):
        angles = np.linspace(0, 2 * math.pi, teeth * 4, endpoint=False)
        radii = r * np.where(np.arange(teeth * 4) % 4 < 2, 1.1, 0.93)
        wheel.polygon(middle + np.stack([radii * np.sin(angles), radii * np.cos(angles)], axis=1))
        wheel.disc(middle[0], middle[1], 0.22 * r, 0)
        for k in range(int(rng.integers(0, 7))):
            a = k * math.pi / 3
            wheel.disc(middle[0] + 0.6 * r * math.sin(a), middle[1] + 0.6 * r * math.cos(a), 0.14 * r, 0)
        hub.disc(middle[0], middle[1], 0.18 * r)
        middle = middle + np.array([0.2 * r * (n + 1), 2.02 * r])
    return _build(rng, shape, [wheel, hub], [height, 1.4 * height], turn, tilt)


def membrane(rng: Rng, shape: Shape) -> Scene:
    """Suspended plate on thin arms over a cavity (bolometer, heater, pressure sensor)."""
    side = edge_length(shape)
    deep = side * rng.uniform(0.04, 0.15)
    source, turn, tilt = _view(rng, shape, deep)
    pit, plate, heater = Layout(source), Layout(source), Layout(source)
    h, w = source
    middle, outer, inner = (h / 2, w / 2), side * rng.uniform(0.3, 0.42), side * rng.uniform(0.12, 0.22)
    pit.rectangle(middle[0] - outer, middle[1] - outer, middle[0] + outer, middle[1] + outer)
    plate.rectangle(middle[0] - inner, middle[1] - inner, middle[0] + inner, middle[1] + inner)
    for sy, sx in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
        corner = (middle[0] + sy * inner * 0.95, middle[1] + sx * inner * 0.95)
        anchor = (middle[0] + sy * (outer + 0.02 * side), middle[1] + sx * (outer + 0.02 * side))
        bend = (corner[0], anchor[1]) if rng.random() < 0.3 else corner
        plate.line([corner, bend, anchor], side * rng.uniform(0.015, 0.04))
    y = middle[0] - 0.75 * inner
    points = []
    for k in range(int(rng.integers(5, 12))):
        points += [(y, middle[1] - 0.7 * inner), (y, middle[1] + 0.7 * inner)][:: 1 if k % 2 else -1]
        y += 1.5 * inner / 11
    heater.line(points, 0.05 * inner)
    scene = _build(rng, source, [pit, plate, heater], [-deep, deep, 0.006 * side], turn, 0.0)
    return tilted(scene, tilt, shape) if tilt else scene


def bond_wires(rng: Rng, shape: Shape) -> Scene:
    """Round wires from pad to pad, balls and wedges at their ends."""
    side = edge_length(shape)
    pads = Layout(shape)
    h, w = shape
    count = int(rng.integers(1, 8))
    r = side * rng.uniform(0.008, 0.03)
    feet = []
    for k in range(count):
        x = w * (k + 0.5) / count + rng.normal(0, 0.01 * side)
        pad = min(0.4 * w / count, 0.1 * side)
        y0, y1 = h * rng.uniform(0.15, 0.3), h * rng.uniform(0.7, 0.9)
        for y in (y0, y1):
            pads.rectangle(y - pad, x - pad, y + pad, x + pad)
        feet.append((y0, y1, x))
    scene = _build(rng, shape, [pads], [side * 0.004], 0.0, 0.0)
    for y0, y1, x in feet:
        t = np.linspace(0, 1, 60)
        rise = side * rng.uniform(0.1, 0.3)
        z = 4 * t * (1 - t) * rise + r
        lean = rng.normal(0, 0.04) * side
        curve = np.stack([y0 + (y1 - y0) * t - 0.5 * z, x + lean * t, z], axis=1)
        scene.strip(curve, r, 1.35)
        scene.ellipsoid((y0, x, r), (2.4 * r, 2.4 * r, 1.5 * r), 0, 1.3)
        scene.ellipsoid((y1, x + lean, 0.3 * r), (1.5 * r, 2.6 * r, 0.8 * r), math.pi / 2, 1.3)
    return scene


def channels(rng: Rng, shape: Shape) -> Scene:
    """Microfluidic channels: junctions, serpentines, pillars in a chamber."""
    side = edge_length(shape)
    deep = side * rng.uniform(0.02, 0.08)
    source, turn, tilt = _view(rng, shape, deep)
    layer = Layout(source)
    h, w = source
    width = side * rng.uniform(0.03, 0.12)
    kind = rng.choice(["serpentine", "junction", "chamber"])
    if kind == "serpentine":
        points, pitch = [], width * rng.uniform(1.7, 2.6)
        for k, y in enumerate(np.arange(h * 0.08, h * 0.95, pitch)):
            points += [(y, w * 0.12), (y, w * 0.88)][:: 1 if k % 2 else -1]
        layer.line(points, width)
    elif kind == "junction":
        for angle in rng.choice(
            [0, math.pi / 2, math.pi, -math.pi / 2, math.pi / 4], int(rng.integers(3, 5)), replace=False
        ):
            layer.line([(h / 2, w / 2), (h / 2 + h * math.sin(angle), w / 2 + w * math.cos(angle))], width)
    else:
        layer.rectangle(h * 0.2, w * 0.2, h * 0.8, w * 0.8)
        layer.line([(h / 2, -w), (h / 2, 2 * w)], width)
        for y in np.arange(h * 0.25, h * 0.78, width):
            for x in np.arange(w * 0.25, w * 0.78, width):
                layer.disc(y, x, 0.25 * width, 0)
    return _build(rng, shape, [layer], [-deep], turn, tilt)


def coil(rng: Rng, shape: Shape) -> Scene:
    """Planar spiral inductor or antenna with feed lines."""
    side = edge_length(shape)
    height = side * rng.uniform(0.005, 0.02)
    source, turn, tilt = _view(rng, shape, height)
    layer = Layout(source)
    middle = np.array([source[0] / 2, source[1] / 2])
    turns, outer, inner = (
        int(rng.integers(3, 9)),
        side * rng.uniform(0.3, 0.45),
        side * rng.uniform(0.05, 0.15),
    )
    sides = int(rng.choice([4, 8, 64]))
    angles = 2 * math.pi * np.arange(turns * sides + 1) / sides + math.pi / 4
    radii = np.linspace(inner, outer, len(angles)) * (1.2 if sides == 4 else 1)
    points = middle + np.stack([radii * np.sin(angles), radii * np.cos(angles)], axis=1)
    width = (outer - inner) / turns * rng.uniform(0.35, 0.65)
    layer.line(points, width)
    feed = np.array([[points[-1, 0], points[-1, 1]], [points[-1, 0], 1.2 * source[1]]])
    layer.line(feed, width)
    bridge = Layout(source)
    bridge.line(np.array([middle, [middle[0], -source[1]]]), width * 0.9)
    layer.disc(middle[0], middle[1], inner * 0.8)
    return _build(rng, shape, [layer, bridge], [height, height], turn, tilt)


def chip(rng: Rng, shape: Shape) -> Scene:
    """Low magnification: blocks, buses and vias of a circuit."""
    side = edge_length(shape)
    height = side * rng.uniform(0.002, 0.01)
    source, turn, tilt = _view(rng, shape, height)
    layers = [Layout(source) for _ in range(3)]
    h, w = source
    for layer in layers[:2]:
        for _ in range(int(rng.integers(3, 10))):
            y, x = rng.uniform(-0.1, 0.9) * h, rng.uniform(-0.1, 0.9) * w
            if rng.random() < 0.5:
                layer.rectangle(y, x, y + rng.uniform(0.05, 0.3) * h, x + rng.uniform(0.05, 0.3) * w)
            else:
                pitch = side * rng.uniform(0.01, 0.03)
                for k in range(int(rng.integers(3, 14))):
                    layer.line(
                        [
                            (y + k * pitch, x),
                            (y + k * pitch, x + 0.3 * w),
                            (y + k * pitch + 0.1 * h, x + 0.35 * w),
                            (y + k * pitch + 0.1 * h, 1.5 * w),
                        ],
                        0.5 * pitch,
                    )
    for _ in range(60):
        layers[2].disc(rng.uniform(0, h), rng.uniform(0, w), side * 0.006)
    return _build(rng, shape, layers, [height, height, 0.6 * height], turn, tilt)


def nanogap(rng: Rng, shape: Shape) -> Scene:
    """Two or four electrodes that face each other, a wire or flake across the gap."""
    side = edge_length(shape)
    height = side * rng.uniform(0.006, 0.02)
    layer = Layout(shape)
    h, w = shape
    gap, wide = side * rng.uniform(0.02, 0.15), side * rng.uniform(0.05, 0.25)
    taper = rng.uniform(0.1, 1.0)
    for direction in ((0, 1), (0, -1), (1, 0), (-1, 0))[: int(rng.choice([2, 2, 4]))]:
        d, n = np.array(direction, dtype=float), np.array([direction[1], -direction[0]], dtype=float)
        middle = np.array([h / 2, w / 2])
        near, far = middle + d * gap, middle + d * max(h, w)
        layer.polygon(
            [near + n * wide * taper * 0.5, far + n * wide, far - n * wide, near - n * wide * taper * 0.5]
        )
    scene = _build(rng, shape, [layer], [height], 0.0, 0.0)
    if rng.random() < 0.5:
        angle = rng.normal(0, 0.4)
        step = np.array([math.sin(angle), math.cos(angle)]) * (gap + 0.15 * side)
        middle = np.array([h / 2, w / 2])
        scene.strip(
            lifted(np.linspace(middle - step, middle + step, 8), height),
            side * rng.uniform(0.003, 0.012),
            1.3,
        )
    roughen(rng, scene, side * 0.006, side * rng.choice([0.0002, 0.0008]))
    return scene


def machined_edge(rng: Rng, shape: Shape) -> Scene:
    """Slots and walls of a diced or milled part at low magnification, tool marks and burrs."""
    side = edge_length(shape)
    layer = Layout(shape)
    h, w = shape
    for _ in range(int(rng.integers(1, 4))):
        x = rng.uniform(-0.1, 0.9) * w
        layer.rectangle(-h, x, 2 * h, x + side * rng.uniform(0.08, 0.35))
    mask: Field = layer.mask(rng.uniform(0, math.pi), 1.0)
    scene = Scene.flat(shape, 0.0, rng.uniform(0.7, 1.1))
    scene.z -= mask * np.float32(side * rng.uniform(0.05, 0.2))
    scene.albedo *= 1 - mask * np.float32(rng.uniform(0.2, 0.6))
    scene.z += grain(shape, rng, side * 0.004, 40, rng.uniform(0, 3)) * np.float32(side * 0.0006)
    dust(rng, scene, 60)
    return scene


KINDS = kinds(
    comb_drive,
    interdigitated,
    cantilevers,
    pads_and_tracks,
    gear,
    membrane,
    bond_wires,
    channels,
    coil,
    chip,
    nanogap,
    machined_edge,
)
