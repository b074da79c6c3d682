"""Two to four images side by side, with one zoom and one place for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from psygnal import Signal

from semgui.domain.errors import UnreadableImageError
from semgui.domain.ids import ImageId
from semgui.texts import tr
from semgui.viewmodels.gallery import GalleryModel
from semgui.viewmodels.inspector import Detail, DetailSource
from semgui.viewmodels.labelling import LabelModel
from semgui.viewmodels.look import Look, automatic_look
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.picture import Loader, Picture, PictureKey
from semgui.viewmodels.tasks import Lane, TaskRunner
from semgui.viewmodels.view import MAX_ZOOM, Size, View, fitted

MOST = 4
_LEAST_ZOOM = 0.25  # of the zoom at which the pictures fit


class Link(StrEnum):
    """What is the same in all pictures."""

    FRACTION = "fraction"  # the same part of each picture
    SCALE = "scale"  # a nanometre is as large in each
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the images.

    Parameters
    ----------
    detail
        What is known of it.
    picture
        ``None`` while it loads, or if it cannot be read.
    error
        Why it cannot be read.
    view
        Its own zoom (1: it fits in) and place, as far as they are not linked.
    """

    id: ImageId
    detail: Detail
    picture: Picture | None = None
    error: str | None = None
    view: View = View(1.0)  # noqa: RUF009 - frozen


