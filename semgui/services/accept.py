"""Accept predictions unseen, as far as a random audit proves how precise they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.audit_samples import AuditSampleStore
from semgui.catalogue.batches import Batch
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.prediction import Prediction, PredictionStatus
from semgui.domain.progress import CancelToken, ProgressCallback, ignore_progress
from semgui.domain.split import Split
from semgui.imaging.limits import DecodeLimits
from semgui.registry.store import ModelInfo, list_models
from semgui.registry.training_set import trained_on
from semgui.review.accept import AcceptForUnlabelled
from semgui.review.audit import Part
from semgui.review.history import History
from semgui.scoring.promise import Promise, promise
from semgui.services.audit import AuditState, audit_state
from semgui.services.confusions import images_in_record
from semgui.services.near_duplicates import near_duplicates
from semgui.services.stock import Stock, read_stock

Ids = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class AcceptProposal:
    """What could be accepted, and the evidence for it.

    Parameters
    ----------
    model_id
        Whose predictions.
    promise
        The threshold and what proves it.
    ids
        Images whose predictions would be accepted; none without a promise.
    counts
        How many of them each class gets.
    class_names
        Ids and names of the classes, for those that the project lacks.
    candidates
        Unlabelled images with a prediction that could be accepted.
    judged
        Verdicts that the evidence rests on.
    learned
        Verdicts that do not count, since the model was trained on the images.
    behind_a_gap
        Verdicts that do not count, since an image before them in the random order waits.
    recorded
        Whether the model says what it was trained on; if not, images kept for testing are taken for new.
    """

    model_id: ModelId
    promise: Promise
    ids: tuple[ImageId, ...]
    counts: Mapping[ClassId, int]
    class_names: tuple[tuple[ClassId, str], ...]
    candidates: int
    judged: int
    learned: int
    behind_a_gap: int
    recorded: bool

    def sentences(self) -> list[str]:
        """Say what can be promised, on what it rests and what is missing."""
        found, said = self.promise, []
        if found.threshold is not None:
            said.append(
                f"{len(self.ids):,} of {self.candidates:,} unlabelled images have a confidence of "
                f"{found.threshold:.3f} or more; of {found.trials:,} audited ones among such images "
                f"(near-duplicates count once) {found.right:,} are right, which proves a precision of "
                f"{found.proven:.1%}."
            )
        elif found.more_needed is None:
            said.append(
                f"A precision of {found.precision:.1%} cannot be promised: too many of the {self.judged:,} "
                "audited predictions are wrong, sure ones too. Train on more labels first, or ask for less."
            )
        else:
            said.append(
                f"A precision of {found.precision:.1%} cannot be promised yet: {self.judged:,} audit labels "
                f"count, and about {found.more_needed:,} more are needed."
            )
        if self.learned:
            said.append(f"{self.learned:,} audit labels do not count: the model was trained on those images.")
        if self.behind_a_gap:
            said.append(
                f"{self.behind_a_gap:,} audit labels do not count yet: images before them in the random "
                "order wait."
            )
        if not self.recorded:
            said.append("The model does not say what it was trained on: only images kept for testing count.")
        return said


def propose_acceptance(
    project: Project,
    precision: float,
    model_id: ModelId | None = None,
    *,
    limits: DecodeLimits | None = None,
    progress: ProgressCallback = ignore_progress,
    cancel: CancelToken | None = None,
) -> AcceptProposal:
    """Find out which predictions can be accepted; nothing is labelled.

    The evidence is the random audit of unlabelled images alone: labels that a queue asked for are biased.
    Each call that sees new verdicts is a look at the evidence, and the more looks, the more is asked of it.

    Parameters
    ----------
    precision
        Asked for, in (0, 1).
    model_id
        Whose predictions; ``None``: those of the model that was added last.

    Raises
    ------
    UsageError
        If the precision makes no sense, no model has looked at the images, or no audit sample was drawn.
    Cancelled
        On request.
    """
    if not 0 < precision < 1:
        raise UsageError(f"a precision of {precision:g} cannot be promised; ask for one below 1, as 0.95.")
    stock = read_stock(project, model_id, cancel=cancel)
    groups = near_duplicates(
        project,
        stock.ids,
        lambda rows: stock.embeddings[rows],
        limits=limits,
        progress=progress,
        cancel=cancel,
    )
    audit = audit_state(project)
    part = audit.parts[Part.UNLABELLED]
    if not part.size and not len(part.counted):
        raise UsageError(
            f"{project.path}: no random sample was drawn to prove it by; draw one with `semgui audit --draw "
            "300 --of unlabelled`, judge it blind, and ask again."
        )
    found = PredictionStore(project).get(stock.model.model_id, [ImageId(i) for i in part.order.tolist()])
    confidence = _confidences(project, stock, part.order, found)
    info = next((m for m in list_models() if m.id == stock.model.model_id), None)
    record = None if info is None else trained_on(info.folder)
    fresh = _not_learned(project, stock, part.counted, record)
    counted = np.flatnonzero(np.isin(stock.ids, fresh) & np.isfinite(confidence))
    look = AuditSampleStore(project).look(stock.model.model_id, len(part.counted))
    proven = promise(
        confidence,
        counted,
        _right(project, audit, found, stock.ids[counted]),
        groups,
        precision,
        look=look,
    )
    waiting = ~np.isin(stock.ids, part.order[part.judged])
    above = np.zeros(len(stock.ids), np.bool_)
    if proven.threshold is not None:
        above = (np.nan_to_num(confidence, nan=-1) >= proven.threshold) & waiting
    ids = tuple(ImageId(i) for i in stock.ids[above].tolist())
    return AcceptProposal(
        model_id=stock.model.model_id,
        promise=proven,
        ids=ids,
        counts=Counter(found[i].predicted for i in ids),
        class_names=_names(info),
        candidates=int(np.count_nonzero(np.isfinite(confidence) & waiting)),
        judged=len(counted),
        learned=len(part.counted) - len(fresh),
        behind_a_gap=part.behind_a_gap,
        recorded=record is not None,
    )


def accept(project: Project, proposal: AcceptProposal, annotator: str) -> Batch | None:
    """Make the predictions labels, as one action and one undo; what was labelled meanwhile stays as it is."""
    command = AcceptForUnlabelled(proposal.ids, proposal.model_id, proposal.class_names)
    return History(project, annotator).do(command)


def _confidences(
    project: Project, stock: Stock, part: Ids, found: Mapping[ImageId, Prediction]
) -> NDArray[np.float64]:
    """Return the confidence of each prediction that could be accepted, (N,); NaN for the others."""
    archived = {c.id for c in ClassStore(project).taxonomy() if c.archived}
    confidence = np.full(len(stock.ids), np.nan)
    for row in np.flatnonzero(np.isin(stock.ids, part)).tolist():
        prediction = found.get(ImageId(int(stock.ids[row])))
        if prediction is None or prediction.predicted in archived:
            continue
        if prediction.status in {PredictionStatus.OK, PredictionStatus.UNCERTAIN}:
            confidence[row] = prediction.confidence
    return confidence


def _not_learned(project: Project, stock: Stock, counted: Ids, record: frozenset[str] | None) -> Ids:
    """Return those of the judged images that the model was not trained on."""
    if record is not None:
        return np.setdiff1d(counted, images_in_record(project, counted, record))
    return np.intersect1d(counted, stock.ids[stock.splits == Split.TEST.value])


def _right(project: Project, audit: AuditState, found: Mapping[ImageId, Prediction], ids: Ids) -> Bools:
    """Return whether the prediction of each judged image is the verdict, (n,)."""
    taxonomy = ClassStore(project).taxonomy()
    said = [(found[ImageId(i)].predicted, audit.verdicts[ImageId(i)].class_id) for i in ids.tolist()]
    return np.array([c is not None and taxonomy.read_as(c) == p for p, c in said], np.bool_)


def _names(info: ModelInfo | None) -> tuple[tuple[ClassId, str], ...]:
    if info is None or info.card is None:
        return ()
    return tuple((ClassId(c.id), c.name) for c in info.card.classes)
