"""Groups of images that look alike: the list of them, the images of the chosen one, and its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from semgui.services.groups import Grouped
from semgui.texts import mark, tr
from semgui.ui.actions import Context
from semgui.ui.columns import ElidedLabel, label, with_room
from semgui.ui.gallery import GalleryView
from semgui.ui.group_header import GroupHeaders
from semgui.ui.groups_list import GroupsList
from semgui.ui.groups_steps import GroupSteps
from semgui.ui.map_message import MapMessage
from semgui.ui.map_side import ChoicePainter
from semgui.ui.theme import GRID, Theme
from semgui.ui.typing import TypingLine
from semgui.viewmodels.captions import Caption
from semgui.viewmodels.filters import is_filtered
from semgui.viewmodels.proposals import GroupState, ProposalModel

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_WHICH: Mapping[Grouped, str] = {
    Grouped.UNLABELLED: mark("Images without a label"),
    Grouped.NOVEL: mark("Those unlike all that the model knows"),
}
_MOST = 60  # groups that can be asked for
_SIDE = 112  # edge of a thumbnail


class GroupsView(QWidget):
    """Proposals at the left, what is chosen at the right, the way to a model of one's own above."""

    def __init__(self, window: MainWindow, model: ProposalModel) -> None:
        super().__init__()
        self._window = window
        self._session = window.session
        self.model = model
        session, hand, theme = window.session, window.session.hand, window.theme
        self.steps = GroupSteps(window, model)
        self.which = QComboBox()
        self.which.setAccessibleName(tr("Images that are grouped"))
        for which, words in _WHICH.items():
            self.which.addItem(tr(words), which)
        self.how_many = QSpinBox()
        with_room(self.how_many)
        self.how_many.setRange(1, _MOST)
        self.how_many.setMinimumWidth(120)
        self.how_many.setSpecialValueText(tr("as many as fit"))
        self.how_many.setAccessibleName(tr("How many groups"))
        self.how_many.setToolTip(tr("How many groups are looked for"))
        self.count = label(kind="dim")
        self.list = GroupsList(model, hand.examples, hand.labels, theme)
        self.heading = ElidedLabel("title")
        painter = ChoicePainter(hand.labels, theme)
        painter.side, painter.captions = _SIDE, (Caption.CLASS,)
        headers = GroupHeaders(session.gallery, hand.labels, theme)
        self.grid = GalleryView(session.gallery, session.thumbnails, window.pixmaps, painter, headers, theme)
        self.grid.set_grid(on=True)
        self.grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.name = TypingLine(self.list.setFocus)
        self.name.setPlaceholderText(tr("What these images show: a class, or the name of a new one"))
        self.name.setAccessibleName(tr("Name of the group"))
        self.name_button = QPushButton()
        self.name_button.setObjectName("primary")
        self.message = MapMessage()
        self._stack = QStackedWidget()
        self._place()
        self._follow()
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self.list.set_theme(theme)
        self.grid.set_theme(theme)

    def refresh(self) -> None:
        """Show the groups as they are."""
        model = self.model
        ready = model.state is GroupState.READY
        self._stack.setCurrentIndex(1 if ready else 0)
        self.which.setCurrentIndex(max(0, self.which.findData(model.which)))
        waiting = tr("{n} to be named", "", model.waiting)
        self.count.setText(f"{tr('{n} group(s)', '', len(model.groups))} · {waiting}" if ready else "")
        self._say_state()
        self._show_choice()

    def name_group(self) -> None:
        """Give what is chosen the name that was typed, and go on to the next group."""
        if self.model.name(self.name.text()):
            self.name.clear()
            self.model.choose_next()
            self.list.setFocus()
        elif self.name.text().strip():
            self._session.notices.info(tr("All of these have a label; the keys of classes change it."))

    def propose(self) -> None:
        """Look for groups among the images that the filter shows."""
        self.model.which = Grouped(self.which.currentData())
        chosen = self.how_many.value()
        self.model.count = 0 if chosen == self.how_many.minimum() else chosen
        gallery, opened = self._session.gallery, self._session.opened
        if opened is None:
            return
        if not is_filtered(gallery.filter):
            self.model.propose()
            return
        wanted = gallery.filter
        self._session.read(lambda: opened.library.listing(wanted).ids, self.model.propose)

    # Inside

    def _follow(self) -> None:
        session = self._session
        self.model.changed.connect(self.refresh)
        self.model.chosen_changed.connect(self._show_choice)
        session.gallery.selection_changed.connect(self._show_choice)
        session.labels.taxonomy_changed.connect(self._offer_names)
        session.activities.changed.connect(self._say_state)
        self.name.entered.connect(lambda _: self.name_group())
        self.name_button.clicked.connect(self.name_group)
        self.message.button.clicked.connect(self._help)
        self.steps.button.clicked.connect(self._focus_name)
        self.grid.opened.connect(lambda: self._window.modes.show("browse"))
        self.grid.customContextMenuRequested.connect(
            lambda where: self._window.menus.show(Context.THUMBNAILS, self.grid.viewport().mapToGlobal(where))
        )
        self._offer_names()

    def _focus_name(self) -> None:
        if self.model.chosen:
            self.name.setFocus()

    def _offer_names(self) -> None:
        completer = QCompleter([c.name for c in self._session.labels.taxonomy.active], self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.name.setCompleter(completer)

    def _show_choice(self) -> None:
        if not self.isVisible():
            return
        model, gallery = self.model, self._session.gallery
        chosen = [model.groups[n] for n in model.chosen if n < len(model.groups)]
        total = sum(len(group.ids) for group in chosen)
        left = gallery.selected_count if chosen else 0
        if not chosen:
            self.heading.show_text(tr("Choose a group at the left"))
        else:
            which = tr("Group {number}", number=model.chosen[0] + 1)
            head = which if len(chosen) == 1 else tr("{n} group(s)", "", len(chosen))
            self.heading.show_text(
                head + " · " + tr("{left:,} of {n:,} image(s) chosen", "", total, left=left)
            )
        labelled = {i for group in chosen for i in group.labelled}
        free = sum(1 for i in gallery.targets if i not in labelled) if chosen else 0
        self.name_button.setText(tr("Label {n:,} image(s)", "", free))
        self.name_button.setEnabled(free > 0)
        self.name.setEnabled(free > 0)
        self._window.actions_.refresh()

    def showEvent(self, event: object) -> None:
        """Catch up on what happened while nobody looked."""
        super().showEvent(event)
        self.refresh()

    def _say_state(self) -> None:
        state, work = self.model.state, self._session.work
        if state is GroupState.NO_MODEL:
            self.message.say(
                tr("There are no groups without a model"),
                tr("Images are grouped by what a model sees in them. Choose one in Models."),
                tr("Go to Models"),
            )
        elif state is GroupState.GROUPING:
            self.message.say(tr("Looking for groups…"), "", busy=True)
        elif work.classifying:
            self.message.say(
                tr("The model is looking at the images"),
                tr("Groups can be proposed for those that it has seen; better wait until it has seen all."),
                tr("Propose groups now"),
                busy=True,
            )
        elif state is GroupState.FAILED:
            self.message.say(tr("There are no groups"), self.model.problem, tr("Try again"))
        else:
            self.message.say(
                tr("Name many images at once"),
                tr(
                    "Images that look alike are put into groups. You give a group its name, and all of its "
                    "images are labelled, as one action that undo takes back. No classes are needed for that."
                ),
                tr("Propose groups"),
            )

    def _help(self) -> None:
        if self.model.state is GroupState.NO_MODEL:
            self._window.modes.show("models")
        else:
            self.propose()

    def _place(self) -> None:
        actions = self._window.actions_.by_id
        bar = _column()
        row = QHBoxLayout(bar)
        row.setContentsMargins(2 * GRID, 3, 2 * GRID, 3)
        row.setSpacing(GRID)
        again = QToolButton()
        again.setDefaultAction(actions["groups.propose"])
        again.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for part in (self.which, self.how_many, again):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.count)
        self._stack.addWidget(self.message)
        self._stack.addWidget(self._panes())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.steps)
        column.addWidget(bar)
        column.addWidget(self._stack, stretch=1)

    def _panes(self) -> QWidget:
        actions = self._window.actions_.by_id
        right = _column()
        below = QVBoxLayout(right)
        below.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        below.setSpacing(GRID)
        naming = QHBoxLayout()
        naming.addWidget(self.name, stretch=1)
        naming.addWidget(self.name_button)
        doing = QHBoxLayout()
        doing.setSpacing(GRID // 2)
        for action in ("groups.skip", "groups.split", "groups.merge"):
            button = QToolButton()
            button.setObjectName("offered")
            button.setDefaultAction(actions[action])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            doing.addWidget(button)
        doing.addStretch(1)
        below.addWidget(self.heading)
        below.addLayout(naming)
        below.addLayout(doing)
        below.addWidget(self.grid, stretch=1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([600, 766])
        return self.splitter


def _column() -> QWidget:
    made = QWidget()
    made.setObjectName("column")
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return made
