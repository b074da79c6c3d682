"""What the page Confusions asks of a project, and what it finds; runs off the window's thread."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from semgui.catalogue.project import Project
from semgui.domain.errors import SemguiError, UsageError
from semgui.registry.store import ModelInfo
from semgui.review.evidence import Evidence
from semgui.services.confusion_table import ConfusionTable, Order, on_same_images, ordered
from semgui.services.confusions import (
    BY_GROUPS,
    OUT_OF_FOLD,
    Judge,
    Part,
    judges,
    model_table,
    out_of_fold_table,
)
from semgui.services.honest import HonestHead
from semgui.texts import tr
from semgui.viewmodels.confusion_pairs import PairRow, pair_rows

TRIAL, BEFORE_TRIAL = "trial", "before trial"
"""Keys of judges whose tables are kept: a model that was trained just now on the images that nobody learned
from, and the model in use on the same images."""
EARLIER = {OUT_OF_FOLD: "earlier", BY_GROUPS: "earlier by groups"}
"""Of judges out of fold, the keys under which their tables before the corrections are kept."""
NOBODY = Judge("", "")
"""Whoever is asked first."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Parameters
    ----------
    judge, part, order
        Who is asked, about which images, and how the classes are to stand.
    against
        Key of the judge that it is compared with; empty: none; ``None``: whoever was asked before.
    evidence
        For predictions out of fold; ``None``: not gathered yet.
    honest
        Judges by groups.
    models
        Those on this machine.
    kept
        Tables of judges that cannot be asked again, by key.
    """

    judge: Judge
    part: Part
    order: Order
    against: str | None
    evidence: Evidence | None
    honest: HonestHead
    models: Sequence[ModelInfo]
    kept: Mapping[str, ConfusionTable]


@dataclass(frozen=True)
class Shown:
    """One state of the page.

    Parameters
    ----------
    table
        Everything that was judged.
    both
        The other judge's table and this one on the images of both; ``None``: nothing to compare with.
    order, order_of_both
        Of the classes of each.
    pairs
        Of `table`, with the change since `both[0]`.
    """

    table: ConfusionTable
    both: tuple[ConfusionTable, ConfusionTable] | None
    order: tuple[int, ...]
    order_of_both: tuple[int, ...]
    pairs: tuple[PairRow, ...]


@dataclass(frozen=True)
class Answer:
    """What was found.

    Parameters
    ----------
    judges
        Who can be asked.
    judge
        Who was asked; another one than in the question if that is gone.
    shown
        ``None`` if there is nothing to show (yet).
    problem
        Why, and what to do; empty while evidence is being gathered.
    first
        The table out of fold of all labelled images, if that was asked for, and where to keep it.
    uncorrected
        Key of a kept table whose images have the labels that they had then; empty: none.
    """

    judges: tuple[Judge, ...]
    judge: Judge
    shown: Shown | None = None
    problem: str = ""
    first: tuple[str, ConfusionTable] | None = None
    uncorrected: str = ""


def read(project: Project, question: Question) -> Answer:
    """Answer a question."""
    found = tuple(judges(project, question.models))
    if TRIAL in question.kept:
        found = (*found, Judge(TRIAL, question.kept[TRIAL].name))
    judge = next((j for j in found if j.key == question.judge.key), found[0])
    if judge.key in EARLIER and question.evidence is None:
        return Answer(found, judge)
    try:
        table = _table(project, judge, question)
    except SemguiError as error:
        return Answer(found, judge, problem=str(error))
    uncorrected = _uncorrected(judge, table, question.kept)
    kept = {key: table for key, table in question.kept.items() if key != uncorrected}
    other = compared_with(found, judge, question.against, kept)
    both = None if other is None else on_same_images(_other_table(project, other, question, table), table)
    shown = Shown(
        table,
        both,
        tuple(ordered(table, question.order)),
        tuple(ordered(both[1], question.order)) if both else (),
        pair_rows(table, both),
    )
    whole = judge.key in EARLIER and question.part is Part.LABELLED
    first = (EARLIER[judge.key], table) if whole else None
    return Answer(found, judge, shown, first=first, uncorrected=uncorrected)


def comparable(found: Sequence[Judge], judge: Judge, kept: Mapping[str, ConfusionTable]) -> tuple[Judge, ...]:
    """Return everybody that a judge can be compared with."""
    others = [j for j in found if j.asked and j.key != judge.key]
    earlier = _earlier(judge)
    if earlier in kept:
        others.append(Judge(earlier, tr("before corrections")))
    if BEFORE_TRIAL in kept and judge.key == TRIAL:
        others.append(Judge(BEFORE_TRIAL, kept[BEFORE_TRIAL].name))
    return tuple(others)


def compared_with(
    found: Sequence[Judge], judge: Judge, against: str | None, kept: Mapping[str, ConfusionTable]
) -> Judge | None:
    """Return who a judge is compared with: the one that was chosen, else the one that was asked before it."""
    known = comparable(found, judge, kept)
    if against is None:
        against = {**EARLIER, TRIAL: BEFORE_TRIAL}.get(judge.key)
    if against is not None:
        return next((j for j in known if j.key == against), None)
    keys = [j.key for j in found]
    earlier = found[keys.index(judge.key) + 1 :] if judge.key in keys else ()
    return next((j for j in earlier if j.asked and j.key != TRIAL), None)


def _earlier(judge: Judge) -> str:
    return EARLIER.get(judge.key, EARLIER[OUT_OF_FOLD])


def _uncorrected(judge: Judge, table: ConfusionTable, kept: Mapping[str, ConfusionTable]) -> str:
    """Return the key of the table before corrections if nothing was corrected since."""
    key = _earlier(judge)
    return key if key in kept and table.labelled_as(kept[key]) else ""


def _by_groups(question: Question, evidence: Evidence) -> ConfusionTable:
    judged = question.honest.judged(evidence)
    if judged is None:
        raise UsageError(
            "two classes need labelled images in at least two groups each before one group can be judged by "
            "the others; label some more, or ask out of fold."
        )
    return dataclasses.replace(out_of_fold_table(judged, question.part), name=tr("Out of fold by groups"))


def _table(project: Project, judge: Judge, question: Question) -> ConfusionTable:
    if judge.key in question.kept:
        return question.kept[judge.key]
    if judge.key == OUT_OF_FOLD and question.evidence is not None:
        return out_of_fold_table(question.evidence, question.part)
    if judge.key == BY_GROUPS and question.evidence is not None:
        return _by_groups(question, question.evidence)
    return model_table(project, judge, question.part)


def _other_table(project: Project, other: Judge, question: Question, table: ConfusionTable) -> ConfusionTable:
    """Return the table of the other judge; an empty one if it has none, which is no problem of this one."""
    nothing = table.only(np.zeros(0, np.int64))
    if other.key in EARLIER and question.evidence is None:
        return nothing
    try:
        return _table(project, other, question)
    except SemguiError:
        return nothing
