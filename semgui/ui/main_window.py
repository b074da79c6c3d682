"""The window: puts the parts together and keeps what belongs to the window alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from semgui.domain.ids import ClassId
from semgui.settings import Settings, save_settings
from semgui.ui.actions import Actions
from semgui.ui.commands import action_table
from semgui.ui.dialogs import Dialogs
from semgui.ui.empty import EmptyPage
from semgui.ui.gallery import GalleryView
from semgui.ui.inspector import InspectorPanel
from semgui.ui.picture_pane import PicturePane
from semgui.ui.pixmaps import PixmapCache
from semgui.ui.runner import QtTaskRunner
from semgui.ui.shortcuts import ShortcutSheet
from semgui.ui.sidebar import Sidebar
from semgui.ui.status import NoticeBar, StatusLine
from semgui.ui.theme import DARK, LIGHT, THEMES, Theme, palette, style_sheet
from semgui.ui.tile_delegate import TileDelegate
from semgui.viewmodels.brain import BrainFinder
from semgui.viewmodels.heatmap import Method, Question
from semgui.viewmodels.notices import Notice, Severity
from semgui.viewmodels.session import Mode, Session

_RECENT = 5


class MainWindow(QMainWindow):
    """A window on one project or one image.

    Parameters
    ----------
    settings
        Changed and saved when the user chooses something that lasts.
    find_brain
        Finds the model to classify with.
    """

    def __init__(self, settings: Settings, find_brain: BrainFinder) -> None:
        super().__init__()
        self.setWindowTitle("SEMGui")
        self.setAcceptDrops(True)
        self.resize(1366, 768)
        self._settings = settings
        self.runner = QtTaskRunner(self)
        self.session = Session(self.runner, settings, find_brain)
        self.theme = _chosen_theme(settings)
        self.dialogs = Dialogs(self)
        self.grid = False
        self._build()
        self.actions_ = Actions(self, action_table(self), self.theme)
        self.actions_.toolbar.addWidget(_at_the_right(self.pane.heat_bar))
        # Many signals come at once; what can be done is worked out once after them.
        self._refresh = QTimer(self, singleShot=True, interval=0)
        self._refresh.timeout.connect(self.actions_.refresh)
        self._follow()
        self._apply_theme()
        self._show_mode()

    # What can be done now

    def in_project(self) -> bool:
        """Whether a project is open."""
        return self.session.mode is Mode.PROJECT

    def has_image(self) -> bool:
        """Whether there is an image to look at."""
        return self.session.inspector.detail is not None

    def has_model(self) -> bool:
        """Whether there is a model and an image to ask it about."""
        return self.has_image() and self.session.brain is not None

    def can_label(self) -> bool:
        """Whether a label could be given."""
        return self.session.labels.possible and bool(self.session.gallery.targets)

    def can_accept(self) -> bool:
        """Whether the model says something that could be accepted."""
        detail = self.session.inspector.detail
        several = len(self.session.gallery.targets) > 1
        return self.can_label() and self.has_model() and (several or bool(detail and detail.answer))

    # What is done

    def assign(self, class_id: ClassId) -> None:
        """Label what is chosen."""
        self.session.labels.set_label(self.session.gallery.targets, class_id)

    def open_path(self, path: Path) -> None:
        """Open a project, a folder or an image."""
        self.session.open_path(path)

    def ask_heatmap(self, *, method: Method) -> None:
        """Compute the heatmap by another method."""
        question = self.session.heatmap.question
        self.session.heatmap.ask(dataclasses.replace(question, method=method))

    def ask_against_second(self) -> None:
        """Ask why the predicted class and not the one after it."""
        detail = self.session.inspector.detail
        if detail is None or detail.answer is None or len(detail.answer.bars) < 2:
            return
        first, second = detail.answer.bars[:2]
        method = self.session.heatmap.question.method
        self.session.heatmap.ask(Question(first.class_id, second.class_id, method))

    def copy_values(self) -> None:
        """Copy what is known of the image on screen."""
        detail = self.session.inspector.detail
        if detail is not None:
            QGuiApplication.clipboard().setText(detail.as_text())
            self.status.say("Copied path, metadata, label and probabilities.")

    def copy_paths(self) -> None:
        """Copy the paths of the images chosen."""
        self.session.with_paths(self._paths_read)

    def toggle_grid(self) -> None:
        """Show thumbnails only, or the picture again."""
        self._set_grid(not self.grid)

    def toggle_theme(self) -> None:
        """Change between dark and light, and remember it."""
        self.theme = LIGHT if self.theme is DARK else DARK
        self._settings.window.theme = "light" if self.theme is LIGHT else "dark"
        self._apply_theme()
        self._save_settings()

    def toggle_auto_advance(self) -> None:
        """Change whether labelling goes on to the next image, and remember it."""
        labels = self.session.labels
        labels.auto_advance = not labels.auto_advance
        self._settings.window.auto_advance = labels.auto_advance
        self._save_settings()
        self.status.say("Goes on after labelling." if labels.auto_advance else "Stays after labelling.")

    def toggle_full_screen(self) -> None:
        """Fill the screen, or not."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def show_shortcuts(self) -> None:
        """Show the sheet of shortcuts."""
        ShortcutSheet(self.actions_.table, self).show()

    def show_notice(self, notice: Notice) -> None:
        """Say a sentence: in passing, or until it is read."""
        if notice.severity is Severity.INFO:
            self.status.say(notice.text)
        else:
            self.notice_bar.show_notice(notice)

    # Qt

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and folders."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped; of several things the first."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if len(paths) > 1:
            self.session.notices.info(f"Only the first of {len(paths)} was opened; drop a folder instead.")
        # The program that the drag comes from waits until this returns.
        QTimer.singleShot(0, self, lambda: self.open_path(paths[0]))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Write what is pending, stop what runs, and free everything."""
        self.hide()
        self._settings.window.heatmap_opacity = self.pane.heat_bar.opacity.value() / 100
        self._save_settings()
        self.session.shut_down()
        self.runner.close()
        self.session.release()
        self.pane.canvas.close_canvas()
        super().closeEvent(event)

    # Building

    def _build(self) -> None:
        session = self.session
        choices = (
            ("Open folder", self.dialogs.open_folder),
            ("Open project", self.dialogs.open_project),
            ("Sample project", session.open_sample),
        )
        self.empty = EmptyPage(choices, self.open_path, session.activities, self.theme)
        self.sidebar = Sidebar(session.gallery, session.labels, self.theme)
        self.pane = PicturePane(
            session.picture,
            session.heatmap,
            session.inspector,
            self.theme,
            self._settings.window.heatmap_opacity,
        )
        self.pixmaps = PixmapCache(self.runner, session.thumbnails, self)
        delegate = TileDelegate(session.gallery, session.labels, self.pixmaps, self.theme, self)
        self.gallery = GalleryView(session.gallery, session.thumbnails, self.pixmaps, delegate)
        self.gallery.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.gallery.customContextMenuRequested.connect(self._context_menu)
        self.gallery.doubleClicked.connect(lambda _: self._set_grid(on=False))
        self.inspector = InspectorPanel(session.inspector, session.labels, self.assign, self.theme)
        self.status = StatusLine(session.gallery, session.labels, session.activities, self.theme)
        self.notice_bar = NoticeBar(self.theme)

        self._upper = _splitter(Qt.Orientation.Horizontal, (self.sidebar, self.pane))
        self._upper.setStretchFactor(1, 1)
        self._left = _splitter(Qt.Orientation.Vertical, (self._upper, self.gallery))
        self._left.setStretchFactor(0, 1)
        self._work = _splitter(Qt.Orientation.Horizontal, (self._left, self.inspector))
        self._work.setStretchFactor(0, 1)
        self._upper.setSizes([264, 800])
        self._left.setSizes([2000, self.gallery.strip_height()])
        self._work.setSizes([2000, 288])
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self._work)
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.pages, stretch=1)
        layout.addWidget(self.notice_bar)
        self.setCentralWidget(centre)
        self.setStatusBar(self.status)

    def _follow(self) -> None:
        session = self.session
        for signal in (
            session.mode_changed,
            session.inspector.changed,
            session.gallery.selection_changed,
            session.gallery.counts_changed,
            session.heatmap.changed,
            session.activities.changed,
            session.labels.taxonomy_changed,
        ):
            signal.connect(self._refresh_soon)
        session.mode_changed.connect(self._show_mode)
        session.notices.posted.connect(self.show_notice)
        session.notices.cleared.connect(self._clear_notice)
        session.labels.taxonomy_changed.connect(lambda: self.pane.heat_bar.offer(session.labels))

    def _clear_notice(self) -> None:
        self.notice_bar.hide()

    def _refresh_soon(self) -> None:
        self._refresh.start()

    def _show_mode(self) -> None:
        mode = self.session.mode
        self._set_grid(on=False)
        self.pages.setCurrentWidget(self.empty if mode is Mode.EMPTY else self._work)
        self.sidebar.setVisible(mode is Mode.PROJECT)
        self.gallery.setVisible(mode is Mode.PROJECT)
        self.actions_.toolbar.setVisible(mode is not Mode.EMPTY)
        title = self.session.title
        self.setWindowTitle(f"{title} – SEMGui" if title else "SEMGui")
        if mode is Mode.PROJECT:
            self._remember(self.session.place)
            self.gallery.setFocus()
        self.empty.offer_recent([p for p in map(Path, self._settings.window.recent_projects) if p.is_dir()])

    def _set_grid(self, on: bool) -> None:
        self.grid = on
        self.pane.setVisible(not on)
        if on:
            self._upper.addWidget(self.gallery)  # in the place of the picture
            self._upper.setStretchFactor(2, 1)
        else:
            self._left.addWidget(self.gallery)
        self.gallery.set_grid(on=on)

    def _apply_theme(self) -> None:
        app = QGuiApplication.instance()
        app.setPalette(palette(self.theme))
        self.setStyleSheet(style_sheet(self.theme))
        for part in (
            self.empty,
            self.sidebar,
            self.pane,
            self.gallery,
            self.inspector,
            self.status,
            self.notice_bar,
            self.actions_,
        ):
            part.set_theme(self.theme)

    def _context_menu(self, where: QPoint) -> None:
        self.actions_.context_menu().popup(self.gallery.viewport().mapToGlobal(where))

    def _paths_read(self, paths: list[Path]) -> None:
        QGuiApplication.clipboard().setText("\n".join(str(path) for path in paths))
        self.status.say(f"Copied {len(paths):,} paths.")

    def _remember(self, project: Path | None) -> None:
        if project is not None:
            others = [p for p in self._settings.window.recent_projects if p != str(project)]
            self._settings.window.recent_projects = [str(project), *others][:_RECENT]
            self._save_settings()

    def _save_settings(self) -> None:
        try:
            save_settings(self._settings)
        except OSError as error:
            self.session.notices.warn(f"The settings could not be saved: {error.strerror}.")


def _at_the_right(part: QWidget) -> QWidget:
    room = QWidget()
    row = QHBoxLayout(room)
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(part)
    return room


def _splitter(orientation: Qt.Orientation, parts: tuple[QWidget, ...]) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    return splitter


def _chosen_theme(settings: Settings) -> Theme:
    chosen = settings.window.theme
    if chosen != "system":
        return THEMES[chosen]
    scheme = QGuiApplication.styleHints().colorScheme()
    return LIGHT if scheme is Qt.ColorScheme.Light else DARK
