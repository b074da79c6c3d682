"""The gallery with what belongs to it: filter, arrangement, and what to do where nothing is shown."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from semgui.settings import GallerySettings
from semgui.texts import tr
from semgui.ui.arrange_bar import ArrangeBar
from semgui.ui.columns import label
from semgui.ui.filter_bar import FilterBar
from semgui.ui.gallery import GalleryView
from semgui.ui.group_header import GroupHeaders
from semgui.ui.pixmaps import PixmapCache
from semgui.ui.range_panel import RangePanel
from semgui.ui.theme import GRID, Theme
from semgui.ui.tile_painter import TilePainter
from semgui.viewmodels.captions import Caption
from semgui.viewmodels.filters import cleared, from_json, is_filtered, to_json
from semgui.viewmodels.saved_filters import SavedFilters
from semgui.viewmodels.session import Session
from semgui.viewmodels.tasks import TaskRunner

_STRIP_SIDE = 112
_AS_HIGH_AS_IT_LIKES = 16_777_215  # QWIDGETSIZE_MAX
_STRIP_CAPTIONS = (Caption.CLASS,)


class GalleryPane(QWidget):
    """Thumbnails in a strip or a grid.

    Parameters
    ----------
    settings
        Size and captions of the grid; changed when the user chooses others, and saved by the window.
    """

    opened = Signal()

    def __init__(
        self,
        session: Session,
        runner: TaskRunner,
        pixmaps: PixmapCache,
        settings: GallerySettings,
        theme: Theme,
    ) -> None:
        super().__init__()
        self._gallery = session.gallery
        self._settings = settings
        with suppress(ValueError):  # of a later version
            session.gallery.initial = cleared(from_json(settings.arrangement))
        self._painter = TilePainter(session.labels, theme)
        headers = GroupHeaders(session.gallery, session.labels, theme)
        self.view = GalleryView(session.gallery, session.thumbnails, pixmaps, self._painter, headers, theme)
        self.filters = FilterBar(session.gallery, session.labels, theme)
        self.saved = SavedFilters(runner, session.notices)
        session.mode_changed.connect(
            lambda: self.saved.attach(session.opened.library if session.opened else None)
        )
        self.arrange = ArrangeBar(session.gallery, self.saved, theme, settings.side, _captions(settings))
        self.ranges = RangePanel(session, runner, self)
        self.nothing = NothingHere(session)
        self.nothing.setParent(self.view)  # not the viewport, whose children scroll with it
        self.view.viewport().installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.arrange, self.filters):
            column.addWidget(part)
        column.addWidget(self.view, stretch=1)
        self.view.opened.connect(self.opened)
        self.view.size_step_asked.connect(self.arrange.step_size)
        self.arrange.side_chosen.connect(self._take_side)
        self.arrange.captions_chosen.connect(self._take_captions)
        self.arrange.ranges.clicked.connect(lambda: self.ranges.open_below(self.arrange.ranges))
        session.gallery.rows_changed.connect(lambda _: self._say_nothing())
        session.gallery.filter_changed.connect(self._say_nothing)
        session.gallery.filter_changed.connect(self._keep_arrangement)
        session.gallery.filter_changed.connect(self._bound_height)  # chips come and go
        session.gallery.counts_changed.connect(self._say_nothing)
        self.set_grid(on=False)

    def set_grid(self, *, on: bool) -> None:
        """Fill the space with rows of thumbnails, or show a single strip."""
        self.arrange.setVisible(on)
        self._painter.side = self._settings.side if on else _STRIP_SIDE
        self._painter.captions = _captions(self._settings) if on else _STRIP_CAPTIONS
        self.view.set_grid(on=on)
        self._bound_height()

    def strip_height(self) -> int:
        """Height of a single row."""
        return self.view.strip_height()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        for part in (self.view, self.filters, self.arrange):
            part.set_theme(theme)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what is said about nothing in the middle."""
        if event.type() is QEvent.Type.Resize:
            self.nothing.setGeometry(self.view.viewport().geometry())
        return super().eventFilter(watched, event)

    def _keep_arrangement(self) -> None:
        """Have the next project in the same order and groups."""
        self._gallery.initial = cleared(self._gallery.filter)
        self._settings.arrangement = to_json(self._gallery.initial)

    def _bound_height(self) -> None:
        """Take no more room for a single row than it can fill."""
        chips = 0 if self.filters.isHidden() else self.filters.sizeHint().height()
        self.setMaximumHeight(_AS_HIGH_AS_IT_LIKES if self.view.is_grid else self.strip_height() + chips)

    def _say_nothing(self) -> None:
        self.nothing.refresh()
        self.nothing.setGeometry(self.view.viewport().geometry())

    def _take_side(self, side: int) -> None:
        self._settings.side = side
        self._painter.side = side
        self.view.restyle()

    def _take_captions(self, captions: tuple[Caption, ...]) -> None:
        self._settings.captions = [str(caption) for caption in captions]
        self._painter.captions = captions
        self.view.restyle()


class NothingHere(QWidget):
    """Says why there are no thumbnails, and what to do."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._gallery = session.gallery
        self._work = session.work
        self.words = label(kind="dim")
        self.clear = QPushButton(tr("Clear all filters"))
        self.clear.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clear.clicked.connect(lambda: self._gallery.narrow(cleared(self._gallery.filter)))
        column = QVBoxLayout(self)
        column.setSpacing(GRID)
        column.addStretch(1)
        column.addWidget(self.words, alignment=Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.clear, alignment=Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Show or hide it."""
        filtered = is_filtered(self._gallery.filter)
        self.setVisible(self._gallery.listed and not self._gallery.ids.size)
        looking = tr("Looking for images…") if self._work.scanning else tr("No images yet.")
        self.words.setText(tr("No image passes these filters.") if filtered else looking)
        self.clear.setVisible(filtered)


def _captions(settings: GallerySettings) -> tuple[Caption, ...]:
    known = set(settings.captions)
    return tuple(caption for caption in Caption if caption in known)
