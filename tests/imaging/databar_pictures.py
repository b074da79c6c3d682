"""Pictures with and without a databar, drawn so that the true first row is known.

The looks are those of the vendors' software as their users publish them (paper, ink, frame, cells,
logo, rows of specimen left below), plus free mixtures of these, over specimens made of noise. The
bar-less ones are the pictures that look most like having a bar.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

Grey = NDArray[np.uint8]
Random = np.random.Generator

WORDS = (
    "EHT = 5.00 kV", "WD = 4.1 mm", "Signal A = InLens", "Mag = 50.00 K X", "HV 10.00 kV", "mag 20 000 x",
    "HFW 12.8 µm", "det ETD", "spot 3.0", "SEM HV: 10.0 kV", "Det: SE", "View field: 2.56 mm", "SEI 15.0kV",
    "X3,500", "WD 10.0mm", "S4800 5.0kV 8.2mm x50.0k SE(U)", "Date: 8 Dec 2019", "5/22/2023", "12:21:24 PM",
    "SED", "Std.-PC 40.0", "HighVac.", "FOV: 42.7 × 32.0 µm", "BSD Full", "Topography", "Institute of Optics",
)  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How one program draws its bar; lengths as shares of the bar's height unless said otherwise."""

    paper: int
    ink: int
    height: float  # share of the picture's height
    lines: int = 2  # lines of text
    words: int = 5  # words a line
    top_line: tuple[int, ...] = ()  # grey of each full-width row at the top
    cells: int | None = None  # grey of vertical separators
    boxed: bool = False  # horizontal separators between the lines of text, too
    logo: int | None = None  # grey of a logo's box
    second_paper: int | None = None  # another paper in the right part
    margin: float = 0.12  # empty rows above the text
    below: int = 0  # rows of specimen left under the bar, of 768


VENDORS: dict[str, Style] = {
    "zeiss white": Style(255, 20, 0.10, top_line=(0,), logo=0, below=1),
    "zeiss white inside": Style(255, 60, 0.085, top_line=(0,), logo=30, below=68),
    "zeiss black": Style(0, 255, 0.08, top_line=(255, 255), words=4, below=2),
    "zeiss black plain": Style(0, 255, 0.09, words=4, logo=255),
    "thermo black": Style(0, 255, 0.065, top_line=(70,), cells=70, words=7, logo=200),
    "thermo grey": Style(68, 255, 0.075, cells=128, words=6),
    "fei white frames": Style(0, 255, 0.062, top_line=(255,), cells=255, words=8),
    "fei quanta light": Style(205, 0, 0.06, cells=0, words=7, top_line=(0,)),
    "tescan boxes": Style(104, 255, 0.135, lines=3, words=3, cells=190, boxed=True, logo=60),
    "tescan black": Style(0, 255, 0.12, lines=3, words=4, cells=255, boxed=True),
    "tescan blue": Style(58, 240, 0.11, lines=2, words=5, logo=255),
    "jeol one line": Style(0, 255, 0.058, lines=1),
    "jeol two lines": Style(0, 255, 0.065, logo=250, words=4),
    "jeol tight": Style(0, 255, 0.05, lines=1, margin=0.04),
    "hitachi black": Style(0, 255, 0.055, lines=1, words=3),
    "hitachi two": Style(0, 235, 0.075, lines=2, words=3, below=3),
    "phenom light": Style(238, 40, 0.09, words=6, cells=200, top_line=(160,)),
    "phenom dark": Style(45, 230, 0.085, words=5, logo=90),
    "coxem blue": Style(38, 220, 0.08, words=5, boxed=True, cells=90),
    "keyence": Style(16, 250, 0.045, lines=1, words=5),
    "philips xl": Style(0, 255, 0.07, words=6, margin=0.08),
    "leo grey": Style(128, 255, 0.09, top_line=(255,), below=2),
    "two papers": Style(230, 20, 0.10, second_paper=90),
    "big logo": Style(20, 240, 0.13, lines=3, words=3, logo=255),
    "tall": Style(250, 30, 0.19, lines=4, words=5, cells=120, boxed=True),
}


