"""A project as the gallery and the inspector read it, and as labels are written into it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.batches import Batch
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery, LabelState
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.image import ImageRecord, ImageStatus
from semgui.domain.prediction import Prediction, PredictionStatus
from semgui.services import label as labelling
from semgui.viewmodels.answer import Answer, answer_of
from semgui.viewmodels.brain import Brain
from semgui.viewmodels.describe import history_lines, metadata_line
from semgui.viewmodels.inspector import Detail
from semgui.viewmodels.labelling import Action
from semgui.viewmodels.picture import PictureKey
from semgui.viewmodels.tiles import Counts, FolderCount, GalleryFilter, Show, Tile


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
        self._probabilities = ArrayStore(project, brain.id) if brain else None
        self._brain = brain
        self._annotator = annotator

    @property
    def _model(self) -> ModelId | None:
        return self._brain.id if self._brain else None

    # Gallery

    def ids(self, wanted: GalleryFilter) -> NDArray[np.int64]:
        """See `GallerySource.ids`."""
        query = self._query(wanted.show, wanted.folder, wanted.text)
        if query is None:
            return np.zeros(0, dtype=np.int64)
        found = self._images.ids(query)
        if wanted.class_id is None:
            return found
        return found[np.isin(found, self._of_class(wanted.class_id))]

    def tiles(self, ids: Sequence[ImageId]) -> list[Tile]:
        """See `GallerySource.tiles`."""
        labels = self._labels.current(ids)
        predictions = self._answers(ids)
        return [_tile(r, labels.get(r.id), predictions.get(r.id)) for r in self._images.get_many(ids)]

    def counts(self) -> Counts:
        """See `GallerySource.counts`."""
        shows = {}
        for show in Show:
            query = self._query(show)
            shows[show] = 0 if query is None else self._images.count(query)
        labelled = self._labels.counts()
        classes = Counter({c: n for c, n in labelled.items() if c is not None})
        if self._brain is not None:
            for class_id, _ in self._brain.classes:
                classes[class_id] += self._images.count(self._predicted(class_id))
        return Counts(
            shows=shows,
            labelled=sum(n for c, n in labelled.items() if c is not None),
            classes=dict(classes),
            folders=_folder_tree(self._images),
        )

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

    def paths(self, ids: Sequence[ImageId]) -> list[Path]:
        """Return the paths of some images."""
        return [record.path for record in self._images.get_many(ids)]

    # How filters read as queries

    def _query(self, show: Show, folder: Path | None = None, text: str = "") -> ImageQuery | None:
        """Return the query, or ``None`` where nothing can pass since there is no model."""
        base = ImageQuery(text=text or None, folder=folder, model_id=self._model)
        changes: dict[Show, dict[str, object]] = {
            Show.ALL: {},
            Show.UNLABELLED: {"label_state": LabelState.UNLABELLED},
            Show.DISAGREE: {"label_state": LabelState.DISAGREE},
            Show.UNCERTAIN: {
                "label_state": LabelState.UNLABELLED,
                "prediction_status": PredictionStatus.UNCERTAIN,
            },
            Show.NOT_SEM: {"prediction_status": PredictionStatus.NOT_SEM},
            Show.UNREADABLE: {"status": ImageStatus.UNREADABLE},
            Show.MISSING: {"status": ImageStatus.MISSING},
        }
        if self._brain is None and show in (Show.DISAGREE, Show.UNCERTAIN, Show.NOT_SEM):
            return None
        return dataclasses.replace(base, **changes[show])  # type: ignore[arg-type]

    def _predicted(self, class_id: ClassId) -> ImageQuery:
        return ImageQuery(predicted=class_id, label_state=LabelState.UNLABELLED, model_id=self._model)

    def _of_class(self, class_id: ClassId) -> NDArray[np.int64]:
        labelled = self._images.ids(ImageQuery(class_id=class_id))
        if self._brain is None or class_id not in dict(self._brain.classes):
            return labelled
        return np.union1d(labelled, self._images.ids(self._predicted(class_id)))

    # The model's answers

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
        return answer_of(
            classes, stored[0], prediction.status, prediction.novelty, self._colours(), self._brain.name
        )

    def _colours(self) -> dict[ClassId, str]:
        return {c.id: c.colour for c in self._classes.taxonomy()}


class ProjectLabels:
    """`semgui.viewmodels.labelling.LabelSink` of a project."""

    def __init__(self, project: Project, brain: Brain | None, annotator: str) -> None:
        self._project = project
        self._brain = brain
        self._annotator = annotator
        self._labels = LabelStore(project)

    def set_label(self, ids: Sequence[ImageId], class_id: ClassId) -> Action | None:
        """See `LabelSink.set_label`."""
        return self._action(labelling.set_labels(self._project, ids, class_id, self._annotator))

    def clear_label(self, ids: Sequence[ImageId]) -> Action | None:
        """See `LabelSink.clear_label`."""
        return self._action(labelling.clear_labels(self._project, ids, self._annotator))

    def accept(self, ids: Sequence[ImageId]) -> Action | None:
        """See `LabelSink.accept`."""
        if self._brain is None:
            return None
        return self._action(
            labelling.accept_predictions(
                self._project, ids, self._brain.id, self._annotator, self._brain.classes
            )
        )

    def undo(self) -> Action | None:
        """See `LabelSink.undo`."""
        return self._action(labelling.undo(self._project, self._annotator))

    def redo(self) -> Action | None:
        """See `LabelSink.redo`."""
        return self._action(labelling.redo(self._project, self._annotator))

    def _action(self, batch: Batch | None) -> Action | None:
        if batch is None:
            return None
        return Action(batch.title, tuple(self._labels.touched_since(batch.id - 1)))


def _tile(record: ImageRecord, label: ClassId | None, prediction: Prediction | None) -> Tile:
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
    )


def _folder_tree(images: ImageStore) -> tuple[FolderCount, ...]:
    """Return the opened folders and those below them, each with all images at and below it."""
    opened = [root.path for root in images.roots()]
    totals: Counter[Path] = Counter()
    for found in images.folders():
        root = next((r for r in opened if found.path.is_relative_to(r)), None)
        for folder in (found.path, *found.path.parents):
            if root is None or not folder.is_relative_to(root):
                break
            totals[folder] += found.count
    depths = {p: len(p.parts) - min(len(r.parts) for r in opened if p.is_relative_to(r)) for p in totals}
    return tuple(FolderCount(p, depths[p], totals[p]) for p in sorted(totals))
