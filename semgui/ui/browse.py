"""The mode Browse: folders, picture, thumbnails and what is known of the image, side by side."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from semgui.domain.ids import ClassId
from semgui.settings import WindowSettings
from semgui.ui.gallery_pane import GalleryPane
from semgui.ui.inspector import InspectorPanel
from semgui.ui.picture_pane import PicturePane
from semgui.ui.pixmaps import PixmapCache
from semgui.ui.sidebar import Sidebar
from semgui.ui.theme import Theme
from semgui.viewmodels.session import Session
from semgui.viewmodels.tasks import TaskRunner


class BrowsePage(QSplitter):
    """Puts the parts of Browse in their places.

    Parameters
    ----------
    assign
        Labels what is chosen.
    context_menu
        Gets the place on the screen where a menu for the chosen thumbnails was asked for.
    """

    def __init__(
        self,
        session: Session,
        runner: TaskRunner,
        settings: WindowSettings,
        theme: Theme,
        assign: Callable[[ClassId], None],
        context_menu: Callable[[QPoint], None],
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.grid = False
        self._lent: list[int] = []  # widths of the upper parts while another page shows the picture
        self._heights = [0, 0]  # of picture and thumbnails, while only thumbnails are shown
        self.sidebar = Sidebar(session.gallery, session.labels, theme)
        self.pane = PicturePane(session, settings, theme)
        self.pixmaps = PixmapCache(session.thumbnails, self)
        self.gallery_pane = GalleryPane(session, runner, self.pixmaps, settings.gallery, theme)
        self.gallery = self.gallery_pane.view
        self.gallery.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.gallery.customContextMenuRequested.connect(
            lambda where: context_menu(self.gallery.viewport().mapToGlobal(where))
        )
        self.gallery.opened.connect(lambda: self.set_grid(on=False))
        self.inspector = InspectorPanel(session, assign, self.gallery.setFocus, theme)
        self._place()

    def show_project(self, *, there: bool) -> None:
        """Show what only a project has, or hide it."""
        self.set_grid(on=False)
        self._give_the_picture_the_rest()
        self.sidebar.setVisible(there)
        self.gallery_pane.setVisible(there)
        if there:
            self.gallery.setFocus()

    def set_grid(self, *, on: bool) -> None:
        """Show thumbnails in the place of the picture, or the picture above one row of them."""
        if on != self.grid:
            self.grid = on
            self.pane.setVisible(not on)
            self.gallery_pane.set_grid(on=on)
            if on:
                self._heights = self._left.sizes()
                self._upper.addWidget(self.gallery_pane)
                self._upper.setStretchFactor(2, 1)
            else:
                self._left.addWidget(self.gallery_pane)
                self._left.setSizes(self._heights)
        self.gallery.setFocus()  # it has lost the keyboard on its way

    def _give_the_picture_the_rest(self) -> None:
        """Take back what an earlier layout gave to the row of thumbnails beyond what it can use."""
        upper, strip = self._left.sizes()
        most = self.gallery_pane.maximumHeight()
        if strip > most:
            self._left.setSizes([upper + strip - most, most])

    def lend_picture(self, place: Callable[[PicturePane], None]) -> None:
        """Let another page show the picture: a second canvas would take a second to make, and its memory.

        Parameters
        ----------
        place
            Puts it there.
        """
        self._lent = self._upper.sizes()
        place(self.pane)
        self.pane.show()

    def take_picture_back(self) -> None:
        """Show the picture here again."""
        self._upper.insertWidget(1, self.pane)
        self._upper.setStretchFactor(1, 1)
        self.pane.setVisible(not self.grid)
        self._upper.setSizes(self._lent)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for part in (self.sidebar, self.pane, self.gallery_pane, self.inspector):
            part.set_theme(theme)

    def splitters(self) -> dict[str, QSplitter]:
        """Return what the user can move the borders of, by names that never change."""
        return {"whole": self, "left": self._left, "upper": self._upper}

    def _place(self) -> None:
        self._upper = QSplitter(Qt.Orientation.Horizontal)
        self._left = QSplitter(Qt.Orientation.Vertical)
        _fill(self._upper, self.sidebar, self.pane, sizes=[264, 800], stretch=1)
        _fill(
            self._left,
            self._upper,
            self.gallery_pane,
            sizes=[2000, self.gallery_pane.strip_height()],
            stretch=0,
        )
        _fill(self, self._left, self.inspector, sizes=[2000, 288], stretch=0)


def _fill(splitter: QSplitter, *parts: QWidget, sizes: list[int], stretch: int) -> None:
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    splitter.setStretchFactor(stretch, 1)
    splitter.setSizes(sizes)
