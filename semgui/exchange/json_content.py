"""What is in force in a project, in the words of the JSON form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa

from semgui.catalogue.classes import read_taxonomy
from semgui.catalogue.labels import chunks
from semgui.catalogue.tables import escape_undecodable, images, roots
from semgui.domain.ids import ImageId
from semgui.exchange.exporting import LabelledImage, MarkedImage, labelled_images, marked_images
from semgui.exchange.json_labels import JsonClass, JsonImage, JsonLabel, JsonMark


def json_labels(connection: sa.Connection) -> Iterator[JsonLabel]:
    """Yield all labels."""
    return map(_label, labelled_images(connection))


def json_marks(connection: sa.Connection) -> Iterator[JsonMark]:
    """Yield all marks."""
    return map(_mark, marked_images(connection))


def _label(image: LabelledImage) -> JsonLabel:
    return JsonLabel(
        path=escape_undecodable(str(image.path)),
        fingerprint=image.fingerprint,
        class_id=image.class_id,
        annotator=image.annotator,
        created_at=image.created_at,
        source=image.source,
        model_id=image.model_id,
    )


def _mark(mark: MarkedImage) -> JsonMark:
    return JsonMark(
        path=escape_undecodable(str(mark.path)),
        fingerprint=mark.fingerprint,
        kind=mark.kind,
        tag=mark.word,
        text=mark.text,
        annotator=mark.annotator,
        created_at=mark.created_at,
    )


def json_classes(connection: sa.Connection) -> tuple[JsonClass, ...]:
    """Return all classes, archived ones included."""
    taxonomy = read_taxonomy(connection)
    shown = _images(connection, [i for c in taxonomy for i in c.examples])
    return tuple(
        JsonClass(
            id=c.id,
            name=c.name,
            colour=c.colour,
            shortcut=c.shortcut,
            description=c.description,
            position=c.position,
            archived=c.archived,
            parent=c.parent,
            merged_into=c.merged_into,
            examples=tuple(shown[i] for i in c.examples if i in shown),
        )
        for c in taxonomy
    )


def _images(connection: sa.Connection, ids: Sequence[ImageId]) -> dict[ImageId, JsonImage]:
    columns = (images.c.id, roots.c.path, images.c.relpath, images.c.fingerprint)
    query = sa.select(*columns).join(roots, roots.c.id == images.c.root_id)
    found: dict[ImageId, JsonImage] = {}
    for some in chunks(ids):
        for row in connection.execute(query.where(images.c.id.in_(some))):
            path = escape_undecodable(str(Path(row.path, row.relpath)))
            found[ImageId(row.id)] = JsonImage(path=path, fingerprint=row.fingerprint)
    return found
