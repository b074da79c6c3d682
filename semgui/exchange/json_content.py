"""What is in force in a project, in the words of the JSON form."""

from __future__ import annotations

from collections.abc import Iterator

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import Project
from semgui.catalogue.tables import escape_undecodable
from semgui.exchange.exporting import LabelledImage, MarkedImage, labelled_images, marked_images
from semgui.exchange.json_labels import JsonClass, JsonImage, JsonLabel, JsonMark


def json_labels(project: Project) -> Iterator[JsonLabel]:
    """Yield all labels."""
    return map(_label, labelled_images(project))


def json_marks(project: Project) -> Iterator[JsonMark]:
    """Yield all marks."""
    return map(_mark, marked_images(project))


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


def json_classes(project: Project) -> tuple[JsonClass, ...]:
    """Return all classes, archived ones included."""
    taxonomy = ClassStore(project).taxonomy()
    shown = {i.id: i for i in ImageStore(project).get_many([i for c in taxonomy for i in c.examples])}
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
            examples=tuple(
                JsonImage(path=escape_undecodable(str(shown[i].path)), fingerprint=shown[i].fingerprint)
                for i in c.examples
                if i in shown
            ),
        )
        for c in taxonomy
    )
