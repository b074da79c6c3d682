"""What a project knows about its images, gathered for review, and gathered again after every correction."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from semgui.catalogue import batches
from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.predictions import PredictingModel, PredictionStore
from semgui.catalogue.presets import preset_class
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery
from semgui.catalogue.records import raw_rows
from semgui.catalogue.splits import groups_of_images, split_of_images
from semgui.catalogue.tables import models, predictions
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.image import ImageStatus
from semgui.domain.prediction import PredictionStatus
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.domain.split import GroupBy
from semgui.domain.taxonomy import Taxonomy
from semgui.imaging.decoders import Decoder
from semgui.imaging.limits import DecodeLimits
from semgui.jobs.splits import rules_of
from semgui.review.evidence import Evidence, OtherModel
from semgui.review.head import Head
from semgui.review.likeness import Likeness
from semgui.services.audit import audit_state
from semgui.services.closer import Look, closer_embeddings
from semgui.services.groups import nothing_seen
from semgui.services.near_duplicates import near_duplicates

Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Stock:
    """What does not change when somebody labels: N images that a model has seen, and what models say of them.

    Parameters
    ----------
    ids
        (N,) in the order of the paths.
    model, probabilities, embeddings
        The model, (N, C) in the order of its own classes, (N, D).
    groups
        (N,) near-duplicates: the row of the first.
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
    embeddings: NDArray[np.float16]
    groups: Ids
    novelty: NDArray[np.float32]
    splits: NDArray[np.str_]
    other: tuple[PredictingModel, NDArray[np.float32]] | None
    unseen: int


