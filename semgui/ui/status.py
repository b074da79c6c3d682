"""The bottom line: what was said, what runs, how many, and whether all is saved."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QSizePolicy,
    QStatusBar,
    QToolButton,
    QWidget,
)

from semgui.catalogue.facets import State
from semgui.texts import mark, tr
from semgui.ui.columns import label, restyle
from semgui.ui.icons import themed
from semgui.ui.pace import PaceLabel
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.activity import Activities
from semgui.viewmodels.filters import is_filtered
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.handwork import Handwork
from semgui.viewmodels.notices import Notice, Severity
from semgui.viewmodels.writer import Saved

_INFO_MS = 8000
_SAVED = {
    Saved.YES: (mark("✓ saved"), "good"),
    Saved.WRITING: (mark("saving…"), "dim"),
    Saved.FAILED: (mark("not saved"), "error"),
}
_KINDS = {Severity.INFO: "", Severity.WARNING: "warning", Severity.ERROR: "error"}


class NoticeBar(QWidget):
    """A warning or an error, until it is read or the next one comes; never takes the keyboard.

    An offer (a notice that only informs, with an action) waits behind warnings until it is answered.

    Parameters
    ----------
    action
        Returns the action of an id; that of a notice is offered beside it.
    """

    def __init__(self, action: Callable[[str], QAction], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("column")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = label(wrap=True)
        self.close_button = QToolButton()
        self.close_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.close_button.setToolTip(tr("Close"))
        self.close_button.clicked.connect(self._close)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        self._action = action
        self._shown: Notice | None = None
        self._offer: Notice | None = None
        self.help_button = QToolButton()
        self.help_button.setObjectName("offered")
        self.help_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.help_button.triggered.connect(lambda _: self._close())
        row.addWidget(self.text, stretch=1)
        row.addWidget(self.help_button)
        row.addWidget(self.close_button)
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.close_button.setIcon(themed("close", theme))

    def show_notice(self, notice: Notice) -> None:
        """Show a sentence."""
        self._shown = notice
        if notice.severity is Severity.INFO:
            self._offer = notice
        restyle(self.text, _KINDS[notice.severity])
        self.text.setText(notice.text)
        self.help_button.setVisible(bool(notice.action))
        if notice.action:
            self.help_button.setDefaultAction(self._action(notice.action))
        self.show()

    def forget(self) -> None:
        """Say nothing, and offer nothing any more: something else is opened."""
        self._offer = None
        self._close()

    def _close(self) -> None:
        if self._shown is self._offer:
            self._offer = None
        if self._offer is None:
            self.hide()
        else:
            self.show_notice(self._offer)


class StatusLine(QStatusBar):
    """Sentences at the left, progress and counts at the right."""

    def __init__(
        self,
        gallery: GalleryModel,
        hand: Handwork,
        activities: Activities,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        pace: bool = True,
    ) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._writer = hand.writer
        self._activities = activities
        self.setSizeGripEnabled(False)
        self.said = label()
        self.said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.running = label(kind="dim")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(QSize(120, 6))
        self.cancel = QToolButton()
        self.cancel.setToolTip(tr("Stop; what is finished is kept (Esc)"))
        self.cancel.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cancel.clicked.connect(self._cancel)
        self.counts = label(kind="dim")
        self.pace = PaceLabel(hand.pace, hand.unlabelled, on=pace)
        self.saved = QLabel()
        self.addWidget(self.said, 1)
        for widget in (self.running, self.bar, self.cancel, self.counts, self.pace, self.saved):
            self.addPermanentWidget(widget)
        self._forget = QTimer(self, singleShot=True, interval=_INFO_MS)
        self._forget.timeout.connect(self.said.clear)
        self.setContentsMargins(GRID, 0, GRID, 0)
        gallery.counts_changed.connect(self.refresh)
        gallery.selection_changed.connect(self.refresh)
        hand.writer.saved_changed.connect(self.refresh)
        activities.changed.connect(self.refresh)
        self.set_theme(theme)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.cancel.setIcon(themed("close", theme))

    def say(self, text: str) -> None:
        """Show a sentence for some seconds."""
        self.said.setText(text)
        self.said.setToolTip(text)
        self._forget.start()

    def refresh(self) -> None:
        """Show the numbers as they are."""
        running = self._activities.running
        for widget in (self.running, self.bar, self.cancel):
            widget.setVisible(bool(running))
        if running:
            first, *others = running
            self.running.setText("   ".join((first.sentence(), *(other.brief() for other in others))))
            self.running.setToolTip("\n".join(activity.sentence() for activity in running))
            total = first.progress.total
            self.bar.setRange(0, total or 0)
            self.bar.setValue(first.progress.done if total else -1)
            self.cancel.setEnabled(not all(activity.cancelling for activity in running))
        self.counts.setText(self._numbers())
        text, kind = _SAVED[self._writer.saved]
        said = f"{self._writer.said} " if self._writer.said else ""
        self.saved.setText(said + tr(text) if self._writer.possible else "")
        restyle(self.saved, kind)

    def _cancel(self) -> None:
        """Stop what runs; of several things the one that is chosen, or all."""
        running = [activity for activity in self._activities.running if not activity.cancelling]
        if len(running) == 1:
            self._activities.cancel(running[0])
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for activity in running:
            menu.addAction(
                tr("Stop: {title}", title=activity.title), lambda one=activity: self._activities.cancel(one)
            )
        menu.addSeparator()
        menu.addAction(tr("Stop all"), self._activities.cancel_all)
        above = QPoint(0, -menu.sizeHint().height())
        menu.popup(self.cancel.mapToGlobal(above))

    def _numbers(self) -> str:
        facets = self._gallery.facets
        if not self._writer.possible:
            return ""
        parts = [tr("{n:,} image(s)", "", facets.total), tr("{n:,} labelled", "", facets.labelled)]
        # Under a filter they would be numbers of something else than the whole project.
        states = {} if is_filtered(self._gallery.filter) else facets.states
        if states.get(State.DISAGREE):
            parts.append(tr("{n:,} disagree", "", states[State.DISAGREE]))
        if states.get(State.UNREADABLE):
            parts.append(tr("{n:,} unreadable", "", states[State.UNREADABLE]))
        if self._gallery.selected_count > 1:
            parts.append(tr("{n:,} selected", "", self._gallery.selected_count))
        return " · ".join(parts)
