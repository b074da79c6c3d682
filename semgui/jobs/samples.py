"""Which images a run learns from: a folder with a subfolder for each class, or the labels of a project."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from semgui.catalogue.class_folders import list_class_folders
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.naming import absolute, folder_name
from semgui.catalogue.presets import preset_class_named
from semgui.catalogue.project import Project
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.domain.image import ImageRecord, ImageStatus
from semgui.domain.metadata import SemMetadata
from semgui.inference.prepare import Source
from trainer.card import CardClass


@dataclass(frozen=True, slots=True)
class Sample:
    """An image with its class.

    Parameters
    ----------
    image_id
        Row id in the project, or path below the class folder.
    source
        Where it is, and what is known of its databar and contrast.
    class_id
        Its class.
    group
        Images of one group are not independent: they go to one split together. Empty until
        `semgui.jobs.grouping` has found it.
    folder
        Where it lies, without the folder that is named after its class; empty where there is no other.
    metadata
        What its file says, where that is known already.
    """

    image_id: str
    source: Source
    class_id: ClassId
    group: str = ""
    folder: str = ""
    metadata: SemMetadata | None = None


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Labelled images and the classes they have.

    Parameters
    ----------
    classes
        In the order in which people see them.
    samples
        In a stable order.
    problems
        Sentences on images that were left out.
    """

    classes: tuple[CardClass, ...]
    samples: tuple[Sample, ...]
    problems: tuple[str, ...] = ()


def read_class_folder(folder: Path, on_progress: Callable[[int], None]) -> TrainingSet:
    """Take each subfolder as a class and all images below it as its images; ``Tips`` and ``tips`` are one.

    Raises
    ------
    UsageError
        If it is no folder, fewer than two classes have images, or the name of one cannot be shown.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder.")
    found = list_class_folders(folder, on_progress)
    classes = _folder_classes(folder, dict.fromkeys(f.class_name for f in found.files))
    if len({c.id for c in classes.values()}) < 2:
        raise UsageError(f"{folder}: at least two subfolders with images are needed, one for each class.")
    root = absolute(folder)
    samples = tuple(
        Sample(
            file.path.relative_to(root).as_posix(),
            Source(file.path, root=root),
            ClassId(classes[file.class_name].id),
            folder=file.folder,
        )
        for file in found.files
    )
    return TrainingSet(tuple({c.id: c for c in classes.values()}.values()), samples, found.problems)


def _folder_classes(folder: Path, names: Iterable[str]) -> dict[str, CardClass]:
    """Return the class of each subfolder, in their order."""
    names = tuple(names)
    classes: dict[str, CardClass] = {}
    by_name: dict[str, CardClass] = {}
    for name in sorted(names):  # whatever files they hold, the same spelling names the class
        if not name.isprintable():
            raise UsageError(f"{folder}: the subfolder {name!r} cannot name a class; rename it.")
        preset = preset_class_named(name)
        own = CardClass(id=f"folder.{name}", name=name)
        if preset is not None:
            own = CardClass(id=preset.id, name=preset.name)
        classes[name] = by_name.setdefault(own.name.casefold(), own)
    return {name: classes[name] for name in names}


def read_project(project: Project, on_progress: Callable[[int], None]) -> TrainingSet:
    """Take every labelled image of a project that can be read and is not excluded.

    Raises
    ------
    UsageError
        If fewer than two classes have images.
    """
    images = ImageStore(project)
    class_of = {label.image_id: label.class_id for label in LabelStore(project).labelled() if label.class_id}
    excluded = set(MarkStore(project).excluded()) & class_of.keys()
    label_of = {image: class_id for image, class_id in class_of.items() if image not in excluded}
    name_of = {c.id: c.name for c in ClassStore(project).taxonomy()}
    samples = []
    for record in images.get_many(sorted(label_of)):
        class_id = label_of[record.id]
        if record.status is ImageStatus.OK and class_id in name_of:  # else its class was just undone
            samples.append(_sample(record, class_id, name_of[class_id]))
            on_progress(len(samples))
    used = {sample.class_id for sample in samples}
    classes = tuple(CardClass(id=i, name=name) for i, name in name_of.items() if i in used)
    if len(classes) < 2:
        raise UsageError(f"{project.path}: label images of at least two classes before training.")
    problems = (f"{len(excluded)} of the labelled images, which the user has excluded",) if excluded else ()
    return TrainingSet(classes, tuple(samples), problems)


def _sample(record: ImageRecord, class_id: ClassId, class_name: str) -> Sample:
    # Nothing is known of the databar until an image was analysed once: then it has contrast limits.
    databar = record.databar if record.contrast is not None or record.databar.source == "user" else None
    return Sample(
        str(record.id),
        Source(record.path, root=record.root, databar=databar, contrast=record.contrast),
        class_id,
        folder=_folder(record, class_name),
        metadata=record.metadata,
    )


def _folder(record: ImageRecord, class_name: str) -> str:
    """Return where an image lies below its root, without folders that are named after its class."""
    parent = record.path.parent
    parts = parent.parts if record.root is None else parent.relative_to(record.root).parts
    names = {class_name.casefold(), folder_name(class_name).casefold()}
    return "/".join(part for part in parts if part.casefold() not in names)
