"""The modes of the window (Browse │ Review │ …): a page each, plugged in with one entry of `MODES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QToolButton, QWidget

from semgui.texts import mark
from semgui.ui.layout import restore_page
from semgui.ui.theme import GRID
from semgui.viewmodels.desk import Mode

if TYPE_CHECKING:
    from semgui.ui.main_window import MainWindow


def _with_project(window: MainWindow) -> bool:
    return window.session.mode is Mode.PROJECT


def _with_anything(window: MainWindow) -> bool:
    return window.session.mode is not Mode.EMPTY


def _review_page(window: MainWindow) -> QWidget:
    from semgui.ui.review_page import ReviewPage  # made when first shown

    return ReviewPage(window)


def _train_page(window: MainWindow) -> QWidget:
    from semgui.ui.train_page import TrainPage  # pyqtgraph takes a while to load

    return TrainPage(window)


def _confusions_page(window: MainWindow) -> QWidget:
    from semgui.ui.confusion_page import ConfusionPage  # made when first shown

    return ConfusionPage(window)


def _map_page(window: MainWindow) -> QWidget:
    from semgui.ui.map_page import MapPage  # made when first shown

    return MapPage(window)


def _models_page(window: MainWindow) -> QWidget:
    from semgui.ui.models_page import ModelsPage  # made when first shown

    return ModelsPage(window)


@dataclass(frozen=True, slots=True)
class ModePage:
    """One mode.

    Parameters
    ----------
    id
        Part of the action ``mode.ID`` and of the settings; never changes.
    title
        On the mode bar; marked for translation.
    tip
        What one does there, in a sentence; marked for translation.
    build
        Makes the page when it is first shown. A page that has a method ``set_theme(theme)`` is told of
        another theme, one that has ``shut_down()`` of the window's end; the borders in what ``splitters()``
        returns by name are kept from one start to the next.
    enabled
        Whether one can go there now.
    pictures
        Whether the keys for pictures and labels (arrows, 1 to 9, F, H…) work there; a page that has an
        attribute ``shows_pictures`` says by it whether they do just now.
    labels
        Whether the keys that label what is chosen work there, although no picture is looked at; a page that
        has an attribute ``takes_labels`` says by it whether they do just now.
    """

    id: str
    title: str
    tip: str
    build: Callable[[MainWindow], QWidget]
    enabled: Callable[[MainWindow], bool] = _with_project
    pictures: bool = False
    labels: bool = False


# In the order of the bar and of Ctrl+1, Ctrl+2, …
MODES: tuple[ModePage, ...] = (
    ModePage(
        "browse",
        mark("Browse"),
        mark("Look at images and label them"),
        lambda window: window.browse,
        _with_anything,
        pictures=True,
    ),
    ModePage(
        "review",
        mark("Review"),
        mark("Find wrong and doubtful labels, and put them right one after the other"),
        _review_page,
        pictures=True,
    ),
    ModePage(
        "confusions",
        mark("Confusions"),
        mark("See which classes are taken for which, go to the images, and learn from the corrections"),
        _confusions_page,
    ),
    ModePage(
        "map",
        mark("Map"),
        mark("See which images look alike, label them together, and find groups that have no name yet"),
        _map_page,
        labels=True,
    ),
    ModePage(
        "train",
        mark("Train"),
        mark("Train a network on your labels in the background, and watch it"),
        _train_page,
        _with_anything,
    ),
    ModePage(
        "models",
        mark("Models"),
        mark("Choose the model that classifies, measure models and compare them"),
        _models_page,
        _with_anything,
    ),
)


class Pages(QStackedWidget):
    """Pages of which only the one that is shown takes room: the window need not hold the largest of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(lambda _: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        """Return what the page that is shown needs."""
        page = self.currentWidget()
        return super().minimumSizeHint() if page is None else page.minimumSizeHint()


class Modes(QObject):
    """Shows one page at a time, made when it is first asked for.

    Parameters
    ----------
    pages
        Where the pages are shown; the window's empty page is its own business.
    """

    changed = Signal()

    def __init__(
        self, window: MainWindow, pages: QStackedWidget, table: tuple[ModePage, ...] = MODES
    ) -> None:
        super().__init__(window)
        self._window = window
        self._pages = pages
        self.table = table
        self.current = table[0]
        self._built: dict[str, QWidget] = {}

    def show(self, mode_id: str) -> None:
        """Go to a mode; to where one is already, nothing happens."""
        wanted = next(mode for mode in self.table if mode.id == mode_id)
        if not wanted.enabled(self._window):
            return
        self.current = wanted
        self._pages.setCurrentWidget(self.page(mode_id))
        self.changed.emit()

    def page(self, mode_id: str) -> QWidget:
        """Return the page of a mode, made if it is not there yet."""
        if mode_id not in self._built:
            mode = next(mode for mode in self.table if mode.id == mode_id)
            made = mode.build(self._window)
            restore_page(mode_id, made, self._window.settings.window.layout)
            self._built[mode_id] = made
            self._pages.addWidget(made)
        return self._built[mode_id]

    @property
    def at_pictures(self) -> bool:
        """Whether images are looked at, so that keys for pictures and labels mean what is seen."""
        page = self._built.get(self.current.id)
        return self.current.pictures and getattr(page, "shows_pictures", True)

    @property
    def at_labels(self) -> bool:
        """Whether images are chosen where they are seen, so that keys that label mean these."""
        page = self._built.get(self.current.id)
        return self.at_pictures or (self.current.labels and getattr(page, "takes_labels", True))

    @property
    def built(self) -> Mapping[str, QWidget]:
        """The pages made so far, by the ids of their modes."""
        return self._built

    def shut_down(self) -> None:
        """Tell the pages that the window ends."""
        for page in self.built.values():
            if hasattr(page, "shut_down"):
                page.shut_down()


class ModeBar(QWidget):
    """One button a mode, at the right of the menu bar; nothing while there is no choice."""

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, GRID, 0)
        row.setSpacing(0)
        for action in actions:
            button = QToolButton()
            button.setObjectName("mode")
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        self.setVisible(len(actions) > 1)
