"""Confusion tables of a project."""

from __future__ import annotations

import numpy as np
import pytest

from semgui.domain.ids import ClassId
from semgui.services.confusion_table import ConfusionTable, Order, TableClass, on_same_images, ordered


def _table(labels, predicted, confidence=None, names="ABC", ids=None) -> ConfusionTable:
    count = len(labels)
    return ConfusionTable(
        "m",
        tuple(TableClass(ClassId(n), n) for n in names),
        np.arange(count) + 10 if ids is None else np.array(ids),
        np.array(labels),
        np.array(predicted),
        np.full(count, 0.5, np.float32) if confidence is None else np.array(confidence, np.float32),
    )


def test_a_cell_has_its_images_the_surest_first():
    table = _table([0, 0, 0, 1], [1, 1, 0, 0], [0.6, 0.9, 1.0, 0.7])
    assert table.counts.tolist() == [[1, 2, 0], [1, 0, 0], [0, 0, 0]]
    assert table.images(0, 1).tolist() == [11, 10]
    assert table.images_of_pair(0, 1).tolist() == [11, 13, 10]
    assert table.right == 1


def test_tables_meet_on_the_images_of_both_with_the_classes_of_both():
    before = _table([0, 1, 1], [0, 0, 1], names="BA", ids=[3, 1, 2])
    after = _table([0, 0, 1], [0, 1, 1], names="AC", ids=[1, 2, 9])
    first, second = on_same_images(before, after)
    assert [c.name for c in first.classes] == [c.name for c in second.classes] == ["A", "C", "B"]
    assert first.ids.tolist() == second.ids.tolist() == [1, 2]
    assert [first.classes[k].name for k in first.predicted] == ["B", "A"]
    assert [second.classes[k].name for k in second.predicted] == ["A", "C"]


@pytest.mark.parametrize(
    ("by", "expected"), [(Order.PROJECT, [0, 1, 2]), (Order.NAME, [2, 1, 0]), (Order.SIZE, [1, 0, 2])]
)
def test_classes_stand_in_the_order_asked_for(by, expected):
    assert ordered(_table([0, 1, 1], [0, 1, 1], names="CBA"), by) == expected


def test_confused_classes_stand_together():
    table = _table([0, 0, 2, 2, 1], [2, 0, 0, 2, 1])
    places = ordered(table, Order.CONFUSION)
    assert abs(places.index(0) - places.index(2)) == 1


def test_labels_are_compared_by_image_and_class_whatever_their_order():
    before = _table([0, 1, 1], [0, 0, 1], names="BA", ids=[3, 1, 2])
    assert _table([0, 0], [1, 1], names="AC", ids=[2, 1]).labelled_as(before)
    assert not _table([0, 1], [1, 1], names="AC", ids=[2, 1]).labelled_as(
        before
    )  # a class that was not there
    assert not _table([0, 1], [1, 1], names="AB", ids=[2, 1]).labelled_as(before)
    assert not _table([0, 0], [1, 1], names="AB", ids=[2, 9]).labelled_as(
        before
    )  # an image that had no label
