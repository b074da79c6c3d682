"""Make a figure panel of a micrograph: cropped, shrunk, lettered, compressed.

What people cut out of papers looks like this: 100 to 600 pixels wide, a letter in a corner, a drawn scale
bar, a word or two, JPEG blocks.
"""

from __future__ import annotations

import io
import math

import numpy as np
from PIL import Image, ImageDraw

from semgui.sample.acquisition import Grey
from semgui.sample.fields import Rng
from semgui.sample.lettering import text_width, write

_WORDS = (
    "control", "as prepared", "after 24 h", "before", "annealed", "10 wt%", "untreated", "45°", "pH 7",
    "500 °C", "sample A", "S1", "top view", "SEM", "TiO2", "Ni foam", "batch 3", "x 5000", "coated",
)  # fmt: skip
_LENGTHS = (
    "1 µm",
    "2 µm",
    "5 µm",
    "10 µm",
    "20 µm",
    "50 µm",
    "100 µm",
    "100 nm",
    "200 nm",
    "300 nm",
    "500 nm",
    "1 mm",
)


def lettered(picture: Grey, rng: Rng) -> Grey:
    """Write a letter, a scale bar, words or an arrow over a picture, each with some chance."""
    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image)
    width, height = image.size
    edge = min(width, height)
    ink = int(rng.choice([255, 255, 255, 0]))
    if rng.random() < 0.6:
        _panel_letter(pen, rng, width, height, ink)
    if rng.random() < 0.75:
        _scale_bar(pen, rng, width, height, ink)
    if rng.random() < 0.3:
        size = edge * rng.uniform(0.05, 0.12)
        at = (width * rng.uniform(0.02, 0.6), height * float(rng.choice([0.02, 0.03, 0.84])))
        write(pen, at, str(rng.choice(_WORDS)), size, ink)
    if rng.random() < 0.07:
        x, y = width * rng.uniform(0.2, 0.8), height * rng.uniform(0.2, 0.8)
        angle, long = rng.uniform(0, 2 * math.pi), edge * rng.uniform(0.08, 0.2)
        tail = (x + long * math.cos(angle), y + long * math.sin(angle))
        pen.line((x, y, *tail), fill=ink, width=max(1, edge // 90))
        head = [
            (x + 0.3 * long * math.cos(angle + k), y + 0.3 * long * math.sin(angle + k)) for k in (-0.5, 0.5)
        ]
        pen.polygon([(x, y), *head], fill=ink)
    if rng.random() < 0.05:
        x0, y0, x1, y1 = (
            width * rng.uniform(0.1, 0.5),
            height * rng.uniform(0.1, 0.5),
            width * 0.8,
            height * 0.8,
        )
        pen.rectangle(
            (x0, y0, x1 * rng.uniform(0.8, 1.1), y1 * rng.uniform(0.8, 1.1)),
            outline=ink,
            width=max(1, edge // 120),
        )
    return np.asarray(image, dtype=np.uint8)


def _panel_letter(pen: ImageDraw.ImageDraw, rng: Rng, width: int, height: int, ink: int) -> None:
    letter = str(rng.choice(list("abcdefghijABCDEFG")))
    text = str(rng.choice([letter, f"({letter})", f"{letter})"]))
    size = max(8.0, min(width, height) * rng.uniform(0.07, 0.16))
    x, y = width * rng.uniform(0.005, 0.04), height * rng.uniform(0.0, 0.04)
    if rng.random() < 0.3:
        pen.rectangle((0, 0, x + text_width(pen, text, size) + 0.3 * size, y + 1.25 * size), fill=255 - ink)
    bold = int(rng.choice([0, 0, 1]))
    write(pen, (x, y), text, size, ink, bold)


def _scale_bar(pen: ImageDraw.ImageDraw, rng: Rng, width: int, height: int, ink: int) -> None:
    length, thick = width * rng.uniform(0.1, 0.3), max(1.0, height * rng.uniform(0.006, 0.025))
    right = rng.random() < 0.7
    x = width * (0.97 - length / width) if right else width * 0.03
    y = height * rng.uniform(0.88, 0.96)
    size = max(7.0, height * rng.uniform(0.05, 0.1))
    text = str(rng.choice(_LENGTHS))
    above = rng.random() < 0.6
    text_y = y - 1.35 * size if above else y + 1.5 * thick
    if rng.random() < 0.25:
        top, bottom = min(y, text_y) - 0.3 * size, max(y + thick, text_y + 1.2 * size) + 2
        pen.rectangle((x - 0.4 * size, top, x + length + 0.4 * size, bottom), fill=255 - ink)
    pen.rectangle((x, y, x + length, y + thick), fill=ink)
    if rng.random() < 0.75:
        write(pen, (x + (length - text_width(pen, text, size)) / 2, text_y), text, size, ink)


def compressed(picture: Grey, rng: Rng) -> Grey:
    """Send a picture through JPEG at a quality that is seen in papers."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=int(rng.integers(35, 93)))
    return np.asarray(Image.open(buffer, formats=("JPEG",)), dtype=np.uint8)


def as_published(picture: Grey, rng: Rng) -> Grey:
    """Crop, shrink to 100–600 pixels width, letter and compress a micrograph; returns (h, w) uint8."""
    height, width = picture.shape
    share = rng.uniform(0.55, 1.0)
    ratio = math.exp(rng.normal(0, 0.2))
    h, w = max(48, int(height * min(1, share * ratio))), max(48, int(width * min(1, share / ratio)))
    top, left = int(rng.integers(0, height - h + 1)), int(rng.integers(0, width - w + 1))
    image = Image.fromarray(picture[top : top + h, left : left + w])
    target = int(math.exp(rng.uniform(math.log(110), math.log(600))))
    scale = min(1.3, target / w)
    image = image.resize((max(48, int(w * scale)), max(48, int(h * scale))), Image.Resampling.LANCZOS)
    return compressed(lettered(np.asarray(image, dtype=np.uint8), rng), rng)
