"""From images that nobody has looked at to a model of one's own: where one is, and what comes next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from semgui.domain.ids import ClassId

FEWEST_LABELS = 5
"""Images of each class from which a first head can be trained."""
FEWEST_CLASSES = 2


class Step(StrEnum):
    """The steps, in order."""

    GROUP = "group"
    NAME = "name"
    LABEL = "label"
    TRAIN = "train"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Way:
    """How far one is.

    Parameters
    ----------
    now
        The step that comes next.
    classes
        How many classes have labels.
    short
        Classes that have labels, but fewer than five; the emptiest first, each with how many it has.
    """

    now: Step
    classes: int
    short: tuple[tuple[ClassId, int], ...] = ()

    def is_done(self, step: Step) -> bool:
        """Whether a step lies behind."""
        order = list(Step)
        return order.index(step) < order.index(self.now)


def way_of(counts: Mapping[ClassId | None, int], known: Collection[ClassId], *, grouped: bool) -> Way:
    """Say where one is.

    Parameters
    ----------
    counts
        Labelled images of each class.
    known
        Classes of the model that classifies.
    grouped
        Whether there are groups to name.
    """
    used = {class_id: count for class_id, count in counts.items() if class_id is not None and count}
    few = sorted(((c, n) for c, n in used.items() if n < FEWEST_LABELS), key=lambda item: (item[1], item[0]))
    if len(used) < FEWEST_CLASSES:
        return Way(Step.NAME if grouped else Step.GROUP, len(used))
    if few:
        return Way(Step.LABEL, len(used), tuple(few))
    return Way(Step.REVIEW if set(used) <= set(known) else Step.TRAIN, len(used))
