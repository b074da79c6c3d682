"""A confusion matrix as it is shown: what stands in a cell, how strongly it is coloured, what it says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from semgui.services.confusion_table import ConfusionTable
from semgui.texts import tr
from trainer.metrics import Counts


class Kind(StrEnum):
    """What the colour of a cell means."""

    NOTHING = auto()
    RIGHT = auto()  # also: more right than before, or less confused
    WRONG = auto()


@dataclass(frozen=True, slots=True)
class Shade:
    """Colour of a cell; `strength` runs from 0 to 1."""

    kind: Kind
    strength: float


def shade_of(kind: Kind, share: float) -> Shade:
    """Return the colour of a share of a class."""
    # The root: two in a hundred are a confusion worth seeing, and would be invisible on a linear scale.
    return Shade(kind, math.sqrt(min(share, 1.0))) if share > 0 else Shade(Kind.NOTHING, 0.0)


@dataclass(frozen=True, eq=False)
class MatrixContent:
    """A matrix of counts in the order in which it is shown.

    Parameters
    ----------
    names
        C classes.
    counts
        (C, C) images: rows are labels, columns what they are called.
    before
        (C, C) counts that these are shown as the difference to; ``None``: as they are.
    percent
        Whether cells give the share of the row's images instead of a number of images.
    unknown
        (C,) whether the judge cannot predict a class at all.
    """

    names: tuple[str, ...]
    counts: Counts
    before: Counts | None = None
    percent: bool = False
    unknown: tuple[bool, ...] = ()

    @classmethod
    def of(
        cls,
        table: ConfusionTable,
        order: Sequence[int],
        *,
        percent: bool,
        before: ConfusionTable | None = None,
    ) -> MatrixContent:
        """Take a table, its classes in an order; `before` has the same classes."""
        return cls(
            tuple(table.classes[i].name for i in order),
            _in_order(table, order),
            None if before is None else _in_order(before, order),
            percent,
            tuple(not table.classes[i].known for i in order),
        )

    @classmethod
    def empty(cls) -> MatrixContent:
        """Return a matrix without classes."""
        return cls((), np.zeros((0, 0), np.int64))

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def support(self) -> Counts:
        """(C,) labelled images of each class."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """(C, C) share of a row's images that are called so; 0 where the row has none."""
        return _shares(self.counts)

    @cached_property
    def change(self) -> NDArray[np.float64]:
        """(C, C) difference to what it was before, of shares or of counts; zeros without a before."""
        if self.before is None:
            return np.zeros(self.counts.shape)
        if self.percent:
            return np.asarray(self.shares - self._shares_before)
        return np.asarray(self.counts - self.before, dtype=np.float64)

    def text(self, row: int, column: int) -> str:
        """Return what stands in a cell; empty where there is nothing."""
        if self.before is not None:
            return self._change(float(self.change[row, column]))
        count = int(self.counts[row, column])
        if count == 0:
            return ""
        return _percent(float(self.shares[row, column])) if self.percent else f"{count:,}"

    def shade(self, row: int, column: int) -> Shade:
        """Return the colour of a cell."""
        share = float(self.shares[row, column])
        if self.before is None:
            return shade_of(Kind.RIGHT if row == column else Kind.WRONG, share)
        gained = share - float(self._shares_before[row, column])
        good = (gained > 0) is (row == column)
        return shade_of(Kind.RIGHT if good else Kind.WRONG, abs(gained))

    def sentence(self, row: int, column: int) -> str:
        """Say what a cell means."""
        count, of = int(self.counts[row, column]), int(self.support[row])
        label, called = self.names[row], self.names[column]
        if self.before is not None:
            return tr(
                "{label} called {called}: {before:,} before, {count:,} now",
                label=label,
                called=called,
                before=int(self.before[row, column]),
                count=count,
            )
        if of == 0:
            return tr("No image is labelled {label}", label=label)
        if count == 0:
            return tr("None of {of:,} {label} is called {called}", of=of, label=label, called=called)
        return tr(
            "{count:,} of {of:,} {label} are called {called} ({share})",
            count=count,
            of=of,
            label=label,
            called=called,
            share=_percent(count / of),
        )

    def about_row(self, row: int) -> str:
        """Say what a row sums up to."""
        right, of = int(self.counts[row, row]), int(self.support[row])
        if of == 0:
            return tr("No image is labelled {label}", label=self.names[row])
        return tr(
            "{label}: {right:,} of {of:,} are called so ({share})",
            label=self.names[row],
            right=right,
            of=of,
            share=_percent(right / of),
        )

    def about_column(self, column: int) -> str:
        """Say what a column sums up to."""
        right, claimed = int(self.counts[column, column]), int(self.counts[:, column].sum())
        called = self.names[column]
        if self.unknown and self.unknown[column]:
            return tr("{called}: a class that the model does not know", called=called)
        if claimed == 0:
            return tr("No image is called {called}", called=called)
        return tr(
            "Of {claimed:,} called {called}, {right:,} are labelled so ({share})",
            called=called,
            claimed=claimed,
            right=right,
            share=_percent(right / claimed),
        )

    def rows(self) -> list[list[str]]:
        """Return heading and rows with plain numbers, for a table elsewhere."""
        values = self.change if self.before is not None else self.shares if self.percent else self.counts
        digits = 4 if self.percent else 0
        return [[tr("label \\ called"), *self.names]] + [
            [name, *(f"{value:.{digits}f}" for value in row)]
            for name, row in zip(self.names, values.tolist(), strict=True)
        ]

    def as_tsv(self) -> str:
        """Return it for the clipboard: spreadsheets take tabs apart."""
        return "\n".join("\t".join(row) for row in self.rows()) + "\n"

    @cached_property
    def _shares_before(self) -> NDArray[np.float64]:
        return self.shares if self.before is None else _shares(self.before)

    def _change(self, value: float) -> str:
        if value == 0:
            return ""
        sign = "+" if value > 0 else "−"
        return f"{sign}{100 * abs(value):.0f}" if self.percent else f"{sign}{abs(value):,.0f}"


def _in_order(table: ConfusionTable, order: Sequence[int]) -> Counts:
    return np.asarray(table.counts[np.ix_(order, order)]) if len(order) else table.counts


def _shares(counts: Counts) -> NDArray[np.float64]:
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))


def _percent(share: float) -> str:
    """Return a share with two digits where that matters: 0.4 %, 5 %, 93 %."""
    value = 100 * share
    return f"{value:.1f} %" if value < 1 or 99 < value < 100 else f"{value:.0f} %"
