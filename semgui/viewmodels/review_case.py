"""The image that is judged: why it is here, the classes in question, and images like it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from psygnal import Signal

from semgui.domain.ids import ClassId, ImageId
from semgui.domain.prediction import PredictionStatus
from semgui.review.evidence import Evidence
from semgui.review.strategies.base import Strategy
from semgui.services.review_case import Case, case_of
from semgui.texts import tr
from semgui.viewmodels.answer import Answer, answer_of
from semgui.viewmodels.desk import Desk
from semgui.viewmodels.heatmap import Question
from semgui.viewmodels.review import ReviewModel
from semgui.viewmodels.tasks import Lane, TaskRunner

OF_EACH_CLASS = 6
"""Labelled images shown of each of the two classes."""
_KEPT_CASES = 64
_KEPT_PICTURES = 600


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as it is shown.

    Parameters
    ----------
    answer
        The calibrated opinion, the likeliest class first.
    whose
        Whose opinion that is, for people.
    """

    case: Case
    answer: Answer
    whose: str


class CaseModel:
    """The case of the current image, and the pictures beside it; the next case is read ahead.

    Attributes
    ----------
    shown
        What is known; that of the image before stays until the new one is there.
    """

    changed = Signal()
    pictures_arrived = Signal()

    def __init__(self, runner: TaskRunner, desk: Desk, review: ReviewModel) -> None:
        self._runner = runner
        self._desk = desk
        self._review = review
        self._ticket = 0
        self._cases: OrderedDict[ImageId, Shown] = OrderedDict()
        self._known: tuple[Evidence | None, str, object] | None = None  # what the cases were read for
        self._pictures: OrderedDict[ImageId, bytes] = OrderedDict()
        self._asked: set[ImageId] = set()
        self._generation = 0  # another in every project, whose images bear the same numbers
        self._wanted: ImageId | None = None  # what is shown or being read
        self._heat_on = False
        self._contrasted = False
        self.shown: Shown | None = None
        desk.gallery.current_changed.connect(self._current_changed)
        desk.hand.committed.connect(self._committed)
        desk.leaving.connect(self._forget)
        desk.heatmap.changed.connect(self._heat_switched)
        review.changed.connect(self._follow)

    def picture(self, image_id: ImageId) -> bytes | None:
        """Return a small picture (JPEG), empty for an unreadable image; ``None`` while it is read."""
        found = self._pictures.get(image_id)
        if found is not None:
            self._pictures.move_to_end(image_id)
        return found

    def compare(self, image_id: ImageId) -> None:
        """Show the image that is judged and another one side by side."""
        if self.shown is not None:
            self._desk.compare.open((self.shown.case.image_id, image_id))

    @property
    def contrast(self) -> Question | None:
        """Why the one class and not the other, for the heatmap; ``None`` if the model lacks one of them."""
        brain = self._desk.brain
        if self.shown is None or brain is None or len(self.shown.case.sides) < 2:
            return None
        label, other = (side.class_id for side in self.shown.case.sides)
        known = {class_id for class_id, _ in brain.classes}
        if not {label, other} <= known:
            return None
        return Question(other, label, self._desk.heatmap.question.method)

    # Inside

    def _follow(self) -> None:
        """Read anew when the queue begins or another strategy explains."""
        review = self._review
        if not review.active:
            if self._contrasted:
                self._contrasted = False
                self._desk.heatmap.question = Question(method=self._desk.heatmap.question.method)
            return
        known = (review.source.evidence, review.strategy, review.pair)
        if self._known is None or any(a is not b for a, b in zip(known, self._known, strict=True)):
            others = self._known is None or known[1:] != self._known[1:] or self._found_duplicates(known[0])
            self._known = known
            self._cases.clear()
            if others or self.shown is None:
                self._current_changed()
        if review.reviewing and self._wanted != self._desk.gallery.current:
            self._current_changed()  # another queue may begin with the image that was current before

    def _found_duplicates(self, evidence: Evidence | None) -> bool:
        """Tell whether near-duplicates were found since, which may be some of the image on screen."""
        before = self._known[0] if self._known is not None else None
        return evidence is not None and evidence.grouped and before is not None and not before.grouped

    def _current_changed(self) -> None:
        image_id = self._desk.gallery.current
        self._ticket += 1
        self._wanted = image_id if self._review.reviewing else None
        if self._wanted is None or image_id is None:
            self._put(None)
            return
        ready = self._cases.get(image_id)
        if ready is not None:
            self._put(ready)
            self._look_ahead()
        else:
            self._read(image_id, self._put_and_look_ahead)

    def _committed(self, ids: tuple[ImageId, ...]) -> None:
        for image_id in ids:
            self._cases.pop(image_id, None)

    def _put_and_look_ahead(self, found: Shown | None) -> None:
        self._put(found)
        self._look_ahead()

    def _look_ahead(self) -> None:
        row = self._review.order.next_open(self._desk.gallery.current_row)
        if row >= 0:
            image_id = ImageId(int(self._review.order.ids[row]))
            if image_id not in self._cases:
                self._read(image_id, lambda _: None)

    def _read(self, image_id: ImageId, done: Callable[[Shown | None], None]) -> None:
        evidence, strategy = self._review.source.evidence, self._review.strategy_now()
        if evidence is None or strategy is None:
            return
        ticket, pair = self._ticket, self._review.pair if self._review.strategy == "pair" else None
        colours = {c.id: c.colour for c in self._desk.labels.taxonomy}

        def work() -> Shown | None:
            row = evidence.row_of(image_id)
            if ticket != self._ticket or row < 0:  # behind a quick hand only the last one matters
                return None
            return _shown(evidence, strategy, row, pair, colours)

        def arrived(found: Shown | None) -> None:
            if found is not None and evidence is self._review.source.evidence:
                self._keep(found)
            if ticket == self._ticket:
                if found is not None:  # also one that is not kept, since more is known by now
                    self._ask_pictures(found.case)
                done(found)

        def failed(error: Exception) -> None:
            self._desk.notices.failed(tr("The image could not be judged"), error)
            if ticket == self._ticket:
                done(None)  # what was said of the image before is not true of this one

        self._runner.run(Lane.CASE, work, arrived, failed)

    def _keep(self, found: Shown) -> None:
        self._cases[found.case.image_id] = found
        while len(self._cases) > _KEPT_CASES:
            self._cases.popitem(last=False)
        self._ask_pictures(found.case)

    def _put(self, found: Shown | None) -> None:
        if found is self.shown:
            return
        self.shown = found
        self._contrast()
        self.changed.emit()

    def _heat_switched(self) -> None:
        """Begin with the two classes in question; another question of the user stays for this image."""
        before, self._heat_on = self._heat_on, self._desk.heatmap.on
        if self._heat_on and not before:
            self._contrast()

    def _contrast(self) -> None:
        heatmap, question = self._desk.heatmap, self.contrast
        if not heatmap.on or self.shown is None or self._review.blind or not self._review.active:
            return
        if question is None:  # what was asked about the image before means nothing here
            if not self._contrasted:
                return
            question = Question(method=heatmap.question.method)
        self._contrasted = question.against is not None
        if question != heatmap.question:
            heatmap.ask(question)

    def _ask_pictures(self, case: Case) -> None:
        opened = self._desk.opened
        likes = (*(like for side in case.sides for like in side.nearest), *case.duplicates)
        wanted = [like.image_id for like in likes if like.image_id not in self._pictures]
        wanted = [i for i in wanted if i not in self._asked]
        if opened is None or not wanted:
            return
        self._asked.update(wanted)
        source, generation = opened.thumbnails.picture_of, self._generation

        def arrived(pictures: Mapping[ImageId, bytes]) -> None:
            if generation != self._generation:
                return
            self._asked.difference_update(wanted)
            self._pictures.update(pictures)
            while len(self._pictures) > _KEPT_PICTURES:
                self._pictures.popitem(last=False)
            self.pictures_arrived.emit()

        self._runner.run(
            Lane.CASE,
            lambda: {image_id: source(image_id) for image_id in wanted},
            arrived,
            lambda error: self._desk.notices.failed(tr("Small pictures could not be read"), error),
        )

    def _forget(self) -> None:
        self._ticket += 1
        self._generation += 1
        self._cases.clear()
        self._pictures.clear()
        self._asked.clear()
        self._known = None
        self._put(None)


def _whose(*, labelled: bool, by_head: bool) -> str:
    if not by_head:
        return tr("The model in use")
    return tr("A model that has not seen this label") if labelled else tr("A model trained on your labels")


def _shown(
    evidence: Evidence,
    strategy: Strategy,
    row: int,
    pair: tuple[ClassId, ClassId] | None,
    colours: Mapping[ClassId, str],
) -> Shown:
    case = case_of(evidence, strategy, row, OF_EACH_CLASS, pair)
    classes = tuple(zip(evidence.classes, evidence.names, strict=True))
    whose = _whose(labelled=case.label is not None, by_head=bool(evidence.by_head[row]))
    answer = answer_of(
        classes, case.probabilities, PredictionStatus.OK, float(evidence.model_novelty[row]), colours, whose
    )
    return Shown(case, answer, whose)
