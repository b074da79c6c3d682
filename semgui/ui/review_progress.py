"""How far a review is: done and to go, the pace, and what is expected to be found yet."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from semgui.texts import tr
from semgui.ui.columns import label, restyle
from semgui.ui.pace import duration
from semgui.ui.theme import GRID
from semgui.viewmodels.review import ReviewModel
from semgui.viewmodels.session import Session


class ReviewProgress(QWidget):
    """A bar and a few lines under the queue."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._review: ReviewModel = session.review
        self._gallery = session.gallery
        self._pace = session.hand.pace
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.counts = label(kind="title")
        self.pace = label(kind="dim", wrap=True)
        self.hint = label(kind="dim", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        for part in (self.counts, self.bar, self.pace, self.hint):
            column.addWidget(part)
        self._review.changed.connect(self.refresh)
        self._gallery.current_changed.connect(self.refresh)
        self._pace.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the numbers as they are."""
        order, review = self._review.order, self._review
        self.setVisible(review.reviewing)
        total = int(order.ids.size)
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(order.settled)
        here = self._gallery.current_row + 1
        by_sheet = tr("{total:,} in the queue", total=total)
        one = tr("{here:,} of {total:,}", here=here, total=total)
        self.counts.setText(by_sheet if review.by_sheet else one)
        parts = [tr("{n:,} judged", "", order.settled)]
        per_minute = self._pace.per_minute()
        if per_minute is not None:
            number = f"{per_minute:.0f}" if per_minute >= 9.5 else f"{per_minute:.1f}"
            parts.append(tr("{number}/min", number=number))
        seconds = self._pace.seconds_for(order.open)
        if seconds:
            parts.append(tr("{time} for all", time=duration(seconds)))
        self.pace.setText(" · ".join(parts))
        self._show_outlook()

    def _show_outlook(self) -> None:
        """Say what may still be found, and whether it is worth going on."""
        outlook = self._review.outlook
        self.hint.setVisible(outlook is not None)
        if outlook is None:
            return
        restyle(self.hint, "good" if outlook.may_stop else "dim")
        left = tr("About {n:,} wrong label(s) left.", "", round(outlook.expected))
        self.hint.setText(f"{outlook.hint} {left}" if outlook.recent else outlook.hint)
