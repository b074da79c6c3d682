"""The last thing that was done to images, as a command for others.

It is read from the history, so it outlives a restart and is the same for window and command line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa

from semgui.catalogue import batches
from semgui.catalogue.classes import read_taxonomy
from semgui.catalogue.label_tables import label_events, mark_events
from semgui.domain.ids import BatchId, ClassId, ImageId, ModelId
from semgui.domain.labels import LabelSource
from semgui.domain.marks import MarkKind
from semgui.review.commands import AcceptPredictions, ClearLabels, Command, SetLabels
from semgui.review.mark_commands import AddTag, RemoveTag, SetExcluded, SetFlag, SetNote

_DEPTH = 50  # actions looked through for one that images can be given again


@dataclass(frozen=True, slots=True)
class RepeatableAction:
    """What can be done to other images.

    Parameters
    ----------
    title
        In the words of a menu ("Label as Tips").
    on
        Makes the command for the images given.
    """

    title: str
    on: Callable[[Sequence[ImageId]], Command]


def last_repeatable(connection: sa.Connection) -> RepeatableAction | None:
    """Return the newest action in force that did one thing to images, ``None`` if there is none.

    Changes of classes and imports are passed over.
    """
    for batch_id in islice(batches.walk_done(connection), _DEPTH):
        found = _labelling(connection, batch_id) or _marking(connection, batch_id)
        if found is not None:
            return found
    return None


def _labelling(connection: sa.Connection, batch_id: BatchId) -> RepeatableAction | None:
    events = label_events.c
    query = sa.select(events.class_id, events.source, events.model_id).where(
        events.batch_id == batch_id,
        events.restores.is_(None),  # a merge says nothing new about its images
    )
    said: list[Any] = list(connection.execute(query.distinct()))
    if not said:
        return None
    first = said[0]
    if all(row.source == LabelSource.ACCEPTED and row.model_id == first.model_id for row in said):
        model_id = ModelId(first.model_id)
        return RepeatableAction("Accept the prediction", lambda ids: AcceptPredictions(ids, model_id))
    if len(said) > 1 or first.source != LabelSource.USER:
        return None
    if first.class_id is None:
        return RepeatableAction("Remove the label", ClearLabels)
    class_id = ClassId(first.class_id)
    usable = next((c for c in read_taxonomy(connection).active if c.id == class_id), None)
    if usable is None:
        return None
    return RepeatableAction(f"Label as {usable.name}", lambda ids: SetLabels(ids, class_id))


def _marking(connection: sa.Connection, batch_id: BatchId) -> RepeatableAction | None:
    events = mark_events.c
    query = sa.select(events.kind, events.word, events.present, events.text).where(
        events.batch_id == batch_id
    )
    said: list[Any] = list(connection.execute(query.distinct()))
    if len(said) != 1:
        return None
    word, text, on = str(said[0].word), str(said[0].text), bool(said[0].present)
    match MarkKind(said[0].kind):
        case MarkKind.FLAG:
            return RepeatableAction("Flag" if on else "Unflag", lambda ids: SetFlag(ids, on))
        case MarkKind.EXCLUDED:
            return RepeatableAction("Exclude" if on else "Include again", lambda ids: SetExcluded(ids, on))
        case MarkKind.TAG if on:
            return RepeatableAction(f"Tag with {word}", lambda ids: AddTag(ids, word))
        case MarkKind.TAG:
            return RepeatableAction(f"Remove the tag {word}", lambda ids: RemoveTag(ids, word))
        case MarkKind.NOTE:
            title = "Write the same note" if on else "Remove the note"
            return RepeatableAction(title, lambda ids: SetNote(ids, text))
