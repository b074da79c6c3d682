"""Farthest first, against a plain computation."""

from __future__ import annotations

import numpy as np
import pytest

from semgui.domain.errors import Cancelled
from semgui.scoring import diversity as module
from semgui.scoring.diversity import coverage_scores, k_center
from semgui.scoring.principal import principal_coordinates


def plainly(points: np.ndarray, covered: np.ndarray, count: int) -> list[int]:
    centres, picked = list(np.flatnonzero(covered)), []
    for _ in range(count):
        distance = np.min([np.linalg.norm(points - points[c], axis=1) for c in centres], axis=0)
        distance[centres] = -1
        picked.append(int(distance.argmax()))
        centres.append(picked[-1])
    return picked


@pytest.mark.parametrize("seed", range(3))
def test_it_picks_what_a_plain_computation_picks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(90, 5))
    covered = rng.random(90) < 0.2
    picked, distance = k_center(points, covered, 12)
    assert picked.tolist() == plainly(points, covered, 12)
    assert (np.diff(distance) <= 1e-4).all()
    assert not covered[picked].any()


def test_with_nothing_covered_it_begins_in_the_middle() -> None:
    points = np.array([[0.0], [10.0], [4.0], [9.0]])
    picked, distance = k_center(points, np.zeros(4, np.bool_), 10)
    assert picked.tolist() == [2, 1, 0, 3]
    assert distance.tolist() == [np.inf, 6, 4, 1]


def test_every_cluster_is_visited_before_any_twice() -> None:
    rng = np.random.default_rng(0)
    of = np.repeat(np.arange(8), 20)
    points = 50 * rng.normal(size=(8, 6))[of] + rng.normal(size=(160, 6))
    picked, _ = k_center(points, np.zeros(160, np.bool_), 8)
    assert len(set(of[picked].tolist())) == 8


def test_scores_fall_with_the_order() -> None:
    points = np.random.default_rng(0).normal(size=(30, 3))
    covered = np.arange(30) < 5
    scores = coverage_scores(points, covered, 10)
    picked, _ = k_center(points, covered, 10)
    assert np.argsort(-np.nan_to_num(scores, nan=-1))[:10].tolist() == picked.tolist()
    assert np.isfinite(scores).sum() == 10
    assert np.isnan(coverage_scores(points, np.ones(30, np.bool_), 10)).all()


def test_of_very_many_images_some_are_drawn_and_every_cluster_is_visited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_MOST", 60)
    rng = np.random.default_rng(0)
    of = np.repeat(np.arange(8), 200)
    points = 50 * rng.normal(size=(8, 6))[of] + rng.normal(size=(1600, 6))
    scores = coverage_scores(points, of < 2, 6)
    picked = np.flatnonzero(np.isfinite(scores))
    assert sorted(of[picked].tolist()) == [2, 3, 4, 5, 6, 7], "the first two are covered"


def test_it_tells_how_far_it_is_and_stops() -> None:
    points = np.random.default_rng(0).normal(size=(40, 3))
    told = []
    k_center(points, np.arange(40) < 20, 5, lambda done, total: told.append(done / total))
    assert told == sorted(told)
    assert told[0] == 0
    assert told[-1] > 0.8

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        coverage_scores(points, np.arange(40) < 20, 5, stop)


@pytest.mark.parametrize("shape", [(50, 8), (12, 40), (1, 5)])
def test_principal_coordinates_keep_distances_where_nothing_is_left_out(shape: tuple[int, int]) -> None:
    points = np.random.default_rng(0).normal(size=shape)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    found = principal_coordinates(points, 100)
    assert found.shape == (shape[0], min(shape))
    expected = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.testing.assert_allclose(np.linalg.norm(found[:, None] - found[None], axis=2), expected, atol=1e-4)
    assert principal_coordinates(points, 0).shape == (shape[0], 0)
    assert (np.diff(principal_coordinates(points, 100).std(axis=0)) <= 1e-6).all()
