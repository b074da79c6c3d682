"""How the conditions of an `ImageQuery` read in SQL.

All but text and folder are sets of ids: SQLite makes each set once, from an index, and no row of ``images``
has to be fetched to see whether it is wanted.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from semgui.catalogue.label_tables import current_labels, current_marks, merged_classes
from semgui.catalogue.naming import folder_range, name_key
from semgui.catalogue.query import OF_PREDICTIONS, ImageQuery, Key, LabelState, Range, Scope
from semgui.catalogue.tables import image_metadata, images, models, predictions
from semgui.domain.ids import ModelId
from semgui.domain.image import ImageStatus
from semgui.domain.marks import MarkKind
from semgui.domain.prediction import PredictionStatus

ANSWERED = predictions.c.status != PredictionStatus.ERROR.value
"""Whether a prediction says anything: files that could not be read have rows, too."""

_AFTER_ALL = "\uffff"  # sorts after everything that an ISO time can go on with


def by_model(model_id: ModelId | None) -> ColumnElement[bool]:
    """Whether a row of ``predictions`` is this model's."""
    return predictions.c.model == select(models.c.id).where(models.c.model_id == model_id).scalar_subquery()


def known_to(model_id: ModelId | None) -> Select[Any]:
    """Select the ids of the classes that a model can say; of one merged into another, the other's."""
    own = func.json_each(models.c.class_ids).table_valued("value")
    merged = merged_classes.c
    return (
        select(func.coalesce(merged.merged_into, own.c.value))
        .select_from(models.join(own, true()).outerjoin(merged_classes, merged.class_id == own.c.value))
        .where(models.c.model_id == model_id)
    )


def marked(kind: MarkKind, *conditions: ColumnElement[bool]) -> Select[Any]:
    """Select the ids of images with a mark."""
    return select(current_marks.c.image_id).where(current_marks.c.kind == kind.value, *conditions)


def wanted(query: ImageQuery, scope: Scope | None, *, missing_too: bool = False) -> list[ColumnElement[bool]]:
    """Translate the conditions of a query on a row of ``images``; all must hold."""
    return [
        *([] if missing_too else [_of_status(query.status)]),
        *_file_conditions(query, scope),
        *_label_conditions(query),
        *_prediction_conditions(query),
        *_mark_conditions(query),
        *(_in_range(query, part) for part in query.ranges),
        *(_from_microscope(image_metadata.c[part.key].in_(part.values)) for part in query.choices),
    ]


def _of_status(status: ImageStatus | None) -> ColumnElement[bool]:
    if status is None:
        missing = select(images.c.id).where(images.c.status == ImageStatus.MISSING.value)
        return images.c.id.not_in(missing)
    return images.c.id.in_(select(images.c.id).where(images.c.status == status.value))


def _file_conditions(query: ImageQuery, scope: Scope | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.text:
        note = marked(MarkKind.NOTE, current_marks.c.text.contains(query.text, autoescape=True))
        found.append(
            or_(images.c.relpath.contains(query.text, autoescape=True), images.c.id.in_(note)),
        )
    if query.databar_uncertain:
        found.append(images.c.databar_certain == 0)
    if scope is not None:
        found += _inside(scope)
    return found


def _label_conditions(query: ImageQuery) -> list[ColumnElement[bool]]:
    labels = current_labels.c
    found: list[ColumnElement[bool]] = []
    if query.classes:
        found.append(_of_classes(query))
    labelled = select(labels.image_id).where(labels.class_id.is_not(None))
    if query.label_state is LabelState.LABELLED:
        found.append(images.c.id.in_(labelled))
    elif query.label_state is LabelState.UNLABELLED:
        found.append(images.c.id.not_in(labelled))
    elif query.label_state is LabelState.DISAGREE:
        both = current_labels.join(predictions, predictions.c.image_id == labels.image_id)
        merged = select(merged_classes.c.class_id).where(
            merged_classes.c.class_id == predictions.c.predicted,
            merged_classes.c.merged_into == labels.class_id,
        )
        differ = and_(
            by_model(query.model_id),
            ANSWERED,
            predictions.c.predicted != labels.class_id,
            ~merged.exists(),
            # A model cannot say what it does not know. Without "likely", SQLite begins with this, which takes
            # four times as long.
            func.likely(labels.class_id.in_(known_to(query.model_id))),
        )
        found.append(images.c.id.in_(select(labels.image_id).select_from(both).where(differ)))
    return found


def _of_classes(query: ImageQuery) -> ColumnElement[bool]:
    labels = current_labels.c
    said = images.c.id.in_(select(labels.image_id).where(labels.class_id.in_(query.classes)))
    if query.model_id is None:
        return said
    labelled = select(labels.image_id).where(labels.class_id.is_not(None))
    guessed = _predicted(query, predictions.c.predicted.in_(query.classes), ANSWERED)
    return or_(said, and_(guessed, images.c.id.not_in(labelled)))


def _prediction_conditions(query: ImageQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.predicted:
        found.append(_predicted(query, predictions.c.predicted.in_(query.predicted), ANSWERED))
    if query.prediction_status is not None:
        found.append(_predicted(query, predictions.c.status == query.prediction_status.value))
    return found


def _predicted(query: ImageQuery, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    answers = select(predictions.c.image_id).where(by_model(query.model_id), *conditions)
    return images.c.id.in_(answers)


def _mark_conditions(query: ImageQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for kind, asked in ((MarkKind.FLAG, query.flagged), (MarkKind.EXCLUDED, query.excluded)):
        if asked is not None:
            found.append(images.c.id.in_(marked(kind)) if asked else images.c.id.not_in(marked(kind)))
    if query.tag is not None:
        found.append(images.c.id.in_(marked(MarkKind.TAG, current_marks.c.word == query.tag)))
    return found


def _in_range(query: ImageQuery, part: Range) -> ColumnElement[bool]:
    if part.key is Key.ACQUIRED:
        high = None if part.high is None else f"{part.high}{_AFTER_ALL}"
        return between(images.c.acquired_at, part.low, high)
    if part.key in OF_PREDICTIONS:
        return _predicted(query, between(predictions.c[part.key], part.low, part.high), ANSWERED)
    return _from_microscope(between(image_metadata.c[part.key], part.low, part.high))


def between(
    column: ColumnElement[Any], low: float | str | None, high: float | str | None
) -> ColumnElement[bool]:
    """Whether a value is there and within the bounds that there are."""
    found: list[ColumnElement[bool]] = [column.is_not(None)]
    if low is not None:
        found.append(column >= low)
    if high is not None:
        found.append(column <= high)
    return and_(*found)


def _from_microscope(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return images.c.id.in_(select(image_metadata.c.image_id).where(condition))


def _inside(scope: Scope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [images.c.root_id == scope.root_id]
    if scope.folder:
        low, high = folder_range(scope.folder)
        # The same folder twice: exactly, and by the key that the list is sorted by, so that a list of one
        # folder among thousands reads that folder only.
        key = name_key(scope.folder + "/")
        found += [images.c.relpath >= low, images.c.relpath < high]
        found += [images.c.sort_key >= key, images.c.sort_key < key[:-1] + chr(ord(key[-1]) + 1)]
    return found


def counting(query: ImageQuery, scope: Scope | None) -> Select[Any]:
    """Translate a query into a count."""
    return select(func.count()).select_from(images).where(*wanted(query, scope))
