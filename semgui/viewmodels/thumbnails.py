"""Thumbnails of the rows in view: asked for nearest to the eye first, arriving when they are ready."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from psygnal import Signal

from semgui.domain.ids import ImageId
from semgui.viewmodels.tasks import TaskRunner


class ThumbnailMaker(Protocol):
    """Makes thumbnails in the background."""

    def want(self, ids: Sequence[ImageId]) -> None:
        """Make these, in this order, instead of what was wanted before."""


class ThumbnailModel:
    """Passes on what is in view, and what arrives.

    `arrived` carries the id and the encoded picture, empty bytes for an image that cannot be read.
    """

    arrived = Signal(int, bytes)
    reset = Signal()

    def __init__(self, runner: TaskRunner) -> None:
        self._runner = runner
        self._maker: ThumbnailMaker | None = None
        self._wanted: tuple[ImageId, ...] = ()

    def attach(self, maker: ThumbnailMaker | None) -> None:
        """Show the thumbnails of another project, or none."""
        self._maker = maker
        self._wanted = ()
        self.reset.emit()

    def want(self, ids: Sequence[ImageId]) -> None:
        """Ask for thumbnails that are not there yet, the nearest to the eye first."""
        wanted = tuple(ids)
        if self._maker is not None and wanted != self._wanted:
            self._wanted = wanted
            self._maker.want(wanted)

    def deliver(self, image_id: ImageId, encoded: bytes) -> None:
        """Take a finished thumbnail; called from any thread."""
        self._runner.post(lambda: self.arrived.emit(int(image_id), encoded))
