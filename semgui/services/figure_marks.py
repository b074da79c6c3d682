"""Scale bar and letters of a figure: where they stand, and how they are burnt in, legible on any picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from semgui.paths import resources_dir

FONT_FAMILY = "DejaVu Sans"
_SHARE = 0.25  # of the width that a scale bar takes at most
_LINE = 1.5  # from the upper edge of the letters to the bar, in their height
_ROUND = (5, 2, 1)
_UNITS = (("mm", 1e6), ("µm", 1e3), ("nm", 1.0), ("pm", 1e-3))


@dataclass(frozen=True, slots=True)
class Ink:
    """Brightness of what is drawn, and of the rim around it."""

    fill: float
    rim: float

    @classmethod
    def over(cls, area: NDArray[np.float32]) -> Ink:
        """White with a dark rim, or black with a light one where the picture is bright."""
        return cls(0.0, 1.0) if area.size and float(np.median(area)) > 0.6 else cls(1.0, 0.0)

    @classmethod
    def for_corner(cls, picture: NDArray[np.float32]) -> Ink:
        """Ink for the corner at the upper left."""
        rows, columns = picture.shape[:2]
        return cls.over(picture[: max(1, rows // 8), : max(1, columns // 8)])


@dataclass(frozen=True, slots=True)
class Lettering:
    """Words on the figure.

    Parameters
    ----------
    at
        Left end and upper edge, in pixels.
    size
        Height of the font in pixels.
    """

    text: str
    at: tuple[float, float]
    size: float
    ink: Ink


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A bar of a round length.

    Parameters
    ----------
    box
        Left, top, width and height in pixels.
    nanometres
        Its length.
    """

    box: tuple[float, float, float, float]
    nanometres: float
    lettering: Lettering


def round_length(longest_nm: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20 … that is not longer, in nanometres."""
    decade = 10.0 ** math.floor(math.log10(longest_nm))
    return next(r * decade for r in _ROUND if r * decade <= longest_nm * (1 + 1e-9))


def length_words(nanometres: float) -> str:
    """Return "500 nm", "2 µm"."""
    name, factor = next((u for u in _UNITS if nanometres >= u[1] * (1 - 1e-9)), _UNITS[-1])
    return f"{nanometres / factor:.6g} {name}"


def scale_bar(picture: NDArray[np.float32], pixel_nm: float, letters: float, corner: str) -> ScaleBar:
    """Place a scale bar with its length above it.

    Parameters
    ----------
    picture
        What it will stand on, in [0, 1].
    pixel_nm
        Edge of a pixel of the figure.
    letters
        Height of the font in pixels.
    corner
        "lower right" and the like.
    """
    rows, columns = picture.shape[:2]
    length = round_length(max(_SHARE * columns, 1.0) * pixel_nm)
    width = length / pixel_nm
    thick = max(2.0, round(letters * 0.28))
    margin = round(letters * 0.9)
    text = length_words(length)
    text_width = font(letters).getlength(text)
    block = max(width, text_width)
    left = margin if corner.endswith("left") else columns - margin - block
    top = margin if corner.startswith("upper") else rows - margin - thick - letters * _LINE
    x, y = max(0, round(left)), max(0, round(top))
    area = picture[y : y + round(letters * _LINE + thick), x : x + round(block)]
    ink = Ink.over(area)
    box = (x + (block - width) / 2, y + letters * _LINE, width, thick)
    return ScaleBar(box, length, Lettering(text, (x + (block - text_width) / 2, y), letters, ink))


def stamped(
    picture: NDArray[np.float32], bar: ScaleBar | None, letterings: tuple[Lettering, ...]
) -> NDArray[np.float32]:
    """Return a copy of the picture with bar and letters burnt in."""
    out = picture.copy()
    if bar is not None:
        _stamp(out, bar.lettering.ink, bar.lettering.size, bar=bar.box)
    for lettering in letterings:
        _stamp(out, lettering.ink, lettering.size, words=lettering)
    return out


def rim_width(size: float) -> int:
    """Return how wide the rim around letters of a size is, in pixels."""
    return max(1, round(size / 14))


@lru_cache(maxsize=16)
def font(size: float) -> ImageFont.FreeTypeFont:
    """Return the font in a size in pixels; it knows µ, and it is shipped with us."""
    return ImageFont.truetype(str(resources_dir() / "fonts" / "DejaVuSans.ttf"), max(6.0, size))


def _stamp(
    out: NDArray[np.float32],
    ink: Ink,
    size: float,
    *,
    bar: tuple[float, float, float, float] | None = None,
    words: Lettering | None = None,
) -> None:
    rim = rim_width(size)
    if bar is not None:
        left, top, width, height = bar
    else:
        assert words is not None  # one of the two is given
        (left, top), face = words.at, font(words.size)
        width, height = face.getlength(words.text), size * _LINE
    pad = rim + 2
    x0, y0 = max(0, math.floor(left) - pad), max(0, math.floor(top) - pad)
    x1, y1 = (
        min(out.shape[1], math.ceil(left + width) + pad),
        min(out.shape[0], math.ceil(top + height) + pad),
    )
    if x0 >= x1 or y0 >= y1:
        return
    masks: list[NDArray[np.float32]] = []
    for grown in (rim, 0):
        stencil = Image.new("L", (x1 - x0, y1 - y0))
        pen = ImageDraw.Draw(stencil)
        if words is not None:
            pen.text((left - x0, top - y0), words.text, 255, font(words.size), stroke_width=grown)
        else:
            pen.rectangle(
                (
                    round(left) - x0 - grown,
                    round(top) - y0 - grown,
                    round(left + width) - x0 - 1 + grown,
                    round(top + height) - y0 - 1 + grown,
                ),
                fill=255,
            )
        masks.append(np.asarray(stencil, np.float32) / np.float32(255))
    part = out[y0:y1, x0:x1]
    for mask, level in zip(masks, (ink.rim, ink.fill), strict=True):
        weight = mask if part.ndim == 2 else mask[..., None]
        part += weight * (np.float32(level) - part)
