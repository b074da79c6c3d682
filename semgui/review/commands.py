"""What a user can do to labels: each command plans the events that it would append.

A command decides inside the write transaction, on what is true there, and changes nothing itself; its inverse
needs no code of its own, since `semgui.review.history` takes any appended events back.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

import sqlalchemy as sa

from semgui.catalogue.classes import read_taxonomy
from semgui.catalogue.databars import PlacedDatabar
from semgui.catalogue.labels import Label, chunks, read_labels
from semgui.catalogue.marks import Mark
from semgui.catalogue.tables import models, predictions
from semgui.catalogue.verdicts import Verdict
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.labels import LabelSource
from semgui.domain.prediction import PredictionStatus
from semgui.domain.taxonomy import SemClass, Taxonomy
from semgui.review.naming import check_free, find_class, new_classes, usable_class

_T = TypeVar("_T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Changes:
    """Events to append as one action.

    Parameters
    ----------
    title
        What the action does, in the words of a menu ("Label 3 images as Tips").
    labels
        New label events, in order.
    classes
        Whole states of new or changed classes.
    marks
        New mark events, in order.
    databars
        Where users placed crop lines, in order.
    verdicts
        Labels that count as evidence, in order; the labels themselves are among `labels`.
    merged
        A class and the one that its images are given to.
    """

    title: str
    labels: Sequence[Label] = ()
    classes: Sequence[SemClass] = ()
    marks: Sequence[Mark] = ()
    databars: Sequence[PlacedDatabar] = ()
    verdicts: Sequence[Verdict] = ()
    merged: tuple[ClassId, ClassId] | None = None

    def __bool__(self) -> bool:
        return bool(self.labels or self.classes or self.marks or self.databars or self.verdicts)


class Command(Protocol):
    """A user action; all that it needs to know beforehand is in its fields."""

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Return the events to append, none if everything is so already.

        Raises
        ------
        UsageError
            The action makes no sense in the project as it is now.
        """
        ...


@dataclass(frozen=True, slots=True)
class SetLabels:
    """Give images a class. Images that the annotator gave this very class are left alone."""

    image_ids: Sequence[ImageId]
    class_id: ClassId

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per image."""
        sem_class = usable_class(read_taxonomy(connection), self.class_id)
        wanted = [Label(i, sem_class.id, annotator, at, LabelSource.USER) for i in image_ids(self.image_ids)]
        labels = only_news(connection, wanted)
        return Changes(f"Label {counted(labels)} as {sem_class.name}", labels)


@dataclass(frozen=True, slots=True)
class LabelAsNewClass:
    """Create a class and give it to images, as one action."""

    image_ids: Sequence[ImageId]
    name: str

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan the class and one event per image."""
        taxonomy = read_taxonomy(connection)
        check_free(taxonomy, self.name)
        (created,) = new_classes(taxonomy, [(None, self.name)])
        labels = [Label(i, created.id, annotator, at, LabelSource.USER) for i in image_ids(self.image_ids)]
        return Changes(f"Label {counted(labels)} as {created.name}, a new class", labels, (created,))


@dataclass(frozen=True, slots=True)
class LabelAsNamed:
    """Give images the class of a name, which is created if there is none: decided when it is written."""

    image_ids: Sequence[ImageId]
    name: str

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per image, and the class if it is new."""
        known = find_class(read_taxonomy(connection), self.name)
        if known is None:
            return LabelAsNewClass(self.image_ids, self.name).plan(connection, annotator, at)
        return SetLabels(self.image_ids, known.id).plan(connection, annotator, at)


@dataclass(frozen=True, slots=True)
class ClearLabels:
    """Take the labels of images away."""

    image_ids: Sequence[ImageId]

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per labelled image."""
        wanted = [Label(i, None, annotator, at, LabelSource.USER) for i in image_ids(self.image_ids)]
        labels = only_news(connection, wanted)
        return Changes(f"Remove the label of {counted(labels)}", labels)


@dataclass(frozen=True, slots=True)
class AcceptPredictions:
    """Make a model's predictions the labels of images.

    Images without a prediction, or with one of an archived class, are left alone.

    Parameters
    ----------
    class_names
        Names of the model's classes, for those that the project lacks.
    """

    image_ids: Sequence[ImageId]
    model_id: ModelId
    class_names: Sequence[tuple[ClassId, str]] = ()

    def plan(self, connection: sa.Connection, annotator: str, at: datetime) -> Changes:
        """Plan one event per predicted image, and the classes that are missing."""
        taxonomy = read_taxonomy(connection)
        predicted = {i: taxonomy.read_as(c) for i, c in self._predicted(connection).items()}
        offered = _offered(taxonomy, predicted)
        wanted = [
            Label(i, offered[i], annotator, at, LabelSource.ACCEPTED, self.model_id)
            for i in image_ids(self.image_ids)
            if i in offered
        ]
        labels = only_news(connection, wanted)
        known = {c.id for c in taxonomy}
        missing = unique([label.class_id for label in labels if label.class_id not in known])
        names = dict(self.class_names)
        classes = new_classes(taxonomy, [(i, names.get(i, i)) for i in missing if i is not None])
        return Changes(f"Accept the prediction for {counted(labels)}", labels, classes)

    def _predicted(self, connection: sa.Connection) -> dict[ImageId, ClassId]:
        found: dict[ImageId, ClassId] = {}
        for some in chunks(image_ids(self.image_ids)):
            query = (
                sa.select(predictions.c.image_id, predictions.c.predicted)
                .join(models, models.c.id == predictions.c.model)
                .where(models.c.model_id == self.model_id)
                .where(predictions.c.status != PredictionStatus.ERROR.value)
                .where(predictions.c.image_id.in_(some))
            )
            for row in connection.execute(query):
                found[ImageId(row.image_id)] = ClassId(row.predicted)
        return found


def _offered(taxonomy: Taxonomy, predicted: Mapping[ImageId, ClassId]) -> Mapping[ImageId, ClassId]:
    """Return the predictions of classes that may be given; refuse if an archived class is all there is."""
    archived = {c.id: c for c in taxonomy if c.archived}
    offered = {i: class_id for i, class_id in predicted.items() if class_id not in archived}
    if predicted and not offered:
        name = archived[next(iter(predicted.values()))].name
        raise UsageError(
            f"the prediction is {name}, which is archived; restore that class or choose another."
        )
    return offered


def unique(items: Iterable[_T]) -> list[_T]:
    """Return `items` without repetitions, in order."""
    return list(dict.fromkeys(items))


def image_ids(ids: Iterable[int]) -> list[ImageId]:
    """Return ids without repetitions as plain integers: no database takes those of a numpy array."""
    return [ImageId(int(i)) for i in unique(ids)]


def counted(items: Sized) -> str:
    """Return "1 image" or "20,000 images"."""
    return "1 image" if len(items) == 1 else f"{len(items):,} images"


def only_news(connection: sa.Connection, wanted: Sequence[Label]) -> list[Label]:
    """Return those of `wanted` that say something else than the labels in force."""
    in_force = read_labels(connection, [label.image_id for label in wanted])
    return [label for label in wanted if not label.says_the_same(in_force.get(label.image_id))]