class Reranker:
    """Keeps what takes long, so that a correction is taken into account in a moment.

    Not for two threads at once.

    Parameters
    ----------
    project
        The open project.
    model_id
        Whose embeddings and answers are used; ``None``: the model that was added last.
    other
        A second model for disagreements; ``None``: the one that was added before.
    decoder, limits
        For files that nobody has looked at yet, to find near-duplicates.
    look
        Which embeddings labels are judged by; images without them wait.
    """

    def __init__(
        self,
        project: Project,
        model_id: ModelId | None = None,
        other: ModelId | None = None,
        *,
        decoder: Decoder | None = None,
        limits: DecodeLimits | None = None,
        look: Look = Look.MODEL,
    ) -> None:
        self._project = project
        self._model_id = model_id
        self._other = other
        self._decoder = decoder
        self._limits = limits
        self._look = look
        self._stock: Stock | None = None
        self._head: Head | None = None
        self._evidence: Evidence | None = None
        self._batch = 0
        self._said: list[ClassId | None] = []
        self._excluded = np.zeros(0, np.bool_)
        self._confirmed = np.zeros(0, np.bool_)

    def gather(
        self, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
    ) -> Evidence:
        """Read everything anew, and judge by the quick head.

        Raises
        ------
        UsageError
            If no model has looked at the project's images yet.
        Cancelled
            On request.
        """
        cancel = cancel or CancelToken()
        progress(Progress("gathering", 0))
        self._batch = _last_batch(self._project)  # before reading: what comes meanwhile is read again
        stock = self._stock = read_stock(
            self._project,
            self._model_id,
            self._other,
            decoder=self._decoder,
            limits=self._limits,
            look=self._look,
            progress=progress,
            cancel=cancel,
        )
        label_of = LabelStore(self._project).classes()
        self._said = [label_of.get(i) for i in stock.ids.tolist()]
        self._excluded = np.isin(stock.ids, np.array(MarkStore(self._project).excluded(), np.int64))
        self._confirmed = np.isin(stock.ids, np.array(LabelStore(self._project).confirmed(), np.int64))
        self._head = None
        self._evidence = None
        return self._judge(cancel)

    def again(self, cancel: CancelToken | None = None) -> Evidence:
        """Take in what was labelled, excluded or undone since, and judge by the quick head.

        The rows stay the same; images that were added or classified since wait for `gather`.
        """
        cancel = cancel or CancelToken()
        if self._stock is None:
            return self.gather(cancel=cancel)
        newest = _last_batch(self._project)
        touched = LabelStore(self._project).touched_since(self._batch)
        rows = _rows_of(self._stock.ids, np.array(touched, np.int64))
        label_of = LabelStore(self._project).current(touched)
        marks = MarkStore(self._project).current(touched)
        for row in rows.tolist():
            image_id = int(self._stock.ids[row])
            self._said[row] = label_of.get(image_id)  # type: ignore[call-overload]
            self._excluded[row] = marks[image_id].excluded  # type: ignore[index]
        confirmed = LabelStore(self._project).confirmed(touched)
        self._confirmed[rows] = np.isin(self._stock.ids[rows], np.array(confirmed, np.int64))
        self._batch = newest
        return self._judge(cancel)

    def refined(
        self, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
    ) -> Evidence:
        """Judge by the logistic head, which takes longer and finds more; labels as they were read last."""
        cancel = cancel or CancelToken()
        evidence = self._evidence or self.gather(progress, cancel)
        if self._head is None or not evidence.by_head.any():
            return evidence

        def tick(done: int, total: int) -> None:
            cancel.raise_if_cancelled()
            progress(Progress("refining", done, total))

        judged = self._head.refined(evidence.labels, len(evidence.classes), tick)
        refined = dataclasses.replace(
            evidence,
            probabilities=np.where(evidence.by_head[:, None], judged, evidence.probabilities),
            refined=True,
        )
        self._evidence = refined
        return refined

    def honest(
        self, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
    ) -> Evidence | None:
        """Judge with whole groups of the project left out together (sessions, specimens, as it was divided).

        `gather` leaves near-duplicates out together, which is right for finding wrong labels: the head knows
        every specimen then. How good it is on a new one, only this says. Images of which no group is known
        are groups by their near-duplicates. What `again` and `refined` return is not touched.

        Returns
        -------
        Evidence
            Judged by the quick head; ``None`` if the project is not divided by anything else than
            near-duplicates, or too little is labelled.

        Raises
        ------
        UsageError, Cancelled
            As `gather`.
        """
        cancel = cancel or CancelToken()
        evidence = self._evidence or self.gather(progress, cancel)
        rules = rules_of(self._project)
        if rules is None or rules.by in {GroupBy.NEAR_DUPLICATES, GroupBy.RANDOM}:
            return None
        group_of = groups_of_images(self._project)
        names = [
            group_of.get(ImageId(i), f"near-duplicate {group}")
            for i, group in zip(evidence.ids.tolist(), evidence.groups.tolist(), strict=True)
        ]
        groups = np.unique(np.array(names, np.str_), return_inverse=True)[1]
        by_head = _judged_by_head(evidence.labels, groups, evidence.model_probabilities)
        if not by_head.any():
            return None
        head = Head(evidence.embeddings, groups, evidence.labels)
        cancel.raise_if_cancelled()
        judged = head.quick(evidence.labels, len(evidence.classes))
        probabilities = np.where(by_head[:, None], judged, evidence.model_probabilities)
        return dataclasses.replace(evidence, probabilities=probabilities, by_head=by_head, refined=False)

    def _judge(self, cancel: CancelToken) -> Evidence:
        assert self._stock is not None  # `gather` came first
        cancel.raise_if_cancelled()
        stock, taxonomy = self._stock, ClassStore(self._project).taxonomy()
        classes = _classes(
            taxonomy, self._said, [m for m in (stock.model, stock.other and stock.other[0]) if m]
        )
        index = {c: i for i, c in enumerate(classes)}
        number = {c: -1 if c is None else index[taxonomy.read_as(c)] for c in set(self._said)}
        labels = np.array([number[c] for c in self._said], np.int64)
        labels[self._excluded] = -1
        said = _columns(stock.model, stock.probabilities, taxonomy, index)
        before = self._evidence
        labelled = labels >= 0
        likeness = (
            Likeness(stock.embeddings, stock.groups, labelled)
            if before is None
            else before.likeness.with_labelled(labelled)
        )
        if self._head is None:
            self._head = Head(stock.embeddings, stock.groups, labels)
        cancel.raise_if_cancelled()
        by_head = _judged_by_head(labels, stock.groups, said)
        probabilities = said
        if by_head.any():
            judged = self._head.quick(labels, len(classes))
            probabilities = np.where(by_head[:, None], judged, said)
        names = ClassStore(self._project).names()
        self._evidence = Evidence(
            ids=stock.ids,
            classes=classes,
            names=tuple(names.get(c, _plain(c)) for c in classes),
            labels=labels,
            confirmed=self._confirmed.copy(),
            queued=~self._excluded,
            probabilities=probabilities,
            by_head=by_head,
            refined=False,
            model_id=stock.model.model_id,
            model_probabilities=said,
            embeddings=stock.embeddings,
            groups=stock.groups,
            model_novelty=stock.novelty,
            head=self._head if bool(by_head.all()) else None,
            splits=stock.splits,
            audit=_places(stock.ids, audit_state(self._project).waiting),
            likeness=likeness,
            other=stock.other
            and OtherModel(stock.other[0].model_id, _columns(*stock.other, taxonomy, index)),
            unseen=stock.unseen,
        )
        return self._evidence


