"""The window without anything open: what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from semgui.ui.columns import label
from semgui.ui.icons import themed
from semgui.ui.theme import GRID, Theme
from semgui.viewmodels.activity import Activities


class EmptyPage(QWidget):
    """Says where to begin, and offers the projects opened last."""

    def __init__(
        self,
        choices: Sequence[tuple[str, Callable[[], None]]],
        open_recent: Callable[[Path], None],
        activities: Activities,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._open_recent = open_recent
        self._activities = activities
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = label("Drop a folder of SEM images here", "big")
        words = label("or a single image, or a project. Your images are only read, never changed.", "dim")
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addStretch(1)
        for number, (text, call) in enumerate(choices):
            button = QPushButton(text)
            button.setObjectName("primary" if number == 0 else "")
            button.clicked.connect(lambda _=False, call=call: call())
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(GRID // 2)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self._picture)
        layout.addSpacing(GRID)
        for text in (title, words):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(text)
        layout.addSpacing(2 * GRID)
        layout.addLayout(buttons)
        layout.addSpacing(2 * GRID)
        self.working = label(kind="dim")
        self.working.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.working)
        layout.addSpacing(GRID)
        layout.addLayout(self._recent)
        layout.addStretch(3)
        activities.changed.connect(self._show_working)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._picture.setPixmap(themed("image_multiple_outline", theme).pixmap(QSize(64, 64)))

    def _show_working(self) -> None:
        running = self._activities.running
        self.working.setText(running[0].sentence() if running else "")

    def offer_recent(self, projects: Sequence[Path]) -> None:
        """Offer the projects opened last that are still there."""
        while self._recent.count():
            self._recent.takeAt(0).widget().deleteLater()
        if projects:
            heading = label("Opened last", "heading")
            heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._recent.addWidget(heading)
        for project in projects:
            button = QPushButton(project.name)
            button.setObjectName("class")
            button.setToolTip(str(project))
            button.clicked.connect(lambda _=False, p=project: self._open_recent(p))
            self._recent.addWidget(button, alignment=Qt.AlignmentFlag.AlignCenter)
