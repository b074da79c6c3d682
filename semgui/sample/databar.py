"""Burn the information bar into a picture, as the instruments do.

Each style returns the picture as it is stored and the first row of its bar.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from semgui.sample.acquisition import Grey
from semgui.sample.exposure import Exposure
from semgui.sample.lettering import text_width, write

Burned = tuple[Grey, int]


def round_length_nm(most_nm: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that does not exceed a length."""
    power = 10.0 ** math.floor(math.log10(most_nm))
    return max(step * power for step in (1, 2, 5) if step * power <= most_nm * (1 + 1e-9))


def length_text(length_nm: float) -> str:
    """Write a length with its unit: nm below one micrometre, then µm, then mm."""
    for unit, size in (("mm", 1e6), ("µm", 1e3), ("nm", 1.0)):
        if length_nm >= size:
            return f"{length_nm / size:g} {unit}"
    return f"{length_nm:g} nm"


def magnification_text(magnification: float) -> str:
    """Write a magnification as ZEISS does."""
    return f"{magnification / 1000:.2f} K X" if magnification >= 1000 else f"{magnification:.0f} X"


def _strip(width: int, height: int, ground: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    strip = Image.new("L", (width, height), ground)
    return strip, ImageDraw.Draw(strip)


def _ruler(pen: ImageDraw.ImageDraw, x: float, y: float, length: float, tick: float, ink: int) -> None:
    thick = max(1, round(tick / 8))
    pen.line((x, y, x + length, y), fill=ink, width=thick)
    for end in (x, x + length):
        pen.line((end, y - tick / 2, end, y + tick / 2), fill=ink, width=thick)


def zeiss_white(picture: Grey, exposure: Exposure) -> Burned:
    """White bar inside the picture, some rows of specimen left under it (NFFA, SmartSEM)."""
    return _zeiss(picture, exposure, 255, 40, 0.09)


def zeiss_black(picture: Grey, exposure: Exposure) -> Burned:
    """Black framed bar at the very bottom."""
    return _zeiss(picture, exposure, 0, 255, 0.0)


def _zeiss(picture: Grey, exposure: Exposure, ground: int, ink: int, below: float) -> Burned:
    height, width = picture.shape
    bar = max(28, round(0.08 * height))
    row = height - bar - max(1, round(below * height))
    strip, pen = _strip(width, bar, ground)
    pen.rectangle((0, 0, width - 1, bar - 1), outline=ink)
    length_nm = round_length_nm(0.2 * exposure.pixel_size_nm * width)
    write(pen, (0.012 * width, 0.06 * bar), length_text(length_nm), 0.36 * bar, ink)
    _ruler(pen, 0.012 * width, 0.68 * bar, length_nm / exposure.pixel_size_nm, 0.36 * bar, ink)
    columns = (
        (f"EHT = {exposure.hv_kv:5.2f} kV", f"Mag = {magnification_text(exposure.magnification)}"),
        (f"WD = {exposure.wd_mm:.1f} mm", f"Width = {exposure.field_of_view_um:.3g} µm"),
        (f"Signal A = {exposure.detector}", f"Stage at T = {exposure.tilt_deg:.1f} °"),
        (exposure.instrument.model, f"{exposure.acquired_at:%d %b %Y %H:%M:%S}"),
    )
    for k, (upper, lower) in enumerate(columns):
        x = (0.3 + 0.175 * k) * width
        write(pen, (x, 0.14 * bar), upper, 0.25 * bar, ink)
        write(pen, (x, 0.56 * bar), lower, 0.25 * bar, ink)
    stored = picture.copy()
    stored[row : row + bar] = np.asarray(strip)
    return stored, row


def thermo_black(picture: Grey, exposure: Exposure) -> Burned:
    """Black bar with a table, below the picture (xT microscope control)."""
    height, width = picture.shape
    bar = max(30, round(0.058 * width))
    strip, pen = _strip(width, bar, 0)
    small, large = 0.3 * bar, 0.36 * bar
    cells = (
        ("HV", f"{exposure.hv_kv:.2f} kV"),
        ("tilt", f"{exposure.tilt_deg:.1f} °"),
        ("WD", f"{exposure.wd_mm:.1f} mm"),
        ("det", exposure.detector),
        ("HFW", f"{exposure.field_of_view_um:.3g} µm"),
        ("mag", f"{exposure.magnification:,.0f} x".replace(",", " ")),
    )
    x = 0.01 * width
    for title, value in cells:
        write(pen, (x, 0.08 * bar), title, small, 215)
        write(pen, (x, 0.5 * bar), value, large, 255)
        x += 0.018 * width + max(text_width(pen, value, large), text_width(pen, title, small))
        pen.line((x - 0.009 * width, 0, x - 0.009 * width, bar), fill=110)
    room = max(0.7 * (width - x), 0.1 * width)  # a very narrow picture has its ruler under the table
    length_nm = round_length_nm(room * exposure.pixel_size_nm)
    length = length_nm / exposure.pixel_size_nm
    left = x + ((width - x) - length) / 2
    _ruler(pen, left, 0.26 * bar, length, 0.36 * bar, 255)
    pen.line((x - 0.009 * width, 0.5 * bar, width, 0.5 * bar), fill=110)
    text = f"{length_text(length_nm)}   {exposure.instrument.model}"
    write(pen, (x + (width - x - text_width(pen, text, small)) / 2, 0.58 * bar), text, small, 235)
    return np.vstack([picture, np.asarray(strip)]), height


def grey_line(picture: Grey, exposure: Exposure) -> Burned:
    """One grey line of text below the picture, as export programs write it."""
    height, width = picture.shape
    bar = max(20, round(0.045 * height))
    strip, pen = _strip(width, bar, 128)
    length_nm = round_length_nm(0.2 * exposure.pixel_size_nm * width)
    text = (
        f"{exposure.acquired_at:%Y/%m/%d  %H:%M}     {exposure.hv_kv:g} kV     "
        f"x{significant_thousands(exposure.magnification)}     WD {exposure.wd_mm:g} mm     "
        f"{length_text(length_nm)}"
    )
    write(pen, (0.02 * width, 0.14 * bar), text, 0.6 * bar, 255)
    length = length_nm / exposure.pixel_size_nm
    pen.rectangle((0.98 * width - length, 0.4 * bar, 0.98 * width, 0.6 * bar), fill=255)
    return np.vstack([picture, np.asarray(strip)]), height


def significant_thousands(magnification: float) -> str:
    """Write a magnification shortly: 350, 12.5k."""
    return f"{magnification / 1000:.3g}k" if magnification >= 1000 else f"{magnification:.0f}"


STYLES: dict[str, Callable[[Grey, Exposure], Burned]] = {
    "zeiss_white": zeiss_white,
    "zeiss_black": zeiss_black,
    "thermo_black": thermo_black,
    "grey_line": grey_line,
}
"""Databars by name."""
