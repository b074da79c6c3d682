"""The mode Confusions: who calls which images what, on which images, and against whom it is held."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from psygnal import Signal

from semgui.catalogue.project import Project
from semgui.domain.errors import SemguiError
from semgui.domain.ids import ClassId
from semgui.registry.store import ModelInfo
from semgui.services.confusions import (
    OUT_OF_FOLD,
    ConfusionTable,
    Ids,
    Judge,
    Order,
    Part,
    judges,
    model_table,
    on_same_images,
    ordered,
    out_of_fold_table,
)
from semgui.services.review import Reranker
from semgui.texts import tr
from semgui.viewmodels.confusion_matrix import MatrixContent
from semgui.viewmodels.confusion_pairs import PairRow, pair_rows
from semgui.viewmodels.tasks import Lane, TaskRunner

_log = logging.getLogger(__name__)

_EARLIER = "earlier"  # key of the judge "out of fold, as it was before the corrections"
_REST_SECONDS = 0.5  # corrections come in rows; the table follows when the hand rests


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
class _Found:
    judges: tuple[Judge, ...]
    judge: Judge
    shown: Shown | None
    problem: str
    baseline: ConfusionTable | None


class ConfusionsModel:
    """What the page shows and how one chose it.

    Parameters
    ----------
    models
        Returns the models on this machine.

    Attributes
    ----------
    judges
        Who can be asked.
    judge, part
        Who is asked, and about which images.
    against
        Key of the judge that it is compared with; empty: none; ``None``: whoever was asked before.
    order
        Of the classes.
    percent
        Whether cells give shares of the labelled images instead of numbers.
    side_by_side
        Whether before, after and the difference are shown instead of one matrix.
    cell
        The chosen cell: a label and what its images are called.
    shown
        ``None`` while nothing was read, or if there is a problem.
    problem
        Why there is nothing to show, and what to do; empty: no problem.
    loading
        Whether it is being counted.
    """

    changed = Signal()
    cell_changed = Signal()

    def __init__(self, runner: TaskRunner, models: Callable[[], Sequence[ModelInfo]]) -> None:
        self._runner = runner
        self._models = models
        self._project: Project | None = None
        self._reranker: Reranker | None = None
        self._baseline: ConfusionTable | None = None
        self._watching = False
        self._stale = True
        self._reading = False
        self._resting = False
        self.judges: tuple[Judge, ...] = ()
        self.judge = Judge(OUT_OF_FOLD, "")
        self.part = Part.LABELLED
        self.against: str | None = None
        self.order = Order.CONFUSION
        self.percent = False
        self.side_by_side = False
        self.cell: tuple[ClassId, ClassId] | None = None
        self.shown: Shown | None = None
        self.problem = ""
        self.loading = False

    # What is looked at

    def attach(self, project: Project | None) -> None:
        """Look at another project, or at none."""
        self._project = project
        self._reranker = None if project is None else Reranker(project)
        self._baseline = None
        self.judges, self.judge, self.against = (), Judge(OUT_OF_FOLD, ""), None
        self.shown, self.problem, self.cell = None, "", None
        self.refresh()

    def watch(self) -> None:
        """Keep up with the project from now on: the page is looked at."""
        self._watching = True
        if self._stale:
            self._read()

    def unwatch(self) -> None:
        """Read nothing until the page is looked at again."""
        self._watching = False

    def refresh(self) -> None:
        """Count anew: labels, answers or models have changed."""
        self._stale = True
        if self._watching and not self._resting:
            self._resting = True
            self._runner.later(_REST_SECONDS, self._rested)

    def renew(self) -> None:
        """Count anew with images that were added or judged since."""
        self._reranker = None if self._project is None else Reranker(self._project)
        self.refresh()

    def ask(self, key: str) -> None:
        """Have another judge say what the images are."""
        found = next((j for j in self.judges if j.key == key), None)
        if found is not None and found.key != self.judge.key:
            self.judge, self.against = found, None
            self._read()

    def count(self, part: Part) -> None:
        """Count other images."""
        if part is not self.part:
            self.part = part
            self._read()

    def compare_with(self, key: str) -> None:
        """Hold another judge against the one that is asked; empty: none."""
        if key != self.against:
            self.against = key
            self._read()

    def sort(self, order: Order) -> None:
        """Put the classes into another order."""
        if order is not self.order:
            self.order = order
            self._read()

    def set_percent(self, *, on: bool) -> None:
        """Show shares of the labelled images, or numbers."""
        self.percent = on
        self.changed.emit()

    def set_side_by_side(self, *, on: bool) -> None:
        """Show before, after and difference, or one matrix."""
        self.side_by_side = on
        self.changed.emit()

    # What is shown

    @property
    def compared_with(self) -> Judge | None:
        """The judge it is held against; ``None``: nobody."""
        return self._other(self.judges, self.judge)

    @property
    def can_compare(self) -> tuple[Judge, ...]:
        """Everybody that it can be held against."""
        return tuple(j for j in self._known(self.judges) if j.asked and j.key != self.judge.key)

    @property
    def tables(self) -> tuple[ConfusionTable, ...]:
        """The table that is shown, or the two side by side."""
        if self.shown is None:
            return ()
        if self.side_by_side and self.shown.both is not None:
            return self.shown.both
        return (self.shown.table,)

    @property
    def places(self) -> tuple[int, ...]:
        """Classes of `tables` in the order in which they stand."""
        if self.shown is None:
            return ()
        return self.shown.order_of_both if len(self.tables) == 2 else self.shown.order

    @property
    def contents(self) -> tuple[MatrixContent, ...]:
        """The matrix, or those of before, of after, and of the difference."""
        tables, places, percent = self.tables, self.places, self.percent
        found = [MatrixContent.of(table, places, percent=percent) for table in tables]
        if len(tables) == 2:
            found.append(MatrixContent.of(tables[1], places, percent=percent, before=tables[0]))
        return tuple(found)

    @property
    def cell_place(self) -> tuple[int, int]:
        """Row and column of the chosen cell; (−1, −1): none is chosen."""
        if self.cell is None or not self.tables:
            return -1, -1
        ids = [self.tables[-1].classes[i].id for i in self.places]
        label, called = self.cell
        return (ids.index(label), ids.index(called)) if {label, called} <= set(ids) else (-1, -1)

    def choose(self, row: int, column: int) -> None:
        """Choose a cell by its place."""
        ids = [self.tables[-1].classes[i].id for i in self.places]
        cell = (ids[row], ids[column])
        if cell != self.cell:
            self.cell = cell
            self.cell_changed.emit()

    def choose_pair(self, row: PairRow) -> None:
        """Choose the cell of a pair of the table."""
        cell = (row.first.id, row.second.id)
        if cell != self.cell:
            self.cell = cell
            self.cell_changed.emit()

    def images(self, which: int, row: int, column: int) -> tuple[Ids, str]:
        """Return the images of a cell, the surest first, and what they are.

        Parameters
        ----------
        which
            Of `contents`; in a difference, the images that came into the cell or left it.
        """
        label, called = self.places[row], self.places[column]
        tables = self.tables
        sentence = self.contents[which].sentence(row, column)
        if which < len(tables):
            return tables[which].images(label, called), sentence
        before, after = (table.images(label, called) for table in tables)
        came, left = after[~np.isin(after, before)], before[~np.isin(before, after)]
        return np.concatenate([came, left]), sentence

    def images_of_pair(self, row: PairRow) -> tuple[Ids, str]:
        """Return the images of two classes that are taken for the other one, and what they are."""
        if self.shown is None:
            return np.zeros(0, np.int64), ""
        index = {c.id: i for i, c in enumerate(self.shown.table.classes)}
        ids = self.shown.table.images_of_pair(index[row.first.id], index[row.second.id])
        first, second = row.first.name, row.second.name
        return ids, tr("{first} and {second} taken for each other", first=first, second=second)

    # Reading

    def _rested(self) -> None:
        self._resting = False
        if self._watching and self._stale:
            self._read()

    def _read(self) -> None:
        project, reranker = self._project, self._reranker
        self._stale = True
        if project is None or reranker is None:
            self.changed.emit()
            return
        if self._reading:
            return
        self._reading, self._stale, self.loading = True, False, True
        self.changed.emit()
        models, asked, part, order = self._models(), self.judge, self.part, self.order

        self._runner.run(
            Lane.COUNT,
            lambda: self._find(project, reranker, models, asked, part, order),
            lambda found: self._found(project, asked, found),
            lambda error: self._broke(project, asked, error),
        )

    def _find(
        self,
        project: Project,
        reranker: Reranker,
        models: Sequence[ModelInfo],
        asked: Judge,
        part: Part,
        order: Order,
    ) -> _Found:
        found = tuple(judges(project, models))
        judge = next((j for j in found if j.key == asked.key), found[0])
        baseline = self._baseline

        def table_by(who: Judge) -> ConfusionTable:
            if who.key == _EARLIER and baseline is not None:
                return baseline
            if who.key == OUT_OF_FOLD:
                return out_of_fold_table(reranker.again(), part)
            return model_table(project, who, part)

        try:
            table = table_by(judge)
            other = self._other(found, judge)
            both = None if other is None else on_same_images(_or_none(table_by, other, table), table)
        except SemguiError as error:
            return _Found(found, judge, None, str(error), baseline)
        if judge.key == OUT_OF_FOLD and part is Part.LABELLED and baseline is None:
            baseline = table
        shown = Shown(
            table,
            both,
            tuple(ordered(table, order)),
            tuple(ordered(both[1], order)) if both else (),
            pair_rows(table, both),
        )
        return _Found(found, judge, shown, "", baseline)

    def _known(self, found: Sequence[Judge]) -> tuple[Judge, ...]:
        earlier = Judge(_EARLIER, tr("Out of fold, before the corrections"))
        return (*found, earlier) if self._baseline is not None else tuple(found)

    def _other(self, found: Sequence[Judge], judge: Judge) -> Judge | None:
        """Return who is held against a judge: the one that was chosen, else the one before it."""
        known = [j for j in self._known(found) if j.asked and j.key != judge.key]
        if self.against is not None:
            return next((j for j in known if j.key == self.against), None)
        if judge.key == OUT_OF_FOLD:
            return next((j for j in known if j.key == _EARLIER), None)
        keys = [j.key for j in found]
        after = found[keys.index(judge.key) + 1 :] if judge.key in keys else ()
        return next((j for j in after if j.asked), None)

    def _found(self, project: Project, asked: Judge, found: _Found) -> None:
        self._reading = False
        if project is self._project:
            self.loading = False
            self.judges, self.shown, self.problem = found.judges, found.shown, found.problem
            self._baseline = found.baseline
            if self.judge.key == asked.key:  # otherwise another one was chosen meanwhile
                self.judge = found.judge
            self.changed.emit()
        self._read_if_watched()

    def _broke(self, project: Project, asked: Judge, error: Exception) -> None:
        _log.error("the confusions could not be counted", exc_info=error)
        reason = str(error) or type(error).__name__
        self._found(project, asked, _Found(self.judges, self.judge, None, reason, self._baseline))

    def _read_if_watched(self) -> None:
        if self._watching and self._stale:
            self._read()


def _or_none(
    table_by: Callable[[Judge], ConfusionTable], other: Judge, table: ConfusionTable
) -> ConfusionTable:
    """Return the table of another judge; an empty one if it has none, which is no problem of this one."""
    try:
        return table_by(other)
    except SemguiError:
        return table.only(np.zeros(0, np.int64))
