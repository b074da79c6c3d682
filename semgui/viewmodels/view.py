"""Which part of a picture is looked at, and which of its pixels that takes; in pixels, without any scale."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from semgui.imaging.levels import Box

MAX_ZOOM = 64.0
_MARGIN = 0.01  # left free around a fitted picture, of the canvas
_MOST_ENLARGED = 4.0
_WHOLE = 6_000_000  # a picture with no more samples is shown as a whole: panning needs nothing new then
_BEYOND = 0.4  # else this much more than is in view, on each side


@dataclass(frozen=True, slots=True)
class View:
    """Where one looks.

    Parameters
    ----------
    zoom
        Pixels of the screen for one pixel of the picture.
    x, y
        What is in the middle, as a fraction of the picture's width and height: the same place in a picture
        of another size.
    """

    zoom: float
    x: float = 0.5
    y: float = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """What is to be on the canvas.

    Parameters
    ----------
    box
        The part of the picture, at whole pixels.
    rows, columns
        How many samples it is shown with; fewer than pixels below 1:1.
    """

    box: Box
    rows: int
    columns: int

    def covers(self, other: Box) -> bool:
        """Whether a part of the picture lies within this one."""
        left, top, right, bottom = self.box
        return left <= other[0] and top <= other[1] and right >= other[2] and bottom >= other[3]


Size = tuple[int, int]
"""Rows and columns."""


def fitted(size: Size, canvas: Size) -> View:
    """Return the view with the whole picture in it; a small one is enlarged four times at most."""
    return View(min(min(_scales(size, canvas)) * (1 - 2 * _MARGIN), _MOST_ENLARGED))


def filled(size: Size, canvas: Size) -> View:
    """Return the view with no empty canvas: the picture is cut at two sides."""
    return View(min(max(_scales(size, canvas)), MAX_ZOOM))


def in_view(size: Size, view: View, canvas: Size) -> Box:
    """Return the part of the picture in view."""
    rows, columns = size
    x, y = view.x * columns, view.y * rows
    across, down = canvas[1] / view.zoom / 2, canvas[0] / view.zoom / 2
    box = (max(0.0, x - across), max(0.0, y - down), min(columns, x + across), min(rows, y + down))
    return box if box[0] < box[2] and box[1] < box[3] else (0.0, 0.0, 1.0, 1.0)  # panned out of sight


def part_to_show(size: Size, view: View, canvas: Size) -> Part:
    """Choose what to put on the canvas: one sample for a pixel of the screen, or the picture's own pixels."""
    rows, columns = size
    scale = min(view.zoom, 1.0)
    box: Box = (0, 0, columns, rows)
    if rows * columns * scale * scale > _WHOLE:
        left, top, right, bottom = in_view(size, view, canvas)
        beyond_x, beyond_y = _BEYOND * (right - left), _BEYOND * (bottom - top)
        box = (
            max(0, math.floor(left - beyond_x)),
            max(0, math.floor(top - beyond_y)),
            min(columns, math.ceil(right + beyond_x)),
            min(rows, math.ceil(bottom + beyond_y)),
        )
    return Part(box, max(1, round((box[3] - box[1]) * scale)), max(1, round((box[2] - box[0]) * scale)))


def on_the_grid(size: Size, view: View, canvas: Size) -> View:
    """Move the view by less than a pixel of the screen, so that samples and pixels of the screen coincide."""
    rows, columns = size
    x = _shifted(view.x * columns * view.zoom, canvas[1]) / (columns * view.zoom)
    y = _shifted(view.y * rows * view.zoom, canvas[0]) / (rows * view.zoom)
    return replace(view, x=x, y=y)


def _shifted(centre: float, canvas: int) -> float:
    edge = canvas / 2 - centre  # where the picture begins, in pixels of the screen
    return canvas / 2 - round(edge)


def _scales(size: Size, canvas: Size) -> tuple[float, float]:
    return canvas[0] / size[0], canvas[1] / size[1]