def any_style(rng: Random) -> Style:
    """A bar of no program in particular."""
    paper = int(rng.choice([0, 8, 25, 60, 100, 128, 160, 200, 235, 255]))
    ink = int(rng.choice([0, 40])) if paper > 140 else int(rng.choice([225, 255]))
    lines = int(rng.integers(1, 4))
    return Style(
        paper,
        ink,
        height=float(rng.uniform(0.035, 0.055)) * lines + 0.015,
        lines=lines,
        words=int(rng.integers(2, 8)),
        top_line=((), (), (ink,), (ink, ink), (128,), (255 - paper, paper, 255 - paper))[rng.integers(6)],
        cells=(None, None, ink, 128)[rng.integers(4)],
        boxed=bool(rng.random() < 0.2),
        logo=(None, None, 255, 0, ink)[rng.integers(5)],
        margin=float(rng.uniform(0.03, 0.2)),
        below=int(rng.choice([0, 0, 0, 1, 2, 5, 60])),
    )


def draw_bar(style: Style, width: int, height: int, rng: Random) -> Grey:
    """The bar alone, ``height`` rows by ``width`` columns."""
    picture = Image.new("L", (width, height), style.paper)
    pen = ImageDraw.Draw(picture)
    if style.second_paper is not None:
        pen.rectangle((int(width * 0.7), 0, width, height), fill=style.second_paper)
    right = int(width * (0.86 if style.logo is not None else 1.0))
    top = len(style.top_line) + max(1, round(style.margin * height))
    pitch = (height - top - max(1, round(0.06 * height))) / style.lines
    _write(pen, style, right, top, pitch, rng)
    if style.cells is not None:
        for k in range(1, style.words):
            pen.rectangle(
                (int(right * k / style.words), 0, int(right * k / style.words), height), fill=style.cells
            )
    if style.boxed and style.cells is not None:
        for line in range(1, style.lines):
            y = int(top + line * pitch - 1)
            pen.rectangle((0, y, right, y), fill=style.cells)
    if style.logo is not None:
        pen.rectangle((right, int(height * 0.2), width - 9, int(height * 0.85)), fill=style.logo)
        pen.text((right + 5, height * 0.3), "LAB", fill=255 - style.logo, font=_font(height * 0.4, rng))
    for row, level in enumerate(style.top_line):
        pen.rectangle((0, row, width, row), fill=level)
    return np.array(picture)


