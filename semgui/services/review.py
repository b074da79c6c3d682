"""What a project knows about its images, gathered for review, and gathered again after every correction."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue import batches
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.marks import MarkStore
from semgui.catalogue.project import Project
from semgui.domain.ids import ClassId, ModelId
from semgui.domain.progress import CancelToken, Progress, ProgressCallback, ignore_progress
from semgui.imaging.decoders import Decoder
from semgui.imaging.limits import DecodeLimits
from semgui.review.evidence import Evidence, OtherModel
from semgui.review.head import Head, judged_by_head
from semgui.review.likeness import Likeness
from semgui.services.audit import audit_state
from semgui.services.closer import Look
from semgui.services.honest import HonestHead
from semgui.services.near_duplicates import identical_files, kept_near_duplicates, near_duplicates
from semgui.services.review_classes import class_names, classes_in_use, columns_of
from semgui.services.stock import Stock, read_stock

Ids = NDArray[np.int64]


class Reranker:
    """Keeps what takes long, so that a correction is taken into account in a moment.

    Not for two threads at once; only `find_near_duplicates`, which may take minutes the first time, runs
    beside the others.

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
        self._groups = np.zeros(0, np.int64)
        self._found_groups: tuple[Stock, Ids] | None = None  # of what was read, not taken in yet
        self._grouped = False
        self._head: Head | None = None
        self._evidence: Evidence | None = None
        self._batch = 0
        self._said: list[ClassId | None] = []
        self._excluded = np.zeros(0, np.bool_)
        self._confirmed = np.zeros(0, np.bool_)

    def begin(
        self, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
    ) -> Evidence:
        """Read everything anew and judge, with near-duplicates as far as they were found before.

        Where they were not, only identical files are (`Evidence.grouped`): `find_near_duplicates` and then
        `again` make up for it.

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
        self._stock = stock = read_stock(
            self._project, self._model_id, self._other, look=self._look, cancel=cancel
        )
        label_of = LabelStore(self._project).classes()
        self._said = [label_of.get(i) for i in stock.ids.tolist()]
        self._excluded = np.isin(stock.ids, np.array(MarkStore(self._project).excluded(), np.int64))
        self._confirmed = np.isin(stock.ids, np.array(LabelStore(self._project).confirmed(), np.int64))
        kept = kept_near_duplicates(self._project, stock.ids)
        self._regroup(identical_files(self._project, stock.ids) if kept is None else kept)
        self._grouped = kept is not None
        return self._judge(cancel)

    def find_near_duplicates(
        self, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
    ) -> None:
        """Look for near-duplicates among what `begin` read; the next `again` takes them in.

        Raises
        ------
        Cancelled
            On request; what was found of single images is kept.
        """
        stock = self._stock
        if stock is not None:
            groups = near_duplicates(
                self._project,
                stock.ids,
                lambda rows: stock.embeddings[rows],
                decoder=self._decoder,
                limits=self._limits,
                progress=progress,
                cancel=cancel,
            )
            self._found_groups = stock, groups

    def gather(
        self, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
    ) -> Evidence:
        """Read everything anew, look for near-duplicates, and judge: for those who can wait.

        Raises
        ------
        UsageError, Cancelled
            As `begin`.
        """
        evidence = self.begin(progress, cancel)
        if evidence.grouped:
            return evidence
        self.find_near_duplicates(progress, cancel)
        return self.again(cancel)

    def again(self, cancel: CancelToken | None = None) -> Evidence:
        """Take in what was labelled, excluded, undone or found since, and judge anew.

        The rows stay the same; images that were added or classified since wait for `begin`.
        """
        cancel = cancel or CancelToken()
        if self._stock is None:
            return self.begin(cancel=cancel)
        found = self._found_groups
        if found is not None:
            self._found_groups = None
            if found[0] is self._stock:  # else other images were read meanwhile
                self._regroup(found[1])
                self._grouped = True
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

    def honest(
        self, progress: ProgressCallback = ignore_progress, cancel: CancelToken | None = None
    ) -> Evidence | None:
        """Judge with whole groups of the project left out together, see `semgui.services.honest`.

        What `again` returns is not touched.

        Raises
        ------
        UsageError, Cancelled
            As `gather`.
        """
        cancel = cancel or CancelToken()
        evidence = self._evidence or self.gather(progress, cancel)
        cancel.raise_if_cancelled()
        return HonestHead(self._project).judged(evidence)

    def _regroup(self, groups: Ids) -> None:
        """Take other near-duplicates for granted: whatever kept them together is made anew."""
        self._groups = groups
        self._head = None
        self._evidence = None

    def _judge(self, cancel: CancelToken) -> Evidence:
        assert self._stock is not None  # `begin` came first
        cancel.raise_if_cancelled()
        stock, taxonomy = self._stock, ClassStore(self._project).taxonomy()
        asked = [stock.model] if stock.other is None else [stock.model, stock.other[0]]
        classes = classes_in_use(taxonomy, self._said, asked)
        index = {c: i for i, c in enumerate(classes)}
        number = {c: -1 if c is None else index[taxonomy.read_as(c)] for c in set(self._said)}
        labels = np.array([number[c] for c in self._said], np.int64)
        labels[self._excluded] = -1
        said = columns_of(stock.model, stock.probabilities, taxonomy, index)
        before, labelled = self._evidence, labels >= 0
        likeness = (
            Likeness(stock.embeddings, self._groups, labelled)
            if before is None
            else before.likeness.with_labelled(labelled)
        )
        if self._head is None:
            self._head = Head(stock.features, self._groups, labels)
        cancel.raise_if_cancelled()
        by_head = judged_by_head(labels, self._groups, said)
        probabilities = said
        if by_head.any():
            judged = self._head.probabilities(labels, len(classes))
            probabilities = np.where(by_head[:, None], judged, said)
        self._evidence = Evidence(
            ids=stock.ids,
            classes=classes,
            names=class_names(self._project, classes),
            labels=labels,
            confirmed=self._confirmed.copy(),
            queued=~self._excluded,
            probabilities=probabilities,
            by_head=by_head,
            model_id=stock.model.model_id,
            model_probabilities=said,
            features=stock.features,
            groups=self._groups,
            grouped=self._grouped,
            model_novelty=stock.novelty,
            head=self._head if bool(by_head.all()) else None,
            splits=stock.splits,
            audit=_places(stock.ids, audit_state(self._project).waiting),
            likeness=likeness,
            other=stock.other
            and OtherModel(stock.other[0].model_id, columns_of(*stock.other, taxonomy, index)),
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


def _places(ids: Ids, waiting: Ids) -> Ids:
    """Return the place of each image among those that wait, -1 where it is not among them."""
    place_of = {image_id: place for place, image_id in enumerate(waiting.tolist())}
    return np.array([place_of.get(i, -1) for i in ids.tolist()], np.int64)


def _rows_of(ids: Ids, wanted: Ids) -> Ids:
    return np.flatnonzero(np.isin(ids, wanted))


def _last_batch(project: Project) -> int:
    with project.read() as connection:
        return batches.last_batch_id(connection)
