"""Which images have no label yet, for going to the next of them without waiting."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.domain.ids import ImageId
from semgui.texts import tr
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane, TaskRunner

Ids = NDArray[np.int64]
_REST_SECONDS = 0.7


class UnlabelledModel:
    """Ids of the images without a label; 100,000 are 800 kB.

    What the user labels leaves at once, before it is on the disk: going on must not come back to it. Reading
    again after each commit brings back what could not be written or was undone.
    """

    changed = Signal()

    def __init__(self, runner: TaskRunner, notices: Notices) -> None:
        self._runner = runner
        self._notices = notices
        self._source: Callable[[], Ids] | None = None
        self._generation = 0
        self._asked = 0
        self._reading = False
        self._again = False
        self._ids: Ids = np.zeros(0, dtype=np.int64)

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self._ids.size)

    def attach(self, source: Callable[[], Ids] | None) -> None:
        """Read from another project, or from none."""
        self._source = source
        self._generation += 1
        self._reading = self._again = False
        self._ids = np.zeros(0, dtype=np.int64)
        self.refresh()

    def refresh(self) -> None:
        """Read the ids again; calls in quick succession become one."""
        if self._source is None:
            return
        if self._reading:
            self._again = True
            return
        self._reading = True
        generation, asked = self._generation, self._asked

        def done(found: Ids) -> None:
            if generation != self._generation:
                return
            if asked == self._asked:
                self._ids = found
                self.changed.emit()
            else:  # something was labelled while the answer was on its way
                self._again = True
            self._runner.later(_REST_SECONDS, lambda: self._rested(generation))

        def failed(error: Exception) -> None:
            self._reading = False
            self._notices.failed(tr("The unlabelled images could not be listed"), error)

        self._runner.run(Lane.COUNT, self._source, done, failed)

    def drop(self, ids: Sequence[ImageId]) -> None:
        """Leave out images that are being labelled just now."""
        self._asked += 1
        self._ids = np.setdiff1d(self._ids, np.asarray(ids, dtype=np.int64), assume_unique=True)

    def next_after(self, row: int, ids: Ids) -> int:
        """Return the next row without a label, going on from the start at the end; -1 if there is none.

        Parameters
        ----------
        row
            Where to begin; this row itself comes last.
        ids
            (N,) ids of all rows.
        """
        order = np.roll(np.arange(ids.size), -(row + 1))
        unlabelled = np.isin(ids[order], self._ids)
        found = int(np.argmax(unlabelled)) if unlabelled.any() else -1
        return int(order[found]) if found >= 0 else -1

    def _rested(self, generation: int) -> None:
        if generation != self._generation:
            return
        self._reading = False
        if self._again:
            self._again = False
            self.refresh()
