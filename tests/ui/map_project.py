"""A project of any size whose images lie in bunches: a generated one, with embeddings written for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sqlalchemy import select

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.project import Project, open_project
from semgui.catalogue.tables import predictions
from semgui.domain.ids import ClassId, ImageId
from semgui.review.class_commands import CreateClass, RenameClass
from semgui.review.commands import ClearLabels
from semgui.review.history import History
from semgui.viewmodels.brain import Brain
from tests.ui.grid_project import Generated, generate

LONG_NAMES = ("MEMS devices and electrodes after plasma treatment", "Patterned surfaces, polymer on silicon")
NEW_NAMES = ("Carbon nanotube forests on foil, cross-section", "Fracture surfaces of sintered ceramics")
_NARROW, _SEEN = 64, 1280  # width of embeddings: as quick as can be, and as wide as the network's own


def generate_map(
    where: Path,
    count: int,
    brain: Brain,
    *,
    wide: bool = False,
    long_names: bool = False,
    fresh: bool = False,
) -> Generated:
    """Write a project whose images look to the model like what it predicts.

    Parameters
    ----------
    wide
        Whether embeddings are as wide as those of the network, so that pictures can be compared with them.
    long_names
        Whether there are twelve classes, some with long names.
    fresh
        Whether nobody has labelled anything.
    """
    made = generate(where, count, brain)
    class_ids = [class_id for class_id, _ in brain.classes]
    with open_project(made.place) as project:
        if fresh:
            History(project, "ann").do(ClearLabels([ImageId(i) for i in range(1, count + 1)]))
        _see(project, brain, count, _SEEN if wide else _NARROW)
        if long_names:
            _name_at_length(project, class_ids)
    return made


def _see(project: Project, brain: Brain, count: int, width: int) -> None:
    class_ids = [class_id for class_id, _ in brain.classes]
    with project.read() as connection:
        query = select(predictions.c.predicted).order_by(predictions.c.image_id)
        kinds = np.array([class_ids.index(ClassId(p)) for p in connection.execute(query).scalars()])
    generator = np.random.default_rng(1)
    middles = generator.normal(size=(len(class_ids), width))
    store = ArrayStore(project, brain.id)
    for start in range(0, count, 20_000):
        part = kinds[start : start + 20_000]
        embeddings = middles[part] + 0.35 * generator.normal(size=(len(part), width))
        probabilities = np.full((len(part), len(class_ids)), 1 / len(class_ids), np.float32)
        store.put(np.arange(start + 1, start + 1 + len(part)), probabilities, embeddings.astype(np.float16))


def _name_at_length(project: Project, class_ids: list[ClassId]) -> None:
    history = History(project, "ann")
    for class_id, name in zip(class_ids, LONG_NAMES, strict=False):
        history.do(RenameClass(class_id, name))
    for name in NEW_NAMES:
        history.do(CreateClass(name))
