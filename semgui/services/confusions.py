"""Which labelled images of a project are called what, by a model or by predictions out of fold."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.presets import preset_class
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery, LabelState
from semgui.catalogue.records import chunks
from semgui.catalogue.tables import images, splits
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.image import ImageStatus
from semgui.domain.split import Split
from semgui.domain.taxonomy import Taxonomy
from semgui.registry.store import ModelInfo
from semgui.registry.training_set import trained_on
from semgui.review.evidence import Evidence
from semgui.services.confusion_table import ConfusionTable, Ids, TableClass
from semgui.services.honest import grouped_by

OUT_OF_FOLD = "out-of-fold"
"""Key of the judge that is no model: each image is judged by a head that saw no image of its fold."""
BY_GROUPS = "out-of-fold by groups"
"""Key of the same where whole groups of the project are in one fold (`semgui.services.honest`)."""
_CHUNK = 5_000
_NO_TEST = "no labelled image is kept for testing yet: the first training sets some apart."


class Part(StrEnum):
    """Which of the labelled images are counted."""

    LABELLED = "labelled"  # all that can be read and are not excluded
    TEST = "test"  # those that the project's split keeps for testing
    NEW = "new"  # those that the model was not trained on


@dataclass(frozen=True, slots=True)
class Judge:
    """Who says what the images are.

    Parameters
    ----------
    key
        `OUT_OF_FOLD`, `BY_GROUPS`, or the id of a model version.
    name
        For people; of `BY_GROUPS` what the groups are (`semgui.domain.split.SplitRules.by`).
    folder
        Of a model that is on this machine.
    asked
        Whether it has judged images of this project.
    """

    key: str
    name: str
    folder: Path | None = None
    asked: bool = True


def judges(project: Project, models: Sequence[ModelInfo]) -> list[Judge]:
    """Return who can be asked: out of fold first, models that judged here, the newest first, then others.

    Where the project is divided by groups, those are what "out of fold" is first asked by.

    Parameters
    ----------
    models
        Those on this machine; one that judged here and is gone is listed all the same.
    """
    here = {info.id: info for info in models if info.id is not None}
    asked = [m.model_id for m in reversed(PredictionStore(project).models())]
    groups = grouped_by(project)
    found = [] if groups is None else [Judge(BY_GROUPS, groups)]
    found.append(Judge(OUT_OF_FOLD, "Out of fold"))
    for model_id in asked:
        info = here.pop(model_id, None)
        name = model_id.rpartition("@")[0] if info is None else info.name
        found.append(Judge(model_id, name, None if info is None else info.folder))
    others = (info for info in here.values() if info.problem is None)
    return found + [Judge(str(info.id), info.name, info.folder, asked=False) for info in others]


def model_table(project: Project, judge: Judge, part: Part) -> ConfusionTable:
    """Return what a model calls the labelled images of a project, as far as it was asked.

    Raises
    ------
    UsageError
        If there is nothing to count, with what to do.
    """
    ids = labelled_part(project, judge, part)
    model_id = ModelId(judge.key)
    found = PredictionStore(project).get(model_id, [ImageId(i) for i in ids.tolist()])
    label_of = LabelStore(project).current([ImageId(i) for i in ids.tolist()])  # some may be gone by now
    answered = np.array([i for i in ids.tolist() if i in found and i in label_of], np.int64)
    if not len(answered):
        raise UsageError(f"{judge.name} has not judged any of these {len(ids):,} images; ask it first.")
    known = next(
        (set(m.class_ids) for m in PredictionStore(project).models() if m.model_id == model_id), set()
    )
    labels = [label_of[ImageId(i)] for i in answered.tolist()]
    predicted = [found[ImageId(i)].predicted for i in answered.tolist()]
    confidence = np.array([found[ImageId(i)].confidence for i in answered.tolist()], np.float32)
    table = table_of(project, judge.name, answered, labels, predicted, confidence, known)
    record = None if judge.folder is None else trained_on(judge.folder)
    seen = None if record is None else len(images_in_record(project, answered, record))
    return dataclasses.replace(table, trained_on=seen, unanswered=len(label_of) - len(answered))


def out_of_fold_table(evidence: Evidence, part: Part) -> ConfusionTable:
    """Return what a head calls each labelled image that was trained without it and its near-duplicates.

    Parameters
    ----------
    evidence
        Of `semgui.services.review`; of `HonestHead` the whole group is left out.
    part
        `Part.NEW` means all of them: none was learned from.

    Raises
    ------
    UsageError
        If there is nothing to count, with what to do.
    """
    judged = evidence.labelled & evidence.by_head
    if not judged.any():
        raise UsageError(
            "two classes need at least two labelled images each before one can be judged by the others: "
            "label some more."
        )
    if part is Part.TEST:
        judged &= evidence.splits == Split.TEST.value
        if not judged.any():
            raise UsageError(_NO_TEST)
    labels, predicted = evidence.labels[judged], evidence.predicted[judged]
    used = np.union1d(labels, predicted)
    learned = np.bincount(labels, minlength=len(evidence.classes)) > 0
    return ConfusionTable(
        "Out of fold",
        tuple(TableClass(evidence.classes[i], evidence.names[i], bool(learned[i])) for i in used.tolist()),
        evidence.ids[judged],
        np.searchsorted(used, labels),
        np.searchsorted(used, predicted),
        evidence.confidence[judged],
        unanswered=int(np.count_nonzero(evidence.labelled & ~evidence.by_head)),
    )


def table_of(
    project: Project,
    name: str,
    ids: Ids,
    labels: Sequence[ClassId],
    predicted: Sequence[ClassId],
    confidence: NDArray[np.float32],
    known: set[ClassId],
) -> ConfusionTable:
    """Put a table together.

    Parameters
    ----------
    name
        Of who judged.
    ids
        (N,) images.
    labels
        N classes, as they are labelled.
    predicted
        N classes, as the judge calls them.
    confidence
        (N,) probability of the predicted class.
    known
        Classes that the judge can predict.
    """
    taxonomy, names = ClassStore(project).taxonomy(), ClassStore(project).names()
    own = {c: _as_in_project(taxonomy, names, c) for c in {*predicted, *known}}
    predicted = [own[c] for c in predicted]
    labels = [taxonomy.read_as(c) for c in labels]
    used = {*labels, *predicted}
    order = [c.id for c in taxonomy if c.id in used]
    order += sorted(used.difference(order))  # of a model that knows more than the project
    can_say = {own[c] for c in known}
    classes = tuple(TableClass(c, names.get(c) or _foreign_name(c), c in can_say) for c in order)
    index = {c: i for i, c in enumerate(order)}
    return ConfusionTable(
        name,
        classes,
        ids,
        np.array([index[c] for c in labels], np.int64),
        np.array([index[c] for c in predicted], np.int64),
        confidence,
    )


def labelled_part(project: Project, judge: Judge, part: Part) -> Ids:
    """Return the ids of the labelled images of a part, ascending.

    Raises
    ------
    UsageError
        If there are none, with what to do.
    """
    query = ImageQuery(label_state=LabelState.LABELLED, status=ImageStatus.OK, excluded=False)
    ids = np.sort(ImageStore(project).ids(query))
    if not len(ids):
        raise UsageError("nothing is labelled yet: label some images of at least two classes.")
    if part is Part.TEST:
        ids = np.intersect1d(ids, _test_images(project))
        if not len(ids):
            raise UsageError(_NO_TEST)
    if part is Part.NEW:
        record = None if judge.folder is None else trained_on(judge.folder)
        if record is None:
            raise UsageError(f"{judge.name} does not say what it was trained on; count the test images.")
        ids = np.setdiff1d(ids, images_in_record(project, ids, record))
        if not len(ids):
            raise UsageError(f"{judge.name} was trained on every labelled image; label some more.")
    return ids


def _test_images(project: Project) -> Ids:
    with project.read() as connection:
        rows = connection.execute(sa.select(splits.c.image_id).where(splits.c.split == Split.TEST.value))
        return np.array([row.image_id for row in rows], np.int64)


def images_in_record(project: Project, ids: Ids, record: frozenset[str]) -> Ids:
    """Return those of some images whose content is in a record of fingerprints."""
    found: list[int] = []
    with project.read() as connection:
        for chunk in chunks(ids.tolist(), _CHUNK):
            query = sa.select(images.c.id, images.c.fingerprint).where(images.c.id.in_(chunk))
            found += [row.id for row in connection.execute(query) if row.fingerprint in record]
    return np.array(sorted(found), np.int64)


def _as_in_project(taxonomy: Taxonomy, names: Mapping[ClassId, str], class_id: ClassId) -> ClassId:
    """Return the class of the project that a model means: by id, else by name, else the model's own."""
    if class_id in names:
        return taxonomy.read_as(class_id)
    same = taxonomy.by_name(_foreign_name(class_id))
    return class_id if same is None else same.id


def _foreign_name(class_id: ClassId) -> str:
    """Name a class that the project never had."""
    known = preset_class(class_id)
    return class_id.rpartition(".")[2].replace("_", " ") if known is None else known.name
