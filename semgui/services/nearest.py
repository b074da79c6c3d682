"""Nearest known images: those labelled in the project or, without any, the model's own reference pictures."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery, LabelState
from semgui.catalogue.thumbnails import ThumbnailStore
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.image import ImageRecord
from semgui.imaging.decoders import Decoder
from semgui.imaging.limits import DecodeLimits
from semgui.inference.classifier import Classified, Classifier
from semgui.registry.gallery import Gallery, load_gallery
from semgui.registry.store import find_model
from semgui.scoring.neighbours import nearest
from semgui.services.thumbnails import thumbnail_of


@dataclass(frozen=True, slots=True)
class Known:
    """An image whose class is known, and how much another one is like it.

    Parameters
    ----------
    caption
        File name, or what a reference picture shows.
    similarity
        Cosine of the embeddings, up to 1.
    thumbnail
        JPEG; empty if none was asked for, or the file cannot be read any more.
    image_id, path
        Of an image of the project; ``None`` for a reference picture.
    """

    caption: str
    class_id: ClassId
    similarity: float
    thumbnail: bytes
    image_id: ImageId | None = None
    path: Path | None = None


def nearest_known(
    project: Project | None,
    gallery: Gallery | None,
    model_id: ModelId,
    embedding: NDArray[Any],
    k: int,
    *,
    but: Path | None = None,
    decoder: Decoder | None = None,
) -> list[Known]:
    """Find the known images that are most like one.

    Parameters
    ----------
    project
        Its labelled images are what is known.
    gallery
        Asked where there is no project, or none of its images is labelled.
    embedding, k, but, decoder
        As for `nearest_in_project`.
    """
    if project is not None:
        found = nearest_in_project(project, model_id, embedding, k, but=but, decoder=decoder)
        if found:
            return found
    return [] if gallery is None else nearest_in_gallery(gallery, embedding, k)


def nearest_in_project(
    project: Project,
    model_id: ModelId,
    embedding: NDArray[Any],
    k: int,
    *,
    but: Path | None = None,
    decoder: Decoder | None = None,
) -> list[Known]:
    """Find the labelled images of a project that are most like one.

    Parameters
    ----------
    embedding
        (D,) of the image, by the model.
    k
        How many at most.
    but
        A file that is not to be found: the image itself.
    decoder
        Makes thumbnails that are not there yet; ``None``: none are asked for.
    """
    ids = ImageStore(project).ids(ImageQuery(label_state=LabelState.LABELLED))
    embeddings = ArrayStore(project, model_id).get_embeddings(ids)
    if embeddings.shape[1] != len(embedding):
        return []  # the model has not seen any image of the project yet
    found = nearest(embedding, embeddings, k + 1)
    chosen = [ImageId(int(ids[row])) for row in found.rows]
    records = {record.id: record for record in ImageStore(project).get_many(chosen)}
    labels = LabelStore(project).current(chosen)
    near = [
        (records[i], label, float(similarity))
        for i, similarity in zip(chosen, found.similarity, strict=True)
        if i in records and records[i].path != but and (label := labels.get(i)) is not None
    ][:k]
    pictures = _thumbnails([record for record, _, _ in near], decoder)
    return [
        Known(record.path.name, label, similarity, picture, record.id, record.path)
        for (record, label, similarity), picture in zip(near, pictures, strict=True)
    ]


def nearest_in_gallery(gallery: Gallery, embedding: NDArray[Any], k: int) -> list[Known]:
    """Find the reference pictures of a model that are most like an image."""
    found = nearest(embedding, gallery.embeddings, k)
    return [
        Known(gallery.captions[row], gallery.class_ids[row], float(similarity), gallery.thumbnails[row])
        for row, similarity in zip(found.rows.tolist(), found.similarity, strict=True)
    ]


def _thumbnails(records: Sequence[ImageRecord], decoder: Decoder | None) -> list[bytes]:
    if decoder is None:
        return [b""] * len(records)
    with closing(ThumbnailStore()) as cache:
        return [thumbnail_of(record, cache, decoder, DecodeLimits()).picture for record in records]


class Likeness:
    """Says in a line of text which known images are most like each one that is classified.

    Parameters
    ----------
    classifier
        The model.
    model
        Its name or folder, which may hold reference pictures.
    project
        Its labelled images are what is known; ``None``: the model's own reference pictures.
    k
        How many are named.
    """

    def __init__(self, classifier: Classifier, model: str, project: Project | None, k: int) -> None:
        self._classifier = classifier
        self._project = project
        self._k = k
        self._gallery = load_gallery(find_model(model), classifier.model_id)

    def of(self, result: Classified) -> str:
        """Return ``CLASS SIMILARITY NAME; …``, empty for an image that could not be read."""
        if result.answer is None:
            return ""
        embedding = result.answer.embedding
        if not embedding.size:  # its answer was kept from an earlier run
            embedding = self._kept(result)
        known = nearest_known(
            self._project,
            self._gallery,
            self._classifier.model_id,
            embedding,
            self._k,
            but=result.source.path,
        )
        names = {ClassId(c.id): c.name for c in self._classifier.card.classes}
        if self._project is not None:
            names |= ClassStore(self._project).names()
        return "; ".join(
            f"{names.get(one.class_id, one.class_id)} {one.similarity:.3f} {one.path or one.caption}"
            for one in known
        )

    def _kept(self, result: Classified) -> NDArray[Any]:
        assert self._project is not None  # only a project keeps answers
        (record,) = ImageStore(self._project).by_paths([result.source.path])
        ids = [] if record is None else [record.id]
        embeddings = ArrayStore(self._project, self._classifier.model_id).get_embeddings(ids)
        return np.asarray(embeddings[0])
