"""What models say of the images of a project, read once: the part of a review that no label changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.predictions import PredictingModel, PredictionStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery
from semgui.catalogue.records import raw_rows
from semgui.catalogue.splits import split_of_images
from semgui.catalogue.tables import models, predictions
from semgui.domain.errors import UsageError
from semgui.domain.ids import ImageId, ModelId
from semgui.domain.image import ImageStatus
from semgui.domain.prediction import PredictionStatus
from semgui.domain.progress import CancelToken
from semgui.services.closer import Look, closer_features
from semgui.services.groups import nothing_seen

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Stock:
    """N images that a model has seen, and what models say of them.

    Parameters
    ----------
    ids
        (N,) in the order of the paths.
    model, probabilities
        The model, and (N, C) in the order of its own classes.
    features
        What labels are judged by: one (N, D) for each depth that was looked at, the last one last.
    novelty
        (N,) by the model.
    splits
        (N,) see `Evidence`.
    other
        Another model and its probabilities.
    unseen
        Images that the model has not seen.
    """

    ids: Ids
    model: PredictingModel
    probabilities: NDArray[np.float32]
    features: tuple[NDArray[np.float16], ...]
    novelty: NDArray[np.float32]
    splits: NDArray[np.str_]
    other: tuple[PredictingModel, NDArray[np.float32]] | None
    unseen: int

    @property
    def embeddings(self) -> NDArray[np.float16]:
        """Return what leaves the network, (N, D)."""
        return self.features[-1]


def read_stock(
    project: Project,
    model_id: ModelId | None = None,
    other: ModelId | None = None,
    *,
    look: Look = Look.MODEL,
    cancel: CancelToken | None = None,
) -> Stock:
    """Read what models say of the images of a project.

    Parameters
    ----------
    model_id
        Whose embeddings and answers are used; ``None``: the model that was added last.
    other
        A second model for disagreements; ``None``: the one that was added before.
    look
        Which embeddings labels are judged by; images without them are left out.

    Raises
    ------
    UsageError
        If no model has looked at the images yet, or not as closely as that.
    Cancelled
        On request.
    """
    cancel = cancel or CancelToken()
    model = _model(project, model_id)
    every = ImageStore(project).ids(ImageQuery(status=ImageStatus.OK))
    known, novelty = _novelty(project, model.model_id)
    ids = every[np.isin(every, known)]
    cancel.raise_if_cancelled()
    probabilities = ArrayStore(project, model.model_id).get_probs(ids)
    cancel.raise_if_cancelled()
    features = _features(project, model.model_id, ids, look)
    sound = np.isfinite(probabilities).all(axis=1)
    for part in features:
        sound &= np.isfinite(part).all(axis=1)
    if probabilities.shape[1] == 0 or features[-1].shape[1] == 0 or not sound.any():
        raise UsageError(nothing_seen(project))
    if not sound.all():
        ids, probabilities = ids[sound], probabilities[sound]
        features = tuple(part[sound] for part in features)
    return Stock(
        ids=ids,
        model=model,
        probabilities=probabilities,
        features=features,
        novelty=novelty[np.searchsorted(known, ids)],
        splits=_splits(project, ids),
        other=_other(project, model, other, ids),
        unseen=len(every) - len(ids),
    )


def _features(project: Project, model_id: ModelId, ids: Ids, look: Look) -> tuple[NDArray[np.float16], ...]:
    if look is Look.MODEL:
        return (ArrayStore(project, model_id).get_embeddings(ids),)
    found = closer_features(project, model_id, ids)
    if not found:
        raise UsageError(
            f"{project.path}: no image was looked at more closely yet; `semgui review --look closer` does it."
        )
    return found


def _model(project: Project, model_id: ModelId | None) -> PredictingModel:
    there = PredictionStore(project).models()
    if model_id is not None:
        there = [m for m in there if m.model_id == model_id]
    if not there:
        raise UsageError(nothing_seen(project))
    return there[-1]


def _other(
    project: Project, model: PredictingModel, other: ModelId | None, ids: Ids
) -> tuple[PredictingModel, NDArray[np.float32]] | None:
    there = [m for m in PredictionStore(project).models() if m.model_id != model.model_id]
    if other is not None:
        there = [m for m in there if m.model_id == other]
        if not there:
            raise UsageError(
                f"{other} has not looked at the images of {project.path}; classify with it first."
            )
    for candidate in reversed(there):
        found = ArrayStore(project, candidate.model_id).get_probs(ids)
        if found.shape[1] and np.isfinite(found).all(axis=1).any():
            return candidate, found
    return None


def _novelty(project: Project, model_id: ModelId) -> tuple[Ids, NDArray[np.float32]]:
    """Return the ids of the images that a model has seen as they are now, ascending, and their novelty."""
    query = (
        sa.select(predictions.c.image_id, predictions.c.novelty)
        .join(models, models.c.id == predictions.c.model)
        .where(models.c.model_id == model_id, predictions.c.status != PredictionStatus.ERROR.value)
    )
    with project.read() as connection:
        rows = [row for some in raw_rows(connection.execute(query)) for row in some]
    ids = np.array([row[0] for row in rows], np.int64)
    novelty = np.array([row[1] for row in rows], np.float32)
    order = np.argsort(ids)
    return ids[order], novelty[order]


def _splits(project: Project, ids: Ids) -> NDArray[np.str_]:
    split_of = split_of_images(project)
    return np.array([split_of.get(ImageId(i), "") for i in ids.tolist()], "<U5")
