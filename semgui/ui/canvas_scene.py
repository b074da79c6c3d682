"""What napari's scene holds of ours: the picture as an 8-bit image, and the dimmed databar with its line.

The picture is a plain texture, with the contrast applied before it is handed over. A napari layer would
slice, measure and announce it at every switch, which takes longer than drawing it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy.scene.visuals import Image, Line, Rectangle
from vispy.visuals.transforms import STTransform

from semgui.viewmodels.look import Look, brightness
from semgui.viewmodels.view import Part, Size

_NOTHING = np.zeros((2, 2), dtype=np.uint8)
_DIMMED = (0.0, 0.0, 0.0, 0.5)
_ABOVE_ALL = 1000


class SceneImage:
    """The picture, or the part of it that is in view, as samples.

    Parameters
    ----------
    scene
        Node that it hangs on.

    Attributes
    ----------
    samples
        Grey values as stored, before the contrast.
    part
        Part of the picture that they stand for; ``None``: of none that is to be seen.
    look
        How they are shown.
    """

    def __init__(self, scene: Any) -> None:
        self.samples: NDArray[np.generic] = _NOTHING
        self.part: Part | None = None
        self.look = Look(0.0, 1.0)
        self._visual = Image(_NOTHING, cmap="grays", clim=(0, 255), interpolation="nearest", parent=scene)
        self._visual.transform = STTransform()
        self._visual.order = -1  # below the heatmap
        self._visual.visible = False

    @property
    def visible(self) -> bool:
        """Whether it is drawn."""
        return bool(self._visual.visible)

    @property
    def interpolation(self) -> str:
        """``nearest`` or ``linear``."""
        return self._visual.interpolation

    @interpolation.setter
    def interpolation(self, wanted: str) -> None:
        if wanted != self._visual.interpolation:
            self._visual.interpolation = wanted

    def show(self) -> None:
        """Draw it."""
        self._visual.visible = True

    def hide(self) -> None:
        """Draw it no more."""
        self.part = None
        self._visual.visible = False
        self._visual.update()

    def put(self, samples: NDArray[np.generic], part: Part, pixel: float) -> None:
        """Show these samples.

        Parameters
        ----------
        samples
            (part.rows, part.columns) of any integer or float type.
        part
            What they stand for.
        pixel
            World length of a pixel of the picture.
        """
        self.samples, self.part = samples, part
        left, top, right, bottom = part.box
        # In napari's world the centre of the first pixel is the origin; an image begins at its edge.
        self._visual.transform.scale = (
            pixel * (right - left) / part.columns,
            pixel * (bottom - top) / part.rows,
        )
        self._visual.transform.translate = ((left - 0.5) * pixel, (top - 0.5) * pixel)
        self._paint()

    def show_look(self, look: Look) -> None:
        """Show the grey values as they are to look."""
        if look != self.look:
            self.look = look
            self._paint()

    def free(self) -> None:
        """Take it out of the scene for good."""
        self._visual.parent = None

    def _paint(self) -> None:
        self._visual.set_data(brightness(self.samples, self.look))
        self._visual.update()


class SceneDatabar:
    """The rows below the crop line, darkened, and the line itself."""

    def __init__(self, scene: Any) -> None:
        self._bar = Rectangle(center=(0, 0), width=1, height=1, color=_DIMMED, border_width=0, parent=scene)
        self._line = Line(np.zeros((2, 2)), parent=scene, width=1)
        self._placed: tuple[object, ...] = ()  # what it was drawn for
        for order, visual in enumerate((self._bar, self._line)):
            visual.order = _ABOVE_ALL + order
            visual.visible = False

    @property
    def visible(self) -> bool:
        """Whether there is one."""
        return bool(self._bar.visible and self._line.visible)

    def set_colour(self, colour: str) -> None:
        """Paint the line in a colour."""
        self._line.set_data(color=colour)

    def place(self, row: int | None, size: Size, pixel: float) -> None:
        """Begin at a row of a picture; ``None``: there is no databar.

        Parameters
        ----------
        size
            Rows and columns of the picture.
        pixel
            World length of a pixel.
        """
        placed = (row, size, pixel)
        if placed == self._placed:  # drawing the same line anew costs as much as a picture
            return
        self._placed = placed
        self._bar.visible = self._line.visible = row is not None
        if row is None:
            return
        rows, columns = size
        left, right, end = -pixel / 2, (columns - 0.5) * pixel, (rows - 0.5) * pixel
        top = (row - 0.5) * pixel
        height = max(end - top, pixel)
        self._bar.center = ((left + right) / 2, top + height / 2)
        self._bar.width, self._bar.height = right - left, height
        self._line.set_data(pos=np.array([[left, top], [right, top]]))

    def free(self) -> None:
        """Take it out of the scene for good."""
        self._bar.parent = None
        self._line.parent = None
