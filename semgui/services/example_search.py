"""Images that look like one that is there, or like a region of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery
from semgui.domain.errors import UsageError
from semgui.domain.ids import ImageId, ModelId
from semgui.domain.image import ImageStatus
from semgui.imaging.analyse import analyse
from semgui.imaging.limits import DecodeLimits
from semgui.inference.classifier import Classifier
from semgui.inference.prepare import Source
from semgui.scoring.neighbours import nearest
from semgui.services.classify import source_of
from trainer.preprocess import PreprocessParams, canonical

SMALLEST_REGION = 16
"""Pixels a side; smaller ones show nothing that could be compared."""


@dataclass(frozen=True, slots=True)
class Region:
    """Part of a picture, in its pixels.

    Parameters
    ----------
    top, left, bottom, right
        Rows and columns from 0; the last ones do not belong to it.
    """

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Similar:
    """Images like an example, the most similar first.

    Parameters
    ----------
    ids
        (n,) int64; the example itself is not among them.
    similarity
        (n,) float32, cosine of the embeddings, up to 1.
    """

    ids: NDArray[np.int64]
    similarity: NDArray[np.float32]


def similar_to_image(
    project: Project,
    model_id: ModelId,
    image_id: ImageId,
    limit: int,
    among: NDArray[np.int64] | None = None,
) -> Similar:
    """Find the images that look like one of the project.

    Parameters
    ----------
    limit
        How many at most.
    among
        Ids of the images that may be found (what a filter shows); ``None``: all that can be read.

    Raises
    ------
    UsageError
        If the model has not seen the example.
    """
    found = ArrayStore(project, model_id).get_embeddings([image_id])
    unseen = image_id in PredictionStore(project).missing(model_id)  # also of a file that was overwritten
    if unseen or found.shape[1] == 0 or not np.isfinite(found).all():
        raise UsageError("the model has not seen this image yet; wait until it is classified.")
    return _similar(project, model_id, found[0], image_id, limit, among)


def similar_to_region(
    project: Project,
    classifier: Classifier,
    image_id: ImageId,
    region: Region,
    limit: int,
    among: NDArray[np.int64] | None = None,
) -> Similar:
    """Find the images that look like a region of one of the project: the network looks at the region alone.

    Parameters
    ----------
    classifier
        The model; images that it has not classified are not found.
    limit, among
        As for `similar_to_image`.

    Raises
    ------
    UsageError
        If the region is too small, or there is no such image.
    UnreadableImageError
        If its file cannot be read.
    """
    records = ImageStore(project).get_many([image_id])
    if not records:
        raise UsageError("this image is not in the project any more.")
    embedding = embedding_of_region(classifier, source_of(records[0]), region)
    return _similar(project, classifier.model_id, embedding, image_id, limit, among)


def embedding_of_region(classifier: Classifier, source: Source, region: Region) -> NDArray[np.float32]:
    """Return what the network makes of a region of a picture, (D,) float32.

    Raises
    ------
    UsageError
        If the region is too small.
    UnreadableImageError
        If the file cannot be read.
    """
    pixels = classifier.decoder.run(
        source.path, canonical_region, source, region, classifier.card.preprocess, classifier.limits
    )
    if pixels is None:
        raise UsageError(f"the region is too small: {SMALLEST_REGION} pixels a side or more can be compared.")
    (answer,) = classifier.engine.forward([pixels])
    return np.asarray(answer.embedding, np.float32)


def canonical_region(
    source: Source, region: Region, params: PreprocessParams, limits: DecodeLimits
) -> NDArray[np.uint8] | None:
    """Decode a picture and make a region of its specimen area canonical, with the contrast of the whole.

    Returns
    -------
    (E, E) uint8, or ``None`` if the region is too small.
    """
    with analyse(
        source.path, root=source.root, databar=source.databar, contrast=source.contrast, limits=limits
    ) as analysed:
        bottom = region.bottom if analysed.databar.row is None else min(region.bottom, analysed.databar.row)
        part = analysed.pixels[max(0, region.top) : bottom, max(0, region.left) : region.right]
        if min(part.shape) < SMALLEST_REGION:
            return None
        low, high = analysed.contrast.low, analysed.contrast.high
        return np.ascontiguousarray(canonical(part, crop_row=None, low=low, high=high, params=params))


def _similar(
    project: Project,
    model_id: ModelId,
    embedding: NDArray[Any],
    example: ImageId,
    limit: int,
    among: NDArray[np.int64] | None,
) -> Similar:
    ids = ImageStore(project).ids(ImageQuery(status=ImageStatus.OK)) if among is None else np.asarray(among)
    ids = ids[(ids != example) & ~np.isin(ids, PredictionStore(project).missing(model_id))]
    found = nearest(embedding, ArrayStore(project, model_id).get_embeddings(ids), limit)
    return Similar(ids[found.rows], found.similarity)
