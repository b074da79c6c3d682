"""Embeddings of more pixels than a model looks at: they find more wrong labels, and take longer to make."""

from __future__ import annotations

from contextlib import closing
from enum import StrEnum

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery
from semgui.catalogue.records import chunks, raw_rows
from semgui.catalogue.tables import images
from semgui.domain.errors import UsageError
from semgui.domain.ids import ImageId, ModelId
from semgui.domain.image import ImageStatus
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.inference.classifier import Classifier
from semgui.registry.store import list_models
from semgui.services.classify import load_classifier, source_of
from semgui.services.groups import newest_model
from semgui.services.rate import RateMeter
from trainer.models import Model, Network

PIXELS = 448
"""Edge of what the network looks at."""


class Look(StrEnum):
    """Which embeddings labels are judged by."""

    MODEL = "model"  # those that the model judges by itself: there at once
    CLOSER = "closer"  # those of `PIXELS`, which `closer_look` makes


_KEPT_AT_ONCE = 64

Ids = NDArray[np.int64]


def closer_look(
    project: Project,
    model_id: ModelId | None = None,
    *,
    device: str = "auto",
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> int:
    """Let the network of a model look at every image of a project with `PIXELS`, and keep what it sees.

    Parameters
    ----------
    model_id
        The model; ``None``: the one that was added last.
    device
        As for `semgui.services.classify.load_classifier`.

    Returns
    -------
    int
        How many images were looked at; those that were looked at before are passed over.

    Raises
    ------
    UsageError
        If no model has looked at the images yet, or it is not on this machine.
    Cancelled
        On request; what was finished is kept, and the next call goes on from there.
    """
    cancel = cancel or CancelToken()
    model_id = model_id or newest_model(project)
    ids = ImageStore(project).ids(ImageQuery(status=ImageStatus.OK))
    missing = ids[~np.isfinite(closer_embeddings(project, model_id, ids)).all(axis=1)] if len(ids) else ids
    if not len(missing):
        return 0
    folder = next((m.folder for m in list_models() if m.id == model_id), None)
    if folder is None:
        raise UsageError(f"{model_id} is not on this machine and cannot look closer; import it first.")
    classifier = _closer(load_classifier(str(folder), device=device))
    rate, done = RateMeter(), 0
    for some in chunks([ImageId(i) for i in missing.tolist()], _KEPT_AT_ONCE):
        _look(project, classifier, some, model_id, cancel)
        done += len(some)
        progress(Progress("looking closer", done, len(missing), rate.update(done)))
    return done


def closer_embeddings(project: Project, model_id: ModelId, ids: Ids) -> NDArray[np.float16]:
    """Return the embeddings of a closer look, (N, D) float16; NaN where the file as it is had none."""
    store = ArrayStore(project, _kept_as(model_id))
    embeddings = store.get_embeddings(ids)
    if embeddings.shape[1] == 0:
        return np.full((len(ids), 1), np.nan, np.float16)
    # In the place of probabilities stands the version of the file that was looked at.
    seen = store.get_probs(ids)[:, 0]
    embeddings[seen != _versions(project, ids)] = np.nan
    return embeddings


def _kept_as(model_id: ModelId) -> ModelId:
    return ModelId(f"{model_id} at {PIXELS}")


def _closer(classifier: Classifier) -> Classifier:
    """Return the same network with views of `PIXELS`; its answers mean nothing then."""
    model = classifier.model
    views = tuple(view.model_copy(update={"edge": PIXELS}) for view in model.card.input.views)
    edge = round(PIXELS / min(view.window for view in views))
    card = model.card.model_copy(
        update={
            "preprocess": model.card.preprocess.model_copy(update={"edge": edge}),
            "input": model.card.input.model_copy(update={"views": views}),
            "novelty": False,
        }
    )
    network = Network(model.network.backbone, model.network.head, card.input)
    return Classifier(
        Model(card, network, {}, model.device), _kept_as(classifier.model_id), limits=classifier.limits
    )


def _look(
    project: Project, classifier: Classifier, ids: list[ImageId], model_id: ModelId, cancel: CancelToken
) -> None:
    records = ImageStore(project).get_many(ids)
    seen = []
    with closing(classifier.stream([source_of(r) for r in records], cancel=cancel)) as results:
        for record, result in zip(records, results, strict=True):
            if result.answer is not None:
                seen.append((record.id, record.version, result.answer.embedding))
    if seen:
        rows, versions, embeddings = zip(*seen, strict=True)
        ArrayStore(project, _kept_as(model_id)).put(
            np.array(rows, np.int64), np.array(versions, np.float32)[:, None], np.stack(embeddings)
        )


def _versions(project: Project, ids: Ids) -> NDArray[np.float32]:
    with project.read() as connection:
        query = sa.select(images.c.id, images.c.version)
        version_of = {row[0]: row[1] for rows in raw_rows(connection.execute(query)) for row in rows}
    return np.array([version_of.get(i, -1) for i in ids.tolist()], np.float32)
