"""The labels and marks in force of a project, with what an export needs to know about each image.

All of one moment, as one connection sees it: somebody may be labelling meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from semgui.catalogue.label_tables import current_labels, current_marks
from semgui.catalogue.tables import images, roots
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.labels import LabelSource
from semgui.domain.marks import MarkKind


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """A labelled image; annotator, time and source are of the event that gave the label."""

    id: ImageId
    path: Path
    fingerprint: str
    class_id: ClassId
    annotator: str
    created_at: datetime
    source: LabelSource
    model_id: ModelId | None


@dataclass(frozen=True, slots=True)
class MarkedImage:
    """One mark that an image has; annotator and time are of the event that put it there."""

    id: ImageId
    path: Path
    fingerprint: str
    kind: MarkKind
    word: str
    text: str
    annotator: str
    created_at: datetime


def labelled_images(connection: sa.Connection) -> Iterator[LabelledImage]:
    """Yield every labelled image in the order in which people count file names."""
    query = (
        sa.select(
            images.c.id,
            roots.c.path,
            images.c.relpath,
            images.c.fingerprint,
            current_labels.c.class_id,
            current_labels.c.annotator,
            current_labels.c.created_at,
            current_labels.c.source,
            current_labels.c.model_id,
        )
        .select_from(
            images.join(roots, roots.c.id == images.c.root_id).join(
                current_labels, current_labels.c.image_id == images.c.id
            )
        )
        .where(current_labels.c.class_id.is_not(None))
        .order_by(roots.c.path, images.c.sort_key, images.c.id)
    )
    for row in connection.execute(query):
        yield LabelledImage(
            id=ImageId(row.id),
            path=Path(row.path, row.relpath),
            fingerprint=row.fingerprint,
            class_id=ClassId(row.class_id),
            annotator=row.annotator,
            created_at=row.created_at,
            source=LabelSource(row.source),
            model_id=None if row.model_id is None else ModelId(row.model_id),
        )


def marked_images(connection: sa.Connection) -> Iterator[MarkedImage]:
    """Yield every mark that is on an image, in the order of `labelled_images`."""
    query = (
        sa.select(images.c.id, roots.c.path, images.c.relpath, images.c.fingerprint, current_marks)
        .select_from(
            images.join(roots, roots.c.id == images.c.root_id).join(
                current_marks, current_marks.c.image_id == images.c.id
            )
        )
        .order_by(roots.c.path, images.c.sort_key, images.c.id, current_marks.c.event_id)
    )
    for row in connection.execute(query):
        yield MarkedImage(
            id=ImageId(row.id),
            path=Path(row.path, row.relpath),
            fingerprint=row.fingerprint,
            kind=MarkKind(row.kind),
            word=row.word,
            text=row.text,
            annotator=row.annotator,
            created_at=row.created_at,
        )
