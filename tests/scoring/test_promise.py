"""A promise is kept as often as it says, whatever the truth is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from semgui.scoring.audit import (
    Stratum,
    audit_sample,
    error_rate,
    exact_interval,
    lower_bound,
    stratified_error_rate,
)
from semgui.scoring.promise import Promise, promise, trials_needed


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 300), st.integers(0, 300), st.sampled_from([0.8, 0.95, 0.99]))
def test_intervals_are_those_of_clopper_and_pearson(hits: int, more: int, level: float) -> None:
    trials = hits + more
    found = exact_interval(hits, trials, level)
    if trials == 0:
        assert (found.low, found.high) == (0, 1)
        return
    expected = binomtest(hits, trials).proportion_ci(level, method="exact")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert found.low <= found.value <= found.high


def test_the_lower_bound_is_the_share_at_which_the_evidence_would_be_as_unlikely() -> None:
    bound = lower_bound(57, 60, 0.05)
    assert binom.sf(56, 60, bound) == pytest.approx(0.05)


def test_a_sample_is_drawn_from_the_candidates_and_can_be_enlarged() -> None:
    candidates = np.arange(200) % 3 == 0
    small, large = audit_sample(candidates, 10, 4), audit_sample(candidates, 40, 4)
    assert candidates[large].all()
    assert len(set(large.tolist())) == 40
    np.testing.assert_array_equal(large[:10], small)
    assert len(audit_sample(candidates, 1000, 4)) == 67
    drawn = np.bincount(np.concatenate([audit_sample(candidates, 10, s) for s in range(400)]), minlength=200)
    assert drawn[candidates].min() > 25  # each about 60 times


def test_the_true_rate_lies_in_the_interval_as_often_as_promised() -> None:
    wrong = np.zeros(500, np.bool_)
    wrong[:35] = True
    inside = 0
    for seed in range(300):
        found = error_rate(wrong[audit_sample(np.ones(500, np.bool_), 80, seed)], 0.9)
        inside += found.low <= 0.07 <= found.high
    assert inside / 300 >= 0.9


def test_strata_count_by_their_size() -> None:
    found = stratified_error_rate([Stratum(900, 50, 0), Stratum(100, 50, 25), Stratum(0, 0, 0)])
    assert found.value == pytest.approx(0.05)
    assert found.low < 0.05 < found.high
    assert (found.hits, found.trials) == (25, 100)
    one = stratified_error_rate([Stratum(900, 50, 4)])
    assert one == exact_interval(4, 50)
    unknown = stratified_error_rate([Stratum(50, 40, 0), Stratum(50, 0, 0)])
    assert unknown.high >= 0.5
    assert np.isnan(stratified_error_rate([]).value)


def drawn(rng: np.random.Generator, audits: int, sharp: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return confidences, audited rows and which predictions are right: as often as they say."""
    confidence = rng.random(2000) ** sharp
    return confidence, rng.choice(2000, audits, replace=False), rng.random(2000) < confidence


def test_promises_are_broken_no_more_often_than_allowed() -> None:
    broken = made = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        confidence, audited, right = drawn(rng, 400, 0.15)
        found = promise(confidence, audited, right[audited], np.arange(2000), 0.9, error=0.2)
        if found.threshold is not None:
            made += 1
            broken += right[confidence >= found.threshold].mean() < 0.9
    assert made > 300
    assert broken <= 0.2 * 400
    assert broken > 0  # otherwise it would promise less than it could


def test_a_promise_says_what_it_rests_on() -> None:
    rng = np.random.default_rng(0)
    confidence, audited, right = drawn(rng, 600, 0.1)
    found = promise(confidence, audited, right[audited], np.arange(2000), 0.9)
    assert found.threshold is not None
    above = confidence[audited] >= found.threshold
    assert (found.right, found.trials) == (right[audited][above].sum(), above.sum())
    assert found.accepted == (confidence >= found.threshold).sum()
    assert found.proven >= 0.9
    assert found.more_needed == 0


def test_thin_evidence_promises_nothing_and_says_how_much_more_it_takes() -> None:
    rng = np.random.default_rng(1)
    confidence, order, right = rng.random(2000), rng.permutation(2000), np.ones(2000, np.bool_)
    groups = np.arange(2000)
    found = promise(confidence, order[:20], right[order[:20]], groups, 0.95)
    assert found.threshold is None
    assert found.accepted == 0
    assert found.more_needed is not None
    enough = order[: 20 + found.more_needed]
    assert promise(confidence, enough, right[enough], groups, 0.95).threshold is not None
    nothing = promise(confidence, order[:0], right[:0], groups, 0.95)
    assert nothing.more_needed == found.more_needed + 20


def test_predictions_that_are_too_often_wrong_need_no_more_audits() -> None:
    rng = np.random.default_rng(2)
    right = rng.random(1000) < 0.5
    audited = rng.permutation(1000)[:500]
    found = promise(rng.random(1000), audited, right[audited], np.arange(1000), 0.95)
    assert (found.threshold, found.more_needed) == (None, None)


def test_near_duplicates_are_one_witness() -> None:
    confidence, audited = np.full(300, 0.9), np.arange(300)
    right = np.ones(300, np.bool_)
    alone = promise(confidence, audited, right, np.arange(300), 0.95)
    twins = promise(confidence, audited, right, np.arange(300) // 30, 0.95)
    assert alone.threshold == 0.9
    assert twins.threshold is None
    assert twins.trials == 10
    right[0] = False
    assert promise(confidence, audited, right, np.arange(300) // 30, 0.95).right == 9


def test_looking_again_and_again_costs() -> None:
    confidence, audited, right = np.full(100, 0.9), np.arange(100), np.ones(100, np.bool_)
    bounds = [promise(confidence, audited, right, audited, 0.9, look=k).proven for k in (1, 2, 5)]
    assert bounds[0] > bounds[1] > bounds[2] > 0.9


def test_images_that_may_not_be_accepted_are_no_part_of_it() -> None:
    confidence = np.where(np.arange(400) < 200, 0.9, np.nan)
    audited = np.arange(400)
    found = promise(confidence, audited, np.arange(400) < 200, audited, 0.9)
    assert found == Promise(0.9, 0.9, 200, found.proven, 200, 200, 0)
    none = promise(np.full(5, np.nan), np.arange(2), np.ones(2, np.bool_), np.arange(5), 0.9)
    assert (none.threshold, none.accepted) == (None, 0)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.5, 1), st.floats(0.5, 0.99), st.sampled_from([0.2, 0.05, 0.01]))
def test_trials_needed_are_enough_and_hardly_more(share: float, precision: float, error: float) -> None:
    trials = trials_needed(share, precision, error)
    if trials is None:
        assert share < precision + 0.01
        return
    assert lower_bound(int(share * trials), trials, error) >= precision


def test_what_makes_no_sense_is_refused() -> None:
    nothing, rows = np.zeros(0, np.bool_), np.zeros(0, np.int64)
    for bad in ({"precision": 1.0}, {"error": 0.0}, {"look": 0}):
        values = {"precision": 0.9, "error": 0.05, "look": 1} | bad
        with pytest.raises(ValueError, match="between 0 and 1"):
            promise(np.ones(3), rows, nothing, np.arange(3), values.pop("precision"), **values)
    with pytest.raises(ValueError, match="as many"):
        promise(np.ones(3), rows, np.ones(2, np.bool_), np.arange(3), 0.9)
