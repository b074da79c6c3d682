"""Marking images, as the window and the command line both do it: flag, exclude, notes and tags.

As in `semgui.services.label`, every function returns after the commit, and ``None`` means that everything was
so already.
"""

from __future__ import annotations

from collections.abc import Sequence

from semgui.catalogue.batches import Batch
from semgui.catalogue.project import Project
from semgui.domain.ids import ImageId
from semgui.review.history import History
from semgui.review.mark_commands import AddTag, RemoveTag, SetExcluded, SetFlag, SetNote


def flag(project: Project, image_ids: Sequence[ImageId], annotator: str) -> Batch | None:
    """Flag images, to look at them again."""
    return History(project, annotator).do(SetFlag(image_ids, True))


def unflag(project: Project, image_ids: Sequence[ImageId], annotator: str) -> Batch | None:
    """Take the flag off images."""
    return History(project, annotator).do(SetFlag(image_ids, False))


def exclude(project: Project, image_ids: Sequence[ImageId], annotator: str) -> Batch | None:
    """Leave images out of training and queues; their labels stay."""
    return History(project, annotator).do(SetExcluded(image_ids, True))


def include(project: Project, image_ids: Sequence[ImageId], annotator: str) -> Batch | None:
    """Take excluded images in again."""
    return History(project, annotator).do(SetExcluded(image_ids, False))


def set_note(project: Project, image_id: ImageId, text: str, annotator: str) -> Batch | None:
    """Write the note of an image in the place of the one it had; an empty one takes it away."""
    return History(project, annotator).do(SetNote([image_id], text))


def add_tag(project: Project, image_ids: Sequence[ImageId], tag: str, annotator: str) -> Batch | None:
    """Give images a tag."""
    return History(project, annotator).do(AddTag(image_ids, tag))


def remove_tag(project: Project, image_ids: Sequence[ImageId], tag: str, annotator: str) -> Batch | None:
    """Take a tag off images."""
    return History(project, annotator).do(RemoveTag(image_ids, tag))
