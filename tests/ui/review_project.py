"""A project for reviewing: images of three kinds, classified, and some labels planted wrong.

What the model would say of them (probabilities and embeddings) is written, so that the truth is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from sqlalchemy import insert

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project, open_project
from semgui.catalogue.query import ImageQuery
from semgui.catalogue.tables import predictions
from semgui.domain.ids import ClassId, ImageId
from semgui.review.commands import SetLabels
from semgui.review.history import History
from semgui.services.classes import start_with_preset
from semgui.services.scan import scan_folder
from semgui.viewmodels.brain import Brain

KINDS = (ClassId("nffa.fibres"), ClassId("nffa.nanowires"), ClassId("nffa.particles"))
_WIDTH = 32  # of the embeddings


@dataclass(frozen=True)
class Planted:
    """A project whose truth is known.

    Parameters
    ----------
    truth
        Of every image.
    wrong
        Images that are labelled as another class than they are.
    """

    place: Path
    truth: dict[ImageId, ClassId]
    wrong: tuple[ImageId, ...]


def plant(where: Path, brain: Brain, each: int, wrong: int, *, unlabelled: int = 0, seed: int = 3) -> Planted:
    """Write `each` images of every kind; label all but the last `unlabelled`, `wrong` of them wrongly."""
    rng = np.random.default_rng(seed)
    folder, place = where / "images", where / "images.semgui"
    for number in range(3 * each):
        draw(folder / f"img{number:04}.png", number % 3, number)
    with open_project(place, create=True) as project:
        start_with_preset(project, "nffa10", "ann")
        scan_folder(project, folder)
        ids = [ImageId(int(i)) for i in ImageStore(project).ids(ImageQuery())]
        kinds = np.arange(len(ids)) % 3
        _answer(project, brain, ids, kinds, rng)
        labelled = np.arange(len(ids) - unlabelled)
        flipped = np.sort(rng.choice(labelled, wrong, replace=False))
        said = kinds.copy()
        said[flipped] = (said[flipped] + 1) % 3
        for kind, class_id in enumerate(KINDS):
            rows = labelled[said[labelled] == kind]
            History(project, "bob").do(SetLabels([ids[row] for row in rows], class_id))
    truth = {image_id: KINDS[kind] for image_id, kind in zip(ids, kinds, strict=True)}
    return Planted(place, truth, tuple(ids[row] for row in flipped))


def draw(path: Path, kind: int, seed: int) -> None:
    """Draw stripes, a net or discs on uneven ground."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:180, 0:240]
    phase, pitch = rng.uniform(0, 20), rng.uniform(14, 22)
    if kind == 0:
        field = np.sin((columns + 0.4 * rows + phase) * 2 * np.pi / pitch)
    elif kind == 1:
        field = np.sin((rows + phase) / pitch * 2 * np.pi) * np.sin(columns / pitch * 2 * np.pi)
    else:
        y, x = np.mod(rows + phase, 3 * pitch) - 1.5 * pitch, np.mod(columns, 3 * pitch) - 1.5 * pitch
        field = np.where(np.hypot(y, x) < pitch, 1.0, -1.0)
    for _ in range(6):  # no two pictures may be near-duplicates
        y, x, r = rng.uniform(0, 180), rng.uniform(0, 240), rng.uniform(20, 50)
        field += 2.5 * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * r**2))
    noisy = 70 + 40 * field + rng.normal(0, 10, field.shape)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(path)


def _answer(
    project: Project, brain: Brain, ids: list[ImageId], kinds: np.ndarray, rng: np.random.Generator
) -> None:
    class_ids = [class_id for class_id, _ in brain.classes]
    columns = np.array([class_ids.index(kind) for kind in KINDS])[kinds]
    probabilities = rng.uniform(0.001, 0.02, (len(ids), len(class_ids)))
    probabilities[np.arange(len(ids)), columns] = rng.uniform(0.5, 0.9, len(ids))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    embeddings = rng.normal(0, 0.15, (len(ids), _WIDTH))
    embeddings[np.arange(len(ids)), kinds] += 5
    PredictionStore(project).begin(brain.id, class_ids)
    ArrayStore(project, brain.id).put(ids, probabilities.astype(np.float32), embeddings.astype(np.float16))
    best = probabilities.argmax(axis=1)
    rows = [
        {
            "model": 1,
            "image_id": image_id,
            "predicted": class_ids[best[row]],
            "confidence": float(probabilities[row, best[row]]),
            "novelty": 0.1,
            "status": "ok",
            "predicted_at": "2026-01-01T00:00:00+00:00",
        }
        for row, image_id in enumerate(ids)
    ]
    with project.write() as connection:
        connection.execute(insert(predictions), rows)
