"""Reviewing: a queue of images in the order of a strategy, one by one or many at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from semgui.catalogue.query import ImageQuery
from semgui.domain.ids import ClassId, ImageId
from semgui.review.commands import SetLabels
from semgui.review.strategies import PAIR, strategy_named
from semgui.review.strategies.base import Strategy
from semgui.services.review_progress import Outlook
from semgui.texts import tr
from semgui.viewmodels.desk import Desk, Mode
from semgui.viewmodels.evidence import EvidenceModel
from semgui.viewmodels.filters import arranged_as, is_filtered
from semgui.viewmodels.review_order import ReviewOrder
from semgui.viewmodels.review_ranking import Ranked, Ranking, Wanted, label_in, nothing_to_rank
from semgui.viewmodels.review_saying import DISPUTES, saying_in
from semgui.viewmodels.review_words import Why
from semgui.viewmodels.tasks import TaskRunner

Ids = NDArray[np.int64]
_FIRST = "label_issues"


class ReviewModel:
    """The queue that is reviewed.

    While it is active the gallery shows the queue and its current image is the one that is judged, so that
    everything that acts on images acts on it. "Next" settles nothing; labels and marks do, and go on.

    Attributes
    ----------
    strategy
        Name of the strategy.
    pair
        For the strategy of pairs: the class that images are labelled as, and the one that they look like.
    only
        The images that are reviewed, whatever the filter, and what they are; ``None``: those of the filter.
    by_sheet
        Whether many images are shown at a time (`SheetModel`), and none is the one that is judged.
    order
        The images, and which of them are settled.
    outlook
        What is likely still wrong, where that can be said.
    why
        Why there is none to review; ``None``: there is one, or it is not known yet.
    """

    changed = Signal()
    begun = Signal()  # the images are to be shown, and thirty at a time

    def __init__(self, runner: TaskRunner, desk: Desk, evidence: EvidenceModel) -> None:
        self._desk = desk
        self._gallery = desk.gallery
        self.source = evidence
        self.strategy = _FIRST
        self.pair: tuple[ClassId, ClassId] | None = None
        self.only: tuple[Ids, str] | None = None
        self.order = ReviewOrder()
        self.active = False
        self.by_sheet = False
        self.outlook: Outlook | None = None
        self.why: Why | None = None
        self._ready = False  # whether the order is that of the strategy
        self._not_in_order = ""  # why it could not be put in that order
        self._ranking = Ranking(runner, self._ranked, self._not_ranked)
        self._conditions = ImageQuery()  # those of the filter that the queue was made for
        self._disputes: Strategy | None = None
        # Images that were answered, in that order, and what they were labelled before.
        self._looked: dict[ImageId, ClassId | None] = {}
        self._judged: ImageId | None = None  # the image of the queue that was looked at last
        desk.leaving.connect(self._forget)
        evidence.changed.connect(self._evidence_changed)
        desk.hand.committed.connect(self._committed)
        desk.hand.changed.connect(evidence.labels_changed)
        desk.hand.taken_back.connect(self._taken_back)
        desk.hand.not_saved.connect(self._taken_back)
        desk.labels.went_over.connect(self.answered)
        desk.hand.marks.asked.connect(self.answered)
        desk.work.answers_changed.connect(self._answers_changed)
        desk.gallery.filter_changed.connect(self._filter_changed)
        desk.gallery.current_changed.connect(self._looked_at)
        desk.compare.changed.connect(self._compared)
        self.changed.connect(self._hide_opinions)

    # Where one is

    @property
    def preparing(self) -> bool:
        """Whether one has to wait for the first image."""
        return self.active and self.why is None and not self._ready and not self.problem

    @property
    def problem(self) -> str:
        """Why the first image cannot be waited for, in a sentence; empty: it can."""
        return self.source.problem or self._not_in_order

    @property
    def blind(self) -> bool:
        """Whether labels and opinions are hidden, so that they sway nobody."""
        return self.active and self.strategy == "audit"

    @property
    def reviewing(self) -> bool:
        """Whether there is an image to judge."""
        return self.active and self._ready and self.why is None

    def strategy_now(self) -> Strategy | None:
        """Return the strategy chosen; ``None`` while its two classes are not chosen."""
        if self.strategy == DISPUTES:
            return self._disputes
        if self.strategy != PAIR:
            return strategy_named(self.strategy)
        return None if self.pair is None else strategy_named(PAIR, self.pair)

    def enter(self) -> None:
        """Begin, or go on where one was."""
        if self.active or self._desk.mode is not Mode.PROJECT:
            return
        self.active = True
        if self._desk.brain is None:
            self._stop(Why.NO_MODEL)
            return
        self.source.want("review", on=True)
        if self._ready and self.order.open:
            self._show(self._first_open())
        elif self.source.evidence is not None:
            self._rank(fresh=True)
        self.changed.emit()

    def prepare_again(self) -> None:
        """Try once more after a failure."""
        self.source.want("review", on=True)
        if self._not_in_order:
            self._rank(fresh=True)
            self.changed.emit()

    def leave(self) -> None:
        """Give the gallery back; the queue is kept."""
        if self.active:
            self.active = False
            self.source.want("review", on=False)
            self._gallery.show_all()
            self.changed.emit()

    # Choosing

    def choose(self, name: str, pair: tuple[ClassId, ClassId] | None = None) -> None:
        """Review by another strategy.

        Parameters
        ----------
        pair
            The two classes of the strategy of pairs; those chosen before, if none are given.
        """
        if (name, pair or self.pair) == (self.strategy, self.pair) and self._ready:
            return
        self.strategy = name
        self.pair = pair or self.pair
        self.by_sheet &= not self.blind  # many at once show what they are said to be
        self._ready = False
        self.why = None
        if self.active:
            self.source.want("review", on=True)  # also what could not be taken in before
            self._rank(fresh=True)
        self.changed.emit()

    def settle(self, disputes: Strategy) -> None:
        """Settle what annotators disagree on: a class key says what the images are, whoever said what."""
        self._disputes = disputes
        self._ready = False
        self.choose(DISPUTES)

    def review_only(self, ids: Ids, what: str, pair: tuple[ClassId, ClassId] | None = None) -> None:
        """Review these images and no others until `review_all`, the likeliest mistakes first.

        Parameters
        ----------
        what
            Which images these are, in a few words.
        pair
            The class that all of them are labelled as, and the other one that they are taken for.
        """
        self.only = (ids, what)
        self._ready = False
        self.choose(_FIRST if pair is None else PAIR, pair)

    def review_all(self) -> None:
        """Review what passes the filter again."""
        if self.only is not None:
            self.only = None
            self._begin_anew()
            self.changed.emit()

    def begin_again(self) -> None:
        """Go over what was skipped once more."""
        left = self.order.left_over()
        self.order.start(left)
        self.why = None if left.size else Why.FINISHED
        if left.size:
            self._show(ImageId(int(left[0])))
        self.changed.emit()

    # Going on

    def answered(self, ids: Sequence[ImageId]) -> None:
        """Count images as settled, and go on if the current one is among them."""
        if not self.reviewing:
            return
        self.order.settle(ids)
        for image_id in ids:
            self._looked.setdefault(image_id, self._label_of(image_id))
        if self._gallery.current in ids and not self._desk.compare.on and not self.by_sheet:
            self.go_on()
        self.changed.emit()

    def go_on(self) -> None:
        """Go to the next image that waits; where none is left, say so."""
        row = self.order.next_open(self._gallery.current_row)
        if row >= 0:
            self._gallery.go_to_row(row)
        elif self.order.open == 0:
            self._stop(Why.FINISHED)
        else:
            self._desk.notices.info(tr("This was the last one; {n} were skipped.", "", self.order.open))

    # Inside

    def _label_of(self, image_id: ImageId) -> ClassId | None:
        evidence = self.source.evidence
        return None if evidence is None else label_in(evidence, image_id)

    def _first_open(self) -> ImageId:
        current = self._gallery.current
        if current is not None and current in self.order.ids and not self.order.is_settled(current):
            return current
        return ImageId(int(self.order.left_over()[0]))

    def show_one(self, first: Sequence[ImageId]) -> None:
        """Show one image at a time, these before the others that wait."""
        self.by_sheet = False
        self.order.put_first(first)
        if self.order.open:
            self._show(ImageId(int(self.order.left_over()[0])))
        else:
            self._stop(Why.FINISHED)

    def _show(self, current: ImageId | None) -> None:
        if self.by_sheet:
            self.begun.emit()
        else:
            self._gallery.show_only(self.order.ids, current)

    def _stop(self, why: Why) -> None:
        self.why = why
        if self.active:  # else the gallery is for others
            self._gallery.show_all()
        self.changed.emit()

    def _forget(self) -> None:
        self._ranking.drop()
        self.active = self._ready = False
        self.by_sheet = False
        self.why = None
        self.pair = None
        self.only = None
        self._looked, self.outlook = {}, None
        self._not_in_order = ""
        self.strategy = _FIRST
        self.order.start(np.zeros(0, np.int64))
        self.source.forget()

    def _committed(self, ids: tuple[ImageId, ...]) -> None:
        if ids:
            self.source.labels_changed()

    def _taken_back(self, ids: tuple[ImageId, ...]) -> None:
        self.order.reopen(ids)
        for image_id in ids:
            self._looked.pop(image_id, None)
        if self.active and self.why is Why.FINISHED and self.order.open:
            self.why = None
            self._show(self._first_open())
        self.changed.emit()

    def _hide_opinions(self) -> None:
        """Let nothing sway who judges blind."""
        labels = self._desk.labels
        labels.blind = self.blind
        labels.saying = saying_in(self.strategy) if self.active else SetLabels
        if self.blind and self._desk.heatmap.on:
            self._desk.heatmap.toggle()

    def _looked_at(self) -> None:
        if self.reviewing and self._gallery.current_row >= 0:
            self._judged = self._gallery.current

    def _compared(self) -> None:
        """Come back to the queue after looking at an image beside it."""
        if self.reviewing and not self._desk.compare.on and self._gallery.current_row < 0:
            self._gallery.go_to(self._judged)
            self._rank(fresh=False)

    def _answers_changed(self) -> None:
        if not self._desk.work.classifying:
            self.source.images_changed()

    def _filter_changed(self) -> None:
        """Follow the conditions; order and groups of Browse mean nothing here."""
        conditions = arranged_as(self._gallery.filter, ImageQuery())
        if conditions != self._conditions:
            self._conditions = conditions
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._ready = False
        if self.active:
            self._rank(fresh=True)

    def _evidence_changed(self) -> None:
        if self.active and self.source.unseen:
            self._stop(Why.NOT_CLASSIFIED)
        elif self.active and self.source.evidence is not None and self.why is not Why.FINISHED:
            self._rank(fresh=not self._ready or self.why is not None)
        self.changed.emit()

    # Ranking

    def _rank(self, *, fresh: bool) -> None:
        evidence, strategy, opened = self.source.evidence, self.strategy_now(), self._desk.opened
        self._not_in_order = ""
        if evidence is None or opened is None:
            return
        if fresh and self.source.behind:  # what was said just now may be what the queue is about
            self._ranking.drop()  # what is being put in order is another queue
            self._ready, self.why = False, None
            return
        nothing = nothing_to_rank(evidence, strategy, grouping=self.source.grouping) if fresh else None
        if nothing is not None or strategy is None:
            self._ranking.drop()
            self._ready = True
            self._stop(nothing or Why.NO_PAIR)
            return
        only = None if self.only is None else self.only[0]
        looked = dict(self._looked)
        self._ranking.ask(Wanted(opened, evidence, strategy, self._gallery.filter, only, looked, fresh=fresh))

    def _ranked(self, found: Ranked) -> None:
        self.outlook = found.outlook
        if found.wanted.fresh:
            self._begin(found.ids, found.wanted.filter)
        elif self.reviewing and self.by_sheet:
            self.order.rank_anew(found.ids, -1)
        elif self.reviewing:
            row = self._gallery.current_row  # -1: one looks at an image beside the queue, which waits
            if row >= 0 and self.order.rank_anew(found.ids, row):
                self._show(self._gallery.current)
        self.changed.emit()

    def _begin(self, ranking: Ids, wanted: ImageQuery) -> None:
        self.order.start(ranking)
        self._ready = True
        self.why = None
        if ranking.size == 0:
            self._stop(Why.FILTERED if is_filtered(wanted) else Why.NOBODY)
        elif self.active:
            self._show(ImageId(int(ranking[0])))

    def _not_ranked(self, error: Exception) -> None:
        if not self._ready:
            self._not_in_order = str(error) or type(error).__name__
            self.changed.emit()
        self._desk.notices.failed(tr("The queue could not be put in order"), error)
