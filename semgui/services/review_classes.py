"""Which classes a review is about, and what a model says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.predictions import PredictingModel
from semgui.catalogue.presets import preset_class
from semgui.catalogue.project import Project
from semgui.domain.ids import ClassId
from semgui.domain.taxonomy import Taxonomy


def classes_in_use(
    taxonomy: Taxonomy, said: Iterable[ClassId | None], asked: Sequence[PredictingModel]
) -> tuple[ClassId, ...]:
    """Return the classes that labels or models use, in the project's order; merged ones are the other one."""
    used = {taxonomy.read_as(c) for c in set(said) if c is not None}
    used |= {taxonomy.read_as(c) for model in asked for c in model.class_ids}
    order = [c.id for c in taxonomy if c.id in used]
    return (*order, *sorted(used.difference(order)))  # of a model that knows more than the project


def class_names(project: Project, classes: Sequence[ClassId]) -> tuple[str, ...]:
    """Return what people call classes, also those of a model that the project does not have."""
    names = ClassStore(project).names()
    return tuple(names.get(c, _plain(c)) for c in classes)


def columns_of(
    model: PredictingModel,
    probabilities: NDArray[np.float32],
    taxonomy: Taxonomy,
    index: Mapping[ClassId, int],
) -> NDArray[np.float32]:
    """Put a model's probabilities into the order of the project's classes; merged ones are added up."""
    out = np.zeros((len(probabilities), len(index)), np.float32)
    for column, class_id in enumerate(model.class_ids):
        out[:, index[taxonomy.read_as(class_id)]] += probabilities[:, column]
    return out


def _plain(class_id: ClassId) -> str:
    """Return a name for a class of a model that the project does not have."""
    preset = preset_class(class_id)
    return class_id.rpartition(".")[2].replace("_", " ") if preset is None else preset.name
