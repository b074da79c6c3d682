"""What a list of images is asked for, and how that reads in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, func, select, true

from semgui.catalogue.label_tables import current_labels
from semgui.catalogue.naming import folder_range, name_key
from semgui.catalogue.tables import images, models, predictions
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.image import ImageStatus
from semgui.domain.prediction import PredictionStatus


class LabelState(StrEnum):
    """What people and the model have said about an image."""

    LABELLED = "labelled"
    UNLABELLED = "unlabelled"
    DISAGREE = "disagree"  # labelled, and the model's current answer is another class


Order = Literal["path", "acquired_at", "size", "confidence", "novelty", "predicted", "label"]


@dataclass(frozen=True, slots=True)
class ImageQuery:
    """Which images, and in which order; every condition narrows, ``None`` does not.

    Parameters
    ----------
    text
        Part of the path below the opened folder, without regard to (ASCII) case.
    class_id
        Labelled with this class.
    label_state
        Labelled, unlabelled, or label and model disagree (needs `model_id`).
    predicted
        Class that the model predicts (needs `model_id`).
    prediction_status
        What the model's answer is worth (needs `model_id`).
    model_id
        The model meant by the other conditions and orders. Answers for an older state of a file count as
        none.
    folder
        Absolute; this folder and all below it.
    status
        State of the file; ``None`` means every file that is not missing.
    order
        Images without a value (no acquisition time, no prediction, no label) come last, in both
        directions.
    descending
        From the largest down.
    """

    text: str | None = None
    class_id: ClassId | None = None
    label_state: LabelState | None = None
    predicted: ClassId | None = None
    prediction_status: PredictionStatus | None = None
    model_id: ModelId | None = None
    folder: Path | None = None
    status: ImageStatus | None = None
    order: Order = "path"
    descending: bool = False

    def __post_init__(self) -> None:
        needs_model = (
            self.predicted is not None
            or self.prediction_status is not None
            or self.label_state is LabelState.DISAGREE
            or self.order in {"confidence", "novelty", "predicted"}
        )
        if needs_model and self.model_id is None:
            raise ValueError("this query asks about predictions and names no model")


@dataclass(frozen=True, slots=True)
class Scope:
    """A folder as the database knows it: its root, and the path below that (empty at the root)."""

    root_id: int
    folder: str


@dataclass(frozen=True, slots=True)
class OrderedImages:
    """One stretch of a list: images with a value to sort by, or those without.

    Parameters
    ----------
    source
        Table that is read in order.
    keys
        Columns that order it, the image's id last; an index holds them.
    has_value
        Whether an image belongs to this stretch.
    wanted
        Whether the query wants it.
    """

    source: FromClause
    keys: tuple[ColumnElement[Any], ...]
    has_value: ColumnElement[bool]
    wanted: ColumnElement[bool]

    def select_ids(self) -> Select[Any]:
        """Select the ids of all these images, in no order."""
        return select(self.keys[-1]).select_from(self.source).where(self.has_value, self.wanted)

    def keys_of(self, image_id: ImageId) -> Select[Any]:
        """Select the keys of one image of this stretch, wanted or not."""
        return select(*self.keys).select_from(self.source).where(self.has_value, self.keys[-1] == image_id)


def stretches(query: ImageQuery, scope: Scope | None) -> tuple[OrderedImages, ...]:
    """Translate a query into one or two stretches that follow each other.

    Two, because no index has "those without a value last" in both directions, and a list of 100,000 must
    not be sorted for one page.
    """
    wanted = _wanted(query, scope, images.c.id)
    by_id = (images.c.id,)
    if query.order in {"path", "size"}:
        keys = (images.c.root_id, images.c.sort_key) if query.order == "path" else (images.c.size,)
        return (OrderedImages(images, keys + by_id, true(), wanted),)
    if query.order == "acquired_at":
        time = images.c.acquired_at
        return (
            OrderedImages(images, (time, images.c.id), time.is_not(None), wanted),
            OrderedImages(images, by_id, time.is_(None), wanted),
        )
    table, column, image_id, valid = _sorted_by_another_table(query)
    source = table
    if query.text or scope is not None:
        source = table.join(images, images.c.id == image_id)
    # Asked image by image: a page needs to know it of its own few hundred only.
    without = ~exists().where(image_id == images.c.id, valid).correlate(images)
    return (
        OrderedImages(source, (column, image_id), valid, _wanted(query, scope, image_id)),
        OrderedImages(images, by_id, without, wanted),
    )


def counting(query: ImageQuery, scope: Scope | None) -> Select[Any]:
    """Translate a query into a count."""
    return select(func.count()).select_from(images).where(_wanted(query, scope, images.c.id))


def _sorted_by_another_table(
    query: ImageQuery,
) -> tuple[FromClause, ColumnElement[Any], ColumnElement[int], ColumnElement[bool]]:
    """Return the table, its column, its image id, and which of its rows count."""
    if query.order == "label":
        labels = current_labels.c
        return current_labels, labels.class_id, labels.image_id, labels.class_id.is_not(None)
    answers = predictions.c
    return predictions, answers[query.order], answers.image_id, _by_model(query.model_id)


def _by_model(model_id: ModelId | None) -> ColumnElement[bool]:
    return predictions.c.model == select(models.c.id).where(models.c.model_id == model_id).scalar_subquery()


def _wanted(query: ImageQuery, scope: Scope | None, image_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Translate the conditions of a query on an image.

    All but text and folder are sets of ids: SQLite makes each set once, from an index, and no row of
    ``images`` has to be fetched to see whether it is wanted.
    """
    missing = select(images.c.id).where(images.c.status == ImageStatus.MISSING.value)
    found: list[ColumnElement[bool]] = []
    if query.status is None:
        found.append(image_id.not_in(missing))
    else:
        found.append(image_id.in_(select(images.c.id).where(images.c.status == query.status.value)))
    if query.text:
        found.append(images.c.relpath.contains(query.text, autoescape=True))
    if scope is not None:
        found += _inside(scope)
    return and_(*found, *_label_conditions(query, image_id), *_prediction_conditions(query, image_id))


