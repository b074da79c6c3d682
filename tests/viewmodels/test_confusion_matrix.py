"""What a confusion matrix says and how it is coloured."""

from __future__ import annotations

import numpy as np
import pytest

from semgui.domain.ids import ClassId
from semgui.services.confusion_table import ConfusionTable, TableClass
from semgui.viewmodels.confusion_matrix import Kind, MatrixContent
from semgui.viewmodels.confusion_pairs import Trend, pair_rows

_COUNTS = np.array([[228, 12, 0], [0, 5, 5], [0, 0, 0]])


def _content(**more) -> MatrixContent:
    return MatrixContent(("Fibres", "Nanowires", "Tips"), _COUNTS, **more)


def _table(labels, predicted) -> ConfusionTable:
    classes = tuple(TableClass(ClassId(n), n) for n in "ABC")
    ids = np.arange(len(labels))
    return ConfusionTable(
        "m", classes, ids, np.array(labels), np.array(predicted), np.ones(len(ids), np.float32)
    )


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ((0, 1), "12 of 240 Fibres are called Nanowires (5 %)"),
        ((1, 0), "None of 10 Nanowires is called Fibres"),
        ((2, 0), "No image is labelled Tips"),
    ],
)
def test_a_cell_is_said_in_words(cell, said):
    assert _content().sentence(*cell) == said


def test_numbers_and_shares_stand_in_cells_and_zeros_do_not():
    assert [_content().text(0, k) for k in range(3)] == ["228", "12", ""]
    assert [_content(percent=True).text(0, k) for k in range(3)] == ["95 %", "5 %", ""]
    assert _content().about_column(1) == "Of 17 called Nanowires, 5 are labelled so (29 %)"


def test_a_rare_confusion_is_still_seen_and_a_difference_tells_better_from_worse():
    assert _content().shade(0, 1).kind is Kind.WRONG
    assert _content().shade(0, 1).strength > 0.2  # 5 %
    before = np.array([[220, 20, 0], [0, 8, 2], [0, 0, 0]])
    change = _content(before=before)
    assert [change.text(0, k) for k in range(2)] == ["+8", "−8"]
    kinds = [change.shade(r, c).kind for r, c in ((0, 0), (0, 1), (1, 1), (1, 2), (2, 2))]
    assert kinds == [Kind.RIGHT, Kind.RIGHT, Kind.WRONG, Kind.WRONG, Kind.NOTHING]
    assert change.sentence(0, 1) == "Fibres called Nanowires: 20 before, 12 now"


def test_the_clipboard_gets_plain_numbers():
    assert _content().as_tsv().splitlines()[1] == "Fibres\t228\t12\t0"


def test_pairs_have_a_trend_on_the_images_of_both_and_mended_ones_stay():
    before = _table([0, 0, 1, 2, 2], [1, 1, 0, 0, 0])
    now = _table([0, 0, 1, 2, 2], [1, 0, 0, 2, 2])
    first, gone = pair_rows(now, (before, now))
    assert (first.first.name, first.second.name, first.there, first.back) == ("A", "B", 1, 1)
    assert (first.before, first.now, first.trend) == (3, 2, Trend.LESS)
    assert ({gone.first.name, gone.second.name}, gone.count, gone.before, gone.now) == ({"A", "C"}, 0, 2, 0)
    assert pair_rows(now, None)[0].trend is Trend.UNKNOWN
