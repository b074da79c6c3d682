"""Groups that images fall into by themselves, to be named: how to begin where there are no classes yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.batches import Batch
from semgui.catalogue.images import ImageStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery, Key, LabelState, Range
from semgui.domain.errors import UsageError
from semgui.domain.ids import ImageId, ModelId
from semgui.domain.image import ImageStatus
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.review.commands import LabelAsNamed
from semgui.review.history import History
from semgui.scoring.clusters import propose_groups

FEWEST = 4
"""Images below which there is nothing to group."""

_NOVEL_FROM = 0.5
_IMAGES_A_GROUP = 25  # about, where nobody says how many groups
_FEWEST_GROUPS, _MOST_GROUPS = 3, 40


class Grouped(StrEnum):
    """Which images are grouped."""

    UNLABELLED = "unlabelled"
    NOVEL = "novel"  # those unlike what the model was trained on
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ImageGroup:
    """Images that look alike to the model.

    Parameters
    ----------
    number
        From 1, the largest group first.
    ids
        (n,) int64, the image that shows best what the group is first.
    centrality
        (n,) float32 in [0, 1], 1 for that one.
    """

    number: int
    ids: NDArray[np.int64]
    centrality: NDArray[np.float32]


def group_images(
    project: Project,
    which: Grouped,
    model_id: ModelId | None = None,
    *,
    count: int | None = None,
    among: NDArray[np.int64] | None = None,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> list[ImageGroup]:
    """Propose groups of images that look alike; excluded ones are left out.

    Parameters
    ----------
    model_id
        Whose embeddings are used; ``None``: the model that was added last.
    count
        How many groups; ``None``: by the number of images.
    among
        Ids of the images that may be grouped (what a filter shows); ``None``: all.

    Raises
    ------
    UsageError
        If no model has looked at the images, or there are too few of them.
    Cancelled
        On request, between the steps.
    """
    cancel = cancel or CancelToken()
    progress(Progress("gathering", 0))
    model_id = model_id or newest_model(project)
    ids = ImageStore(project).ids(_query(which, model_id))
    if among is not None:
        ids = ids[np.isin(ids, among)]
    # Of a file that was overwritten the model has seen something else.
    ids = ids[~np.isin(ids, PredictionStore(project).missing(model_id))]
    embeddings = ArrayStore(project, model_id).get_embeddings(ids)
    seen = np.isfinite(embeddings).all(axis=1) & (embeddings.shape[1] > 0)
    ids, embeddings = ids[seen], embeddings[seen]
    if len(ids) < FEWEST:
        raise UsageError(
            f"{len(ids)} images are too few to be grouped; {FEWEST} that the model has seen are needed"
            f"{'.' if which is Grouped.ALL else f', and only {which} ones were looked at.'}"
        )
    cancel.raise_if_cancelled()
    progress(Progress("grouping", 0))
    found = propose_groups(embeddings, count or _count(len(ids)))
    cancel.raise_if_cancelled()
    groups = []
    for number in range(len(found.sizes)):
        rows = np.flatnonzero(found.cluster == number)
        rows = rows[np.argsort(-found.centrality[rows], kind="stable")]
        groups.append(ImageGroup(number + 1, ids[rows], found.centrality[rows]))
    return groups


def name_group(project: Project, image_ids: Sequence[ImageId], name: str, annotator: str) -> Batch | None:
    """Give a group the class of that name, which is created if there is none: one action, one undo."""
    return History(project, annotator).do(LabelAsNamed(image_ids, name))


def newest_model(project: Project) -> ModelId:
    """Return the model that was added last.

    Raises
    ------
    UsageError
        If no model has looked at the images yet.
    """
    models = PredictionStore(project).models()
    if not models:
        raise UsageError(nothing_seen(project))
    return models[-1].model_id


def nothing_seen(project: Project) -> str:
    """Return what to do about a project that no model has looked at."""
    return (
        f"{project.path}: no model has looked at its images yet; run `semgui classify --project "
        f"{project.path.name}` first."
    )


def _query(which: Grouped, model_id: ModelId) -> ImageQuery:
    state = None if which is Grouped.ALL else LabelState.UNLABELLED
    ranges = (Range(Key.NOVELTY, _NOVEL_FROM),) if which is Grouped.NOVEL else ()
    return ImageQuery(
        status=ImageStatus.OK, excluded=False, label_state=state, ranges=ranges, model_id=model_id
    )


def _count(images: int) -> int:
    return int(np.clip(round(images / _IMAGES_A_GROUP), _FEWEST_GROUPS, _MOST_GROUPS))
