"""The most confused pairs of classes, and how that changed since another judge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from semgui.services.confusion_table import ConfusionTable, TableClass
from trainer.confusions import ConfusedPair


class Trend(StrEnum):
    """How a pair changed; a text that needs no colour."""

    UNKNOWN = ""
    LESS = "▼"
    SAME = "="
    MORE = "▲"


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two classes taken for each other.

    Parameters
    ----------
    first, second
        The class confused more often first.
    there, back
        Images of the first called the second, and of the second called the first.
    share
        Of all images of the two classes, how many are taken for the other one.
    before, now
        Both directions together, on the images that both judged; ``None``: nothing to compare with.
    """

    first: TableClass
    second: TableClass
    there: int
    back: int
    share: float
    before: int | None = None
    now: int | None = None

    @property
    def count(self) -> int:
        """Images, both directions together."""
        return self.there + self.back

    @property
    def trend(self) -> Trend:
        """How it changed."""
        if self.before is None or self.now is None:
            return Trend.UNKNOWN
        if self.now == self.before:
            return Trend.SAME
        return Trend.LESS if self.now < self.before else Trend.MORE


def pair_rows(
    table: ConfusionTable, both: tuple[ConfusionTable, ConfusionTable] | None
) -> tuple[PairRow, ...]:
    """Return the pairs of a table, the most images first, then those that are confused no more.

    Parameters
    ----------
    both
        Another judge and this one on the same images.
    """
    if both is None or not len(both[0].ids):
        return tuple(_row(table, pair) for pair in table.pairs)
    before, now = (_by_class(judged) for judged in both)
    rows = []
    for pair in table.pairs:
        row = _row(table, pair)
        key = _key(table, pair)
        rows.append(replace(row, before=_sum(before.get(key)), now=_sum(now.get(key))))
    confused = {_key(table, pair) for pair in table.pairs}
    for key, pair in before.items():
        if key not in confused:
            gone = replace(_row(both[0], pair), there=0, back=0, share=0.0)
            rows.append(replace(gone, before=_sum(pair), now=_sum(now.get(key))))
    return tuple(rows)


def _row(table: ConfusionTable, pair: ConfusedPair) -> PairRow:
    first, second = table.classes[pair.first], table.classes[pair.second]
    return PairRow(first, second, pair.first_as_second, pair.second_as_first, pair.share)


def _key(table: ConfusionTable, pair: ConfusedPair) -> frozenset[str]:
    return frozenset((table.classes[pair.first].id, table.classes[pair.second].id))


def _by_class(table: ConfusionTable) -> dict[frozenset[str], ConfusedPair]:
    return {_key(table, pair): pair for pair in table.pairs}


def _sum(pair: ConfusedPair | None) -> int:
    return 0 if pair is None else pair.first_as_second + pair.second_as_first