def _label_conditions(query: ImageQuery, image_id: ColumnElement[int]) -> list[ColumnElement[bool]]:
    labels = current_labels.c
    found: list[ColumnElement[bool]] = []
    if query.class_id is not None:
        found.append(image_id.in_(select(labels.image_id).where(labels.class_id == query.class_id)))
    labelled = select(labels.image_id).where(labels.class_id.is_not(None))
    if query.label_state is LabelState.LABELLED:
        found.append(image_id.in_(labelled))
    elif query.label_state is LabelState.UNLABELLED:
        found.append(image_id.not_in(labelled))
    elif query.label_state is LabelState.DISAGREE:
        both = current_labels.join(predictions, predictions.c.image_id == labels.image_id)
        differ = and_(_by_model(query.model_id), predictions.c.predicted != labels.class_id)
        found.append(image_id.in_(select(labels.image_id).select_from(both).where(differ)))
    return found


def _prediction_conditions(query: ImageQuery, image_id: ColumnElement[int]) -> list[ColumnElement[bool]]:
    answers = predictions.c
    found: list[ColumnElement[bool]] = []
    if query.predicted is not None:
        found.append(answers.predicted == query.predicted)
    if query.prediction_status is not None:
        found.append(answers.status == query.prediction_status.value)
    by_model = _by_model(query.model_id)
    return [image_id.in_(select(answers.image_id).where(by_model, condition)) for condition in found]


def _inside(scope: Scope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [images.c.root_id == scope.root_id]
    if scope.folder:
        low, high = folder_range(scope.folder)
        # The same folder twice: exactly, and by the key that the list is sorted by, so that a page of one
        # folder among thousands reads that folder only.
        key = name_key(scope.folder + "/")
        found += [images.c.relpath >= low, images.c.relpath < high]
        found += [images.c.sort_key >= key, images.c.sort_key < key[:-1] + chr(ord(key[-1]) + 1)]
    return found
