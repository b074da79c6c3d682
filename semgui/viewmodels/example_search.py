"""Images like an example: in Browse, the most similar first, until the search is taken away."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.catalogue.images import ImageStore
from semgui.catalogue.query import ImageQuery, LabelState
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ImageId
from semgui.services.example_search import Region, Similar, similar_to_image
from semgui.texts import tr
from semgui.viewmodels.brain import Brain
from semgui.viewmodels.desk import Desk
from semgui.viewmodels.opened import Opened
from semgui.viewmodels.tasks import Lane, TaskRunner

Ids = NDArray[np.int64]
_Find = Callable[[Opened, Brain, Ids], tuple[ImageId, Similar]]
"""Finds the example and what is like it among the images that the filter lets through."""


class ExampleSearch:
    """What is searched for, and how much each image is like it.

    Attributes
    ----------
    title
        What is searched for, in words; empty: nothing is.
    example
        The image that others are compared with.
    found
        How many images are listed beside it.
    searching
        Whether an answer is on its way.
    """

    changed = Signal()

    def __init__(self, runner: TaskRunner, desk: Desk) -> None:
        self._runner = runner
        self._desk = desk
        self._find: _Find | None = None
        self._ids: Ids = np.zeros(0, np.int64)
        self._similarity: dict[int, float] = {}
        self._ticket = 0
        self._seen = False
        self.title = ""
        self.example: ImageId | None = None
        self.searching = False
        desk.leaving.connect(self.clear)
        desk.gallery.filter_changed.connect(self._search)

    @property
    def active(self) -> bool:
        """Whether anything is searched for."""
        return self._find is not None

    @property
    def found(self) -> int:
        """How many images are listed beside the example."""
        return len(self._similarity)

    def similarity(self, image_id: ImageId) -> float | None:
        """Return how much an image is like the example, up to 1; ``None`` for the example itself."""
        return self._similarity.get(int(image_id)) if self.active else None

    # What is searched for

    def like_image(self, image_id: ImageId, name: str) -> None:
        """Search for images like one of the project."""

        def find(opened: Opened, brain: Brain, among: Ids) -> tuple[ImageId, Similar]:
            return image_id, similar_to_image(opened.project, brain.id, image_id, len(among), among)

        self._begin(find, tr("Like {name}", name=name))

    def like_region(self, image_id: ImageId, name: str, region: Region) -> None:
        """Search for images like a region of one of the project."""

        def find(opened: Opened, brain: Brain, among: Ids) -> tuple[ImageId, Similar]:
            return image_id, brain.like_region(opened.project, image_id, region, among)

        self._begin(find, tr("Like a region of {name}", name=name))

    def like_class(self, class_id: ClassId, name: str) -> None:
        """Search, among the images without a label, for those like a labelled image of a class."""

        def find(opened: Opened, brain: Brain, among: Ids) -> tuple[ImageId, Similar]:
            images = ImageStore(opened.project)
            has_it = ImageQuery(classes=frozenset({class_id}), label_state=LabelState.LABELLED)
            examples = images.ids(has_it)
            if not len(examples):
                raise UsageError(tr("no image is labelled {name} any more.", name=name))
            waiting = images.ids(ImageQuery(label_state=LabelState.UNLABELLED))
            rest = among[np.isin(among, waiting)]
            example = ImageId(int(examples[0]))
            return example, similar_to_image(opened.project, brain.id, example, len(rest), rest)

        self._begin(find, tr("Without a label, like {name}", name=name))

    def clear(self) -> None:
        """Search for nothing; the gallery shows what passes the filter again."""
        if not self.active:
            return
        self._ticket += 1
        self._find, self.title, self.example, self.searching = None, "", None, False
        self._similarity = {}
        if self._seen:
            self._desk.gallery.show_all()
        self.changed.emit()

    def watch(self, *, on: bool) -> None:
        """List what was found from now on, or leave the gallery to others."""
        if on == self._seen:
            return
        self._seen = on
        if not self.active:
            return
        if not on:
            self._desk.gallery.show_all()
        elif not self.searching:
            self._desk.gallery.show_only(self._ids, self._current(), walk=True)

    # Inside

    def _begin(self, find: _Find, title: str) -> None:
        self._find, self.title = find, title
        self._similarity = {}
        self._search()

    def _search(self) -> None:
        """Ask again: the example or the filter is another."""
        find, opened, brain = self._find, self._desk.opened, self._desk.brain
        if find is None or opened is None or brain is None:
            return
        self._ticket += 1
        ticket, wanted = self._ticket, self._desk.gallery.filter
        self.searching = True
        self.changed.emit()

        def work() -> tuple[ImageId, Similar]:
            return find(opened, brain, opened.library.listing(wanted).ids)

        def done(answer: tuple[ImageId, Similar]) -> None:
            if ticket == self._ticket:
                self.searching = False
                self._take(*answer)

        def failed(error: Exception) -> None:
            if ticket == self._ticket:
                self._desk.notices.failed(tr("Nothing was searched for"), error)
                self.searching = False
                self.clear()

        self._runner.run(Lane.HEATMAP, work, done, failed)

    def _take(self, example: ImageId, found: Similar) -> None:
        self.example = example
        self._ids = np.concatenate([[int(example)], found.ids]).astype(np.int64)
        self._similarity = dict(zip(found.ids.tolist(), found.similarity.tolist(), strict=True))
        if self._seen:
            self._desk.gallery.show_only(self._ids, example, walk=True)
            self._desk.gallery.select_current()  # and not what was chosen for something else
        self.changed.emit()

    def _current(self) -> ImageId | None:
        """Return the current image where it is listed, else the example."""
        current = self._desk.gallery.current
        return current if current is not None and int(current) in self._similarity else self.example
