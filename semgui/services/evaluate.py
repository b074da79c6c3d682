"""How good a model is on a folder of labelled images that it has never seen."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.project import Project
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.exchange.atomic import atomic_text
from semgui.inference.classifier import Classified, Classifier
from semgui.jobs.samples import TrainingSet, read_class_folder, read_project
from semgui.services.classify import classify_paths
from semgui.services.example_pictures import TestImage, example
from semgui.services.explain import Heatmaps, class_named
from trainer.card import Card
from trainer.evaluation import Evaluation, classification_report, evaluate
from trainer.evaluation_report import evaluation_sections
from trainer.html import note, page, pictures
from trainer.tables import confusion_csv, predictions_csv

_MISSES, _HITS = 12, 4  # pictures in the report


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A model's answers on a folder.

    Parameters
    ----------
    evaluation
        The figures.
    images
        Those that were counted, in the order of the folder.
    unknown_classes
        Folders of classes that the model does not know, with their numbers of images: left out.
    unreadable
        Images that could not be read, with the reason: left out.
    mapping
        Name of the folder's class to name of the model's.
    trained_on
        How many of the images the model was trained on.
    """

    evaluation: Evaluation
    images: tuple[TestImage, ...]
    unknown_classes: Mapping[str, int]
    unreadable: tuple[tuple[Path, str], ...]
    mapping: Mapping[str, str]
    trained_on: int = 0

    def only(self, image_ids: Collection[str]) -> Evaluated:
        """Return the same for some of the images, at least one."""
        images = tuple(image for image in self.images if image.sample.image_id in image_ids)
        before = self.evaluation
        evaluation = _evaluation(before.card, images, before.measurement.name, before.measurement.how)
        return dataclasses.replace(self, images=images, evaluation=evaluation)


@dataclass(frozen=True, slots=True)
class TestSet:
    """Labelled images to measure a model on.

    Parameters
    ----------
    name
        For people.
    how
        Which images these are, in a sentence.
    data
        The images with their classes.
    """

    __test__ = False  # not a test of pytest's

    name: str
    how: str
    data: TrainingSet


def folder_set(folder: Path, progress: ProgressCallback = ignore_progress) -> TestSet:
    """Take a folder with a subfolder for each class.

    Raises
    ------
    UsageError
        If it holds no images of at least two classes.
    """
    data = read_class_folder(folder, lambda count: progress(Progress("looking", count, None)))
    how = f"Every readable image of {folder.name} whose class the model knows."
    return TestSet(folder.name, how, data)


def project_set(project: Project, progress: ProgressCallback = ignore_progress) -> TestSet:
    """Take the labelled images of a project.

    Raises
    ------
    UsageError
        If they have fewer than two classes.
    """
    data = read_project(project, lambda count: progress(Progress("looking", count, None)))
    name = project.path.stem
    return TestSet(name, f"Every labelled image of {name} that can be read and whose class it knows.", data)


