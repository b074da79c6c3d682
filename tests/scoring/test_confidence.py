"""Uncertainty and disagreement of probabilities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy as plain_entropy

from semgui.scoring.confidence import entropy, least_confidence, margin
from semgui.scoring.disagreement import label_disagreement, model_disagreement

SCORES = (least_confidence, margin, entropy)


@st.composite
def probabilities(draw: st.DrawFn) -> np.ndarray:
    classes = draw(st.integers(2, 12))
    power = draw(st.sampled_from([0.2, 1.0, 8.0]))
    values = np.random.default_rng(draw(st.integers(0, 1000))).random((5, classes)) ** power
    values[0] = 1
    values[1] = np.eye(classes)[0]
    return values / values.sum(axis=1, keepdims=True)


@settings(max_examples=30, deadline=None)
@given(probabilities())
def test_even_is_most_unsure_and_sure_is_zero(values: np.ndarray) -> None:
    for score in SCORES:
        found = score(values)
        assert found.dtype == np.float32
        assert ((found >= 0) & (found <= 1)).all()
        assert found[0] == pytest.approx(1, abs=1e-6)
        assert found[1] == pytest.approx(0, abs=1e-6)
        order = np.random.default_rng(0).permutation(values.shape[1])
        np.testing.assert_allclose(score(values[:, order]), found, atol=1e-6)
    np.testing.assert_allclose(
        entropy(values), plain_entropy(values, axis=1) / np.log(values.shape[1]), atol=1e-6
    )


@settings(max_examples=30, deadline=None)
@given(probabilities())
def test_disagreement_is_the_divergence_of_jensen_and_shannon(values: np.ndarray) -> None:
    other = values[::-1]
    found = model_disagreement(values, other)
    np.testing.assert_allclose(found, jensenshannon(values, other, base=2, axis=1) ** 2, atol=1e-6)
    np.testing.assert_allclose(found, model_disagreement(other, values), atol=1e-6)
    assert model_disagreement(values, values).max() == 0


def test_models_that_rule_each_other_out_disagree_fully() -> None:
    assert model_disagreement(np.eye(2), np.eye(2)[::-1]).tolist() == [1, 1]


def test_what_is_not_known_stays_unknown() -> None:
    values = np.array([[0.5, 0.5], [np.nan, np.nan], [0.8, 0.2]])
    for score in SCORES:
        assert np.isnan(score(values)).tolist() == [False, True, False]
    assert np.isnan(model_disagreement(values, values[::-1])).tolist() == [False, True, False]
    found = label_disagreement(np.array([0, 1, -1]), values)
    assert found[0] == 0.5
    assert np.isnan(found[1:]).all()


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        model_disagreement(np.ones((2, 2)), np.ones((2, 3)))
    with pytest.raises(ValueError, match="is needed"):
        entropy(np.ones(4))
