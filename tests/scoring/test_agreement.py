"""Kappa against scikit-learn, and what it is at its ends."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from semgui.scoring.agreement import agreement


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), max_size=60))
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    first, second = (np.array([p[i] for p in pairs], np.int64) for i in (0, 1))
    found = agreement(first, second, 4)
    both = (first >= 0) & (second >= 0)
    assert found.images == both.sum() == found.matrix.sum()
    if not both.any():
        assert np.isnan(found.kappa)
        return
    one, other = first[both], second[both]
    assert found.share == pytest.approx((one == other).mean())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = [cohen_kappa_score(one, other)]
        expected += [cohen_kappa_score(one == c, other == c) for c in range(4)]
    for ours, theirs in zip([found.kappa, *found.per_class], expected, strict=True):
        if not np.isnan(ours):
            assert ours == pytest.approx(theirs)


def test_one_and_the_same_class_tells_nothing() -> None:
    assert np.isnan(agreement(np.zeros(5, np.int64), np.zeros(5, np.int64), 2).kappa)
    found = agreement(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]), 3)
    assert found.kappa == 1
    assert found.per_class[:2].tolist() == [1, 1]
    assert np.isnan(found.per_class[2])
    assert agreement(np.array([0, 1]), np.array([1, 0]), 2).kappa == -1


def test_labels_of_different_images_are_refused() -> None:
    with pytest.raises(ValueError, match="2 labels of one and 1 of the other"):
        agreement(np.array([0, 1]), np.array([1]), 2)
