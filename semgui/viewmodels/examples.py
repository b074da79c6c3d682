"""Small pictures of the images that show what a class is."""

from __future__ import annotations

import logging
from collections.abc import Callable

from psygnal import Signal

from semgui.domain.ids import ImageId
from semgui.viewmodels.tasks import Lane, TaskRunner

_log = logging.getLogger(__name__)


class ExampleModel:
    """Thumbnails of a few images, kept as long as the project is open.

    The gallery's own thumbnails are those in view and go with it; examples are seen beside any of them.
    """

    arrived = Signal()

    def __init__(self, runner: TaskRunner) -> None:
        self._runner = runner
        self._source: Callable[[ImageId], bytes] | None = None
        self._generation = 0
        self._pictures: dict[ImageId, bytes] = {}
        self._asked: set[ImageId] = set()

    def attach(self, source: Callable[[ImageId], bytes] | None) -> None:
        """Read from another project, or from none."""
        self._source = source
        self._generation += 1
        self._pictures.clear()
        self._asked.clear()

    def get(self, image_id: ImageId) -> bytes | None:
        """Return a JPEG, empty for an unreadable image; ``None`` while it is read (`arrived` follows)."""
        found = self._pictures.get(image_id)
        if found is None and image_id not in self._asked:
            self._ask(image_id)
        return found

    def _ask(self, image_id: ImageId) -> None:
        if self._source is None:
            return
        self._asked.add(image_id)
        source, generation = self._source, self._generation

        def done(picture: bytes) -> None:
            if generation == self._generation:
                self._pictures[image_id] = picture
                self.arrived.emit()

        def failed(error: Exception) -> None:
            _log.warning("the example %s could not be read: %s", image_id, error)
            done(b"")

        self._runner.run(Lane.DETAIL, lambda: source(image_id), done, failed)
