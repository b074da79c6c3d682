"""The window without anything open: where to begin, what was open last, and what is being opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from semgui.texts import tr
from semgui.ui.columns import label
from semgui.ui.icons import themed
from semgui.ui.preferences import RecentProject
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.activity import Activities

_NAME_WIDTH, _PATH_WIDTH, _CHOICE_WIDTH = 26 * GRID, 40 * GRID, 26 * GRID


class Choice(NamedTuple):
    """One way in: what its button says, what follows, and what it does."""

    text: str
    sentence: str
    call: Callable[[], None]


class EmptyPage(QWidget):
    """Says where to begin, and offers the projects opened last.

    Parameters
    ----------
    choices
        The ways in; the first is what most people want.
    open_recent, forget_recent
        Get a project that was chosen, or that is to be offered no more.
    new_project
        Says what a new project begins with.
    """

    def __init__(
        self,
        choices: Sequence[Choice],
        open_recent: Callable[[Path], None],
        forget_recent: Callable[[Path], None],
        activities: Activities,
        theme: Theme,
        new_project: QWidget,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.new_project = new_project
        self._open_recent = open_recent
        self._forget_recent = forget_recent
        self._activities = activities
        self._theme = theme
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._recent = QWidget()
        self.working = label(kind="dim")
        self.working.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._place(_buttons(choices), new_project)
        activities.changed.connect(self._show_working)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self._picture.setPixmap(themed("image_multiple_outline", theme).pixmap(QSize(64, 64)))
        for button in self._recent.findChildren(QToolButton):
            button.setIcon(themed("close", theme))

    def offer_recent(self, projects: Sequence[RecentProject]) -> None:
        """Offer the projects opened last; one that is gone can only be taken off the list."""
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID // 2)
        if projects:
            grid.addWidget(label(tr("Opened last"), "heading"), 0, 0, 1, 4)
        for row, project in enumerate(projects, 1):
            for column, part in enumerate(self._recent_row(project)):
                grid.addWidget(part, row, column)
        self._column.replaceWidget(self._recent, made)
        self._recent.deleteLater()
        self._recent = made

    def _place(self, buttons: QGridLayout, new_project: QWidget) -> None:
        title = label(tr("Drop a folder of SEM images here"), "big")
        words = label(tr("or a single image, or a project. Your images are only read, never changed."), "dim")
        self._column = QVBoxLayout(self)
        self._column.addStretch(2)
        self._column.addWidget(self._picture)
        self._column.addSpacing(GRID)
        for text in (title, words):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._column.addWidget(text)
        self._column.addSpacing(2 * GRID)
        self._column.addLayout(buttons)
        self._column.addSpacing(GRID)
        self._column.addWidget(new_project)
        self._column.addSpacing(2 * GRID)
        self._column.addWidget(self.working)
        self._column.addSpacing(GRID)
        self._column.addWidget(self._recent, alignment=Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(3)

    def _recent_row(self, project: RecentProject) -> tuple[QWidget, ...]:
        name = QPushButton(_shortened(self, project.path.stem, _NAME_WIDTH))
        name.setObjectName("class")
        name.setToolTip(str(project.path))
        name.setAccessibleName(tr("Open project {name}", name=project.path.stem))
        name.setMinimumWidth(_NAME_WIDTH)
        name.setEnabled(project.there)
        name.clicked.connect(lambda: self._open_recent(project.path))
        place = label(_shortened(self, str(project.path.parent), _PATH_WIDTH), "dim")
        place.setToolTip(str(project.path.parent))
        place.setEnabled(project.there)
        if not project.there:
            said = label(tr("not there"), "dim")
        elif project.images is None:
            said = label()
        else:
            said = label(tr("{n:,} image(s)", "", project.images), "dim")
        said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        remove = QToolButton()
        remove.setIcon(themed("close", self._theme))
        remove.setToolTip(tr("Take off this list; the project itself stays as it is"))
        remove.setAccessibleName(tr("Take {name} off this list", name=project.path.stem))
        remove.clicked.connect(lambda: self._forget_recent(project.path))
        return name, place, said, remove

    def _show_working(self) -> None:
        running = self._activities.running
        self.working.setText(running[0].sentence() if running else "")


class OpeningPage(QWidget):
    """Says what is being opened while a disk takes its time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = label(kind="big")
        self.path = label(kind="dim")
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedWidth(30 * GRID)
        layout = QVBoxLayout(self)
        layout.setSpacing(GRID)
        layout.addStretch(2)
        for part in (self.title, self.path, bar):
            layout.addWidget(part, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_path(self, path: Path) -> None:
        """Name what is being opened."""
        self.title.setText(tr("Opening {name} …", name=_shortened(self.title, path.name, 60 * GRID)))
        self.path.setText(_shortened(self.path, str(path.parent), 80 * GRID))


def _buttons(choices: Sequence[Choice]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(2 * GRID)
    grid.setVerticalSpacing(GRID // 2)
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(len(choices) + 1, 1)
    for column, choice in enumerate(choices, 1):
        button = QPushButton(choice.text)
        button.setObjectName("primary" if column == 1 else "")
        button.clicked.connect(lambda _=False, call=choice.call: call())
        button.setAccessibleDescription(choice.sentence)
        sentence = label(choice.sentence, "dim", wrap=True)
        sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        grid.setColumnMinimumWidth(column, _CHOICE_WIDTH)
        grid.addWidget(button, 0, column, Qt.AlignmentFlag.AlignHCenter)
        grid.addWidget(sentence, 1, column)
    return grid


def _shortened(widget: QWidget, text: str, width: int) -> str:
    return QFontMetrics(widget.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, width)
