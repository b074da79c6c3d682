"""Planes for features: what they keep, and that nothing moves."""

from __future__ import annotations

import numpy as np
import pytest

from semgui.scoring.projection import places_among, principal_axes, unit_square


@pytest.fixture
def clusters() -> tuple[np.ndarray, np.ndarray]:
    """Three tight bunches of 40-dimensional features, and which bunch each row is of."""
    generator = np.random.default_rng(3)
    middles = generator.normal(size=(3, 40))
    which = np.repeat(np.arange(3), 50)
    return (middles[which] + 0.05 * generator.normal(size=(150, 40))).astype(np.float16), which


def test_principal_axes_keep_bunches_apart(clusters):
    features, which = clusters
    places = principal_axes(features, 2).places(features)
    middles = np.stack([places[which == k].mean(axis=0) for k in range(3)])
    spread = max(np.linalg.norm(places[which == k] - middles[k], axis=1).max() for k in range(3))
    apart = min(np.linalg.norm(middles[a] - middles[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    assert apart > 3 * spread


def test_principal_axes_agree_with_a_full_decomposition(clusters):
    features, _ = clusters
    rows = features.astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    _, values, _ = np.linalg.svd(rows - rows.mean(axis=0))
    places = principal_axes(features, 2).places(features)
    assert np.allclose(places.std(axis=0), values[:2] / np.sqrt(len(rows)), rtol=1e-3)


def test_the_same_axes_place_later_images_without_moving_others(clusters):
    features, _ = clusters
    axes = principal_axes(features[:100], 2)
    assert np.array_equal(axes.places(features[:100]), axes.places(features)[:100])
    assert np.array_equal(principal_axes(features[:100], 2).axes, axes.axes)


def test_fewer_axes_than_asked_for():
    assert principal_axes(np.eye(3, 2), 5).places(np.eye(3, 2)).shape == (3, 2)


def test_new_rows_land_among_their_neighbours():
    known = np.array([[0.0, 0], [0, 1], [9, 9], [9, 8]])
    places = np.array([[0.1, 0.1], [0.1, 0.1], [0.9, 0.9], [0.9, 0.9]], np.float32)
    known, places = np.repeat(known, 3, axis=0), np.repeat(places, 3, axis=0)
    found = places_among(known, places, np.array([[0.2, 0.2], [8.8, 8.9]]))
    assert np.allclose(found, [[0.1, 0.1], [0.9, 0.9]])


def test_one_odd_image_presses_nothing_together():
    generator = np.random.default_rng(0)
    places = generator.uniform(0, 1, (5000, 2)).astype(np.float32)
    places[0] = (1000, 1000)
    square = unit_square(places)
    assert np.ptp(square[1:], axis=0).min() > 0.9
    assert square[0].max() > 100
