"""Text in pictures with Pillow's own font, so that no font file is needed and every machine draws the same.

That font knows no µ: it is drawn as a u with a stem.
"""

from __future__ import annotations

from PIL import ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_MU = "µ"


def font(size: float) -> Font:
    """Return the font in a size in pixels, at least 7."""
    return ImageFont.load_default(max(7.0, size))


def text_width(pen: ImageDraw.ImageDraw, text: str, size: float) -> float:
    """Width of a text in pixels."""
    return pen.textlength(text.replace(_MU, "u"), font=font(size))


def write(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: float, ink: int, stroke: int = 0
) -> None:
    """Write a text with its upper left corner at a point.

    Parameters
    ----------
    stroke
        Extra thickness of the letters in pixels.
    """
    face = font(size)
    plain = text.replace(_MU, "u")
    pen.text(at, plain, fill=ink, font=face, stroke_width=stroke, stroke_fill=ink)
    for k, letter in enumerate(text):
        if letter != _MU:
            continue
        x = at[0] + pen.textlength(plain[:k], font=face)
        left, top, _, bottom = pen.textbbox((x, at[1]), "u", font=face)
        thick = max(1.0, 0.09 * size + stroke)
        pen.rectangle((left, top, left + (thick - 1), bottom + 0.25 * (bottom - top)), fill=ink)
