"""What the page Confusions asks of a project, and what it finds; runs off the window's thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from semgui.catalogue.project import Project
from semgui.domain.errors import SemguiError
from semgui.registry.store import ModelInfo
from semgui.review.evidence import Evidence
from semgui.services.confusions import (
    OUT_OF_FOLD,
    ConfusionTable,
    Judge,
    Order,
    Part,
    judges,
    model_table,
    on_same_images,
    ordered,
    out_of_fold_table,
)
from semgui.texts import tr
from semgui.viewmodels.confusion_pairs import PairRow, pair_rows

EARLIER = "earlier"
"""Key of the judge "out of fold, as it was before the corrections"."""


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
    models
        Those on this machine.
    baseline
        The first table out of fold; ``None``: there was none yet.
    """

    judge: Judge
    part: Part
    order: Order
    against: str | None
    evidence: Evidence | None
    models: Sequence[ModelInfo]
    baseline: ConfusionTable | None


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
    baseline
        See `Question`.
    """

    judges: tuple[Judge, ...]
    judge: Judge
    shown: Shown | None = None
    problem: str = ""
    baseline: ConfusionTable | None = None


def read(project: Project, question: Question) -> Answer:
    """Answer a question."""
    found = tuple(judges(project, question.models))
    judge = next((j for j in found if j.key == question.judge.key), found[0])
    if judge.key == OUT_OF_FOLD and question.evidence is None:
        return Answer(found, judge, baseline=question.baseline)
    try:
        table = _table(project, judge, question)
    except SemguiError as error:
        return Answer(found, judge, problem=str(error), baseline=question.baseline)
    other = compared_with(found, judge, question.against, question.baseline)
    both = None if other is None else on_same_images(_other_table(project, other, question, table), table)
    shown = Shown(
        table,
        both,
        tuple(ordered(table, question.order)),
        tuple(ordered(both[1], question.order)) if both else (),
        pair_rows(table, both),
    )
    first = judge.key == OUT_OF_FOLD and question.part is Part.LABELLED and question.baseline is None
    return Answer(found, judge, shown, baseline=table if first else question.baseline)


def comparable(found: Sequence[Judge], judge: Judge, baseline: ConfusionTable | None) -> tuple[Judge, ...]:
    """Return everybody that a judge can be compared with."""
    asked = [j for j in found if j.asked and j.key != judge.key]
    if baseline is not None:
        asked.append(Judge(EARLIER, tr("Out of fold, before corrections")))
    return tuple(asked)


def compared_with(
    found: Sequence[Judge], judge: Judge, against: str | None, baseline: ConfusionTable | None
) -> Judge | None:
    """Return who a judge is compared with: the one that was chosen, else the one that was asked before it."""
    known = comparable(found, judge, baseline)
    if against is None and judge.key == OUT_OF_FOLD:
        against = EARLIER
    if against is not None:
        return next((j for j in known if j.key == against), None)
    keys = [j.key for j in found]
    earlier = found[keys.index(judge.key) + 1 :] if judge.key in keys else ()
    return next((j for j in earlier if j.asked), None)


def _table(project: Project, judge: Judge, question: Question) -> ConfusionTable:
    if judge.key == OUT_OF_FOLD and question.evidence is not None:
        return out_of_fold_table(question.evidence, question.part)
    return model_table(project, judge, question.part)


def _other_table(project: Project, other: Judge, question: Question, table: ConfusionTable) -> ConfusionTable:
    """Return the table of the other judge; an empty one if it has none, which is no problem of this one."""
    nothing = table.only(np.zeros(0, np.int64))
    if other.key == EARLIER:
        return question.baseline or nothing
    if other.key == OUT_OF_FOLD and question.evidence is None:
        return nothing
    try:
        return _table(project, other, question)
    except SemguiError:
        return nothing
