"""The closed form against scikit-learn fitted without each fold."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from semgui.scoring import ridge as module
from semgui.scoring.folds import make_folds
from semgui.scoring.ridge import Committee, OutOfFoldRidge
from tests.scoring.conftest import Clouds, clouds


def plainly(
    points: np.ndarray, labels: np.ndarray, folds: np.ndarray, penalty: float, classes: int
) -> np.ndarray:
    """Fit scikit-learn's ridge without each fold."""
    answers, fitted = np.zeros((len(labels), classes)), []
    wide = points.astype(np.float64)
    for fold in np.unique(folds):
        train = (folds != fold) & (labels >= 0)
        model = Ridge(alpha=penalty * train.sum() * points.shape[1])
        model.fit(wide[train], np.eye(classes)[labels[train]])
        inside = (folds == fold) & (labels >= 0)
        answers[inside] = model.predict(wide[inside])
        fitted.append(model.predict(wide))
    answers[labels < 0] = np.mean(fitted, axis=0)[labels < 0]
    return answers


@pytest.mark.parametrize("width", [30, 400], ids=["more images than features", "more features than images"])
def test_it_says_what_regressions_fitted_without_each_fold_say(width: int) -> None:
    some = clouds(width=width)
    folds = make_folds(some.labels, some.groups, 5, 0)
    ridge = OutOfFoldRidge(some.features, folds)
    answers = ridge.scores(some.labels, 4)
    points = module._standardised(some.features)
    expected = plainly(points, some.labels, folds, ridge._penalty, 4)
    np.testing.assert_allclose(answers, expected, atol=2e-4)
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-4)


def test_after_any_change_of_labels_it_says_what_a_new_one_would_say(some: Clouds) -> None:
    folds = make_folds(some.labels, some.groups, 5, 0)
    kept = OutOfFoldRidge(some.features, folds)
    labels = some.labels.copy()
    rng = np.random.default_rng(1)
    for _ in range(6):
        rows = rng.permutation(len(labels))[:10]
        labels[rows] = rng.integers(-1, 4, 10)
        answers = kept.scores(labels, 4)
        fresh = OutOfFoldRidge(some.features, folds)
        fresh.scores(labels, 4)
        fresh._penalty = kept._penalty  # settled when there were a few labels more or less
        fresh._factors = [fresh._factor(n, kept._penalty) for n in range(5)]
        np.testing.assert_allclose(answers, fresh.scores(labels, 4), atol=1e-4)
    wider = kept.scores(labels, 5)
    np.testing.assert_allclose(wider[:, :4], kept.scores(labels, 4), atol=1e-4)
    np.testing.assert_allclose(wider[:, 4], 0, atol=1e-4)


def test_only_another_set_of_labelled_images_is_factorised_again(
    some: Clouds, monkeypatch: pytest.MonkeyPatch
) -> None:
    ridge = OutOfFoldRidge(some.features, make_folds(some.labels, some.groups, 5, 0))
    ridge.probabilities(some.labels, 4)
    calls: list[int] = []
    factorise = module.cho_factor
    monkeypatch.setattr(module, "cho_factor", lambda *a, **k: calls.append(1) or factorise(*a, **k))
    labels = some.labels.copy()
    rows = np.flatnonzero(labels >= 0)[:3]
    labels[rows] = (labels[rows] + 1) % 4
    ridge.probabilities(labels, 4)
    assert not calls
    labels[rows[0]] = -1
    ridge.probabilities(labels, 4)
    assert len(calls) == 5


def test_the_label_of_an_image_does_not_speak_for_itself(some: Clouds) -> None:
    folds = make_folds(some.labels, some.groups, 5, 0)
    row = int(np.flatnonzero(some.labels >= 0)[0])
    ridge = OutOfFoldRidge(some.features, folds)
    before = ridge.scores(some.labels, 4)
    labels = some.labels.copy()
    labels[row] = (labels[row] + 1) % 4
    after = ridge.scores(labels, 4)
    np.testing.assert_array_equal(before[row], after[row])
    twin = row ^ 1  # the other image of the group
    np.testing.assert_array_equal(before[twin], after[twin]) if labels[twin] >= 0 else None
    assert not np.array_equal(before, after)


def test_probabilities_are_calibrated_and_right(some: Clouds) -> None:
    ridge = OutOfFoldRidge(some.features, make_folds(some.labels, some.groups, 5, 0))
    found = ridge.probabilities(some.labels, 6)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    assert (found[:, 4:] == 0).all()
    known = some.labels >= 0
    assert (found.argmax(axis=1) == some.truth).mean() > 0.95
    # One label in twelve is wrong, and calibrated confidence knows that.
    agreed = (found.argmax(axis=1) == some.labels)[known].mean()
    assert abs(found[known].max(axis=1).mean() - agreed) < 0.04


def test_without_labels_nothing_is_known(some: Clouds) -> None:
    ridge = OutOfFoldRidge(some.features, make_folds(some.labels, some.groups, 5, 0))
    np.testing.assert_allclose(ridge.probabilities(np.full(240, -1), 4), 0.25)
    one = np.full(240, -1)
    one[7] = 2
    assert np.isfinite(ridge.probabilities(one, 4)).all()


def test_a_committee_asks_all_its_members(some: Clouds) -> None:
    folds = make_folds(some.labels, some.groups, 5, 0)
    halves = [some.features[:, :15], some.features[:, 15:]]
    together = Committee(halves, folds).probabilities(some.labels, 4)
    alone = [OutOfFoldRidge(half, folds).probabilities(some.labels, 4) for half in halves]
    right = [(p.argmax(axis=1) == some.truth).mean() for p in (*alone, together)]
    assert right[2] >= max(right[:2])


def test_features_that_are_not_numbers_are_refused(some: Clouds) -> None:
    bad = some.features.copy()
    bad[3, 3] = np.nan
    with pytest.raises(ValueError, match="finite"):
        OutOfFoldRidge(bad, np.zeros(240, np.int64))
    with pytest.raises(ValueError, match="240 rows of features and 3 folds"):
        OutOfFoldRidge(some.features, np.zeros(3, np.int64))