class CompareModel:
    """The images compared, and the one that keys act on.

    While images are compared, a label goes to that one alone and nothing goes on by itself; going to the next
    or previous image goes round among them.

    Attributes
    ----------
    cells
        Empty: nothing is compared.
    focus
        Number of the cell that keys act on.
    link
        What is the same in all.
    same_contrast
        Whether all are shown with the grey values of the first; else each has its own.
    """

    changed = Signal()
    view_changed = Signal()

    def __init__(
        self,
        runner: TaskRunner,
        gallery: GalleryModel,
        labels: LabelModel,
        notices: Notices,
        load: Loader,
        ready: Callable[[PictureKey], Picture | None],
    ) -> None:
        self._runner = runner
        self._gallery = gallery
        self._labels = labels
        self._notices = notices
        self._load = load
        self._ready = ready
        self._source: DetailSource | None = None
        self._ticket = 0
        self._following = False
        self.cells: tuple[Cell, ...] = ()
        self.focus = 0
        self.link = Link.FRACTION
        self.same_contrast = False
        gallery.current_changed.connect(self._current_changed)

    @property
    def on(self) -> bool:
        """Whether images are compared."""
        return bool(self.cells)

    @property
    def possible(self) -> bool:
        """Whether two to four images are chosen."""
        return self._source is not None and 2 <= len(self._gallery.selection) <= MOST

    @property
    def has_scales(self) -> bool:
        """Whether every picture has a pixel size, so that one scale for all makes sense."""
        return self.on and all(c.picture is not None and c.picture.pixel_size_nm for c in self.cells)

    def attach(self, source: DetailSource | None) -> None:
        """Compare images of another project, or none."""
        self.close()
        self._source = source

    def toggle(self) -> None:
        """Compare the images chosen, or end it."""
        if self.on:
            self.close()
        elif self.possible:
            self.open(self._gallery.selection)
        else:
            self._notices.info(tr("Choose two to four images to compare them (Ctrl or Shift and click)."))

    def open(self, ids: Sequence[ImageId]) -> None:
        """Compare these images."""
        source = self._source
        if source is None:
            return
        ids = tuple(ids)[:MOST]
        self._ticket += 1
        ticket = self._ticket

        def found(details: list[Detail]) -> None:
            if ticket == self._ticket:
                self._begin(ids, details)

        self._runner.run(
            Lane.DETAIL,
            lambda: [source.detail(i, ()) for i in ids],
            found,
            lambda error: self._notices.failed(tr("The images could not be read"), error),
        )

    def close(self) -> None:
        """Show one picture again: the one that keys acted on."""
        self._ticket += 1
        if self.on:
            self.cells = ()
            self._labels.stays = False
            self.changed.emit()

    def refresh(self, ids: Sequence[ImageId]) -> None:
        """Read labels and answers of these images again."""
        source, ticket = self._source, self._ticket
        again = [c.id for c in self.cells if c.id in set(ids)]
        if source is None or not again:
            return

        def read(details: list[Detail]) -> None:
            if ticket != self._ticket:
                return
            news = dict(zip(again, details, strict=True))
            for number, cell in enumerate(self.cells):
                if cell.id in news:
                    self._replace(number, replace(cell, detail=news[cell.id]))
            self._load_missing()
            self.changed.emit()

        self._runner.run(Lane.DETAIL, lambda: [source.detail(i, ()) for i in again], read, lambda _: None)

    def set_focus(self, number: int) -> None:
        """Let keys act on another image."""
        if self.on and 0 <= number < len(self.cells):
            self.focus = number
            self._follow_focus()
            self.changed.emit()

    def step(self, by: int) -> None:
        """Let keys act on the next image (negative: the previous one), round and round."""
        if self.on:
            self.set_focus((self.focus + by) % len(self.cells))

    def set_link(self, link: Link) -> None:
        """Have something else the same in all pictures."""
        self.link = link
        shared = self.cells[self.focus].view if self.on else View(1.0)
        self.cells = tuple(replace(c, view=shared) for c in self.cells)
        self.changed.emit()

    def toggle_same_contrast(self) -> None:
        """Show all with the grey values of the first, or each with its own."""
        self.same_contrast = not self.same_contrast
        self.changed.emit()

    # How a picture is shown

    def look(self, number: int) -> Look:
        """Return how a picture's grey values are shown; the picture is there."""
        picture, first = self.cells[number].picture, self.cells[0].picture
        assert picture is not None  # the caller has looked
        if self.same_contrast and first is not None and first.pixels.dtype == picture.pixels.dtype:
            return automatic_look(first)
        return automatic_look(picture)

    def view(self, number: int, canvas: Size) -> View:
        """Return where one looks in a picture, on a canvas of so many rows and columns."""
        cell = self.cells[number]
        return replace(cell.view, zoom=cell.view.zoom * self._unit_zoom(number, canvas))

    def move(self, number: int, view: View, canvas: Size) -> None:
        """Look elsewhere in a picture; the others follow if they are linked."""
        zoom = min(max(view.zoom / self._unit_zoom(number, canvas), _LEAST_ZOOM), MAX_ZOOM * 4)
        moved = View(zoom, min(max(view.x, 0.0), 1.0), min(max(view.y, 0.0), 1.0))
        for k, cell in enumerate(self.cells):
            if k == number or self.link is not Link.NONE:
                self._replace(k, replace(cell, view=moved))
        self.view_changed.emit()

    def fit(self) -> None:
        """Show all of every picture."""
        self.cells = tuple(replace(c, view=View(1.0)) for c in self.cells)
        self.view_changed.emit()

    def zoom_by(self, factor: float) -> None:
        """Zoom about the middle."""
        for k, cell in enumerate(self.cells):
            if k == self.focus or self.link is not Link.NONE:
                zoom = min(max(cell.view.zoom * factor, _LEAST_ZOOM), MAX_ZOOM * 4)
                self._replace(k, replace(cell, view=replace(cell.view, zoom=zoom)))
        self.view_changed.emit()

    # Inside

    def _unit_zoom(self, number: int, canvas: Size) -> float:
        """Return the zoom that counts as 1: it fits in, or with one scale for all, all of them do."""
        picture = self.cells[number].picture
        assert picture is not None  # the caller has looked
        if self.link is not Link.SCALE or not self.has_scales:
            return fitted(picture.pixels.shape, canvas).zoom
        pixels = [c.picture for c in self.cells if c.picture is not None]
        per_nm = min(fitted(p.pixels.shape, canvas).zoom / (p.pixel_size_nm or 1) for p in pixels)
        return per_nm * (picture.pixel_size_nm or 1)

    def _begin(self, ids: Sequence[ImageId], details: Sequence[Detail]) -> None:
        self._labels.stays = True
        self.cells = tuple(Cell(i, d) for i, d in zip(ids, details, strict=True))
        current = self._gallery.current
        self.focus = ids.index(current) if current in ids else 0
        self._follow_focus()
        self._load_missing()
        self.changed.emit()

    def _load_missing(self) -> None:
        for number, cell in enumerate(self.cells):
            key = cell.detail.picture
            if key is None:
                self._replace(number, replace(cell, error=cell.detail.error or tr("it cannot be read")))
            elif cell.picture is None or cell.picture.databar.row != (key.databar and key.databar.row):
                ready = self._ready(key)
                if ready is not None:
                    self._replace(number, replace(cell, picture=ready, error=None))
                elif cell.error is None:
                    self._fetch(cell.id, key)

    def _fetch(self, image_id: ImageId, key: PictureKey) -> None:
        ticket = self._ticket

        def put(picture: Picture | None, error: str | None) -> None:
            numbers = [k for k, c in enumerate(self.cells) if c.id == image_id]
            if ticket == self._ticket and numbers:
                cell = self.cells[numbers[0]]
                self._replace(numbers[0], replace(cell, picture=picture, error=error))
                self.changed.emit()

        def failed(error: Exception) -> None:
            put(None, error.reason if isinstance(error, UnreadableImageError) else str(error))

        self._runner.run(Lane.PICTURE, lambda: self._load(key), lambda p: put(p, None), failed)

    def _replace(self, number: int, cell: Cell) -> None:
        self.cells = (*self.cells[:number], cell, *self.cells[number + 1 :])

    def _follow_focus(self) -> None:
        """Make the image that keys act on the one chosen in the gallery."""
        focused = self.cells[self.focus].id
        self._following = True
        try:
            self._gallery.go_to(focused)
        finally:
            self._following = False

    def _current_changed(self) -> None:
        if not self.on or self._following:
            return
        current = self._gallery.current
        ids = [c.id for c in self.cells]
        if current in ids:
            self.set_focus(ids.index(current))
        else:
            self.close()
