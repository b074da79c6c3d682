"""The picture: napari's canvas with an image of our own in its scene, a heatmap layer and the dimmed databar.

Below 1:1 the image holds one sample for a pixel of the screen, averaged by `semgui.imaging.levels`; while the
hand moves, the graphics card stretches what is there, and when it rests the samples are taken anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import numpy as np
from napari.components import ViewerModel
from napari.qt import QtViewer
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from semgui.imaging.levels import resampled
from semgui.ui.canvas_heat import HeatLayer
from semgui.ui.canvas_scene import SceneDatabar, SceneImage
from semgui.ui.theme import Theme
from semgui.viewmodels import view as views
from semgui.viewmodels.look import Look
from semgui.viewmodels.picture import Picture
from semgui.viewmodels.view import MAX_ZOOM, Part, View

_RESTS_MS = 60  # after this long without a movement the samples are taken anew


class Framing(StrEnum):
    """What the view is tied to."""

    FIT = "fit"  # the whole picture, also when the window changes its size
    FILL = "fill"  # no empty canvas
    FREE = "free"  # where the user put it


class PictureCanvas(QWidget):
    """Shows one `Picture` and, over it, a heatmap.

    Parameters
    ----------
    theme
        Colours around the picture and of the crop line.

    Attributes
    ----------
    framing
        What the view is tied to.
    """

    view_changed = Signal()

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

        self._picture: Picture | None = None
        self._moving = False  # the camera is moved from here, not by the user
        self.framing = Framing.FIT
        scene = self.qt_viewer.canvas.view.scene
        self._image = SceneImage(scene)
        self._databar = SceneDatabar(scene)
        self.heat = HeatLayer(self.viewer)
        self.scale_bar = self.viewer.canvas.overlays.scale_bar
        self.scale_bar.position = "top_right"  # below it would cover the databar
        self.scale_bar.font_size = 11
        self._theme = theme
        self.set_theme(theme)
        self._resting = QTimer(self, singleShot=True, interval=_RESTS_MS)
        self._resting.timeout.connect(self._take_samples)
        camera = self.viewer.scene.camera
        camera.events.zoom.connect(self._moved)
        camera.events.center.connect(self._moved)
        self.viewer.canvas.events.size.connect(self._resized)

    @property
    def native(self) -> QWidget:
        """The widget that gets mouse and wheel."""
        return self.qt_viewer.canvas.native

    @property
    def picture_visible(self) -> bool:
        """Whether a picture is drawn."""
        return self._image.visible

    @property
    def samples(self) -> NDArray[np.generic]:
        """Grey values on the canvas, before the contrast."""
        return self._image.samples

    @property
    def part(self) -> Part | None:
        """Part of the picture that the samples stand for."""
        return self._image.part

    @property
    def look(self) -> Look:
        """How the samples are shown."""
        return self._image.look

    @property
    def heat_visible(self) -> bool:
        """Whether the heatmap is drawn."""
        return self.heat.visible

    @property
    def databar_shown(self) -> bool:
        """Whether a databar is dimmed, with a line along its first row."""
        return self._databar.visible

    def set_theme(self, theme: Theme) -> None:
        """Paint the surroundings and the crop line in the theme's colours."""
        self._theme = theme
        self.viewer.theme = theme.name
        self.viewer.canvas.background_color_override = theme.canvas
        self._databar.set_colour(theme.accent)
        # napari brings a style sheet of its own for its widgets; ours applies to the whole window.
        self.qt_viewer.setStyleSheet("")

    # The picture

    def show_picture(self, picture: Picture, look: Look, *, keep_view: bool) -> None:
        """Swap the picture in.

        Parameters
        ----------
        picture
            What to show.
        look
            How its grey values are shown.
        keep_view
            Stay at the place and zoom that the user chose; else, and if none was chosen, fit it in.
        """
        before = self._picture
        view = self.view if before is not None else None
        self._picture = picture
        self._image.part = None
        self._image.look = look
        self.heat.hide()
        # Without a known pixel size the world is counted in pixels, and no length is shown.
        self.heat.set_unit("nm" if picture.pixel_size_nm else "pixel")
        self.scale_bar.visible = picture.pixel_size_nm is not None
        self.show_crop_row(picture.databar_row)
        same = before is not None and before.path == picture.path
        if self.framing is Framing.FREE and view is not None and (keep_view or same):
            self.set_view(view)
        elif self.framing is Framing.FILL and (keep_view or same):
            self.fill()
        else:
            self.fit()
        self._image.show()

    def clear(self) -> None:
        """Show nothing."""
        self._picture = None
        self._image.hide()
        self.heat.hide()
        self.scale_bar.visible = False
        self.show_crop_row(None)
        self.view_changed.emit()

    def show_look(self, look: Look) -> None:
        """Show grey values as they are to look; the pixels stay as they are."""
        self._image.show_look(look)

    def show_crop_row(self, row: int | None) -> None:
        """Draw the crop line at a row, or none."""
        self._databar.place(row, self._size, self._pixel)

    def show_heat(self, heat: NDArray[np.float32]) -> None:
        """Lay a heatmap, (rows, columns) float32 in [0, 1], over the whole picture."""
        self.heat.show(heat, self._size, self._pixel)

    # The view

    @property
    def view(self) -> View:
        """Where one looks now."""
        camera = self.viewer.scene.camera
        rows, columns = self._size
        _, y, x = camera.center
        return View(
            camera.zoom * self._pixel * self.devicePixelRatioF(),
            (x / self._pixel + 0.5) / columns,
            (y / self._pixel + 0.5) / rows,
        )

    def set_view(self, view: View) -> None:
        """Look elsewhere; what is there is put on the pixels of the screen."""
        rows, columns = self._size
        view = views.on_the_grid(self._size, view, self._canvas_size)
        camera = self.viewer.scene.camera
        zoom = view.zoom / (self._pixel * self.devicePixelRatioF())
        center = (0.0, (view.y * rows - 0.5) * self._pixel, (view.x * columns - 0.5) * self._pixel)
        with self._moving_camera():
            if not np.isclose(camera.zoom, zoom, rtol=1e-9):
                camera.zoom = zoom
            if not np.allclose(camera.center, center, rtol=1e-9):
                camera.center = center
        self._take_samples()

    def fit(self) -> None:
        """Show the whole picture."""
        self.framing = Framing.FIT
        self.set_view(views.fitted(self._size, self._canvas_size))

    def fill(self) -> None:
        """Leave no empty canvas."""
        self.framing = Framing.FILL
        self.set_view(views.filled(self._size, self._canvas_size))

    def one_to_one(self) -> None:
        """Show one picture pixel as one pixel of the screen."""
        self.framing = Framing.FREE
        view = self.view
        self.set_view(View(1.0, view.x, view.y))

    @property
    def is_one_to_one(self) -> bool:
        """Whether one picture pixel is one pixel of the screen."""
        return abs(self.view.zoom - 1) < 0.01

    def zoom_by(self, factor: float) -> None:
        """Zoom about the centre of the view."""
        self.framing = Framing.FREE
        view = self.view
        least = views.fitted(self._size, self._canvas_size).zoom / 4
        self.set_view(View(min(max(view.zoom * factor, least), MAX_ZOOM), view.x, view.y))

    def pan_by(self, across: float, down: float) -> None:
        """Move by parts of what is in view: positive looks further right, further down."""
        self.framing = Framing.FREE
        view, (rows, columns), (height, width) = self.view, self._size, self._canvas_size
        x = view.x + across * width / view.zoom / columns
        y = view.y + down * height / view.zoom / rows
        self.set_view(View(view.zoom, min(max(x, 0), 1), min(max(y, 0), 1)))

    def to_picture(self, where: QPointF) -> QPointF:
        """Return the place in the picture (pixels from its upper left corner) of one on the canvas."""
        view, (rows, columns) = self.view, self._size
        ratio = self.devicePixelRatioF()
        x = view.x * columns + (where.x() - self.native.width() / 2) * ratio / view.zoom
        y = view.y * rows + (where.y() - self.native.height() / 2) * ratio / view.zoom
        return QPointF(x, y)

    def to_canvas(self, where: QPointF) -> QPointF:
        """Return the place on the canvas of one in the picture."""
        view, (rows, columns) = self.view, self._size
        ratio = self.devicePixelRatioF()
        x = (where.x() - view.x * columns) * view.zoom / ratio + self.native.width() / 2
        y = (where.y() - view.y * rows) * view.zoom / ratio + self.native.height() / 2
        return QPointF(x, y)

    def close_canvas(self) -> None:
        """Free what napari holds; the widget cannot be used any more."""
        self._resting.stop()
        self._image.free()
        self._databar.free()
        self.qt_viewer.close()

    # Inside

    @property
    def _size(self) -> tuple[int, int]:
        return (2, 2) if self._picture is None else self._picture.pixels.shape

    @property
    def _pixel(self) -> float:
        """World length of a pixel."""
        return 1.0 if self._picture is None else self._picture.pixel_size_nm or 1.0

    @property
    def _canvas_size(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        native = self.native
        return max(1, round(native.height() * ratio)), max(1, round(native.width() * ratio))

    @contextmanager
    def _moving_camera(self) -> Iterator[None]:
        self._moving = True
        try:
            yield
        finally:
            self._moving = False

    def _moved(self) -> None:
        if self._moving or self._picture is None:
            return
        camera = self.viewer.scene.camera
        if self.view.zoom > MAX_ZOOM * 1.001:
            with self._moving_camera():
                camera.zoom = MAX_ZOOM / (self._pixel * self.devicePixelRatioF())
        self.framing = Framing.FREE
        if self._out_of_date:
            self._resting.start()
        self.view_changed.emit()

    def _resized(self) -> None:
        """Keep the whole picture in view while the window changes its size, unless the user zoomed."""
        if self._picture is None:
            return
        if self.framing is Framing.FIT:
            self.fit()
        elif self.framing is Framing.FILL:
            self.fill()
        else:
            self._resting.start()
            self.view_changed.emit()

    @property
    def _out_of_date(self) -> bool:
        """Whether the layer holds other samples than this view asks for."""
        part, view, canvas = self._image.part, self.view, self._canvas_size
        if part is None:
            return True
        wanted = views.part_to_show(self._size, view, canvas)
        if (part.box, part.rows, part.columns) == (wanted.box, wanted.rows, wanted.columns):
            return False
        same_scale = abs(_scale(part) - min(view.zoom, 1.0)) * max(part.columns, part.rows) < 1
        return not (same_scale and part.covers(views.in_view(self._size, view, canvas)))

    def _take_samples(self) -> None:
        """Put on the layer what the view asks for."""
        self._resting.stop()
        picture, view = self._picture, self.view
        if picture is None:
            return
        if self._out_of_date:
            part = views.part_to_show(self._size, view, self._canvas_size)
            copies = picture.copies or (picture.pixels,)
            samples = resampled(copies, part.box, (part.rows, part.columns))
            self._image.put(samples, part, self._pixel)
        # Between 1:1 and 2:1 some pixels would be drawn twice as wide as their neighbours.
        self._image.interpolation = "linear" if 1.001 < view.zoom < 2 else "nearest"
        self.view_changed.emit()


def _scale(part: Part) -> float:
    left, _, right, _ = part.box
    return part.columns / (right - left)
