"""Lengths and angles measured on pictures, kept for the session."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from psygnal import Signal

from semgui.viewmodels.picture import Picture

_SHORTEST = 2.0  # pixels of the picture: less was a click
_UNITS = (("mm", 1e6), ("µm", 1e3), ("nm", 1.0))


@dataclass(frozen=True, slots=True)
class Measure:
    """A line on a picture, in its pixels from the upper left corner."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def pixels(self) -> float:
        """Its length in pixels."""
        return math.hypot(self.x1 - self.x0, self.y1 - self.y0)

    @property
    def degrees(self) -> float:
        """Its angle to the horizontal, counter-clockwise as seen, above −90 and up to 90."""
        angle = math.degrees(math.atan2(self.y0 - self.y1, self.x1 - self.x0))
        return angle - 180 if angle > 90 else angle + 180 if angle <= -90 else angle


class RulerModel:
    """Measures of the picture on screen, and of those before it.

    Attributes
    ----------
    on
        Whether dragging measures instead of moving the picture.
    drawing
        The line that is being drawn.
    """

    changed = Signal()

    def __init__(self) -> None:
        self._all: defaultdict[Path, list[Measure]] = defaultdict(list)
        self._picture: Picture | None = None
        self.on = False
        self.drawing: Measure | None = None

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Lines of the picture on screen, in their order."""
        return () if self._picture is None else tuple(self._all.get(self._picture.path, ()))

    @property
    def pixel_size_nm(self) -> float | None:
        """Scale of the picture on screen."""
        return None if self._picture is None else self._picture.pixel_size_nm

    def set_picture(self, picture: Picture | None) -> None:
        """Measure on another picture."""
        if picture is not self._picture:
            self._picture = picture
            self.drawing = None
            self.changed.emit()

    def toggle(self) -> None:
        """Begin or end measuring; the lines stay."""
        self.on = not self.on
        self.drawing = None
        self.changed.emit()

    def draw(self, measure: Measure) -> None:
        """Show a line that is not finished."""
        if self._picture is not None:
            self.drawing = measure
            self.changed.emit()

    def finish(self) -> None:
        """Keep the line that was drawn, unless it was only a click."""
        drawn, self.drawing = self.drawing, None
        if drawn is not None and self._picture is not None and drawn.pixels >= _SHORTEST:
            self._all[self._picture.path].append(drawn)
        self.changed.emit()

    def remove_last(self) -> None:
        """Take back the last line of this picture."""
        if self.measures and self._picture is not None:
            self._all[self._picture.path].pop()
            self.changed.emit()

    def clear(self) -> None:
        """Take all lines of this picture away."""
        if self._picture is not None:
            self._all.pop(self._picture.path, None)
            self.changed.emit()

    def words(self, measure: Measure) -> str:
        """Return "1.234 µm · 12.3°"."""
        return f"{length_text(measure.pixels, self.pixel_size_nm)} · {measure.degrees:.1f}°"

    def as_table(self) -> str:
        """Return the lines of this picture for a spreadsheet: length, unit, angle, ends in pixels."""
        lines = ["image\tlength\tunit\tangle in degrees\tx0\ty0\tx1\ty1"]
        scale, unit = (1.0, "px") if self.pixel_size_nm is None else (self.pixel_size_nm, "nm")
        name = "" if self._picture is None else self._picture.path.name
        for m in self.measures:
            ends = "\t".join(f"{v:.1f}" for v in (m.x0, m.y0, m.x1, m.y1))
            lines.append(f"{name}\t{m.pixels * scale:.6g}\t{unit}\t{m.degrees:.2f}\t{ends}")
        return "\n".join(lines)


def length_text(pixels: float, pixel_size_nm: float | None) -> str:
    """Return a length with as many digits as a pixel is worth ("1.234 µm", "87.5 px").

    Parameters
    ----------
    pixel_size_nm
        ``None``: the length is told in pixels.
    """
    if pixel_size_nm is None:
        return f"{pixels:.1f} px"
    length = pixels * pixel_size_nm
    name, factor = next((unit for unit in _UNITS if length >= unit[1]), _UNITS[-1])
    decimals = max(0, math.ceil(-math.log10(pixel_size_nm / factor)))
    return f"{length / factor:.{min(decimals, 6)}f} {name}"
