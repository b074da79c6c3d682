"""The picture: napari's canvas with one image layer, one heatmap layer and the dimmed databar.

Layers are never added again: swapping their data takes some ten milliseconds, removing and adding one takes
half a second.
"""

from __future__ import annotations

import numpy as np
from napari.components import ViewerModel
from napari.layers import Layer
from napari.qt import QtViewer
from napari.utils.colormaps import AVAILABLE_COLORMAPS, Colormap
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QVBoxLayout, QWidget
from vispy.scene.visuals import Line, Rectangle

from semgui.ui.theme import Theme
from semgui.viewmodels.picture import Picture

HEAT_COLORMAPS = ("inferno", "turbo", "viridis", "magenta")
_NOTHING = np.zeros((2, 2), dtype=np.uint8)
_DIMMED = (0.0, 0.0, 0.0, 0.5)
_UNIT_NAMES = {"nm": "nanometer", "pixel": "pixel"}
_MAX_ZOOM = 64.0  # screen pixels a picture pixel


class PictureCanvas(QWidget):
    """Shows one `Picture` and, over it, a heatmap.

    Parameters
    ----------
    theme
        Colours around the picture and of the crop line.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewer = ViewerModel()
        self.qt_viewer = QtViewer(self.viewer)
        self.qt_viewer.setAcceptDrops(False)  # the window takes drops; napari would add layers
        for child in self.qt_viewer.findChildren(QWidget):
            child.setAcceptDrops(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.qt_viewer)

        self._size_px = (2, 2)  # rows, columns of the picture shown
        self._pixel = 1.0  # world length of one pixel
        self._fitted_zoom = 0.0  # zoom at which the whole picture was last fitted in
        self.image = self.viewer.add_image(_NOTHING, name="picture", colormap="gray", visible=False)
        self.heat = self.viewer.add_image(
            _NOTHING.astype(np.float32),
            name="heatmap",
            contrast_limits=(0.0, 1.0),
            blending="translucent",
            interpolation2d="linear",
            visible=False,
        )
        self.set_heat_colormap(HEAT_COLORMAPS[0])
        self.scale_bar = self.viewer.canvas.overlays.scale_bar
        self.scale_bar.position = "top_right"  # below it would cover the databar
        self.scale_bar.font_size = 11
        scene = self.qt_viewer.canvas.view.scene
        self._bar = Rectangle(center=(0, 0), width=1, height=1, color=_DIMMED, border_width=0, parent=scene)
        self._crop_line = Line(np.zeros((2, 2)), parent=scene, width=1)
        for order, visual in enumerate((self._bar, self._crop_line)):
            visual.order = 1000 + order
            visual.visible = False
        self._theme = theme
        self.set_theme(theme)
        self.viewer.scene.camera.events.zoom.connect(self._sharpen)
        self.viewer.canvas.events.size.connect(self._refit)

    @property
    def heat_visible(self) -> bool:
        """Whether the heatmap is drawn."""
        return bool(self.heat.visible)

    @property
    def databar_shown(self) -> bool:
        """Whether a databar is dimmed, with a line along its first row."""
        return bool(self._bar.visible and self._crop_line.visible)

    def set_theme(self, theme: Theme) -> None:
        """Paint the surroundings and the crop line in the theme's colours."""
        self._theme = theme
        self.viewer.theme = theme.name
        self.viewer.canvas.background_color_override = theme.canvas
        self._crop_line.set_data(color=theme.accent)
        # napari brings a style sheet of its own for its widgets; ours applies to the whole window.
        self.qt_viewer.setStyleSheet("")

    def show_picture(self, picture: Picture, *, keep_view: bool) -> None:
        """Swap the picture in.

        Parameters
        ----------
        picture
            What to show.
        keep_view
            Keep zoom and centre, if the picture has the size of the one before it.
        """
        rows, columns = picture.pixels.shape
        pixel = picture.pixel_size_nm or 1.0
        same = (rows, columns) == self._size_px and pixel == self._pixel and self.image.visible
        self._size_px, self._pixel = (rows, columns), pixel
        self.hide_heat()
        self.image.data = picture.pixels
        low, high = picture.contrast.low, picture.contrast.high
        self.image.contrast_limits_range = (low, high)
        self.image.contrast_limits = (low, high)
        # Without a known pixel size the world is counted in pixels, and no length is shown.
        units = ("nm", "nm") if picture.pixel_size_nm else ("pixel", "pixel")
        for layer in (self.image, self.heat):
            if str(layer.units[0]) != _UNIT_NAMES[units[0]]:
                layer.units = units
            if not np.array_equal(layer.scale, (pixel, pixel)):
                layer.scale = (pixel, pixel)
        _show(self.image, on=True)
        # New data alone leave the extent that napari keeps as it was.
        self.image.refresh(thumbnail=False, data_displayed=False, highlight=False, extent=True, force=True)
        self.scale_bar.visible = picture.pixel_size_nm is not None
        self._place_databar(picture.databar_row)
        if not (same and keep_view):
            self.fit()

    def clear(self) -> None:
        """Show nothing."""
        _show(self.image, on=False)
        self.hide_heat()
        self.scale_bar.visible = False
        self._place_databar(None)

    def show_heat(self, heat: NDArray[np.float32]) -> None:
        """Lay a heatmap over the picture.

        Parameters
        ----------
        heat
            (rows, columns) float32 in [0, 1]; spans the whole picture, at any resolution.
        """
        rows, columns = self._size_px
        scale = (self._pixel * rows / heat.shape[0], self._pixel * columns / heat.shape[1])
        self.heat.data = heat
        self.heat.scale = scale
        # A layer's origin is the centre of its first pixel: the outer edges must meet.
        self.heat.translate = tuple((s - self._pixel) / 2 for s in scale)
        _show(self.heat, on=True)

    def hide_heat(self) -> None:
        """Take the heatmap away."""
        _show(self.heat, on=False)

    def set_heat_colormap(self, name: str) -> None:
        """Colour the heatmap; what did not matter stays transparent."""
        # The palest end would look like the brightest parts of the picture itself.
        colours = AVAILABLE_COLORMAPS[name].map(np.linspace(0, 0.88, 64)).copy()
        colours[:, 3] = np.clip(np.linspace(0, 1.6, 64), 0, 1)
        self.heat.colormap = Colormap(colours, name=f"{name} over picture")

    def set_heat_opacity(self, opacity: float) -> None:
        """Set the opacity, 0 to 1."""
        self.heat.opacity = opacity

    def fit(self) -> None:
        """Show the whole picture."""
        self.viewer.reset_view(layers=[self.image], margin=0.02)
        self._fitted_zoom = self.viewer.scene.camera.zoom

    def one_to_one(self) -> None:
        """Show one picture pixel as one pixel of the screen."""
        self.viewer.scene.camera.zoom = 1.0 / (self._pixel * self.devicePixelRatioF())

    @property
    def is_one_to_one(self) -> bool:
        """Whether one picture pixel is one pixel of the screen."""
        return abs(self.viewer.scene.camera.zoom * self._pixel * self.devicePixelRatioF() - 1) < 0.01

    def zoom_by(self, factor: float) -> None:
        """Zoom about the centre of the view."""
        zoom = self.viewer.scene.camera.zoom * factor
        self.viewer.scene.camera.zoom = min(zoom, _MAX_ZOOM / self._pixel)

    def close_canvas(self) -> None:
        """Free what napari holds; the widget cannot be used any more."""
        self._bar.parent = None
        self._crop_line.parent = None
        self.qt_viewer.close()

    def picture_rectangle(self) -> QRectF:
        """Extent of the picture in the scene (nm, or pixels where the scale is unknown)."""
        rows, columns = self._size_px
        half = self._pixel / 2
        return QRectF(-half, -half, columns * self._pixel, rows * self._pixel)

    def _refit(self) -> None:
        """Keep the whole picture in view while the window changes its size, unless the user zoomed."""
        if self.image.visible and self.viewer.scene.camera.zoom == self._fitted_zoom:
            self.fit()

    def _sharpen(self) -> None:
        """Show single pixels when they are large, and spare the eye the aliasing when they are small."""
        wanted = "linear" if self.viewer.scene.camera.zoom * self._pixel < 1 else "nearest"
        if self.image.interpolation2d != wanted:
            self.image.interpolation2d = wanted

    def _place_databar(self, row: int | None) -> None:
        self._bar.visible = self._crop_line.visible = row is not None
        if row is None:
            return
        area = self.picture_rectangle()
        top = area.top() + row * self._pixel
        height = max(area.bottom() - top, self._pixel)
        self._bar.center = (area.center().x(), top + height / 2)
        self._bar.width, self._bar.height = area.width(), height
        self._crop_line.set_data(pos=np.array([[area.left(), top], [area.right(), top]]))


def _show(layer: Layer, *, on: bool) -> None:
    """Show or hide a layer; napari rebuilds its scene even when nothing changes, so that is left out."""
    if layer.visible != on:
        layer.visible = on
