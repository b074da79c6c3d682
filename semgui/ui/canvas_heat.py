"""The heatmap over the picture: a layer of napari's, transparent where nothing mattered."""

from __future__ import annotations

import numpy as np
from napari.components import ViewerModel
from napari.utils.colormaps import AVAILABLE_COLORMAPS, Colormap
from numpy.typing import NDArray

from semgui.viewmodels.view import Size

HEAT_COLORMAPS = ("inferno", "turbo", "viridis", "magenta")
_UNIT_NAMES = {"nm": "nanometer", "pixel": "pixel"}


class HeatLayer:
    """A heatmap that spans the whole picture, at any resolution.

    Attributes
    ----------
    layer
        The layer of napari's.
    """

    def __init__(self, viewer: ViewerModel) -> None:
        self.layer = viewer.add_image(
            np.zeros((2, 2), np.float32),
            name="heatmap",
            contrast_limits=(0.0, 1.0),
            blending="translucent",
            interpolation2d="linear",
            visible=False,
        )
        self.set_colormap(HEAT_COLORMAPS[0])

    @property
    def visible(self) -> bool:
        """Whether it is drawn."""
        return bool(self.layer.visible)

    def show(self, heat: NDArray[np.float32], size: Size, pixel: float) -> None:
        """Lay a heatmap over the picture.

        Parameters
        ----------
        heat
            (rows, columns) float32 in [0, 1].
        size
            Rows and columns of the picture.
        pixel
            World length of a pixel of the picture.
        """
        rows, columns = size
        scale = (pixel * rows / heat.shape[0], pixel * columns / heat.shape[1])
        self.layer.data = heat
        self.layer.scale = scale
        # A layer's origin is the centre of its first pixel: the outer edges must meet.
        self.layer.translate = tuple((s - pixel) / 2 for s in scale)
        self._set_visible(on=True)

    def hide(self) -> None:
        """Take the heatmap away."""
        self._set_visible(on=False)

    def set_unit(self, unit: str) -> None:
        """Count lengths in ``nm`` or in ``pixel``."""
        if str(self.layer.units[0]) != _UNIT_NAMES[unit]:
            self.layer.units = (unit, unit)

    def set_colormap(self, name: str) -> None:
        """Colour the heatmap; what did not matter stays transparent."""
        self.layer.colormap = Colormap(heat_colours(name), name=f"{name} over picture")

    def set_opacity(self, opacity: float) -> None:
        """Set the opacity, 0 to 1."""
        self.layer.opacity = opacity

    def _set_visible(self, *, on: bool) -> None:
        # napari rebuilds its scene even when nothing changes, so that is left out.
        if self.layer.visible != on:
            self.layer.visible = on


def heat_colours(name: str) -> NDArray[np.float64]:
    """Return the (64, 4) colours of a heatmap from 0 to 1; what did not matter is transparent."""
    # The palest end would look like the brightest parts of the picture itself.
    colours = AVAILABLE_COLORMAPS[name].map(np.linspace(0, 0.88, 64)).copy()
    colours[:, 3] = np.clip(np.linspace(0, 1.6, 64), 0, 1)
    return colours
