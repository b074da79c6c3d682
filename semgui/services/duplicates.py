"""Near-duplicates of a project: what is said of them, and whether the split leaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery
from semgui.catalogue.splits import split_of_images
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.progress import CancelToken, ProgressCallback, ignore_progress
from semgui.domain.split import Split
from semgui.imaging.limits import DecodeLimits
from semgui.scoring.duplicates import Lookup
from semgui.services.near_duplicates import near_duplicates


@dataclass(frozen=True, slots=True)
class Twin:
    """An image that has near-duplicates.

    Parameters
    ----------
    label
        Its class, if it has one.
    split
        On which side of the project's split it lies; ``None``: not decided yet.
    """

    image_id: ImageId
    label: ClassId | None
    split: Split | None


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Images that are the same picture, or nearly, in the order of their paths."""

    images: tuple[Twin, ...]

    @property
    def labels_differ(self) -> bool:
        """Whether two of them have different labels."""
        return len({twin.label for twin in self.images if twin.label is not None}) > 1

    @property
    def leaks(self) -> bool:
        """Whether they lie on different sides of the split: figures are then better than they should be."""
        return len({twin.split for twin in self.images if twin.split is not None}) > 1


def duplicate_groups(
    project: Project,
    *,
    limits: DecodeLimits | None = None,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> list[DuplicateGroup]:
    """Find the near-duplicates of a project; those with different labels come first, then leaks.

    Parameters
    ----------
    limits
        For files that have no thumbnail yet.

    Raises
    ------
    Cancelled
        On request.
    """
    ids = ImageStore(project).ids(ImageQuery(status=ImageStatus.OK))
    lookup = _embeddings(project, ids)
    groups = near_duplicates(project, ids, lookup, limits=limits, progress=progress, cancel=cancel)
    members = [rows for rows in _members(groups) if len(rows) > 1]
    wanted = [ImageId(int(ids[row])) for rows in members for row in rows]
    labels, splits = LabelStore(project).current(wanted), split_of_images(project)
    found = [
        DuplicateGroup(
            tuple(Twin(i, labels.get(i), splits.get(i)) for i in (ImageId(int(ids[row])) for row in rows))
        )
        for rows in members
    ]
    return sorted(found, key=lambda group: (not group.labels_differ, not group.leaks))


def _members(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    order = np.argsort(groups, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)


def _embeddings(project: Project, ids: NDArray[np.int64]) -> Lookup | None:
    """Return the way to the embeddings of the model that was added last, ``None`` if there is none."""
    models = PredictionStore(project).models()
    if not models:
        return None
    store = ArrayStore(project, models[-1].model_id)

    def look_up(rows: NDArray[np.int64]) -> NDArray[np.floating]:
        found = store.get_embeddings(ids[rows])
        return found if found.shape[1] else np.full((len(rows), 1), np.nan, np.float16)

    return look_up
