from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import log_loss

from trainer.calibrate import (
    choose_threshold,
    expected_calibration_error,
    fit_temperature,
    negative_log_likelihood,
    softmax,
)


def drawn(count=20000, classes=4, seed=0):
    """Logits whose softmax is the true probability of the labels."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 2, (count, classes))
    chosen = (softmax(logits).cumsum(axis=1) > generator.random((count, 1))).argmax(axis=1)
    return logits, chosen


def test_softmax_survives_large_logits():
    np.testing.assert_allclose(softmax(np.array([[1000.0, 1000.0, -1000.0]])), [[0.5, 0.5, 0.0]])


@pytest.mark.parametrize("temperature", [0.25, 1.0, 3.0])
def test_temperature_is_found_again(temperature):
    logits, labels = drawn()
    assert fit_temperature(logits * temperature, labels) == pytest.approx(temperature, rel=0.05)


def test_temperature_is_the_best_one():
    logits, labels = drawn(500)
    best = fit_temperature(logits * 2, labels)
    for other in (best * 0.97, best * 1.03):
        assert negative_log_likelihood(logits * 2, labels, best) < negative_log_likelihood(
            logits * 2, labels, other
        )


def test_likelihood_agrees_with_scikit_learn():
    logits, labels = drawn(300)
    assert negative_log_likelihood(logits, labels) == pytest.approx(log_loss(labels, softmax(logits)))


def test_a_few_right_answers_do_not_prove_perfection():
    """Three right answers of three speak for a confidence of 4/5, a thousand for 999/1000 and more."""
    for count in (3, 999):
        labels = np.arange(count) % 3
        logits = np.eye(3)[labels] * 5
        confidence = softmax(logits, fit_temperature(logits, labels)).max()
        assert confidence == pytest.approx((count + 1) / (count + 2), abs=1e-3)


def test_nothing_to_go_by_leaves_the_temperature():
    assert fit_temperature(np.zeros((0, 3)), np.zeros(0, int)) == 1.0


def test_calibration_error():
    logits, labels = drawn()
    assert expected_calibration_error(softmax(logits), labels) < 0.015
    assert expected_calibration_error(softmax(logits * 3), labels) > 0.1
    certain_and_half_right = np.array([[1.0, 0.0]] * 4)
    assert expected_calibration_error(certain_and_half_right, np.array([0, 0, 1, 1])) == pytest.approx(0.5)


def test_threshold_keeps_its_promise_and_no_lower_one_would():
    logits, labels = drawn(5000)
    probabilities = softmax(logits)
    threshold = choose_threshold(probabilities, labels, 0.9)
    confidence, correct = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    assert threshold.reached
    assert correct[confidence >= threshold.value].mean() == pytest.approx(threshold.accuracy)
    assert (confidence >= threshold.value).mean() == pytest.approx(threshold.coverage)
    assert threshold.accuracy >= 0.9
    lower = np.unique(confidence[confidence < threshold.value])
    assert all(correct[confidence >= value].mean() < 0.9 for value in lower)


def test_equal_confidences_are_accepted_together():
    probabilities = np.array([[0.8, 0.2]] * 3)
    threshold = choose_threshold(probabilities, np.array([0, 0, 1]), 1.0)
    assert not threshold.reached


def test_no_threshold_says_so():
    assert not choose_threshold(np.array([[0.9, 0.1]]), np.array([1]), 0.5).reached
    assert not choose_threshold(np.zeros((0, 2)), np.zeros(0, int), 0.5).reached


def test_a_large_source_that_counts_less_moves_the_temperature_less() -> None:
    generator = np.random.default_rng(3)
    logits = generator.normal(0, 3, (300, 4))
    labels = logits.argmax(axis=1)
    labels[:200] = generator.integers(0, 4, 200)  # a large source on which the model is at a loss
    alike = fit_temperature(logits, labels)
    weights = np.where(np.arange(300) < 200, 0.1, 1.0)
    assert fit_temperature(logits, labels, weights) < 0.8 * alike
    assert fit_temperature(logits, labels, np.ones(300)) == alike


def test_a_threshold_counts_by_weight() -> None:
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]])
    labels = np.array([0, 1, 0, 1])
    assert choose_threshold(probabilities, labels, 0.9).value == 0.9
    found = choose_threshold(probabilities, labels, 0.9, np.array([10.0, 1.0, 10.0, 19.0]))
    assert (found.value, found.coverage) == (0.7, pytest.approx(21 / 40))
    assert found.accuracy == pytest.approx(20 / 21)
