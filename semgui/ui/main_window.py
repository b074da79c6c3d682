"""The window: puts the parts together and keeps what belongs to the window alone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from semgui.domain.ids import ClassId
from semgui.imaging.decoders import Decoder
from semgui.settings import Settings
from semgui.texts import tr
from semgui.ui.actions import Actions, Context
from semgui.ui.browse import BrowsePage
from semgui.ui.class_finder import class_finder
from semgui.ui.commands import action_table
from semgui.ui.commands.pointed import Pointed
from semgui.ui.dialogs import Dialogs
from semgui.ui.drops import DropTarget
from semgui.ui.empty import EmptyPage, OpeningPage
from semgui.ui.guest_bar import GuestBar
from semgui.ui.layout import kept_layout, restore_layout
from semgui.ui.live_chip import LiveChip
from semgui.ui.modes import ModeBar, Modes
from semgui.ui.palette import Palette
from semgui.ui.palette_entries import palette_entries
from semgui.ui.panels import Panels
from semgui.ui.preferences import Preferences
from semgui.ui.runner import QtTaskRunner
from semgui.ui.settings_dialog import SettingsDialog
from semgui.ui.shortcuts import ShortcutSheet
from semgui.ui.status import NoticeBar, StatusLine
from semgui.ui.theme import DARK, chosen_theme, palette, style_sheet
from semgui.viewmodels.brain import BrainFinder
from semgui.viewmodels.memory import Place, keep_place
from semgui.viewmodels.notices import Notice, Severity
from semgui.viewmodels.session import Mode, Session

_BLINK_MS = 200


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
        self.theme = chosen_theme(settings.window.theme)
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
        self._refresh.timeout.connect(self.actions_.refresh)
        self._opening_shown = QTimer(self, singleShot=True, interval=_BLINK_MS)
        self._opening_shown.timeout.connect(lambda: self.pages.setCurrentWidget(self.opening))
        self._follow()
        self._apply_theme()
        self._place_shown: Path | None = None
        restore_layout(self, settings.window.layout)
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

    def toggle_theme(self) -> None:
        """Change between dark and light, and remember it."""
        self.choose_theme("light" if self.theme is DARK else "dark")

    def choose_theme(self, name: str) -> None:
        """Take ``dark``, ``light`` or what the system has, and remember it."""
        self.settings.window.theme = name
        self.preferences.save()
        self._follow_system()

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

    def show_context_menu(self, context: Context, where: QPoint) -> None:
        """Offer what can be done at a place of the screen."""
        self.actions_.refresh()  # what was pointed at may be another than before
        menu = self.actions_.context_menu(context)
        if menu.isEmpty():
            menu.deleteLater()
        else:
            menu.popup(where)

    def show_notice(self, notice: Notice) -> None:
        """Say a sentence: in passing, or until it is read."""
        if notice.severity is Severity.INFO:
            self.status.say(notice.text)
        else:
            self.notice_bar.show_notice(notice)

    # Qt

    def closeEvent(self, event: QCloseEvent) -> None:
        """Write what is pending, stop what runs, and free everything."""
        self.hide()
        self._keep_place()
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
            (tr("Open folder"), self.dialogs.open_folder),
            (tr("Open project"), self.dialogs.open_project),
            (tr("Sample project"), session.open_sample),
        )
        self.empty = EmptyPage(choices, self.open_path, self._forget_project, session.activities, self.theme)
        self.opening = OpeningPage()
        self.browse = BrowsePage(
            session, self.runner, self.settings.window, self.theme, self.assign, self._thumbnail_menu
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

        self.pages = QStackedWidget()
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
            session.labels.taxonomy_changed,
            self.modes.changed,
            self.panels.changed,
        ):
            signal.connect(self._refresh_soon)
        self.pane.menu_asked.connect(lambda where: self.show_context_menu(Context.PICTURE, where))
        self.sidebar.class_menu_asked.connect(self._class_menu)
        self.sidebar.folder_menu_asked.connect(self._folder_menu)
        self.inspector.palette_box.menu_asked.connect(self._class_menu)
        session.mode_changed.connect(self._show_mode)
        session.leaving.connect(self._keep_place)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)
        session.opening_changed.connect(self._show_opening)
        session.gallery.counts_changed.connect(self._count_project)
        session.notices.posted.connect(self.show_notice)
        session.notices.cleared.connect(self._clear_notice)
        session.hand.classes.key_owner = self._key_owner
        session.labels.taxonomy_changed.connect(lambda: self.pane.heat_bar.offer(session.labels))

    def _key_owner(self, key: str) -> str | None:
        owner = self.actions_.keymap.owner(key.upper())
        info = next((i for i in self.actions_.table if i.id == owner and not i.is_class_key), None)
        return info.plain_words if info else None

    def _class_keys(self) -> frozenset[str]:
        return frozenset(c.shortcut for c in self.session.labels.taxonomy.active if c.shortcut)

    def _clear_notice(self) -> None:
        self.notice_bar.hide()

    def _refresh_soon(self) -> None:
        self._refresh.start()

    def _show_mode(self) -> None:
        mode = self.session.mode
        self.browse.show_project(there=mode is Mode.PROJECT)
        if mode is Mode.EMPTY:
            self.panels.suspend()
        else:
            self.panels.resume()
        self._show_page()
        self.actions_.toolbar.setVisible(mode is not Mode.EMPTY)
        self.mode_bar.setVisible(mode is not Mode.EMPTY and len(self.modes.table) > 1)
        title = self.session.title
        self.setWindowTitle(f"{title} – SEMGui" if title else "SEMGui")
        if self.session.place is not None:
            self.preferences.remember_project(self.session.place)
        if self.session.place != self._place_shown:
            self._place_shown, known = self.session.place, self.session.place_before
            self.browse.set_grid(on=known is not None and known.grid)
        self.preferences.with_recent(self.empty.offer_recent)

    def _show_page(self) -> None:
        if self.session.mode is Mode.EMPTY:
            self.pages.setCurrentWidget(self.empty)
        else:
            self.modes.show("browse")

    def _show_opening(self) -> None:
        """Say at once what is being opened, and cover the window when it takes longer than a blink."""
        path = self.session.opening_path
        if path is None:
            self._opening_shown.stop()
            self.status.said.clear()
            if self.pages.currentWidget() is self.opening:
                self._show_page()
            return
        self.opening.show_path(path)
        self.status.say(self.opening.title.text())
        self._opening_shown.start()

    def _count_project(self) -> None:
        place = self.session.place
        if place is not None and not self.session.opening:
            self.preferences.remember_count(place, self.session.gallery.facets.total)

    def _keep_place(self) -> None:
        """Keep filter and image for the next time that this project is opened."""
        place, detail = self.session.place, self.session.inspector.detail
        if place is not None and self.in_project():
            image = None if detail is None else detail.path
            keep_place(place, Place(self.session.gallery.filter, image, self.browse.grid))

    def _forget_project(self, place: Path) -> None:
        self.preferences.forget_project(place)
        self.preferences.with_recent(self.empty.offer_recent)

    def _follow_system(self, *_: object) -> None:
        theme = chosen_theme(self.settings.window.theme)
        if theme is not self.theme:
            self.theme = theme
            self._apply_theme()

    def _apply_theme(self) -> None:
        app = QGuiApplication.instance()
        app.setPalette(palette(self.theme))
        self.setStyleSheet(style_sheet(self.theme))
        for part in (
            self.empty,
            *self.modes.built,
            self.panels,
            self.palette_,
            self.class_finder,
            self.status,
            self.live_chip,
            self.notice_bar,
            self.actions_,
        ):
            if hasattr(part, "set_theme"):
                part.set_theme(self.theme)

    def _thumbnail_menu(self, where: QPoint) -> None:
        self.show_context_menu(Context.THUMBNAILS, where)

    def _class_menu(self, class_id: ClassId, where: QPoint) -> None:
        self.pointed.class_id = class_id
        self.show_context_menu(Context.CLASS, where)

    def _folder_menu(self, folder: Path, where: QPoint) -> None:
        self.pointed.folder = folder
        self.show_context_menu(Context.FOLDER, where)

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
