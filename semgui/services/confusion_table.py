"""Images with their labels and what somebody calls them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from semgui.domain.ids import ClassId
from trainer.confusions import ConfusedPair, confused_pairs, order_by_confusion
from trainer.metrics import Counts, confusion_matrix

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TableClass:
    """A class of a table; `known` says whether the judge can predict it at all."""

    id: ClassId
    name: str
    known: bool = True


@dataclass(frozen=True)
class ConfusionTable:
    """Images with their labels and what somebody calls them.

    Parameters
    ----------
    name
        Of who judged.
    classes
        C, in the order of the project's list.
    ids
        (N,) int64 image ids.
    labels, predicted
        (N,) int64 indices into `classes`.
    confidence
        (N,) float32, calibrated probability of the predicted class.
    trained_on
        How many of the images the model was trained on; ``None``: it does not say.
    unanswered
        Labelled images that were left out because the judge has not seen them as they are now.
    """

    name: str
    classes: tuple[TableClass, ...]
    ids: Ids
    labels: Ids
    predicted: Ids
    confidence: NDArray[np.float32]
    trained_on: int | None = 0
    unanswered: int = 0

    @cached_property
    def counts(self) -> Counts:
        """(C, C) images: rows are labels, columns what they are called."""
        return confusion_matrix(self.labels, self.predicted, len(self.classes))

    @cached_property
    def pairs(self) -> tuple[ConfusedPair, ...]:
        """Classes that are taken for each other, the most images first."""
        return tuple(confused_pairs(self.counts))

    @property
    def right(self) -> int:
        """Images on whose class both agree."""
        return int(np.count_nonzero(self.labels == self.predicted))

    def images(self, label: int, predicted: int) -> Ids:
        """Return the ids of a cell, the surest first."""
        return self._surest_first((self.labels == label) & (self.predicted == predicted))

    def images_of_pair(self, first: int, second: int) -> Ids:
        """Return the ids of the images of two classes that are taken for the other one, the surest first."""
        there = (self.labels == first) & (self.predicted == second)
        back = (self.labels == second) & (self.predicted == first)
        return self._surest_first(there | back)

    def labelled_as(self, other: ConfusionTable) -> bool:
        """Whether every image has the label that it has in another table, which may hold more images."""
        there = other.only(self.ids)
        own = [c.id for c in self.classes]
        as_here = np.array([own.index(c.id) if c.id in own else -1 for c in there.classes], np.int64)
        order, order_there = np.argsort(self.ids), np.argsort(there.ids)
        return np.array_equal(self.ids[order], there.ids[order_there]) and np.array_equal(
            self.labels[order], as_here[there.labels[order_there]]
        )

    def only(self, wanted: Ids) -> ConfusionTable:
        """Return the same for those of some images that it holds."""
        kept = np.isin(self.ids, wanted)
        return dataclasses.replace(
            self,
            ids=self.ids[kept],
            labels=self.labels[kept],
            predicted=self.predicted[kept],
            confidence=self.confidence[kept],
        )

    def with_classes(self, classes: Sequence[TableClass]) -> ConfusionTable:
        """Return the same with a longer or otherwise ordered list of classes, which must hold all of them."""
        place = {c.id: i for i, c in enumerate(classes)}
        known = {c.id: c.known for c in self.classes}
        to = np.array([place[c.id] for c in self.classes], np.int64)
        return dataclasses.replace(
            self,
            classes=tuple(dataclasses.replace(c, known=known.get(c.id, c.known)) for c in classes),
            labels=to[self.labels] if len(to) else self.labels,
            predicted=to[self.predicted] if len(to) else self.predicted,
        )

    def _surest_first(self, chosen: NDArray[np.bool_]) -> Ids:
        rows = np.flatnonzero(chosen)
        return np.asarray(self.ids[rows[np.argsort(-self.confidence[rows], kind="stable")]])


class Order(StrEnum):
    """In which order the classes of a matrix stand."""

    CONFUSION = "confusion"  # confused classes together
    PROJECT = "project"
    NAME = "name"
    SIZE = "size"  # the class with the most images first


def ordered(table: ConfusionTable, by: Order) -> list[int]:
    """Return the indices of the classes in an order."""
    every = range(len(table.classes))
    if by is Order.CONFUSION:
        return order_by_confusion(table.counts)
    if by is Order.NAME:
        return sorted(every, key=lambda i: table.classes[i].name.casefold())
    if by is Order.SIZE:
        support = table.counts.sum(axis=1)
        return sorted(every, key=lambda i: -int(support[i]))
    return list(every)


def on_same_images(first: ConfusionTable, second: ConfusionTable) -> tuple[ConfusionTable, ConfusionTable]:
    """Return two tables on the images that both hold, with the classes of both, in the second's order."""
    common = np.intersect1d(first.ids, second.ids)
    own = {c.id for c in second.classes}
    classes = (*second.classes, *(c for c in first.classes if c.id not in own))
    return (
        _sorted(first.only(common).with_classes(classes)),
        _sorted(second.only(common).with_classes(classes)),
    )


def _sorted(table: ConfusionTable) -> ConfusionTable:
    order = np.argsort(table.ids)
    return dataclasses.replace(
        table,
        ids=table.ids[order],
        labels=table.labels[order],
        predicted=table.predicted[order],
        confidence=table.confidence[order],
    )
