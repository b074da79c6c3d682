"""Logistic regression by folds, and opinions pooled."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import PredefinedSplit, cross_val_predict

from semgui.scoring.calibration import calibrated, pooled
from semgui.scoring.folds import make_folds
from semgui.scoring.logistic import INVERSE_PENALTY, out_of_fold_logistic
from semgui.scoring.principal import principal_coordinates
from tests.scoring.conftest import Clouds


def test_it_says_what_cross_validation_says_up_to_its_temperature(some: Clouds) -> None:
    labels, folds = some.truth, make_folds(some.truth, some.groups, 4, 0)
    found = out_of_fold_logistic(some.features, labels, folds, 4)
    points = principal_coordinates(some.features, 256)
    points /= np.sqrt((points**2).sum(axis=1).mean())
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=1000)
    plain = cross_val_predict(model, points, labels, cv=PredefinedSplit(folds), method="predict_proba")
    np.testing.assert_array_equal(found.argmax(axis=1), plain.argmax(axis=1))
    both = np.stack([found, plain]).clip(1e-9)
    odds = np.log(both[:, :, :1]) - np.log(both[:, :, 1:])
    # One temperature: the log-odds are the same times a number.
    assert np.corrcoef(odds[0].ravel(), odds[1].ravel())[0, 1] > 0.99


def test_images_without_a_label_are_judged_and_teach_nothing(some: Clouds) -> None:
    folds = make_folds(some.labels, some.groups, 4, 0)
    found = out_of_fold_logistic(some.features, some.labels, folds, 5)
    without = some.labels < 0
    assert (found.argmax(axis=1) == some.truth)[without].mean() > 0.9
    assert (found[:, 4] == 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)


def test_it_tells_how_far_it_is_and_can_be_stopped(some: Clouds) -> None:
    class Enough(Exception):  # noqa: N818
        pass

    told = []

    def tick(done: int, total: int) -> None:
        told.append((done, total))
        if done == 2:
            raise Enough

    with pytest.raises(Enough):
        out_of_fold_logistic(some.features, some.labels, np.arange(240) % 4, 4, tick=tick)
    assert told == [(1, 4), (2, 4)]


def test_a_class_in_one_fold_only_is_judged_by_others_who_never_saw_it(some: Clouds) -> None:
    labels = np.where(np.arange(240) == 5, 4, some.labels)
    found = out_of_fold_logistic(some.features, labels, np.arange(240) % 4, 5)
    assert found[5, 4] < 0.01
    everywhere = np.zeros(240, np.int64)
    assert (out_of_fold_logistic(some.features, everywhere, np.arange(240) % 4, 2)[:, 0] == 1).all()
    np.testing.assert_allclose(
        out_of_fold_logistic(some.features, everywhere - 1, np.arange(240) % 4, 2), 0.5
    )


def test_pooling_weighs_both_opinions_alike() -> None:
    rng = np.random.default_rng(0)
    first, second = (rng.dirichlet(np.ones(3), 50) for _ in range(2))
    labels = (first * second).argmax(axis=1)
    labels[::5] = (labels[::5] + 1) % 3
    found = pooled(first, second, labels)
    np.testing.assert_array_equal(found.argmax(axis=1), (first * second).argmax(axis=1))
    np.testing.assert_allclose(found, pooled(second, first, labels), rtol=1e-5)
    np.testing.assert_allclose(found, calibrated(np.log(first * second), labels), rtol=1e-5)
