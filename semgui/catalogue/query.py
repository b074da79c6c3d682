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
        Tables, joined.
    keys
        Columns that order it, the image's id last; an index serves them.
    has_value
        Whether an image belongs to this stretch.
    wanted
        Whether the query wants it.
    """

    source: FromClause
    keys: tuple[ColumnElement[Any], ...]
    has_value: ColumnElement[bool]
    wanted: ColumnElement[bool]

    def select(self, *columns: Any) -> Select[Any]:
        """Select columns of all these images, in no order."""
        return select(*columns).select_from(self.source).where(self.has_value, self.wanted)

    def keys_of(self, image_id: ImageId) -> Select[Any]:
        """Select the keys of one image of this stretch, wanted or not."""
        return select(*self.keys).select_from(self.source).where(self.has_value, self.keys[-1] == image_id)


def stretches(query: ImageQuery, scope: Scope | None) -> tuple[OrderedImages, ...]:
    """Translate a query into one or two stretches that follow each other.

    Two, because no index has "those without a value last" in both directions, and a list of 100,000 must
    not be sorted for one page.
    """
    wanted = and_(*_conditions(query, scope))
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
    joined = table.join(images, images.c.id == image_id)
    without = ~exists().where(image_id == images.c.id, valid).correlate(images)
    return (
        OrderedImages(joined, (column, image_id), valid, wanted),
        OrderedImages(images, by_id, without, wanted),
    )


def counting(query: ImageQuery, scope: Scope | None) -> Select[Any]:
    """Translate a query into a count."""
    return select(func.count()).select_from(images).where(*_conditions(query, scope))


def _sorted_by_another_table(
    query: ImageQuery,
) -> tuple[FromClause, ColumnElement[Any], ColumnElement[int], ColumnElement[bool]]:
    """Return the table, its column, its image id, and which of its rows count."""
    if query.order == "label":
        labels = current_labels.c
        return current_labels, labels.class_id, labels.image_id, labels.class_id.is_not(None)
    answers = predictions.c
    return predictions, answers[query.order], answers.image_id, _current_prediction(query.model_id)


def _current_prediction(model_id: ModelId | None) -> ColumnElement[bool]:
    """Narrow ``predictions`` to those of a model for the present state of ``images``."""
    model = select(models.c.id).where(models.c.model_id == model_id).scalar_subquery()
    return and_(predictions.c.model == model, predictions.c.version == images.c.version)


def _conditions(query: ImageQuery, scope: Scope | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        images.c.status != ImageStatus.MISSING.value
        if query.status is None
        else images.c.status == query.status.value
    ]
    if query.text:
        found.append(images.c.relpath.contains(query.text, autoescape=True))
    if scope is not None:
        found.extend(_inside(scope))
    if query.class_id is not None:
        found.append(_labelled(current_labels.c.class_id == query.class_id))
    if query.label_state is LabelState.UNLABELLED:
        found.append(~_labelled(current_labels.c.class_id.is_not(None)))
    elif query.label_state is not None:
        found.append(_labelled(current_labels.c.class_id.is_not(None)))
    asked = _prediction_conditions(query)
    if asked:
        matches = and_(predictions.c.image_id == images.c.id, _current_prediction(query.model_id), *asked)
        found.append(exists().where(matches).correlate(images))
    return found


def _prediction_conditions(query: ImageQuery) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if query.predicted is not None:
        asked.append(predictions.c.predicted == query.predicted)
    if query.prediction_status is not None:
        asked.append(predictions.c.status == query.prediction_status.value)
    if query.label_state is LabelState.DISAGREE:
        label = (
            select(current_labels.c.class_id)
            .where(current_labels.c.image_id == predictions.c.image_id)
            .scalar_subquery()
        )
        asked.append(predictions.c.predicted != label)
    return asked


def _labelled(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return images.c.id.in_(select(current_labels.c.image_id).where(condition))


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