def _write(pen: ImageDraw.ImageDraw, style: Style, right: int, top: int, pitch: float, rng: Random) -> None:
    """Lines of text, and the scale bar at the lower left."""
    font = _font(pitch * rng.uniform(0.6, 0.85), rng)
    for line in range(style.lines):
        for k in range(style.words):
            if rng.random() < 0.9:
                word = str(rng.choice(WORDS))
                pen.text((12 + right * k / style.words, top + line * pitch), word, fill=style.ink, font=font)
    y = top + style.lines * pitch * 0.85
    pen.rectangle((12, y, 12 + right * rng.uniform(0.05, 0.15), y + max(1, pitch // 15)), fill=style.ink)


def _font(size: float, rng: Random) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    if rng.random() < 0.25 and size < 16:
        return ImageFont.load_default_imagefont()
    return ImageFont.load_default(max(7, size))


def _smooth(shape: tuple[int, int], sigma: float, rng: Random) -> NDArray[np.float64]:
    small = rng.normal(size=(int(shape[0] / sigma) + 3, int(shape[1] / sigma) + 3))
    field = ndimage.zoom(small, sigma, order=1)[: shape[0], : shape[1]]
    return np.asarray((field - field.mean()) / field.std())


def _grey(values: NDArray[np.float64], noise: float, rng: Random) -> Grey:
    return np.clip(values + rng.normal(0, noise, values.shape), 0, 255).astype(np.uint8)


def rough(shape: tuple[int, int], rng: Random) -> Grey:
    return _grey(120 + 45 * _smooth(shape, 6, rng) + 20 * _smooth(shape, 40, rng), 14, rng)


def smooth_film(shape: tuple[int, int], rng: Random) -> Grey:
    return _grey(rng.uniform(60, 190) + 5 * _smooth(shape, 90, rng), rng.uniform(2, 5), rng)


def dark_with_particles(shape: tuple[int, int], rng: Random) -> Grey:
    return _grey(np.where(_smooth(shape, 16, rng) > 1.1, 170.0, rng.uniform(8, 40)), 5, rng)


def black_with_particles(shape: tuple[int, int], rng: Random) -> Grey:
    """Contrast set so hard that the background is black to the last pixel."""
    return _grey(np.where(_smooth(shape, 25, rng) > 0.7, 150.0, -30.0), 6, rng)


def saturated(shape: tuple[int, int], rng: Random) -> Grey:
    return _grey(np.where(_smooth(shape, 30, rng) > 0.3, 290.0, 150.0), 12, rng)


def charging(shape: tuple[int, int], rng: Random) -> Grey:
    streaks = np.repeat(rng.normal(0, 25, (shape[0], 1)), shape[1], axis=1)
    return _grey(110 + streaks + 25 * _smooth(shape, 12, rng), 8, rng)


def lines_across(shape: tuple[int, int], rng: Random) -> Grey:
    pitch = rng.uniform(12, 90)
    wave = np.sin(2 * np.pi * np.arange(shape[0]) / pitch)[:, None] > 0.2
    return _grey(np.broadcast_to(np.where(wave, 170.0, 70.0), shape), 7, rng)


def dark_gradient(shape: tuple[int, int], rng: Random) -> Grey:
    ramp = np.linspace(150, -10, shape[0])[:, None] + 15 * _smooth(shape, 20, rng)
    return _grey(ramp, 6, rng)


def pores(shape: tuple[int, int], rng: Random) -> Grey:
    return _grey(np.where(_smooth(shape, 9, rng) > 0, 160.0, 0.0), 9, rng)


Specimen = Callable[[tuple[int, int], Random], Grey]
SPECIMENS: dict[str, Specimen] = {
    texture.__name__: texture
    for texture in (
        rough,
        smooth_film,
        dark_with_particles,
        black_with_particles,
        saturated,
        charging,
        lines_across,
        dark_gradient,
        pores,
    )
}


@dataclass(frozen=True)
class Drawn:
    """A picture and the first row of its bar, if it has one."""

    pixels: Grey
    row: float | None


def with_bar(style: Style, specimen: Specimen, shape: tuple[int, int], rng: Random) -> Drawn:
    """A specimen with its bar burned in."""
    height, width = shape
    picture = specimen(shape, rng)
    bar = draw_bar(style, width, max(16, round(style.height * height)), rng)
    row = height - round(style.below * height / 768) - len(bar)
    picture[row : row + len(bar)] = bar
    return Drawn(picture, row)


def jpeg(drawn: Drawn, quality: int) -> Drawn:
    """As saved with losses."""
    buffer = io.BytesIO()
    Image.fromarray(drawn.pixels).save(buffer, "JPEG", quality=quality)
    return replace(drawn, pixels=np.array(Image.open(buffer)))


def resized(drawn: Drawn, factor: float) -> Drawn:
    """As scaled by another program: the rows at the edge are blended."""
    height, width = drawn.pixels.shape
    new = (round(width * factor), round(height * factor))
    pixels = np.array(Image.fromarray(drawn.pixels).resize(new, Image.Resampling.BICUBIC))
    return Drawn(pixels, None if drawn.row is None else drawn.row * new[1] / height)


def overlay_text(picture: Grey, rng: Random, *, box: int | None = None) -> Grey:
    """Text written over the lowest part of the specimen, without paper (or on small boxes of it)."""
    image = Image.fromarray(picture)
    pen = ImageDraw.Draw(image)
    height, width = picture.shape
    font = ImageFont.load_default(max(10, height * 0.035))
    y = height * 0.94
    for x, text in ((10, "S4800 5.0kV 8.2mm x50.0k SE(U)"), (0.84 * width, "1.00um")):
        if box is not None:
            pen.rectangle(pen.textbbox((x, y), text, font=font), fill=box)
        pen.text((x, y), text, fill=255 if box is None else 255 - box, font=font)
    pen.line((0.72 * width, y + 12, 0.82 * width, y + 12), fill=255, width=3)
    return np.array(image)


def _dark(shape: tuple[int, int], rng: Random) -> Grey:
    return _grey(np.full(shape, rng.uniform(4, 25)), 4, rng)


def _from_row(picture: Grey, below: Grey | int, rng: Random, *, tallest: float = 0.2) -> Grey:
    """``below`` instead of the lowest 5 to 20 % of the picture."""
    row = int(picture.shape[0] * (1 - rng.uniform(tallest / 4, tallest)))
    picture[row:] = below if isinstance(below, int) else below[row:]
    return picture


def _hole(picture: Grey, rng: Random) -> Grey:
    """Black without noise below a rim that is not straight."""
    height, width = picture.shape
    rim = height * (1 - rng.uniform(0.05, 0.2)) + 0.006 * height * _smooth((1, width), width / 16, rng)[0]
    return np.where(np.arange(height)[:, None] > rim, np.uint8(0), picture)


def _scale_bar(picture: Grey) -> Grey:
    height, width = picture.shape
    picture[int(height * 0.93) :][:8, int(width * 0.7) : int(width * 0.95)] = 255
    return picture


BARLESS: dict[str, Callable[[Grey, Random], Grey]] = {
    "plain": lambda p, _: p,
    "overlay": overlay_text,
    "overlay on black boxes": lambda p, rng: overlay_text(p, rng, box=0),
    "overlay on white boxes": lambda p, rng: overlay_text(p, rng, box=255),
    "black padding": lambda p, rng: _from_row(p, 0, rng),
    "white border": lambda p, rng: _from_row(p, 255, rng, tallest=0.06),
    "scan stopped": lambda p, rng: _from_row(p, int(rng.integers(0, 256)), rng),
    "dark below a straight edge": lambda p, rng: _from_row(p, _dark(p.shape, rng), rng),
    "dark below a straight edge, overlay": lambda p, rng: overlay_text(
        _from_row(p, _dark(p.shape, rng), rng), rng
    ),
    "particles below a straight edge": lambda p, rng: _from_row(p, dark_with_particles(p.shape, rng), rng),
    "constant": lambda p, rng: np.full(p.shape, rng.integers(0, 256), np.uint8),
    "constant with overlay": lambda p, rng: overlay_text(np.full_like(p, rng.integers(0, 200)), rng),
    "hole": _hole,
    "hole with overlay": lambda p, rng: overlay_text(_hole(p, rng), rng),
    "drawn scale bar": lambda p, _: _scale_bar(p),
}


def barless(kind: str, shape: tuple[int, int], rng: Random) -> Drawn:
    """One of the pictures that tempt a rule to see a bar; ``kind`` is a key of ``BARLESS``."""
    names = sorted(SPECIMENS)
    return Drawn(BARLESS[kind](SPECIMENS[names[rng.integers(len(names))]](shape, rng), rng), None)


def as_published(drawn: Drawn, rng: Random) -> Drawn:
    """As it is, saved with losses, or scaled and saved with losses."""
    match rng.integers(3):
        case 0:
            return drawn
        case 1:
            return jpeg(drawn, int(rng.integers(55, 96)))
        case _:
            return jpeg(resized(drawn, float(rng.uniform(0.5, 1.5))), 88)


SIZES = ((768, 1024), (960, 1280), (886, 1024), (1094, 1536), (600, 800), (1024, 1280))