def gather(
    project: Project,
    model_id: ModelId | None = None,
    *,
    other: ModelId | None = None,
    limits: DecodeLimits | None = None,
    look: Look = Look.MODEL,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Evidence:
    """Gather once, see `Reranker.gather`."""
    return Reranker(project, model_id, other, limits=limits, look=look).gather(progress, cancel)


def read_stock(
    project: Project,
    model_id: ModelId | None = None,
    other: ModelId | None = None,
    *,
    decoder: Decoder | None = None,
    limits: DecodeLimits | None = None,
    look: Look = Look.MODEL,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> Stock:
    """Read what models say of the images of a project, and which are near-duplicates.

    Parameters
    ----------
    model_id, other, decoder, limits, look
        As for `Reranker`.

    Raises
    ------
    UsageError
        If no model has looked at the images yet.
    Cancelled
        On request.
    """
    cancel = cancel or CancelToken()
    model = _model(project, model_id)
    every = ImageStore(project).ids(ImageQuery(status=ImageStatus.OK))
    known, novelty = _novelty(project, model.model_id)
    ids = every[np.isin(every, known)]
    store = ArrayStore(project, model.model_id)
    cancel.raise_if_cancelled()
    probabilities = store.get_probs(ids)
    embeddings = _embeddings(project, model.model_id, ids, look)
    sound = np.isfinite(embeddings).all(axis=1) & np.isfinite(probabilities).all(axis=1)
    if embeddings.shape[1] == 0 or not sound.any():
        raise UsageError(nothing_seen(project))
    if not sound.all():
        ids, embeddings, probabilities = ids[sound], embeddings[sound], probabilities[sound]
    cancel.raise_if_cancelled()
    groups = near_duplicates(
        project,
        ids,
        lambda rows: embeddings[rows],
        decoder=decoder,
        limits=limits,
        progress=progress,
        cancel=cancel,
    )
    return Stock(
        ids=ids,
        model=model,
        probabilities=probabilities,
        embeddings=embeddings,
        groups=groups,
        novelty=novelty[np.searchsorted(known, ids)],
        splits=_splits(project, ids),
        other=_other(project, model, other, ids),
        unseen=len(every) - len(ids),
    )


def _embeddings(project: Project, model_id: ModelId, ids: Ids, look: Look) -> NDArray[np.float16]:
    if look is Look.MODEL:
        return ArrayStore(project, model_id).get_embeddings(ids)
    found = closer_embeddings(project, model_id, ids)
    if not np.isfinite(found).any():
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


def _classes(
    taxonomy: Taxonomy, said: Sequence[ClassId | None], asked: Sequence[PredictingModel]
) -> tuple[ClassId, ...]:
    used = {taxonomy.read_as(c) for c in set(said) if c is not None}
    used |= {taxonomy.read_as(c) for model in asked for c in model.class_ids}
    order = [c.id for c in taxonomy if c.id in used]
    return (*order, *sorted(used.difference(order)))  # of a model that knows more than the project


def _columns(
    model: PredictingModel, probabilities: NDArray[np.float32], taxonomy: Taxonomy, index: dict[ClassId, int]
) -> NDArray[np.float32]:
    """Put a model's probabilities into the order of the project's classes; merged ones are added up."""
    out = np.zeros((len(probabilities), len(index)), np.float32)
    for column, class_id in enumerate(model.class_ids):
        out[:, index[taxonomy.read_as(class_id)]] += probabilities[:, column]
    return out


_FEW = 5  # labelled images below which a head does not speak for a class
_RARE = 0.01  # share of the images that a class may be predicted for without counting


def _judged_by_head(labels: Ids, groups: Ids, said: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Decide which images a head judges.

    Labelled ones if two classes have more than one witness each; the others if, besides, the labels cover the
    classes that the model sees.
    """
    counts = np.bincount(labels[labels >= 0], minlength=said.shape[1])
    witnesses = [len(np.unique(groups[labels == c])) for c in range(said.shape[1])]
    if sum(n >= 2 for n in witnesses) < 2:
        return np.zeros(len(labels), np.bool_)
    seen = np.bincount(said.argmax(axis=1), minlength=said.shape[1]) > _RARE * len(labels)
    covered = bool((counts[seen] >= _FEW).all())
    return (labels >= 0) | covered


def _places(ids: Ids, waiting: Ids) -> Ids:
    """Return the place of each image among those that wait, -1 where it is not among them."""
    place_of = {image_id: place for place, image_id in enumerate(waiting.tolist())}
    return np.array([place_of.get(i, -1) for i in ids.tolist()], np.int64)


def _rows_of(ids: Ids, wanted: Ids) -> Ids:
    return np.flatnonzero(np.isin(ids, wanted))


def _last_batch(project: Project) -> int:
    with project.read() as connection:
        return batches.last_batch_id(connection)


def _plain(class_id: ClassId) -> str:
    """Return a name for a class of a model that the project does not have."""
    preset = preset_class(class_id)
    return class_id.rpartition(".")[2].replace("_", " ") if preset is None else preset.name
