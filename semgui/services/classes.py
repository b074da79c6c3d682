"""The classes of a project, as the window and the command line both change them.

As in `semgui.services.label`, every function returns after the commit, and ``None`` means that everything was
so already.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from semgui.catalogue.batches import Batch
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.presets import load_preset
from semgui.catalogue.project import Project
from semgui.domain.ids import ClassId, ImageId
from semgui.exchange.class_list import read_class_list, write_class_list
from semgui.review.class_commands import (
    AddClasses,
    ArchiveClass,
    CreateClass,
    DescribeClass,
    MergeClasses,
    RecolourClass,
    RenameClass,
    ReorderClasses,
    RestoreClass,
    SetExamples,
    SetParent,
    SetShortcut,
)
from semgui.review.history import History
from semgui.review.import_classes import ImportClasses
from semgui.review.split_class import SplitClass


def start_with_preset(project: Project, preset: str, annotator: str) -> Batch | None:
    """Give a new project the classes of a preset (``nffa10``, ``lattices``); no undo takes them away."""
    return start_with_classes(project, _of_preset(preset), annotator)


def start_with_classes(
    project: Project, class_names: Sequence[tuple[ClassId, str]], annotator: str
) -> Batch | None:
    """Give a new project the classes of a model's card, those that it lacks; no undo takes them away."""
    return History(project, annotator).set_up(AddClasses(class_names))


def start_without_classes(project: Project, annotator: str) -> Batch:
    """Let a new project have no classes until somebody makes some: the window then adds none of its own."""
    return History(project, annotator).set_up_empty("Begin without classes")


def has_begun(project: Project) -> bool:
    """Whether a project was ever given classes or told to have none, or anything was done in it."""
    return History(project, "").has_begun()


def add_preset(project: Project, preset: str, annotator: str) -> Batch | None:
    """Add the classes of a preset, those that the project lacks."""
    return History(project, annotator).do(AddClasses(_of_preset(preset)))


def import_classes(project: Project, source: Path, annotator: str) -> Batch | None:
    """Add the classes of a CSV, a JSON or a folder of class folders, those that the project lacks.

    Raises
    ------
    UsageError
        The source is none of these, or a class in it makes no sense; nothing is written.
    """
    return History(project, annotator).do(ImportClasses(read_class_list(source), source.name))


def export_classes(project: Project, target: Path) -> int:
    """Write the classes in use to a ``.csv`` or ``.json`` that `import_classes` reads; returns how many.

    Raises
    ------
    SemguiError
        It has another ending, or it cannot be written.
    """
    taxonomy = ClassStore(project).taxonomy()
    write_class_list(target, taxonomy)
    return len(taxonomy.active)


def create_class(project: Project, name: str, annotator: str) -> Batch | None:
    """Add a class; a name of a preset brings that preset's id along."""
    return History(project, annotator).do(CreateClass(name))


def rename_class(project: Project, class_id: ClassId, name: str, annotator: str) -> Batch | None:
    """Change what people read; labels keep pointing at the same class."""
    return History(project, annotator).do(RenameClass(class_id, name))


def recolour_class(project: Project, class_id: ClassId, colour: str, annotator: str) -> Batch | None:
    """Change a class's colour (``#rrggbb``)."""
    return History(project, annotator).do(RecolourClass(class_id, colour))


def set_shortcut(project: Project, class_id: ClassId, shortcut: str, annotator: str) -> Batch | None:
    """Give a class a key, a digit or a letter that no other class in use has; an empty one takes it away."""
    return History(project, annotator).do(SetShortcut(class_id, shortcut))


def describe_class(project: Project, class_id: ClassId, description: str, annotator: str) -> Batch | None:
    """Say what belongs into a class."""
    return History(project, annotator).do(DescribeClass(class_id, description))


def set_examples(
    project: Project, class_id: ClassId, image_ids: Sequence[ImageId], annotator: str
) -> Batch | None:
    """Choose the images that show what a class is."""
    return History(project, annotator).do(SetExamples(class_id, image_ids))


def set_parent(project: Project, class_id: ClassId, parent: ClassId | None, annotator: str) -> Batch | None:
    """Put a class under another, or with ``None`` at the top."""
    return History(project, annotator).do(SetParent(class_id, parent))


def reorder_classes(project: Project, class_ids: Sequence[ClassId], annotator: str) -> Batch | None:
    """Put the classes into a new order; those not named follow in their old one."""
    return History(project, annotator).do(ReorderClasses(class_ids))


def merge_classes(project: Project, from_id: ClassId, into_id: ClassId, annotator: str) -> Batch | None:
    """Give the images of one class to another; predictions of the one then count as the other."""
    return History(project, annotator).do(MergeClasses(from_id, into_id))


def split_class(
    project: Project, class_id: ClassId, name: str, image_ids: Sequence[ImageId], annotator: str
) -> Batch | None:
    """Give chosen images of a class a new class of their own."""
    return History(project, annotator).do(SplitClass(class_id, name, image_ids))


def archive_class(project: Project, class_id: ClassId, annotator: str) -> Batch | None:
    """Offer a class no longer; its labels stay."""
    return History(project, annotator).do(ArchiveClass(class_id))


def restore_class(project: Project, class_id: ClassId, annotator: str) -> Batch | None:
    """Offer an archived class again."""
    return History(project, annotator).do(RestoreClass(class_id))


def _of_preset(preset: str) -> list[tuple[ClassId, str]]:
    return [(c.id, c.name) for c in load_preset(preset)]
