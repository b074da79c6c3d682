"""How labelling goes, in a few quiet words."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QWidget

from semgui.texts import tr
from semgui.viewmodels.pace import PaceModel
from semgui.viewmodels.unlabelled import UnlabelledModel

_REFRESH_MS = 10_000  # the pace falls while nothing is labelled


class PaceLabel(QLabel):
    """Images a minute, today's count, how long the unlabelled take; nothing until something is labelled."""

    def __init__(
        self, pace: PaceModel, unlabelled: UnlabelledModel, parent: QWidget | None = None, *, on: bool
    ) -> None:
        super().__init__(parent)
        self.setObjectName("dim")
        self._pace = pace
        self._unlabelled = unlabelled
        self._on = on
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        pace.changed.connect(self.refresh)
        unlabelled.changed.connect(self.refresh)
        self.refresh()

    @property
    def on(self) -> bool:
        """Whether the user wants to see it."""
        return self._on

    def set_on(self, *, on: bool) -> None:
        """Show it, or not."""
        self._on = on
        self.refresh()

    def refresh(self) -> None:
        """Show the numbers as they are."""
        self.setVisible(self._on and self._pace.today > 0)
        if not self.isHidden():
            self.setText(" · ".join(self._parts()))
            self.setToolTip(self._tip())

    def _parts(self) -> list[str]:
        per_minute = self._pace.per_minute()
        parts = [tr("{n:,} today", "", self._pace.today)]
        if per_minute is not None:
            parts.insert(
                0,
                tr("{number}/min", number=f"{per_minute:.0f}" if per_minute >= 9.5 else f"{per_minute:.1f}"),
            )
        seconds = self._pace.seconds_for(self._unlabelled.count)
        if seconds:
            parts.append(tr("{time} for the unlabelled", time=duration(seconds)))
        return parts

    def _tip(self) -> str:
        lines = [
            tr("{n:,} image(s) in a row without a pause", "", self._pace.in_a_row),
            tr("{n:,} without a label", "", self._unlabelled.count),
            tr("Counted: images that you labelled; the pace is that of the last five minutes."),
        ]
        return "\n".join(lines)


def duration(seconds: float) -> str:
    """Return "40 s", "12 min", "3 h 20 min" or "about 60 h"."""
    minutes = round(seconds / 60)
    if seconds < 60:
        return tr("{n} s", "", round(seconds))
    if minutes < 60:
        return tr("{n} min", "", minutes)
    if minutes < 24 * 60:
        return tr("{hours} h {minutes:02} min", hours=minutes // 60, minutes=minutes % 60)
    return tr("about {n} h", "", round(minutes / 60))
