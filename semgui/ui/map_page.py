"""The mode Map: the images as points, and the groups that they fall into by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from semgui.texts import tr
from semgui.ui.groups_view import GroupsView
from semgui.ui.map_view import MapView
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.desk import Mode
from semgui.viewmodels.map import MapModel
from semgui.viewmodels.proposals import ProposalModel

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


class MapPage(QWidget):
    """Two views of what looks alike; the one that is looked at shows its choice in the gallery."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        session = self._session = window.session
        self.model = MapModel(window.runner, session, session.review.source)
        self.proposals = ProposalModel(window.runner, session)
        self.view = MapView(window, self.model)
        self.groups = GroupsView(window, self.proposals)
        self._pages = QStackedWidget()
        for page in (self.view, self.groups):
            self._pages.addWidget(page)
        self._place()
        session.mode_changed.connect(self._attach)
        session.leaving.connect(self._leave)
        session.work.answers_changed.connect(self.model.answers_changed)
        self._attach()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.view.set_theme(theme)
        self.groups.set_theme(theme)

    def splitters(self) -> dict[str, QSplitter]:
        """Return what the user can move the borders of, by names that never change."""
        return {"points": self.view.splitter, "groups": self.groups.splitter}

    @property
    def at_groups(self) -> bool:
        """Whether the groups are looked at, and not the points."""
        return self._pages.currentWidget() is self.groups

    def show_groups(self, *, on: bool) -> None:
        """Show the groups or the points."""
        self.tabs[int(on)].setChecked(True)
        self._pages.setCurrentWidget(self.groups if on else self.view)
        self._watch()

    def showEvent(self, event: QShowEvent) -> None:
        """Keep what is seen up to date."""
        super().showEvent(event)
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        super().hideEvent(event)
        self.model.watch(on=False)
        self.proposals.watch(on=False)

    def _watch(self) -> None:
        if not self.isVisible():
            return
        resting, seen = (self.model, self.proposals) if self.at_groups else (self.proposals, self.model)
        resting.watch(on=False)
        seen.watch(on=True)
        (self.groups.list if self.at_groups else self.view.canvas).setFocus()

    def _attach(self) -> None:
        if self._session.mode is not Mode.EMPTY:
            for model in (self.model, self.proposals):
                model.attach(self._session.opened, self._session.brain)

    def _leave(self) -> None:
        for model in (self.model, self.proposals):
            model.attach(None, None)

    def _place(self) -> None:
        bar = QWidget()
        bar.setObjectName("column")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(GRID, 3, GRID, 0)
        row.setSpacing(0)
        self.tabs: list[QToolButton] = []
        both = QButtonGroup(self)
        for number, (words, tip) in enumerate(
            (
                (tr("Points"), tr("Every image as a point; those that look alike lie together")),
                (tr("Groups"), tr("Images that look alike, to be named together")),
            )
        ):
            tab = QToolButton()
            tab.setObjectName("mode")
            tab.setText(words)
            tab.setToolTip(tip)
            tab.setCheckable(True)
            tab.setChecked(number == 0)
            tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            tab.clicked.connect(lambda _=False, on=bool(number): self.show_groups(on=on))
            both.addButton(tab)
            self.tabs.append(tab)
            row.addWidget(tab)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self._pages, stretch=1)
