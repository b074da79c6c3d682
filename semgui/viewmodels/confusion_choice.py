"""What of a confusion matrix is on screen: one matrix or three, shares or numbers, and the chosen cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from psygnal import Signal

from semgui.domain.ids import ClassId
from semgui.services.confusion_table import ConfusionTable, Ids
from semgui.viewmodels.confusion_matrix import MatrixContent
from semgui.viewmodels.confusion_pairs import PairRow
from semgui.viewmodels.confusion_reading import Shown


@dataclass(frozen=True)
class Images:
    """Images to be reviewed.

    Parameters
    ----------
    ids
        (n,).
    what
        Which these are, in a few words.
    pair
        The class that all are labelled as, and the other one that they are called; ``None``: several.
    """

    ids: Ids
    what: str
    pair: tuple[ClassId, ClassId] | None


class MatrixChoice:
    """How one looks at what was counted.

    Attributes
    ----------
    shown
        ``None`` while nothing was read, or if there is a problem.
    percent
        Whether cells give shares of the labelled images instead of numbers.
    side_by_side
        Whether before, after and the difference are shown instead of one matrix.
    cell
        The chosen cell: a label and what its images are called.
    """

    changed = Signal()
    cell_changed = Signal()

    def __init__(self) -> None:
        self.shown: Shown | None = None
        self.percent = False
        self.side_by_side = False
        self.cell: tuple[ClassId, ClassId] | None = None

    def set_percent(self, *, on: bool) -> None:
        """Show shares of the labelled images, or numbers."""
        self.percent = on
        self.changed.emit()

    def set_side_by_side(self, *, on: bool) -> None:
        """Show before, after and difference, or one matrix."""
        self.side_by_side = on
        self.changed.emit()

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

    def images(self, which: int, row: int, column: int) -> Images:
        """Return the images of a cell, the surest first.

        Parameters
        ----------
        which
            Of `contents`; in a difference, the images that came into the cell or left it.
        """
        label, called = self.places[row], self.places[column]
        tables = self.tables
        classes = tables[-1].classes
        pair = None if label == called else (classes[label].id, classes[called].id)
        if which < len(tables):
            ids = tables[which].images(label, called)
        else:
            before, after = (table.images(label, called) for table in tables)
            ids = np.concatenate([np.setdiff1d(after, before), np.setdiff1d(before, after)])
        return Images(ids, f"{classes[label].name} → {classes[called].name}", pair)

    def images_of_pair(self, row: PairRow) -> Images:
        """Return the images of two classes that are taken for the other one, the surest first."""
        what = f"{row.first.name} ↔ {row.second.name}"
        pair = None if row.back else (row.first.id, row.second.id)
        if self.shown is None:
            return Images(np.zeros(0, np.int64), what, pair)
        index = {c.id: i for i, c in enumerate(self.shown.table.classes)}
        first, second = (index.get(c.id, -1) for c in (row.first, row.second))
        return Images(self.shown.table.images_of_pair(first, second), what, pair)
