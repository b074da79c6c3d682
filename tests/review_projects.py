"""Projects whose images a model has seen, without files or networks, with some labels wrong on purpose."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.looks import LookStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project
from semgui.catalogue.thumbnails import thumbnail_key
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.prediction import Prediction, PredictionStatus
from semgui.services.classes import start_with_classes
from semgui.services.label import set_labels
from tests.label_projects import project_with_rows

MODEL = ModelId("model@00000001")
GRAINS, WIRES, TIPS = ClassId("c.grains"), ClassId("c.wires"), ClassId("c.tips")
CLASSES = (GRAINS, WIRES, TIPS)
PLANTED = {10: WIRES, 20: TIPS, 40: GRAINS, 50: TIPS, 70: GRAINS, 80: WIRES}
"""Images of which the label is wrong."""

_WIDTH = 24


def truth(image_id: int) -> ClassId:
    """Return what an image shows: ids 1 to 30 grains, to 60 wires, to 90 tips, and so on."""
    return CLASSES[(image_id - 1) // 30 % 3]


def seen_project(folder: Path, images: int = 120) -> Project:
    """Make a project of images that the model has seen; nothing is labelled."""
    project = project_with_rows(folder, images)
    names = ("Grains", "Wires", "Tips")
    start_with_classes(project, tuple(zip(CLASSES, names, strict=True)), "ann")
    ids = np.arange(1, images + 1)
    put_answers(project, MODEL, ids, embeddings(ids), probabilities(ids))
    generator = np.random.default_rng(1)
    records = ImageStore(project).get_many([ImageId(i) for i in ids.tolist()])
    looks = generator.integers(0, 2**63, (images, 8)).astype(np.uint64)
    keys = [thumbnail_key(r.fingerprint, r.mtime_ns, r) for r in records]
    LookStore().put(dict(zip(keys, looks, strict=True)))
    return project


def reviewed_project(folder: Path, images: int = 120, labelled: int = 90) -> Project:
    """Label the first images of a `seen_project`, those in `PLANTED` wrongly."""
    project = seen_project(folder, images)
    label(project, {i: PLANTED.get(i, truth(i)) for i in range(1, labelled + 1)})
    return project


def label(project: Project, classes: dict[int, ClassId], annotator: str = "ann") -> None:
    """Label images, one action for each class."""
    for class_id in CLASSES:
        wanted = [ImageId(i) for i, c in classes.items() if c == class_id]
        if wanted:
            set_labels(project, wanted, class_id, annotator)


def same_look(project: Project, *image_ids: int) -> None:
    """Let images look alike."""
    records = ImageStore(project).get_many([ImageId(i) for i in image_ids])
    LookStore().put(
        {thumbnail_key(r.fingerprint, r.mtime_ns, r): np.arange(8, dtype=np.uint64) for r in records}
    )


def embeddings(ids: np.ndarray) -> np.ndarray:
    """Return embeddings: images of a class lie together."""
    generator = np.random.default_rng(0)
    centres = generator.normal(size=(3, _WIDTH)) * 3
    noise = np.stack([np.random.default_rng(int(i)).normal(size=_WIDTH) for i in ids])
    return (centres[[CLASSES.index(truth(int(i))) for i in ids]] + noise).astype(np.float16)


def probabilities(ids: np.ndarray, right: float = 0.8) -> np.ndarray:
    """Return what a model says that is right, each image a little more or less sure than the other."""
    sure = right + 0.1 * np.random.default_rng(2).random(len(ids))
    found = np.repeat(((1 - sure) / 2)[:, None], 3, axis=1)
    found[np.arange(len(ids)), [CLASSES.index(truth(int(i))) for i in ids]] = sure
    return found.astype(np.float32)


def put_answers(
    project: Project, model: ModelId, ids: np.ndarray, features: np.ndarray, probs: np.ndarray
) -> None:
    """Let a model have seen images."""
    store = PredictionStore(project)
    store.begin(model, CLASSES)
    ArrayStore(project, model).put(ids, probs, features)
    answers = [
        Prediction(
            ImageId(int(i)), model, CLASSES[int(row.argmax())], float(row.max()), 0.1, PredictionStatus.OK
        )
        for i, row in zip(ids, probs, strict=True)
    ]
    store.put_many(model, answers)
