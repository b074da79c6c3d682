"""Thumbnails of the rows in view: asked for nearest to the eye first, arriving when they are ready."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from psygnal import Signal

from semgui.domain.ids import ImageId
from semgui.viewmodels.tasks import TaskRunner


class ThumbnailMaker(Protocol):
    """Makes thumbnails in the background."""

    def want(self, ids: Sequence[ImageId]) -> None:
        """Make these, in this order, instead of what was wanted before."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture.

    Parameters
    ----------
    pixels
        (H, W) uint8, as large as it is shown; ``None`` for an image that cannot be read.
    """

    id: ImageId
    pixels: NDArray[np.uint8] | None


class ThumbnailModel:
    """Passes on what is in view, and what arrives.

    Pictures are decoded and shrunk in the thread that made them, where nothing is Qt's, and reach the window
    many at a time.

    Attributes
    ----------
    edge
        Longest edge in pixels of what arrives.
    """

    arrived = Signal(tuple)  # Thumbnails
    reset = Signal()
    outdated = Signal(tuple)  # ids of images that look different now

    def __init__(self, runner: TaskRunner) -> None:
        self._runner = runner
        self._maker: ThumbnailMaker | None = None
        self._wanted: tuple[ImageId, ...] = ()
        self._lock = threading.Lock()
        self._ready: list[Thumbnail] = []
        self.edge = 112

    def attach(self, maker: ThumbnailMaker | None) -> None:
        """Show the thumbnails of another project, or none."""
        self._maker = maker
        self._wanted = ()
        with self._lock:
            self._ready = []
        self.reset.emit()

    def want(self, ids: Sequence[ImageId]) -> None:
        """Ask for thumbnails that are not there yet, the nearest to the eye first."""
        wanted = tuple(ids)
        if self._maker is not None and wanted != self._wanted:
            self._wanted = wanted
            self._maker.want(wanted)

    def renew(self, ids: Sequence[ImageId]) -> None:
        """Have these made again, when they are next in view; until then the old ones serve."""
        self._wanted = ()
        self.outdated.emit(tuple(ids))

    def set_edge(self, edge: int) -> None:
        """Have thumbnails of another size from now on, also of images that were wanted before."""
        if edge != self.edge:
            self.edge = edge
            self._wanted = ()

    def deliver(self, image_id: ImageId, encoded: bytes) -> None:
        """Take a finished thumbnail; called from any thread."""
        made = Thumbnail(image_id, _pixels(encoded, self.edge))
        with self._lock:
            first = not self._ready
            self._ready.append(made)
        if first:  # whoever empties the list takes all that is in it by then
            self._runner.post(self._pass_on)

    def _pass_on(self) -> None:
        with self._lock:
            ready, self._ready = self._ready, []
        if ready:
            self.arrived.emit(tuple(ready))


def _pixels(encoded: bytes, edge: int) -> NDArray[np.uint8] | None:
    if not encoded:
        return None
    try:
        return shrunk(encoded, edge)
    except (OSError, ValueError, SyntaxError):  # what a damaged cache holds; Pillow says it in three ways
        return None


def shrunk(encoded: bytes, edge: int) -> NDArray[np.uint8]:
    """Decode a grey JPEG so that its longest edge is at most `edge` pixels; (H, W)."""
    with Image.open(io.BytesIO(encoded)) as picture:
        picture.draft("L", (edge, edge))  # whole steps of the decoder cost nothing; the rest is resampled
        scale = edge / max(picture.size)
        if scale >= 1:
            return np.array(picture, np.uint8)
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        return np.array(picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0), np.uint8)
