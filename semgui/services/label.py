"""Labelling, as the window and the command line both do it.

Flags, notes and tags: `marks`; classes: `classes`; importing and exporting: `label_files`.

Every function that writes returns after the commit: what it returned is on the disk. ``None`` means that
everything was so already and nothing was written.
"""

from __future__ import annotations

from collections.abc import Sequence

from semgui.catalogue.batches import Batch
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.project import Project
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.labels import LabelEvent
from semgui.review.commands import AcceptPredictions, ClearLabels, LabelAsNewClass, SetLabels
from semgui.review.history import History


def set_labels(
    project: Project, image_ids: Sequence[ImageId], class_id: ClassId, annotator: str
) -> Batch | None:
    """Give images a class: one action, one undo."""
    return History(project, annotator).do(SetLabels(image_ids, class_id))


def label_as_new_class(
    project: Project, image_ids: Sequence[ImageId], name: str, annotator: str
) -> Batch | None:
    """Create a class and give it to images: one action, one undo."""
    return History(project, annotator).do(LabelAsNewClass(image_ids, name))


def clear_labels(project: Project, image_ids: Sequence[ImageId], annotator: str) -> Batch | None:
    """Take the labels of images away: one action, one undo."""
    return History(project, annotator).do(ClearLabels(image_ids))


def accept_predictions(
    project: Project,
    image_ids: Sequence[ImageId],
    model_id: ModelId,
    annotator: str,
    class_names: Sequence[tuple[ClassId, str]] = (),
) -> Batch | None:
    """Make a model's predictions the labels of images; those without a current prediction are left alone.

    Parameters
    ----------
    class_names
        Ids and names of the model's classes; those that the project lacks are created in the same action.
    """
    return History(project, annotator).do(AcceptPredictions(image_ids, model_id, class_names))


def undo(project: Project, annotator: str) -> Batch | None:
    """Take the last action back; ``None`` if there is nothing to undo."""
    return History(project, annotator).undo()


def redo(project: Project, annotator: str) -> Batch | None:
    """Do again what was undone last; ``None`` if there is nothing to redo."""
    return History(project, annotator).redo()


def history(project: Project, image_id: ImageId) -> list[LabelEvent]:
    """Return everything that was ever said about an image, oldest first."""
    return LabelStore(project).history(image_id)
