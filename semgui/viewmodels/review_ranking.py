"""A queue put in order off the models' thread, and what a review may still find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.query import ImageQuery
from semgui.domain.ids import ClassId, ImageId
from semgui.review.evidence import Evidence
from semgui.review.queue import queue_of
from semgui.review.strategies.base import Strategy
from semgui.services.audit import label_errors
from semgui.services.review_progress import Looked, Outlook, outlook
from semgui.viewmodels.filters import is_filtered
from semgui.viewmodels.opened import Opened
from semgui.viewmodels.review_words import NEED_LABELS, Why
from semgui.viewmodels.tasks import Lane, TaskRunner

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Wanted:
    """A queue to be put in order.

    Parameters
    ----------
    only
        The images that may be in it, whatever the filter; ``None``: those of the filter.
    looked
        Images that were answered, in that order, and what they were labelled before.
    fresh
        Whether it begins; else it is the one that is being reviewed, after a correction.
    """

    opened: Opened
    evidence: Evidence
    strategy: Strategy
    filter: ImageQuery
    only: Ids | None
    looked: Mapping[ImageId, ClassId | None]
    fresh: bool


@dataclass(frozen=True)
class Ranked:
    """A queue in order.

    Parameters
    ----------
    ids
        (M,), the first to look at first.
    outlook
        What is likely still wrong; ``None`` where the queue is not about labels.
    """

    wanted: Wanted
    ids: Ids
    outlook: Outlook | None


def nothing_to_rank(evidence: Evidence, strategy: Strategy | None, *, grouping: bool) -> Why | None:
    """Return why a queue would have no image in it, ``None`` if it may have some.

    Parameters
    ----------
    strategy
        ``None``: its two classes are not chosen.
    grouping
        Whether near-duplicates are being looked for.
    """
    if len(evidence) == 0:
        return Why.NOT_CLASSIFIED
    if strategy is None:
        return Why.NO_PAIR
    if strategy.name == "audit" and not (evidence.audit >= 0).any():
        return Why.NO_SAMPLE
    if strategy.name in NEED_LABELS and not evidence.labelled.any():
        return Why.NO_LABELS
    if strategy.name == "duplicates" and not evidence.grouped:
        return Why.GROUPING if grouping else Why.NOT_GROUPED
    return None


def rank(wanted: Wanted) -> Ranked:
    """Put a queue in order."""
    evidence, among = wanted.evidence, wanted.only
    if among is None and is_filtered(wanted.filter):
        among = wanted.opened.library.listing(wanted.filter).ids
    ids = evidence.ids[queue_of(evidence, wanted.strategy, among).rows]
    if wanted.strategy.name not in NEED_LABELS:
        return Ranked(wanted, ids, None)
    errors = label_errors(wanted.opened.project)
    return Ranked(wanted, ids, outlook(evidence, _seen(evidence, wanted.looked), errors))


def label_in(evidence: Evidence, image_id: ImageId) -> ClassId | None:
    """Return the label of an image; ``None`` without one, and for an image that is not among these."""
    row = evidence.row_of(image_id)
    index = int(evidence.labels[row]) if row >= 0 else -1
    return evidence.classes[index] if index >= 0 else None


class Ranking:
    """Ranks one queue at a time; a correction that comes meanwhile is taken in right after.

    Parameters
    ----------
    done, failed
        Get what was asked for last.
    """

    def __init__(
        self, runner: TaskRunner, done: Callable[[Ranked], None], failed: Callable[[Exception], None]
    ) -> None:
        self._runner = runner
        self._done = done
        self._failed = failed
        self._now: Wanted | None = None
        self._next: Wanted | None = None

    def drop(self) -> None:
        """Let nothing that was asked for arrive."""
        self._now = self._next = None

    def ask(self, wanted: Wanted) -> None:
        """Put a queue in order: a fresh one at once, the same one again after what runs."""
        if self._now is not None and not wanted.fresh:
            self._next = wanted
            return
        self._now, self._next = wanted, None

        def ended(call: Callable[[], None]) -> None:
            if wanted is not self._now:
                return
            again, self._now, self._next = self._next, None, None
            call()
            if again is not None and self._now is None:
                self.ask(again)

        self._runner.run(
            Lane.RANK,
            lambda: rank(wanted),
            lambda found: ended(lambda: self._done(found)),
            lambda error: ended(lambda: self._failed(error)),
        )


def _seen(evidence: Evidence, looked: Mapping[ImageId, ClassId | None]) -> list[Looked]:
    """Return what was answered, and whether that changed a label."""
    known = [i for i in looked if evidence.row_of(i) >= 0]
    return [Looked(i, label_in(evidence, i) != looked[i]) for i in known]
