"""The points of a map as a picture: what lies above what, how large, in which colours."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtGui import QImage

from semgui.ui.theme import DARK, Theme
from semgui.viewmodels.map import MapModel
from semgui.viewmodels.map_camera import MapCamera
from semgui.viewmodels.map_colours import argb
from semgui.viewmodels.map_raster import Raster


class PointPainter:
    """Paints the points of a `MapModel` as a camera sees them.

    Every frame is painted anew by `Raster`, in some ten milliseconds for a hundred thousand points, without
    OpenGL.

    Attributes
    ----------
    emphasis
        Number of the entry of the legend that stands out; ``None``: all do.
    """

    def __init__(self, model: MapModel, camera: MapCamera, theme: Theme) -> None:
        self._model = model
        self._camera = camera
        self._image: QImage | None = None
        self._raster: Raster | None = None
        self._layers: list[tuple[np.ndarray, np.ndarray, float]] | None = None
        self.theme = theme
        self.emphasis: int | None = None

    def moved(self) -> None:
        """Paint anew: the camera sees something else."""
        self._image = None

    def changed(self) -> None:
        """Paint anew: the points or their colours are others."""
        self._image = self._layers = None

    def image(self, width: int, height: int, ratio: float) -> QImage:
        """Return the picture for a widget of some size.

        Parameters
        ----------
        ratio
            Pixels of the screen for one of the widget.
        """
        if self._image is None:
            self._image = self._render(width, height, ratio)
        return self._image

    def _render(self, width: int, height: int, ratio: float) -> QImage:
        size = round(width * ratio), round(height * ratio)
        if self._raster is None or self._raster.size != size:
            self._raster = Raster(*size)
        self._raster.fill(argb(self.theme.canvas))
        if len(self._model.map):
            pixels = self._camera.to_pixels(self._model.map.places) * np.float32(ratio)
            for rows, colours, growth in self._draw_list():
                self._raster.draw(
                    pixels[rows], colours, max(1.0, self.radius(width, height) + growth) * ratio
                )
        memory, line = self._raster.memory
        image = QImage(memory.data, *size, line, QImage.Format.Format_RGB32)  # no copy: the raster stays
        image.setDevicePixelRatio(ratio)
        return image

    def radius(self, width: int, height: int) -> float:
        """Return the radius of a point: fewer points, a larger widget or a closer look make it larger."""
        many = max(10, self._model.shown_count)
        room = min(max(math.sqrt(min(width, height) / 700), 0.8), 2.0)
        return min((6.5 - math.log10(many)) * room * max(1.0, self._camera.zoom) ** 0.25, 9.0)

    def _draw_list(self) -> list[tuple[np.ndarray, np.ndarray, float]]:
        """Return what is drawn one above the other: rows, their colours, and how much larger they are."""
        if self._layers is None:
            self._layers = self._layered()
        return self._layers

    def _layered(self) -> list[tuple[np.ndarray, np.ndarray, float]]:
        model, theme = self._model, self.theme
        count = len(model.map)
        colours = model.colours.paint(count, theme.dim, dark=theme is DARK)
        strong = model.shown
        if self.emphasis is not None and self.emphasis < len(model.colours.entries):
            strong = strong & model.colours.entries[self.emphasis].rows
        faint = np.flatnonzero(~strong)
        layers = [(faint, np.full(len(faint), argb(theme.line), np.uint32), -1.0)]
        for rows in model.colours.layers(count):
            above = rows[strong[rows]]
            layers.append((above, colours[above], 0.0))
        picked = np.flatnonzero(model.picked)
        if len(picked):
            halo = np.full(len(picked), argb(theme.text), np.uint32)
            layers += [(picked, halo, 2.0), (picked, colours[picked], 0.5)]
        return layers
