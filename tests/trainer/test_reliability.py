from __future__ import annotations

import numpy as np
import pytest

from trainer.calibrate import expected_calibration_error, softmax
from trainer.reliability import ece_of_perfect_calibration, reliability


def _drawn(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Predictions whose labels are drawn from them: perfectly calibrated."""
    generator = np.random.default_rng(seed)
    probabilities = softmax(generator.normal(0, 2, (count, 4)))
    labels = np.array([generator.choice(4, p=p) for p in probabilities])
    return probabilities, labels


def test_bins_say_confidence_accuracy_and_count():
    probabilities = np.array([[0.95, 0.05], [0.92, 0.08], [0.45, 0.55], [0.42, 0.58]])
    found = reliability(probabilities, np.array([0, 1, 1, 1]))
    assert found.count.tolist() == [2, 2]
    assert found.confidence == pytest.approx([0.565, 0.935])
    assert found.accuracy == pytest.approx([1.0, 0.5])


def test_a_perfectly_calibrated_model_is_within_what_chance_shows():
    inside = 0
    for seed in range(20):
        probabilities, labels = _drawn(150, seed)
        by_chance = ece_of_perfect_calibration(probabilities)
        assert 0 < by_chance.mean < by_chance.high
        inside += expected_calibration_error(probabilities, labels) <= by_chance.high
    assert inside >= 17


def test_an_overconfident_model_is_not():
    probabilities, labels = _drawn(300)
    sharper = probabilities**4 / (probabilities**4).sum(axis=1, keepdims=True)
    assert expected_calibration_error(sharper, labels) > 2 * ece_of_perfect_calibration(sharper).high


def test_more_images_leave_less_to_chance():
    few, many = (ece_of_perfect_calibration(_drawn(n)[0]).mean for n in (60, 2000))
    assert many < few / 3
