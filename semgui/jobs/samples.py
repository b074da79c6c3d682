"""Which images a run learns from: a folder with a subfolder for each class, or the labels of a project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.fingerprint import fingerprint
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.listing import walk
from semgui.catalogue.naming import name_key
from semgui.catalogue.presets import preset_class_named
from semgui.catalogue.project import Project
from semgui.domain.errors import UnreadableImageError, UsageError
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.image import ImageRecord, ImageStatus
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
        Images of one group are not independent: they go to one split together.
    """

    image_id: str
    source: Source
    class_id: ClassId
    group: str


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
    """Take each subfolder as a class and all images below it as its images.

    Images in a subfolder of their class folder form a group by that subfolder's name (a sample, a session),
    across classes; images directly in the class folder are grouped by content, so that copies of one file
    never lie in two splits. The class folder itself is never a group.

    Raises
    ------
    UsageError
        If it is no folder, or fewer than two classes have images.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder.")
    classes: list[CardClass] = []
    samples: list[Sample] = []
    problems: list[str] = []
    subfolders = (f for f in folder.iterdir() if f.is_dir() and not f.name.startswith("."))
    for class_folder in sorted(subfolders, key=lambda f: name_key(f.name)):
        known = preset_class_named(class_folder.name)
        class_id = known.id if known else ClassId(f"folder.{class_folder.name}")
        before = len(samples)
        for file in _images_below(class_folder):
            try:
                group = _group(file, class_folder)
            except UnreadableImageError as error:
                problems.append(str(error))
                continue
            image_id = file.relative_to(folder).as_posix()
            samples.append(Sample(image_id, Source(file, root=folder), class_id, group))
            on_progress(len(samples))
        if len(samples) > before:
            classes.append(CardClass(id=class_id, name=known.name if known else class_folder.name))
    if len(classes) < 2:
        raise UsageError(f"{folder}: at least two subfolders with images are needed, one for each class.")
    return TrainingSet(tuple(classes), tuple(samples), tuple(problems))


def read_project(project: Project, on_progress: Callable[[int], None]) -> TrainingSet:
    """Take every labelled image of a project that can be read; copies of one file are a group.

    Raises
    ------
    UsageError
        If fewer than two classes have images.
    """
    images = ImageStore(project)
    roots = sorted((root.path for root in images.roots()), key=lambda p: len(p.parts), reverse=True)
    label_of = {label.image_id: label.class_id for label in LabelStore(project).labelled() if label.class_id}
    samples = []
    for record in images.get_many(sorted(label_of)):
        if record.status is ImageStatus.OK:
            samples.append(_sample(record, label_of, roots))
            on_progress(len(samples))
    used = {sample.class_id for sample in samples}
    classes = tuple(CardClass(id=c.id, name=c.name) for c in ClassStore(project).taxonomy() if c.id in used)
    if len(classes) < 2:
        raise UsageError(f"{project.path}: label images of at least two classes before training.")
    return TrainingSet(classes, tuple(samples))


def _sample(record: ImageRecord, label_of: dict[ImageId, ClassId], roots: list[Path]) -> Sample:
    # Nothing is known of the databar until an image was analysed once: then it has contrast limits.
    databar = record.databar if record.contrast is not None or record.databar.source == "user" else None
    root = next((root for root in roots if record.path.is_relative_to(root)), None)
    source = Source(record.path, root=root, databar=databar, contrast=record.contrast)
    group = record.fingerprint or f"image {record.id}"
    return Sample(str(record.id), source, label_of[record.id], group)


def _images_below(folder: Path) -> list[Path]:
    files = [listing.folder / file.name for listing in walk(folder, folder) for file in listing.files]
    return sorted(files, key=lambda f: name_key(str(f)))


def _group(file: Path, class_folder: Path) -> str:
    parent = file.parent.relative_to(class_folder)
    return parent.as_posix() if parent.parts else fingerprint(file, class_folder)
