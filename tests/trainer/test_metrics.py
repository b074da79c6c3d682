from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as sk

from trainer.metrics import (
    accuracy,
    balanced_accuracy,
    bootstrap_by_group,
    class_report,
    confusion_matrix,
    macro_f1,
)


@pytest.fixture
def answers():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 4, 300)
    predicted = np.where(generator.random(300) < 0.7, labels, generator.integers(0, 4, 300))
    return labels, predicted


def test_figures_agree_with_scikit_learn(answers):
    labels, predicted = answers
    confusion = confusion_matrix(labels, predicted, 4)
    np.testing.assert_array_equal(confusion, sk.confusion_matrix(labels, predicted))
    assert accuracy(confusion) == pytest.approx(sk.accuracy_score(labels, predicted))
    assert balanced_accuracy(confusion) == pytest.approx(sk.balanced_accuracy_score(labels, predicted))
    assert macro_f1(confusion) == pytest.approx(sk.f1_score(labels, predicted, average="macro"))
    precision, recall, f1, support = sk.precision_recall_fscore_support(labels, predicted)
    report = class_report(confusion)
    np.testing.assert_allclose(report.precision, precision)
    np.testing.assert_allclose(report.recall, recall)
    np.testing.assert_allclose(report.f1, f1)
    np.testing.assert_array_equal(report.support, support)


def test_classes_without_images_are_left_out_of_means():
    confusion = confusion_matrix(np.array([0, 0, 1]), np.array([0, 0, 1]), 5)
    assert balanced_accuracy(confusion) == macro_f1(confusion) == 1.0
    assert accuracy(confusion_matrix(np.array([], int), np.array([], int), 3)) == 0.0


def test_intervals_cover_the_truth_and_widen_with_groups():
    """Ten images of one sample tell no more than one of them: the interval must know."""
    generator = np.random.default_rng(1)
    right = generator.random(40) < 0.8
    labels = np.zeros(400, int)
    predicted = np.repeat(~right, 10).astype(int)
    grouped = bootstrap_by_group(accuracy, labels, predicted, np.repeat(np.arange(40), 10), 2)
    single = bootstrap_by_group(accuracy, labels, predicted, np.arange(400), 2)
    assert grouped.low < 0.8 < grouped.high
    assert (grouped.high - grouped.low) > 2.5 * (single.high - single.low)
    # Binomial: ± 1.96 sqrt(p q / n)
    p = right.mean()
    assert grouped.high - grouped.low == pytest.approx(2 * 1.96 * np.sqrt(p * (1 - p) / 40), rel=0.15)


def test_intervals_are_the_same_every_time(answers):
    labels, predicted = answers
    groups = np.array([f"g{i % 30}" for i in range(300)])
    first, second = (bootstrap_by_group(macro_f1, labels, predicted, groups, 4) for _ in range(2))
    assert first == second
    assert first.low < first.value < first.high


def test_twelve_of_twelve_is_not_certainty():
    zeros = np.zeros(12, int)
    interval = bootstrap_by_group(accuracy, zeros, zeros, np.arange(12), 2)
    assert interval.value == interval.high == 1
    assert interval.low == pytest.approx(0.757, abs=0.002)  # published table of Wilson's interval, 12 of 12


def test_no_images_have_no_width():
    nothing = np.zeros(0, int)
    interval = bootstrap_by_group(accuracy, nothing, nothing, nothing, 2)
    assert (interval.value, interval.low, interval.high) == (0, 0, 0)
