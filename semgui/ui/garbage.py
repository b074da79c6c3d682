"""Cyclic garbage, collected in the window's thread and in no other."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_MS = 500


class GarbageCollector(QObject):
    """Replaces Python's automatic collection, which runs in whatever thread happens to allocate.

    A widget or timer in a reference cycle would then be destroyed outside its thread, with the interpreter's
    lock held, which Qt allows nowhere: it crashes or waits for ever.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self, interval=_MS)
        self._timer.timeout.connect(self.collect_if_due)
        self._timer.start()

    def collect_if_due(self) -> None:
        """Collect the oldest generation whose threshold is passed, as Python would."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return
