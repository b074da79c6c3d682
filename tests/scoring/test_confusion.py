"""Matrices, pairs with their trend, and images of one class that look like another."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import confusion_matrix

from semgui.scoring.confusion import confused_with_trend, confusion_of, pair_scores, share_between


def test_images_without_label_or_opinion_are_left_out() -> None:
    rng = np.random.default_rng(0)
    labels, probabilities = rng.integers(-1, 4, 80), rng.dirichlet(np.ones(4), 80)
    probabilities[:7] = np.nan
    known = (labels >= 0) & (np.arange(80) >= 7)
    expected = confusion_matrix(labels[known], probabilities[known].argmax(axis=1), labels=range(4))
    np.testing.assert_array_equal(confusion_of(labels, probabilities), expected)


def test_a_pair_comes_with_what_it_was_before() -> None:
    before, now = np.array([[8, 2, 0], [2, 8, 0], [0, 0, 5]]), np.array([[9, 1, 0], [0, 10, 0], [1, 0, 4]])
    pairs = confused_with_trend(now, before)
    assert [(p.pair.first, p.pair.second, p.before) for p in pairs] == [(2, 0, 0.0), (0, 1, 0.2)]
    assert [p.before for p in confused_with_trend(now, None)] == [None, None]
    assert len(confused_with_trend(now, before, 1)) == 1
    assert share_between(np.zeros((2, 2), np.int64), 0, 1) is None


def test_images_of_one_class_are_scored_by_how_much_they_look_like_the_other() -> None:
    probabilities = np.array(
        [[0.6, 0.2, 0.2], [0.1, 0.8, 0.1], [0.0, 0.0, 1.0], [0.9, 0.1, 0.0], [np.nan] * 3]
    )
    found = pair_scores(np.array([0, 0, 0, 1, 0]), probabilities, 0, 1)
    np.testing.assert_allclose(found, [0.25, 8 / 9, 0.5, np.nan, np.nan], rtol=1e-6)
