"""The window: puts the parts together and keeps what belongs to the window alone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from semgui.domain.ids import ClassId
from semgui.imaging.decoders import Decoder
from semgui.settings import Settings
from semgui.texts import tr
from semgui.ui.actions import Actions
from semgui.ui.browse import BrowsePage
from semgui.ui.class_finder import class_finder
from semgui.ui.class_splitter import class_splitter
from semgui.ui.commands import action_table
from semgui.ui.commands.examples import search_like_region
from semgui.ui.commands.pointed import Pointed
from semgui.ui.context_menus import ContextMenus
from semgui.ui.dialogs import Dialogs
from semgui.ui.drops import DropTarget
from semgui.ui.empty import Choice, EmptyPage, OpeningPage
from semgui.ui.example_bar import ExampleBar
from semgui.ui.guest_bar import GuestBar
from semgui.ui.hand import hand_is_busy, is_typing
from semgui.ui.layout import kept_layout, restore_layout
from semgui.ui.live_chip import LiveChip
from semgui.ui.looks import Looks
from semgui.ui.modes import ModeBar, Modes, Pages
from semgui.ui.new_project import NewProjectChoice
from semgui.ui.palette import Palette
from semgui.ui.palette_entries import palette_entries
from semgui.ui.panels import Panels
from semgui.ui.preferences import Preferences
from semgui.ui.region_tool import RegionTool
from semgui.ui.runner import QtTaskRunner
from semgui.ui.settings_dialog import SettingsDialog
from semgui.ui.shortcuts import ShortcutSheet
from semgui.ui.stage import Stage
from semgui.ui.status import NoticeBar, StatusLine
from semgui.ui.theme import Theme
from semgui.viewmodels.brain import BrainFinder
from semgui.viewmodels.desk import Mode
from semgui.viewmodels.notices import Notice, Severity
from semgui.viewmodels.session import Session


class MainWindow(QMainWindow):
    """A window on one project or one image.

    Parameters
    ----------
    settings
        Changed and saved when the user chooses something that lasts.
    find_brain
        Finds the model to classify with.
    decoder
        Where files are decoded.
    """

    def __init__(self, settings: Settings, find_brain: BrainFinder, decoder: Decoder) -> None:
        super().__init__()
        self.setWindowTitle("SEMGui")
        self.resize(1366, 768)
        self.settings = settings
        self.runner = QtTaskRunner(self)
        self.session = Session(self.runner, settings, find_brain, decoder)
        self.preferences = Preferences(settings, self.runner, self.session.notices)
        self.looks = Looks(self)
        self.menus = ContextMenus(self)
        self.dialogs = Dialogs(self)
        self.pointed = Pointed()
        self._build()
        DropTarget(self, self._dropped)
        self.actions_ = Actions(
            self, action_table(self), settings.window.shortcuts, self._class_keys, self.theme
        )
        self.actions_.keymap.changed.connect(self.preferences.save)
        self.mode_bar = ModeBar(
            [self.actions_.by_id[f"mode.{mode.id}"] for mode in self.modes.table if len(self.modes.table) > 1]
        )
        self.menuBar().setCornerWidget(self.mode_bar)
        self.actions_.toolbar.addWidget(_at_the_right(self.pane.heat_bar))
        # Many signals come at once; what can be done is worked out once after them.
        self._refresh = QTimer(self, singleShot=True, interval=0)
        self._refresh.timeout.connect(self._show_what_can_be_done)
        self._follow()
        self.stage = Stage(self)
        self.looks.apply()
        restore_layout(self, settings.window.layout)
        self.stage.show()

    @property
    def theme(self) -> Theme:
        """The colours in use."""
        return self.looks.theme

    # What can be done now

    def in_project(self) -> bool:
        """Whether a project is open."""
        return self.session.mode is Mode.PROJECT

    def has_image(self) -> bool:
        """Whether there is an image to look at."""
        return self.session.inspector.detail is not None

    def has_model(self) -> bool:
        """Whether there is a model and an image to ask it about; nobody asks who judges blind."""
        asking = self.session.brain is not None and not self.session.labels.blind
        return self.has_image() and asking

    def can_label(self) -> bool:
        """Whether a label could be given."""
        return self.in_project() and self.session.labels.possible and self.session.gallery.current is not None

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

    def toggle_grid(self) -> None:
        """Show thumbnails only, or the picture again."""
        self.browse.set_grid(on=not self.browse.grid)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or not."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def show_settings(self) -> None:
        """Show what lasts; the same window again if it is there already."""
        dialog = self.findChild(SettingsDialog) or SettingsDialog(self)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def show_shortcuts(self) -> None:
        """Show the sheet of shortcuts."""
        ShortcutSheet(self.actions_, self).show()

    def refresh_soon(self) -> None:
        """Work out what can be done, after everything that changes now."""
        self._refresh.start()

    def show_notice(self, notice: Notice) -> None:
        """Say a sentence: in passing, or until it is read."""
        if notice.severity is Severity.INFO and not notice.action:
            self.status.say(notice.text)
        else:
            self.notice_bar.show_notice(notice)

    # Qt

    def closeEvent(self, event: QCloseEvent) -> None:
        """Write what is pending, stop what runs, and free everything."""
        self.hide()
        self.stage.keep_place()
        self.settings.window.heatmap_opacity = self.pane.heat_bar.opacity.value() / 100
        self.browse.set_grid(on=False)  # so that the places of all parts are known
        self.settings.window.layout = kept_layout(self)
        self.preferences.save()
        self.modes.shut_down()
        self.session.shut_down()
        self.runner.close()
        self.session.release()
        self.pane.canvas.close_canvas()
        super().closeEvent(event)

    # Building

    def _build(self) -> None:
        session = self.session
        choices = (
            Choice(tr("Open folder"), tr("Images that were never opened here."), self.dialogs.open_folder),
            Choice(
                tr("Open project"),
                tr("Labelled before, or brought on a stick."),
                self.dialogs.open_project,
            ),
            Choice(tr("Sample project"), tr("Try everything on drawn micrographs."), session.open_sample),
        )
        self.empty = EmptyPage(
            choices,
            self.open_path,
            self._forget_project,
            session.activities,
            self.theme,
            NewProjectChoice(self.settings, self.preferences.save),
        )
        self.opening = OpeningPage()
        self.browse = BrowsePage(
            session, self.runner, self.settings.window, self.theme, self.assign, self.menus.of_thumbnails
        )
        # Actions and tests name the parts often; where they stand is the page's business.
        self.sidebar, self.pane = self.browse.sidebar, self.browse.pane
        self.gallery, self.pixmaps = self.browse.gallery, self.browse.pixmaps
        self.inspector = self.browse.inspector
        self.status = StatusLine(
            session.gallery, session.hand, session.activities, self.theme, pace=self.settings.window.pace
        )
        self.live_chip = LiveChip(session.live, self.theme)
        self.status.insertPermanentWidget(1, self.live_chip)
        self.notice_bar = NoticeBar(lambda action_id: self.actions_.by_id[action_id], self.theme)

        self.pages = Pages()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.opening)
        self.modes = Modes(self, self.pages)
        self.modes.page("browse")
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.guest_bar = GuestBar(session)
        layout.addWidget(self.guest_bar)
        self.example_bar = ExampleBar(self)
        layout.addWidget(self.example_bar)
        self.region = RegionTool(self.pane.canvas)
        self.region.chosen.connect(lambda region: search_like_region(self, region))
        layout.addWidget(self.pages, stretch=1)
        layout.addWidget(self.notice_bar)
        self.setCentralWidget(centre)
        self.setStatusBar(self.status)
        self.panels = Panels(self)
        self.palette_ = Palette(
            self,
            lambda: palette_entries(self),
            self.theme,
            hint=tr("Search commands, classes and projects"),
        )
        self.class_finder = class_finder(self)
        self.class_splitter = class_splitter(self)

    def _follow(self) -> None:
        session = self.session
        for signal in (
            session.mode_changed,
            session.inspector.changed,
            session.gallery.selection_changed,
            session.gallery.counts_changed,
            session.heatmap.changed,
            session.look.changed,
            session.ruler.changed,
            session.crop.changed,
            session.compare.changed,
            session.activities.changed,
            session.live.changed,
            session.review.changed,
            session.labels.taxonomy_changed,
            session.training.changed,
            session.models.changed,
            self.modes.changed,
            self.panels.changed,
        ):
            signal.connect(self.refresh_soon)
        self.pane.menu_asked.connect(self.menus.of_picture)
        self.sidebar.class_menu_asked.connect(self.menus.of_class)
        self.sidebar.folder_menu_asked.connect(self.menus.of_folder)
        self.inspector.palette_box.menu_asked.connect(self.menus.of_class)
        session.notices.posted.connect(self.show_notice)
        session.notices.cleared.connect(self._clear_notice)
        session.hand.classes.key_owner = self._key_owner
        session.live.hand_is_busy = lambda: hand_is_busy(self)
        session.gallery.wait_for(lambda: is_typing(self))
        session.labels.taxonomy_changed.connect(lambda: self.pane.heat_bar.offer(session.labels))

    def _key_owner(self, key: str) -> str | None:
        owner = self.actions_.keymap.owner(key.upper())
        info = next((i for i in self.actions_.table if i.id == owner and not i.is_class_key), None)
        return info.plain_words if info else None

    def _class_keys(self) -> frozenset[str]:
        return frozenset(c.shortcut for c in self.session.labels.taxonomy.active if c.shortcut)

    def _clear_notice(self) -> None:
        self.notice_bar.forget()

    def _show_what_can_be_done(self) -> None:
        self.actions_.refresh()
        self.pane.heat_bar.follow_mode(at_pictures=self.modes.at_pictures)

    def _forget_project(self, place: Path) -> None:
        self.stage.forget_project(place)

    def _dropped(self, paths: list[Path]) -> None:
        if len(paths) > 1:
            self.session.notices.info(
                tr("Only the first of {n:,} was opened; drop a folder instead.", "", len(paths))
            )
        self.open_path(paths[0])


def _at_the_right(part: QWidget) -> QWidget:
    room = QWidget()
    row = QHBoxLayout(room)
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(part)
    return room
