"""Reads the rows of the gallery and the counts beside the filters, one reading at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from semgui.catalogue.facets import Facets
from semgui.catalogue.query import ImageQuery
from semgui.catalogue.sorting import Listing
from semgui.domain.ids import ImageId
from semgui.texts import tr
from semgui.viewmodels.filters import arranged_as
from semgui.viewmodels.notices import Notices
from semgui.viewmodels.tasks import Lane, TaskRunner
from semgui.viewmodels.tiles import Tile

_REFRESH_SECONDS = 0.7
_HAND_SECONDS = 0.3  # until it is looked again whether the hand is free


class GallerySource(Protocol):
    """Where rows come from; every call may take a while and is made off-thread."""

    def listing(self, wanted: ImageQuery) -> Listing:
        """Return the images wanted, in order and in groups."""

    def tiles(self, ids: Sequence[ImageId]) -> list[Tile]:
        """Return the state of some images."""

    def facets(self, wanted: ImageQuery) -> Facets:
        """Return the numbers beside the filters."""


class RowsReader:
    """Asks a source for rows, then for counts, then rests; what is asked meanwhile is read after that.

    Parameters
    ----------
    listed
        Gets the rows.
    counted
        Called after the rows, when `facets` are those of them.

    Attributes
    ----------
    facets
        The counts read last.
    hand_is_busy
        Says whether something is typed about the current image: then rows wait, among which it may not be.
    """

    def __init__(
        self,
        runner: TaskRunner,
        notices: Notices,
        listed: Callable[[Listing], None],
        counted: Callable[[], None],
    ) -> None:
        self._runner = runner
        self._notices = notices
        self._on_listed = listed
        self._on_counted = counted
        self._source: GallerySource | None = None
        self._wanted = ImageQuery()
        self._counted_for: ImageQuery | None = None  # the conditions that the counts are under
        self._generation = 0  # what was asked for another source or filter is for nobody
        self._reading = False
        self._read_again = False
        self.facets = Facets()
        self.hand_is_busy: Callable[[], bool] = lambda: False

    def attach(self, source: GallerySource | None) -> None:
        """Read from another source from now on, or from none."""
        self._source = source
        self.facets = Facets()
        self._counted_for = None
        self._begin_anew()

    def read(self, wanted: ImageQuery) -> None:
        """Read other rows; nobody waits for those that are being read.

        The counts are kept if only the order is another.
        """
        self._wanted = wanted
        self._begin_anew()
        self._read()

    def refresh(self) -> None:
        """Read rows and counts again; calls in quick succession become one."""
        self._counted_for = None
        self._read()

    def _begin_anew(self) -> None:
        self._generation += 1
        self._reading = False

    def _read(self) -> None:
        if self._source is None:
            self._on_counted()
            return
        if self._reading:
            self._read_again = True
            return
        self._reading = True
        self._read_again = False
        source, wanted, generation = self._source, self._wanted, self._generation
        self._runner.run(
            Lane.READ,
            lambda: source.listing(wanted),
            lambda found: self._listed(generation, found),
            lambda error: self._failed(generation, error),
        )

    def _listed(self, generation: int, found: Listing) -> None:
        if generation != self._generation or self._source is None:
            return
        if self.hand_is_busy():
            self._runner.later(_HAND_SECONDS, lambda: self._listed(generation, found))
            return
        self._on_listed(found)
        source, wanted = self._source, self._wanted
        conditions = arranged_as(wanted, ImageQuery())
        if self._counted_for == conditions:  # another order of the same images
            self._counted(generation, self.facets)
            return
        self._counted_for = conditions
        self._runner.run(
            Lane.COUNT,
            lambda: source.facets(wanted),
            lambda facets: self._counted(generation, facets),
            lambda error: self._failed(generation, error),
        )

    def _counted(self, generation: int, facets: Facets) -> None:
        if generation != self._generation:
            return
        self.facets = facets
        self._on_counted()
        self._runner.later(_REFRESH_SECONDS, lambda: self._rested(generation))

    def _rested(self, generation: int) -> None:
        if generation != self._generation:
            return
        self._reading = False
        if self._read_again:
            self.refresh()

    def _failed(self, generation: int, error: Exception) -> None:
        if generation == self._generation:
            self._reading = self._read_again = False
            self._counted_for = None
            self._notices.failed(tr("The images could not be listed"), error)
