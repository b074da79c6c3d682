"""The map of a project: where its images lie, what colours them, which are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

import numpy as np
from psygnal import Signal

from semgui.catalogue.images import ImageStore
from semgui.domain.errors import Cancelled
from semgui.domain.ids import ImageId
from semgui.domain.progress import CancelToken, Progress
from semgui.services.embedding_map import FEWEST, EmbeddingMap, Layout, draw_map, forget_map
from semgui.services.map_scores import label_issue_scores
from semgui.texts import tr
from semgui.viewmodels.activity import Activity
from semgui.viewmodels.brain import Brain
from semgui.viewmodels.desk import Desk
from semgui.viewmodels.evidence import EvidenceModel
from semgui.viewmodels.filters import is_filtered
from semgui.viewmodels.map_choice import MapChoice, Rows, no_map
from semgui.viewmodels.map_colours import KEY_OF, OF_CLASSES, ColourBy, Colouring, colouring, of_scores
from semgui.viewmodels.opened import Opened
from semgui.viewmodels.tasks import Lane, T, TaskRunner

_FIRST_SECONDS, _REST_SECONDS = 1.0, 10.0
"""Between two maps while images are being classified: until there is a first one, and after."""


class MapState(StrEnum):
    """What there is to see."""

    NO_MODEL = "no model"  # nothing places the images
    EMPTY = "empty"  # the model has seen too few images
    DRAWING = "drawing"  # the first map is being made
    READY = "ready"
    FAILED = "failed"


class MapModel(MapChoice):
    """Points, colours and choice; read and made while somebody looks at them.

    Attributes
    ----------
    state
        What there is to see.
    problem
        Why there is no map, in a sentence.
    layout
        How places are found, or are being found.
    by
        What colours stand for.
    colours
        Of the points.
    """

    changed = Signal()  # state
    points_changed = Signal()
    colours_changed = Signal()

    def __init__(self, runner: TaskRunner, desk: Desk, evidence: EvidenceModel) -> None:
        super().__init__(desk.gallery)
        self._runner = runner
        self._activities = desk.activities
        self._notices = desk.notices
        self._labels = desk.labels
        self._evidence = evidence
        self._opened: Opened | None = None
        self._brain: Brain | None = None
        self._watched = False
        self._drawing: Activity | None = None
        self._tickets = {"map": 0, "colours": 0, "shown": 0}
        self._outdated = True
        self._resting = False
        self.state = MapState.EMPTY
        self.problem = ""
        self.layout = Layout.PCA
        self.by = ColourBy.LABEL
        self._clear()
        desk.gallery.filter_changed.connect(self._filter_changed)
        desk.gallery.counts_changed.connect(self._read_shown_of_filter)
        desk.hand.committed.connect(self._labels_changed)
        desk.hand.changed.connect(self._labels_changed)
        desk.labels.taxonomy_changed.connect(self._classes_changed)
        evidence.changed.connect(self._evidence_changed)

    # What is looked at

    def attach(self, opened: Opened | None, brain: Brain | None) -> None:
        """Show another project, or none."""
        if (opened, brain) == (self._opened, self._brain):
            return
        self._opened, self._brain = opened, brain
        for name in self._tickets:
            self._tickets[name] += 1
        self._drawing = None
        self._clear()
        self._outdated = True
        self._set_state(MapState.EMPTY if brain is not None else MapState.NO_MODEL)
        self._all_changed()
        self._draw_if_seen()

    def watch(self, *, on: bool) -> None:
        """Keep the map up to date from now on, or rest."""
        self._watched = on
        if on:
            self._draw_if_seen()
            self._read_shown()
            self._read_colours()
            if self.picked_count:
                self._show_picked(self.picked, self._first_of(self.picked))
        else:
            self._leave_gallery()
            if self.by is ColourBy.LABEL_ISSUE:
                self._evidence.want("map", on=False)

    def answers_changed(self) -> None:
        """Take in what the model has seen since, now and then; images on the map stay where they are."""
        self._outdated = True
        if not self._resting:
            self._resting = True
            seconds = _REST_SECONDS if self.state is MapState.READY else _FIRST_SECONDS
            self._runner.later(seconds, self._rested)

    def _rested(self) -> None:
        self._resting = False
        self._draw_if_seen()

    @property
    def is_drawing(self) -> bool:
        """Whether a map is being made."""
        return self._drawing is not None

    def draw(self, layout: Layout | None = None) -> None:
        """Make the map, by another layout if one is given."""
        self.layout = layout or self.layout
        self._draw(self.map if len(self.map) else None)

    def draw_anew(self) -> None:
        """Make the map from all images again, wherever they were before."""
        opened, brain = self._opened, self._brain
        if opened is not None and brain is not None:
            self._run(lambda: forget_map(opened.project, brain.id), lambda _: self._draw(None))

    def _draw(self, before: EmbeddingMap | None) -> None:
        opened, brain = self._opened, self._brain
        if opened is None or brain is None:
            return
        if self._drawing is not None:
            self._activities.cancel(self._drawing)
        wanted = self.layout
        self._outdated = False
        ticket = self._ticket("map")

        def work(progress: Callable[[Progress], None], cancel: CancelToken) -> EmbeddingMap:
            return draw_map(opened.project, brain.id, wanted, before=before, progress=progress, cancel=cancel)

        def ended(call: Callable[[], None]) -> None:
            if ticket == self._tickets["map"]:
                self._drawing = None
                call()

        if not len(self.map):
            self._set_state(MapState.DRAWING)
        self._drawing = self._activities.start(
            tr("Drawing the map"),
            work,
            done=lambda found: ended(lambda: self._drawn(found)),
            failed=lambda error: ended(lambda: self._not_drawn(error)),
        )
        self.changed.emit()

    # Colours

    def colour_by(self, by: ColourBy) -> None:
        """Let colours stand for something else."""
        if by is not self.by:
            if self.by is ColourBy.LABEL_ISSUE:
                self._evidence.want("map", on=False)
            self.by = by
            self._read_colours()

    # Inside

    def _clear(self) -> None:
        self.map = no_map(self.layout)
        self._fit_to_map()

    def _fit_to_map(self) -> None:
        self._fit()
        self.colours = Colouring(self.by)

    def _all_changed(self) -> None:
        self.points_changed.emit()
        self.colours_changed.emit()
        self.shown_changed.emit()
        self.picked_changed.emit()

    def _draw_if_seen(self) -> None:
        if self._watched and self._outdated and self._drawing is None:
            self.draw()

    def _drawn(self, found: EmbeddingMap) -> None:
        chosen = self.map.ids[self.picked]
        if self._outdated:
            self.answers_changed()
        if len(found) < FEWEST:
            self._set_state(MapState.EMPTY)
            return
        same = np.array_equal(found.ids, self.map.ids)
        self.map = found
        if not same:
            self._fit_to_map()
            self.picked = np.isin(found.ids, chosen)
        self._set_state(MapState.READY)
        self.points_changed.emit()
        if not same:
            self._all_changed()
            self._read_shown()
            self._read_colours()

    def _not_drawn(self, error: Exception) -> None:
        if len(self.map):  # the map that was there is as good as it was
            self.layout = self.map.layout
            self._set_state(MapState.READY)
            if not isinstance(error, Cancelled):
                self._notices.failed(tr("The map was not drawn"), error)
            return
        stopped = tr("Drawing was stopped.")
        self.problem = stopped if isinstance(error, Cancelled) else str(error)
        self._set_state(MapState.FAILED)

    def _set_state(self, state: MapState) -> None:
        self.state = state
        self.changed.emit()

    # What passes the filter

    def _filter_changed(self) -> None:
        if self._watched:
            self._read_shown()

    def _read_shown_of_filter(self) -> None:
        if self._watched and is_filtered(self._gallery.filter):  # what passes may be others now
            self._read_shown()

    def _read_shown(self) -> None:
        opened, wanted, ids = self._opened, self._gallery.filter, self.map.ids
        if opened is None or not ids.size:
            return
        if not is_filtered(wanted):
            self._ticket("shown")
            self._take_shown(np.ones(ids.size, np.bool_))
            return

        def work() -> Rows:
            return np.isin(ids, opened.library.listing(wanted).ids)

        self._read("shown", work, self._take_shown)

    # Colours

    def _labels_changed(self, ids: Sequence[ImageId] = ()) -> None:
        if self._watched and self.by is ColourBy.LABEL:  # scores follow when they are there
            self._read_colours()

    def _classes_changed(self) -> None:
        if self._watched and self.by in OF_CLASSES:
            self._read_colours()

    def _read_colours(self) -> None:
        opened, brain, by, ids = self._opened, self._brain, self.by, self.map.ids
        if opened is None or brain is None or not ids.size:
            return
        if by is ColourBy.LABEL_ISSUE:
            self._evidence.want("map", on=True)
            self._evidence_changed()
            return
        taxonomy = self._labels.taxonomy

        def work() -> Colouring:
            column = ImageStore(opened.project).column(KEY_OF[by], ids, brain.id)
            return colouring(by, column, taxonomy)

        self._read("colours", work, self._take_colours)

    def _evidence_changed(self) -> None:
        evidence, ids = self._evidence.evidence, self.map.ids
        if evidence is not None and ids.size and self._watched and self.by is ColourBy.LABEL_ISSUE:
            self._read(
                "colours",
                lambda: of_scores(ColourBy.LABEL_ISSUE, label_issue_scores(evidence, ids)),
                self._take_colours,
            )

    def _take_colours(self, found: Colouring) -> None:
        self.colours = found
        self.colours_changed.emit()

    def _ticket(self, what: str) -> int:
        self._tickets[what] += 1
        return self._tickets[what]

    def _read(self, what: str, work: Callable[[], T], done: Callable[[T], None]) -> None:
        ticket = self._ticket(what)
        self._run(work, lambda found: done(found) if ticket == self._tickets[what] else None)

    def _run(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        def failed(error: Exception) -> None:
            self._notices.failed(tr("The map could not be read"), error)

        self._runner.run(Lane.READ, work, done, failed)
