"""A project whose labels, answers of two models and embeddings are known, with classes that look alike."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.presets import load_preset
from semgui.catalogue.project import open_project
from semgui.catalogue.query import ImageQuery
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.prediction import Prediction, PredictionStatus
from semgui.review.commands import SetLabels
from semgui.review.history import History
from semgui.services.classes import start_with_classes
from semgui.services.scan import scan_folder

NAMES = (
    *("Tips", "Nanowires", "Particles", "Films and coated surface", "Powder"),
    *("Porous sponge", "Patterned surface", "Biological", "MEMS devices and electrodes", "Fibres"),
)
OLDER = ModelId("older@00000001")
_SIZE = 24  # values of an embedding


@dataclass(frozen=True)
class Confused:
    """A project and what is true in it.

    Parameters
    ----------
    names
        Of its C classes.
    older, newer
        (C, C) counts of what each model says.
    """

    place: Path
    names: tuple[str, ...]
    older: np.ndarray
    newer: np.ndarray


def confused_project(where: Path, classes: int, each: int, model: ModelId) -> Confused:
    """Write images and a project on them.

    Every class is taken for its right neighbour by both models: by the older one in a third of the images,
    by `model`, which is the one in use, in a sixth.
    """
    names = tuple(NAMES[i % 10] + (f", series {i // 10 + 1}" if i >= 10 else "") for i in range(classes))
    folder, place = where / "images", where / "images.semgui"
    for number in range(classes * each):
        path = folder / f"{number:05}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        chance = np.random.default_rng(number)
        Image.fromarray(chance.integers(0, 255, (32, 48), np.uint8)).save(path)
    ids_of_classes = [ClassId(f"user.{i:02}") for i in range(classes)]
    with open_project(place, create=True) as project:
        start_with_classes(project, list(zip(ids_of_classes, names, strict=True)), "ann")
        scan_folder(project, folder)
        ids = np.sort(ImageStore(project).ids(ImageQuery()))
        truth = np.repeat(np.arange(classes), each)
        for index, class_id in enumerate(ids_of_classes):
            chosen = tuple(ImageId(int(i)) for i in ids[truth == index])
            History(project, "ann").do(SetLabels(chosen, class_id))
        counts = []
        for model_id, one_in in ((OLDER, 3), (model, 6)):
            said = np.where(np.arange(len(ids)) % one_in == 0, (truth + 1) % classes, truth)
            _answer(project, model_id, ids, said, ids_of_classes)
            counts.append(np.zeros((classes, classes), np.int64))
            np.add.at(counts[-1], (truth, said), 1)
    return Confused(place, names, *counts)


def _answer(project, model_id: ModelId, ids, said, classes: list[ClassId]) -> None:
    chance = np.random.default_rng(len(model_id))
    sure = chance.uniform(0.4, 0.99, len(ids)).astype(np.float32)
    known = [*classes, *(c.id for c in load_preset("nffa10"))][:10]  # as many as the small model has
    probabilities = np.zeros((len(ids), max(len(classes), len(known))), np.float32)
    probabilities[np.arange(len(ids)), said] = sure
    probabilities[np.arange(len(ids)), (said + 1) % len(classes)] += 1 - sure
    centres = chance.normal(0, 1, (len(classes), _SIZE))
    embeddings = centres[said] + chance.normal(0, 0.4, (len(ids), _SIZE))
    store = PredictionStore(project)
    store.begin(model_id, known)
    ArrayStore(project, model_id).put(ids, probabilities[:, : len(known)], embeddings.astype(np.float16))
    store.put_many(
        model_id,
        [
            Prediction(ImageId(int(i)), model_id, classes[k], float(p), 0.1, PredictionStatus.OK)
            for i, k, p in zip(ids, said, sure, strict=True)
        ],
    )
