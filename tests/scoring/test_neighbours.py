"""Nearest neighbours against a plain computation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

from semgui.scoring import neighbours as module
from semgui.scoring.neighbours import k_nearest, largest, nearest, neighbour_disagreement
from tests.scoring.conftest import clouds


def plain(query: np.ndarray, reference: np.ndarray) -> np.ndarray:
    wide = reference.astype(np.float64)
    return wide @ query / np.linalg.norm(wide, axis=1) / np.linalg.norm(query)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_it_finds_what_a_plain_computation_finds(dtype: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CHUNK_BYTES", 4 * 48 * 7)  # chunks that do not divide the rows
    rng = np.random.default_rng(3)
    reference = rng.standard_normal((100, 48)).astype(dtype)
    query = rng.standard_normal(48)
    found = nearest(query, reference, 9)
    expected = plain(query, reference)
    order = np.argsort(-expected)[:9]
    np.testing.assert_array_equal(found.rows, order)
    np.testing.assert_allclose(found.similarity, expected[order], atol=2e-3 if dtype is np.float16 else 1e-6)


def test_half_floats_are_converted_to_the_bit() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)].reshape(-1, 2)
    converted = module._as_float32(finite, np.empty(finite.shape, np.int32))
    np.testing.assert_array_equal(converted, finite.astype(np.float32))


def test_rows_that_are_no_embeddings_are_nobodys_neighbours() -> None:
    reference = np.ones((5, 8), np.float16)
    reference[0], reference[1, 3], reference[2, 3] = np.nan, np.inf, -np.inf
    reference[3] = 0
    assert nearest(np.ones(8), reference, 5).rows.tolist() == [4]
    assert nearest(np.zeros(8), reference, 5).rows.size == 0
    assert nearest(np.full(8, np.nan), reference, 5).rows.size == 0


def test_of_equals_the_first_and_never_more_than_there_are() -> None:
    reference = np.tile(np.arange(1.0, 5.0), (3, 1)).astype(np.float16)
    found = nearest(np.arange(1.0, 5.0), reference, 7)
    assert found.rows.tolist() == [0, 1, 2]
    np.testing.assert_allclose(found.similarity, 1, atol=1e-6)
    assert nearest(np.ones(4), np.zeros((0, 4), np.float16), 3).rows.size == 0


def test_a_memory_map_is_searched_as_it_lies(tmp_path: Path) -> None:
    stored = np.memmap(tmp_path / "e.f16", np.float16, "w+", shape=(3000, 64))
    stored[:] = np.random.default_rng(1).standard_normal((3000, 64))
    stored.flush()
    mapped = np.memmap(tmp_path / "e.f16", np.float16, "r", shape=(3000, 64))
    assert nearest(mapped[1234], mapped, 1).rows.tolist() == [1234]


def test_widths_must_fit() -> None:
    with pytest.raises(ValueError, match="cannot be sought"):
        nearest(np.ones(3), np.ones((2, 4)), 1)


def test_every_image_finds_what_scikit_learn_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_QUERIES", 17)
    points = np.random.default_rng(0).standard_normal((100, 12))
    expected = NearestNeighbors(n_neighbors=6, metric="cosine").fit(points)
    distance, rows = expected.kneighbors(None)
    told = []
    found = k_nearest(points, 6, lambda done, total: told.append((done, total)))
    np.testing.assert_array_equal(found.rows, rows)
    np.testing.assert_allclose(found.similarity, 1 - distance, atol=1e-5)
    assert told[-1] == (100, 100)


@pytest.mark.parametrize("width", [9, 400, 2001])
def test_the_largest_are_found_among_few_and_among_many(width: int) -> None:
    values = np.random.default_rng(0).normal(size=(20, width)).astype(np.float32)
    values[3] = -np.inf
    values[3, 5] = 0
    best = largest(values, 7)
    assert best.shape == (20, 7)
    found = np.sort(np.take_along_axis(values, best, axis=1), axis=1)
    assert np.array_equal(found, np.sort(values, axis=1)[:, -7:])
    assert all(len(set(row)) == 7 for row in best.tolist())


def test_rows_that_are_no_embeddings_have_no_neighbours_and_few_images_have_few() -> None:
    points = np.vstack([np.eye(4)[:3], np.zeros((1, 4)), np.full((1, 4), np.nan)])
    found = k_nearest(points, 10)
    assert found.rows[:3].tolist() == [[1, 2, -1, -1], [0, 2, -1, -1], [0, 1, -1, -1]]
    assert (found.rows[3:] == -1).all()
    assert np.isnan(found.similarity[3:]).all()
    assert k_nearest(points[:1], 3).rows.shape == (1, 0)


def test_labels_unlike_their_neighbours_stand_out_and_twins_are_no_witnesses() -> None:
    some = clouds(count=200, seed=2)
    table = k_nearest(some.features, 8)
    found = neighbour_disagreement(some.labels, table, some.groups)
    known = some.labels >= 0
    assert np.isnan(found[~known]).all()
    assert roc_auc_score(some.wrong[known], found[known]) > 0.95
    # A twin with the same wrong label excuses nothing.
    twins = np.repeat(some.features[:2], 2, axis=0)
    alone = neighbour_disagreement(np.array([0, 0, 1, 1]), k_nearest(twins, 3), np.array([0, 0, 1, 1]))
    assert alone.tolist() == [1, 1, 1, 1]
