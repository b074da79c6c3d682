"""Which page the window shows: the empty one, the one that says what is being opened, or that of a mode."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from semgui.viewmodels.desk import Mode
from semgui.viewmodels.memory import Place, keep_place

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow

_BLINK_MS = 200


class Stage:
    """Follows the session: shows what is open, and keeps where one was in it."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._place_shown: Path | None = None
        self._opening_shown = QTimer(window, singleShot=True, interval=_BLINK_MS)
        self._opening_shown.timeout.connect(lambda: window.pages.setCurrentWidget(window.opening))
        session = window.session
        session.mode_changed.connect(self.show)
        session.leaving.connect(self.keep_place)
        session.opening_changed.connect(self._show_opening)
        session.gallery.counts_changed.connect(self._count_project)

    def show(self) -> None:
        """Show what is open."""
        window, mode = self._window, self._window.session.mode
        window.browse.show_project(there=mode is Mode.PROJECT)
        if mode is Mode.EMPTY:
            window.panels.suspend()
        else:
            window.panels.resume()
        again = window.session.place is not None and window.session.place == self._place_shown
        self._show_page(window.modes.current.id if again and mode is Mode.PROJECT else "browse")
        window.actions_.toolbar.setVisible(mode is not Mode.EMPTY)
        window.mode_bar.setVisible(mode is not Mode.EMPTY and len(window.modes.table) > 1)
        title, place = window.session.title, window.session.place
        window.setWindowTitle(f"{title} – SEMGui" if title else "SEMGui")
        if place is not None:
            window.preferences.remember_project(place)
        if place != self._place_shown:
            self._place_shown, known = place, window.session.place_before
            window.browse.set_grid(on=known is not None and known.grid)
        window.preferences.with_recent(window.empty.offer_recent)

    def keep_place(self) -> None:
        """Keep filter and image for the next time that this project is opened."""
        window = self._window
        place, detail = window.session.place, window.session.inspector.detail
        if place is not None and window.in_project():
            image = None if detail is None else detail.path
            closer = window.session.closer.on
            keep_place(place, Place(window.session.gallery.filter, image, window.browse.grid, closer))

    def forget_project(self, place: Path) -> None:
        """Offer a project on the empty page no more."""
        self._window.preferences.forget_project(place)
        self._window.preferences.with_recent(self._window.empty.offer_recent)

    def _show_page(self, mode_id: str) -> None:
        if self._window.session.mode is Mode.EMPTY:
            self._window.pages.setCurrentWidget(self._window.empty)
        else:
            self._window.modes.show(mode_id)

    def _show_opening(self) -> None:
        """Say at once what is being opened, and cover the window when it takes longer than a blink."""
        window, path = self._window, self._window.session.opening_path
        if path is None:
            self._opening_shown.stop()
            window.status.said.clear()
            if window.pages.currentWidget() is window.opening:
                self._show_page(window.modes.current.id)
            return
        window.opening.show_path(path)
        window.status.say(window.opening.title.text())
        self._opening_shown.start()

    def _count_project(self) -> None:
        session = self._window.session
        if session.place is not None and not session.opening:
            self._window.preferences.remember_count(session.place, session.gallery.facets.total)