def evaluate_on(
    classifier: Classifier,
    images: TestSet,
    mapping: Mapping[str, str] | None = None,
    *,
    record: frozenset[str] | None = None,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Evaluated:
    """Classify labelled images and compare.

    Parameters
    ----------
    classifier
        The model.
    images
        See `folder_set` and `project_set`.
    mapping
        Names of their classes to names or ids of the model's classes, where they differ.
    record
        What the model was trained on (`semgui.registry.training_set.trained_on`), to count how many of the
        images those are; ``None``: nobody knows.

    Raises
    ------
    UsageError
        If the mapping names what is not there, or no image has a class of the model.
    Cancelled
        On request.
    """
    found = {ClassId(c.id): c.name for c in images.data.classes}
    indices = _match(classifier.card, found, mapping or {})
    known = [sample for sample in images.data.samples if sample.class_id in indices]
    unknown = Counter(found[s.class_id] for s in images.data.samples if s.class_id not in indices)
    if not known:
        raise UsageError(
            f"{images.name}: {classifier.card.name} knows none of these classes ({', '.join(unknown)}); "
            "say which is which with --map FOLDER=CLASS."
        )
    results = classify_paths(classifier, [s.source for s in known], progress=progress, cancel=cancel)
    counted, unreadable = [], []
    with closing(results):
        for sample, result in zip(known, results, strict=True):
            if result.answer is None:
                unreadable.append((sample.source.path, str(result.error)))
            else:
                counted.append(TestImage(sample, indices[sample.class_id], result))
    if not counted:
        raise UsageError(f"{images.name}: none of the {len(known)} images can be read; see `semgui info`.")
    evaluation = _evaluation(classifier.card, counted, images.name, images.how)
    renamed = {found[c]: classifier.card.classes[i].name for c, i in indices.items()}
    seen = sum(image.was_in(record or frozenset()) for image in counted)
    return Evaluated(evaluation, tuple(counted), unknown, tuple(unreadable), renamed, seen)


def write_evaluation(evaluated: Evaluated, classifier: Classifier, folder: Path) -> None:
    """Write ``metrics.json``, ``confusion.csv``, ``predictions.csv``, ``report.txt`` and ``report.html``.

    Raises
    ------
    SemguiError
        If something cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: the folder cannot be made ({error.strerror}).") from None
    evaluation = evaluated.evaluation
    metrics = evaluation.as_dict() | {
        "model_version": str(classifier.model_id),
        "classes_of_folder": dict(evaluated.mapping),
        "trained_on": evaluated.trained_on,
        "unknown_classes": dict(evaluated.unknown_classes),
        "unreadable": [{"path": str(path), "error": reason} for path, reason in evaluated.unreadable],
    }
    _write(folder / "metrics.json", json.dumps(metrics, indent=2) + "\n")
    _write(folder / "confusion.csv", confusion_csv(evaluation))
    paths, groups = zip(*((str(i.sample.source.path), i.group) for i in evaluated.images), strict=True)
    table = predictions_csv(evaluation, ["path"], [[path] for path in paths], groups)
    _write(folder / "predictions.csv", table)
    _write(folder / "report.txt", classification_report(evaluation))
    title = f"{classifier.card.name} on {evaluation.measurement.name}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        note(f"Model {classifier.model_id}. {classifier.card.summary}"),
        *(note(sentence) for sentence in remarks(evaluated)),
        *evaluation_sections(evaluation),
        *_examples(evaluated, Heatmaps(classifier)),
    ]
    _write(folder / "report.html", page(title, parts).decode())


def remarks(evaluated: Evaluated) -> list[str]:
    """Return sentences on what was not counted, and why, and on what was and flatters."""
    sentences = []
    if evaluated.trained_on:
        of_all = f"{evaluated.trained_on:,} of the {len(evaluated.images):,} images"
        sentences.append(f"The model was trained on {of_all}: the figures flatter.")
    if evaluated.unknown_classes:
        each = ", ".join(f"{name} ({count:,})" for name, count in evaluated.unknown_classes.items())
        sentences.append(f"The model does not know these classes; their images were left out: {each}.")
    if evaluated.unreadable:
        count = len(evaluated.unreadable)
        first, reason = evaluated.unreadable[0]
        sentences.append(f"{count:,} image(s) could not be read and were left out, {first.name}: {reason}.")
    return sentences


def parse_mapping(texts: Sequence[str]) -> dict[str, str]:
    """Read ``FOLDER=CLASS`` pairs.

    Raises
    ------
    UsageError
        If one has no equals sign.
    """
    pairs = {}
    for text in texts:
        folder, equals, name = text.partition("=")
        if not equals or not folder.strip() or not name.strip():
            raise UsageError(f"--map {text}: write the folder's name, =, and the model's class.")
        pairs[folder.strip()] = name.strip()
    return pairs


def _match(card: Card, found: Mapping[ClassId, str], mapping: Mapping[str, str]) -> dict[ClassId, int]:
    """Find the model's class for each class of the folder: as mapped, else by id, else by name."""
    by_name = {name.casefold(): class_id for class_id, name in found.items()}
    chosen = {}
    for folder_name, class_name in mapping.items():
        if folder_name.casefold() not in by_name:
            raise UsageError(
                f"--map {folder_name}={class_name}: there is no class folder {folder_name}; "
                f"there are {', '.join(found.values())}."
            )
        chosen[by_name[folder_name.casefold()]] = class_named(card, class_name)
    own = {c.id: i for i, c in enumerate(card.classes)}
    own_names = {c.name.casefold(): i for i, c in enumerate(card.classes)}
    indices = {}
    for class_id, name in found.items():
        index = own.get(chosen.get(class_id, class_id), own_names.get(name.casefold()))
        if index is not None:
            indices[class_id] = index
    return indices


def _evaluation(card: Card, images: Sequence[TestImage], name: str, how: str) -> Evaluation:
    return evaluate(
        card,
        np.stack([_logits(image.result) for image in images]),
        np.array([image.label for image in images], np.int64),
        np.array([image.group for image in images]),
        name=name,
        how=how,
    )


def _logits(result: Classified) -> NDArray[np.float32]:
    assert result.answer is not None  # only images with an answer are counted
    return result.answer.logits


def _write(path: Path, text: str) -> None:
    with atomic_text(path) as file:
        file.write(text)


def _examples(evaluated: Evaluated, heatmaps: Heatmaps) -> list[str]:
    """Show the surest mistakes, and some that are right, with the model's reason over them."""
    confidence = evaluated.evaluation.probabilities.max(axis=1)
    right = evaluated.evaluation.right
    surest = np.argsort(-confidence, kind="stable")
    parts = []
    for title, chosen in (
        ("The surest mistakes", surest[~right[surest]][:_MISSES]),
        ("Right", surest[right[surest]][:_HITS]),
    ):
        figures = [example(evaluated.images[int(i)], heatmaps) for i in chosen]
        if figures:
            parts += [f"<h2>{title}</h2>", pictures([f for f in figures if f])]
    return parts
