"""The random audit: draw a sample, judge it blind, and know how many labels are wrong."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from semgui.catalogue.audit_samples import AuditSampleStore
from semgui.catalogue.batches import Batch
from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery
from semgui.catalogue.verdicts import NONE_OF_THESE, Verdict, VerdictKind, VerdictStore
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.taxonomy import Taxonomy
from semgui.exchange.csv_verdicts import read_verdicts
from semgui.exchange.matching import by_path
from semgui.review.audit import AuditPart, Part, in_random_order
from semgui.review.audit_commands import JudgeAudit
from semgui.review.history import History
from semgui.review.naming import NO_CLASS, class_called
from semgui.scoring.audit import Interval, error_rate

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class AuditState:
    """Where the audit of a project stands.

    Parameters
    ----------
    parts
        The audit of images with labels, and of those without.
    verdicts
        Those in force.
    """

    parts: Mapping[Part, AuditPart]
    verdicts: Mapping[ImageId, Verdict]

    @property
    def drawn(self) -> bool:
        """Whether there is a sample at all."""
        return any(part.size for part in self.parts.values())

    @property
    def waiting(self) -> Ids:
        """Return the ids of the images that wait for a verdict, those of both parts in one random order."""
        return np.concatenate([part.waiting for part in self.parts.values()])


@dataclass(frozen=True, slots=True)
class LabelErrors:
    """What the audit says of the labels.

    Parameters
    ----------
    rate
        Share of wrong labels, with an exact interval at 95 %.
    wrong
        Images of which label and verdict differ.
    population
        Labelled images that the rate speaks of.
    waiting
        Images of the sample that nobody has judged yet.
    behind_a_gap
        Verdicts that do not count, since an image before them in the random order waits.
    """

    rate: Interval
    wrong: tuple[ImageId, ...]
    population: int
    waiting: int
    behind_a_gap: int

    def sentence(self) -> str:
        """Say it."""
        if not self.rate.trials:
            return "No label of the audit sample was judged yet: nothing is known about the labels."
        low = max(self.rate.hits, round(self.rate.low * self.population))
        high = max(self.rate.hits, round(self.rate.high * self.population))
        return (
            f"{self.rate.hits:,} of {self.rate.trials:,} audited labels are wrong: {self.rate.value:.1%} of "
            f"all {self.population:,}, with 95 % confidence between {self.rate.low:.1%} and "
            f"{self.rate.high:.1%} ({low:,} to {high:,} images)."
        )


def audit_state(project: Project) -> AuditState:
    """Read where the audit stands."""
    store = AuditSampleStore(project)
    seed, sizes = store.seed(), store.sizes()
    every = ImageStore(project).ids(ImageQuery(status=ImageStatus.OK, excluded=False))
    labelled = np.array(list(LabelStore(project).classes()), np.int64)
    # After the labels: a verdict that comes between both must not look like a label of another kind, or the
    # sample would grow by the next image for a moment.
    verdicts = VerdictStore(project).current(VerdictKind.AUDIT)
    judged = np.array(list(verdicts), np.int64)
    had_label = np.array([i for i, v in verdicts.items() if v.label_before is not None], np.int64)
    # An image that was judged stays in the part in which it was judged.
    of_labels = np.where(np.isin(every, judged), np.isin(every, had_label), np.isin(every, labelled))
    parts = {}
    for part, ids in ((Part.LABELLED, every[of_labels]), (Part.UNLABELLED, every[~of_labels])):
        order, size = in_random_order(ids, seed or 0), sizes.get(part.value, 0)
        parts[part] = AuditPart(part, min(size, len(order)), order, np.isin(order, judged))
    return AuditState(parts, verdicts)


def draw_sample(
    project: Project, part: Part, size: int, annotator: str, seed: int | None = None
) -> AuditState:
    """Let the audit of a part have so many images from now on; what was drawn before stays in it.

    Images without a label that are drawn are kept for testing: no model is ever trained on them, so that they
    go on being evidence on every model to come.

    Parameters
    ----------
    seed
        Of the project's random order, where none was drawn yet; ``None``: by chance.

    Raises
    ------
    UsageError
        If the part has no images, or `size` is below 1.
    """
    state = audit_state(project)
    there = len(state.parts[part].order)
    if size < 1 or not there:
        raise UsageError(f"there are {there:,} {part} images to draw from, and at least one must be drawn.")
    store = AuditSampleStore(project)
    size = max(min(size, there), state.parts[part].size)
    drawn = False
    while not drawn:  # a second time only if somebody else drew the first sample meanwhile
        known = _seed(store, seed)
        order = in_random_order(state.parts[part].order, known)
        kept = order[:size].tolist() if part is Part.UNLABELLED else []
        drawn = store.add(part.value, size, known, annotator, [ImageId(i) for i in kept])
    return audit_state(project)


def _seed(store: AuditSampleStore, wanted: int | None) -> int:
    known = store.seed()
    if known is None:
        return secrets.randbits(31) if wanted is None else wanted
    if wanted not in {None, known}:
        raise UsageError(f"the random order of this project was drawn by the seed {known} and stays.")
    return known


def judge(project: Project, verdicts: Sequence[tuple[ImageId, ClassId]], annotator: str) -> Batch | None:
    """Record blind verdicts, which are labels as well: one action, one undo."""
    return History(project, annotator).do(JudgeAudit(verdicts))


@dataclass(frozen=True, slots=True)
class JudgedTable:
    """What came of a table of verdicts.

    Parameters
    ----------
    batch
        The action; ``None`` if everything was known already.
    problems
        Sentences on rows that were left out.
    """

    batch: Batch | None
    problems: tuple[str, ...]


def judge_from_table(project: Project, table: Path, annotator: str) -> JudgedTable:
    """Record the verdicts of a CSV with the columns ``path`` and ``class``; ``-``: none of the classes.

    Raises
    ------
    UsageError
        If it is no such table, or a class is not there.
    """
    verdicts, problems = verdicts_of_table(project, table)
    return JudgedTable(judge(project, verdicts, annotator) if verdicts else None, problems)


def verdicts_of_table(project: Project, table: Path) -> tuple[list[tuple[ImageId, ClassId]], tuple[str, ...]]:
    """Read a CSV with the columns ``path`` and ``class``; returns sentences on rows left out, too.

    Raises
    ------
    UsageError
        If it is no such table, or a class is not there.
    """
    said, problems = read_verdicts(table)
    images = by_path(project, list(said))
    taxonomy = ClassStore(project).taxonomy()
    verdicts = [
        (images[path][0], NONE_OF_THESE if name == NO_CLASS else class_called(taxonomy, name).id)
        for path, name in said.items()
        if path in images
    ]
    lost = [f"{path}: not in the project" for path in said if path not in images]
    return verdicts, (*problems, *lost)


def label_errors(project: Project) -> LabelErrors:
    """Estimate how many labels are wrong from what was judged of the random sample.

    The rate is that of the labels as they were when they were judged; those of the audit itself, which are
    right by then, and labels that changed since are not looked at again.
    """
    state = audit_state(project)
    part = state.parts[Part.LABELLED]
    taxonomy = ClassStore(project).taxonomy()
    counted = [state.verdicts[ImageId(i)] for i in part.counted.tolist()]
    wrong = [not _alike(taxonomy, v.class_id, v.label_before) for v in counted]
    return LabelErrors(
        error_rate(np.array(wrong, np.bool_)),
        tuple(v.image_id for v, is_wrong in zip(counted, wrong, strict=True) if is_wrong),
        len(part.order),
        len(part.waiting),
        part.behind_a_gap,
    )


def _alike(taxonomy: Taxonomy, first: ClassId | None, second: ClassId | None) -> bool:
    """Whether two classes are one, also after a merge."""
    if first is None or second is None:
        return first == second
    return taxonomy.read_as(first) == taxonomy.read_as(second)
