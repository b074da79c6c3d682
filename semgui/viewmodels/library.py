"""A project as the gallery and the inspector read it, and as labels are written into it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.facets import Facets, FacetStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import OF_PREDICTIONS, ImageQuery, Key
from semgui.catalogue.saved_filters import SavedFilterStore
from semgui.catalogue.sorting import Listing
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.image import ImageRecord, ImageStatus
from semgui.domain.marks import Marks
from semgui.domain.prediction import Prediction, PredictionStatus
from semgui.domain.taxonomy import Taxonomy
from semgui.viewmodels.answer import Answer, answer_of
from semgui.viewmodels.brain import Brain
from semgui.viewmodels.describe import history_lines, metadata_line
from semgui.viewmodels.facts import facts_of
from semgui.viewmodels.filters import from_json, to_json
from semgui.viewmodels.inspector import Detail
from semgui.viewmodels.picture import PictureKey
from semgui.viewmodels.tiles import Tile


class Library:
    """Reads one project, with the answers of one model; safe to call from any thread.

    Parameters
    ----------
    project
        The open project.
    brain
        The model whose answers are shown; ``None``: there is none.
    annotator
        The user, whom histories call "you".
    """

    def __init__(self, project: Project, brain: Brain | None, annotator: str) -> None:
        self._images = ImageStore(project)
        self._labels = LabelStore(project)
        self._classes = ClassStore(project)
        self._predictions = PredictionStore(project)
        self._marks = MarkStore(project)
        self._facets = FacetStore(project)
        self._filters = SavedFilterStore(project)
        self._probabilities = ArrayStore(project, brain.id) if brain else None
        self._brain = brain
        self._annotator = annotator

    @property
    def _model(self) -> ModelId | None:
        return self._brain.id if self._brain else None

    # Gallery

    def listing(self, wanted: ImageQuery) -> Listing:
        """See `GallerySource.listing`."""
        query = self._with_model(wanted)
        return Listing(np.zeros(0, dtype=np.int64)) if query is None else self._images.listing(query)

    def tiles(self, ids: Sequence[ImageId]) -> list[Tile]:
        """See `GallerySource.tiles`."""
        labels = self._labels.current(ids)
        predictions = self._answers(ids)
        marks = self._marks.current(ids)
        known = self._predictions.known_classes(self._model) if self._model is not None else frozenset()
        return [
            _tile(r, labels.get(r.id), predictions.get(r.id), marks[r.id], known)
            for r in self._images.get_many(ids)
        ]

    def facets(self, wanted: ImageQuery) -> Facets:
        """See `GallerySource.facets`."""
        return self._facets.facets(replace(wanted, model_id=self._model))

    def extents(self) -> dict[Key, tuple[float | str, float | str]]:
        """Return the smallest and the largest value of what ranges can be asked of."""
        return self._facets.extents(ImageQuery(model_id=self._model))

    def saved_filters(self) -> dict[str, ImageQuery]:
        """Return the filters that were kept under a name."""
        found = {}
        for name, text in self._filters.all().items():
            with suppress(ValueError):  # of a later version
                found[name] = from_json(text)
        return found

    def save_filter(self, name: str, query: ImageQuery) -> None:
        """Keep a filter under a name; one that had it before is replaced."""
        self._filters.put(name, to_json(query))

    def forget_filter(self, name: str) -> None:
        """Keep a filter no longer."""
        self._filters.remove(name)

    # Inspector

    def detail(self, image_id: ImageId, neighbours: Sequence[ImageId]) -> Detail:
        """See `DetailSource.detail`."""
        record = self._images.get(image_id)
        return Detail(
            path=record.path,
            status=record.status,
            error=record.error,
            id=image_id,
            picture=PictureKey.of(record),
            facts=metadata_line(record.metadata, record.width, record.height, record.dtype)
            if record.status is ImageStatus.OK
            else "",
            values=facts_of(record.metadata, record.width, record.height, record.dtype),
            marks=self._marks.current([image_id])[image_id],
            answer=self._answer(image_id),
            label=self._labels.current([image_id]).get(image_id),
            history=tuple(
                history_lines(self._labels.history(image_id), self._classes.names(), self._annotator)
            ),
            neighbours=tuple(
                PictureKey.of(r) for r in self._images.get_many(neighbours) if r.status is ImageStatus.OK
            ),
        )

    def unreadable(self) -> list[tuple[Path, str]]:
        """Return the files that cannot be read, each with its reason."""
        ids = self._images.ids(ImageQuery(status=ImageStatus.UNREADABLE))
        records = self._images.get_many([ImageId(i) for i in ids.tolist()])
        return [(r.path, r.error or "unknown reason") for r in records]

    def roots(self) -> list[Path]:
        """Return the folders that were opened into the project."""
        return [root.path for root in self._images.roots()]

    def id_of(self, path: Path) -> ImageId | None:
        """Return the image at a path, ``None`` if the project has none there."""
        (found,) = self._images.by_paths([path])
        return None if found is None else found.id

    def paths(self, ids: Sequence[ImageId]) -> list[Path]:
        """Return the paths of some images."""
        return [record.path for record in self._images.get_many(ids)]

    # The model's answers

    def _with_model(self, query: ImageQuery) -> ImageQuery | None:
        """Return the query with the model meant; ``None`` where nothing can pass since there is none."""
        if self._model is not None:
            return replace(query, model_id=self._model)
        if query.order in OF_PREDICTIONS:
            query = replace(query, order=Key.PATH)
        if query.group in OF_PREDICTIONS:
            query = replace(query, group=None)
        return None if query.needs_model else query

    def _answers(self, ids: Sequence[ImageId]) -> dict[ImageId, Prediction]:
        if self._model is None:
            return {}
        return self._predictions.get(self._model, ids)

    def _answer(self, image_id: ImageId) -> Answer | None:
        if self._brain is None:
            return None
        classes = self._brain.classes
        prediction = self._answers([image_id]).get(image_id)
        if prediction is None or prediction.status is PredictionStatus.ERROR:
            return None
        stored = self._probabilities.get_probs([image_id]) if self._probabilities else np.zeros((1, 0))
        if stored.shape[1] == 0 or np.isnan(stored[0]).any():  # the store beside the project was lost
            stored = np.array([[prediction.confidence * (c == prediction.predicted) for c, _ in classes]])
        taxonomy = self._classes.taxonomy()
        here, probabilities = _as_here(classes, stored[0], taxonomy)
        colours = {c.id: c.colour for c in taxonomy}
        return answer_of(
            here, probabilities, prediction.status, prediction.novelty, colours, self._brain.name
        )


def _tile(
    record: ImageRecord,
    label: ClassId | None,
    prediction: Prediction | None,
    marks: Marks,
    known: frozenset[ClassId],
) -> Tile:
    answered = prediction is not None and prediction.status is not PredictionStatus.ERROR
    return Tile(
        id=record.id,
        path=record.path,
        status=record.status,
        error=record.error,
        label=label,
        predicted=prediction.predicted if prediction and answered else None,
        confidence=prediction.confidence if prediction and answered else 0.0,
        trust=prediction.status if prediction else None,
        marks=marks,
        metadata=record.metadata,
        known=known,
    )


def _as_here(
    classes: Sequence[tuple[ClassId, str]], probabilities: NDArray[np.floating[Any]], taxonomy: Taxonomy
) -> tuple[list[tuple[ClassId, str]], NDArray[np.floating[Any]]]:
    """Return a model's classes under the project's names, merged ones added up to the other."""
    names = {c.id: c.name for c in taxonomy}
    total: dict[ClassId, float] = {}
    called: dict[ClassId, str] = {}
    for (class_id, name), probability in zip(classes, probabilities, strict=True):
        here = taxonomy.read_as(class_id)
        total[here] = total.get(here, 0.0) + float(probability)
        called[here] = names.get(here, name)
    return list(called.items()), np.array(list(total.values()))
