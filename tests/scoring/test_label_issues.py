"""Wrong labels come first."""

from __future__ import annotations

import numpy as np
import pytest
from cleanlab.filter import find_label_issues
from hypothesis import given, settings
from hypothesis import strategies as st

from semgui.scoring.folds import make_folds
from semgui.scoring.label_issues import label_issues
from semgui.scoring.ridge import OutOfFoldRidge
from tests.scoring.conftest import Clouds


def judged(some: Clouds) -> np.ndarray:
    return OutOfFoldRidge(some.features, make_folds(some.labels, some.groups, 5, 0)).probabilities(
        some.labels, 4
    )


def test_planted_errors_come_first_and_their_number_is_estimated(some: Clouds) -> None:
    found = label_issues(some.labels, judged(some))
    order = np.argsort(-np.nan_to_num(found.score, nan=-1))
    planted = int(some.wrong.sum())
    assert some.wrong[order[:planted]].mean() > 0.9
    assert abs(int(found.is_issue.sum()) - planted) <= 0.3 * planted
    assert np.isnan(found.score[some.labels < 0]).all()
    assert not found.is_issue[some.labels < 0].any()


def test_issues_are_those_of_cleanlab(some: Clouds) -> None:
    probabilities = judged(some).astype(np.float64)
    known = some.labels >= 0
    expected = find_label_issues(
        some.labels[known], probabilities[known] / probabilities[known].sum(axis=1, keepdims=True), n_jobs=1
    )
    np.testing.assert_array_equal(label_issues(some.labels, probabilities).is_issue[known], expected)


def test_a_rare_class_is_not_suspected_as_a_whole() -> None:
    labels = np.repeat([0, 1], [90, 10])
    probabilities = np.eye(2)[labels] * 0.8 + 0.1
    probabilities[0], probabilities[-1] = (0.4, 0.6), (0.6, 0.4)
    score = label_issues(labels, probabilities).score
    assert np.argsort(-score)[:2].tolist() == [0, 99], "that it is of the common class is easily said"
    even = np.tile([0, 1], 50)
    probabilities = np.eye(2)[even] * 0.8 + 0.1
    probabilities[0], probabilities[-1] = (0.4, 0.6), (0.6, 0.4)
    score = label_issues(even, probabilities).score
    assert score[0] == score[-1]


def test_a_label_is_suspicious_if_another_class_is_likely_or_if_none_is() -> None:
    probabilities = np.array([[0.9, 0.05, 0.05], [0.1, 0.8, 0.1], [0.1, 0.45, 0.45], [0.5, 0.25, 0.25]])
    score = label_issues(np.array([0, 0, 0, 0]), np.vstack([probabilities])).score
    assert score.tolist() == [0] * 4  # nothing but one class: nothing else to be
    score = label_issues(np.array([0, 0, 0, 0, 1, 2]), np.vstack([probabilities, np.eye(3)[1:]])).score
    assert np.argsort(-score[:4]).tolist() == [1, 2, 3, 0]
    assert ((score > 0) & (score < 1)).all()


def test_extremes_keep_their_order() -> None:
    far = np.array([1e-6, 1e-12, 1e-20, 1e-28])
    probabilities = np.stack([far, 1 - far], axis=1).astype(np.float32)
    score = label_issues(np.array([0, 0, 0, 0, 1]), np.vstack([probabilities, [[0, 1]]])).score
    assert (np.diff(score[:4]) > 0).all()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(-1, 3), min_size=1, max_size=40), st.integers(0, 100), st.sampled_from([0.1, 1, 20])
)
def test_any_labels_and_probabilities_have_scores(labels: list[int], seed: int, power: float) -> None:
    values = np.random.default_rng(seed).random((len(labels), 4)).astype(np.float32) ** np.float32(power)
    found = label_issues(np.array(labels), values / values.sum(axis=1, keepdims=True))
    known = np.array(labels) >= 0
    assert ((found.score[known] >= 0) & (found.score[known] <= 1)).all()
    assert np.isnan(found.score[~known]).all()
    assert not found.is_issue[~known].any()


def test_rows_without_an_opinion_are_in_no_queue(some: Clouds) -> None:
    probabilities = judged(some)
    probabilities[:10] = np.nan
    found = label_issues(some.labels, probabilities)
    assert np.isnan(found.score[:10]).all()
    assert not found.is_issue[:10].any()
    nobody = label_issues(np.full(240, -1), probabilities)
    assert np.isnan(nobody.score).all()


def test_labels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="label 3"):
        label_issues(np.array([3]), np.ones((1, 3)) / 3)
    with pytest.raises(ValueError, match="1 labels and 2 rows"):
        label_issues(np.array([0]), np.ones((2, 3)) / 3)
