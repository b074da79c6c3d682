"""Folds keep groups whole and give each fold its share of each class."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semgui.scoring.folds import make_folds


@settings(max_examples=30, deadline=None)
@given(
    labels=st.lists(st.integers(-1, 4), min_size=1, max_size=120),
    groups=st.integers(1, 60),
    count=st.integers(2, 10),
    seed=st.integers(0, 5),
)
def test_groups_stay_whole_and_every_image_has_a_fold(
    labels: list[int], groups: int, count: int, seed: int
) -> None:
    group_of = np.random.default_rng(seed).integers(0, groups, len(labels))
    folds = make_folds(np.array(labels), group_of, count, seed)
    assert folds.shape == (len(labels),)
    assert folds.min() >= 0
    assert folds.max() < count
    assert all(len(np.unique(folds[group_of == g])) == 1 for g in np.unique(group_of))


@settings(max_examples=40, deadline=None)
@given(
    labels=st.lists(st.integers(0, 3), min_size=10, max_size=120),
    count=st.integers(2, 6),
    seed=st.integers(0, 3),
)
def test_single_images_are_stratified(labels: list[int], count: int, seed: int) -> None:
    folds = make_folds(np.array(labels), np.arange(len(labels)), count, seed)
    for label in set(labels):
        share = np.bincount(folds[np.array(labels) == label], minlength=count)
        assert share.max() - share.min() <= 1


def test_rare_classes_are_spread_although_large_groups_are_in_the_way() -> None:
    labels = np.array([0] * 60 + [1] * 5)
    groups = np.array([0] * 30 + [1] * 30 + [10, 11, 12, 13, 14])
    folds = make_folds(labels, groups, 5, 0)
    assert sorted(folds[labels == 1].tolist()) == [0, 1, 2, 3, 4]


def test_a_seed_decides_and_labelling_an_image_is_not_needed_for_a_fold() -> None:
    labels = np.array([0, 1, -1] * 30)
    one = make_folds(labels, np.arange(90), 5, 1)
    np.testing.assert_array_equal(one, make_folds(labels, np.arange(90), 5, 1))
    assert not np.array_equal(one, make_folds(labels, np.arange(90), 5, 2))


def test_groups_may_be_names() -> None:
    assert make_folds(np.array([0, 1, 0, 1]), np.array(["a", "a", "b", "b"]), 2, 0).tolist() in (
        [0, 0, 1, 1],
        [1, 1, 0, 0],
    )


def test_what_cannot_be_divided_is_refused() -> None:
    with pytest.raises(ValueError, match="two or more"):
        make_folds(np.zeros(3, np.int64), np.arange(3), 1, 0)
    with pytest.raises(ValueError, match="3 labels and 2 groups"):
        make_folds(np.zeros(3, np.int64), np.arange(2), 2, 0)
    assert make_folds(np.zeros(0, np.int64), np.zeros(0), 2, 0).shape == (0,)
