from __future__ import annotations

import numpy as np
import pytest

from semgui.scoring.duplicates import POSSIBLE_BITS, SURE_BITS, conflicting, near_duplicate_groups


def flipped(code: np.ndarray, bits: int, generator: np.random.Generator) -> np.ndarray:
    spread = np.unpackbits(code.view(np.uint8))
    spread[generator.choice(512, bits, replace=False)] ^= 1
    return np.packbits(spread).view(np.uint64)


@pytest.fixture
def generator():
    return np.random.default_rng(0)


@pytest.fixture
def hashes(generator):
    return generator.integers(0, 1 << 64, (300, 8), dtype=np.uint64)


def test_pictures_that_differ_stand_alone(hashes):
    np.testing.assert_array_equal(near_duplicate_groups(hashes), np.arange(300))


def test_a_pair_is_found_up_to_the_last_bit_and_not_beyond(hashes, generator):
    hashes[200] = flipped(hashes[7], SURE_BITS, generator)
    hashes[201] = flipped(hashes[8], SURE_BITS + 1, generator)
    groups = near_duplicate_groups(hashes)
    assert groups[200] == 7
    assert groups[201] == 201


def test_groups_are_closed(hashes, generator):
    hashes[100] = flipped(hashes[3], 50, generator)
    hashes[250] = flipped(hashes[100], 50, generator)  # 100 from the first
    assert set(near_duplicate_groups(hashes)[[3, 100, 250]]) == {3}


def test_embeddings_decide_where_hashes_are_not_sure(hashes, generator):
    embeddings = generator.normal(size=(300, 32)).astype(np.float16)
    for target, source in ((50, 1), (51, 2), (52, 3)):
        hashes[target] = flipped(hashes[source], POSSIBLE_BITS - 10, generator)
    embeddings[50] = embeddings[1] * 2 + 0.05
    embeddings[52] = np.nan
    groups = near_duplicate_groups(hashes, lambda numbers: embeddings[numbers])
    assert groups[50] == 1
    assert groups[51] == 51
    assert groups[52] == 52


def test_tiles_join(generator, monkeypatch):
    monkeypatch.setattr("semgui.scoring.duplicates._ROWS", 7)
    monkeypatch.setattr("semgui.scoring.duplicates._COLUMNS", 11)
    hashes = generator.integers(0, 1 << 64, (60, 8), dtype=np.uint64)
    order = generator.permutation(120)
    both = np.concatenate([hashes, hashes])[order]
    groups = near_duplicate_groups(both)
    number = order % 60
    for i in range(60):
        assert len(set(groups[number == i])) == 1
    assert len(set(groups)) == 60


def test_nothing_is_a_group_of_nothing():
    assert near_duplicate_groups(np.zeros((0, 8), np.uint64)).shape == (0,)


def test_it_tells_how_far_it_is_and_can_be_stopped(hashes):
    seen: list[int] = []
    near_duplicate_groups(hashes, tick=seen.append)
    assert seen[-1] == 300
    with pytest.raises(KeyboardInterrupt):
        near_duplicate_groups(hashes, tick=lambda done: (_ for _ in ()).throw(KeyboardInterrupt))


def test_the_odd_one_out_of_a_group_conflicts_most() -> None:
    groups, labels = np.array([0, 0, 0, 3, 3, 5, 6, 6]), np.array([1, 1, 2, 0, 0, 4, 2, -1])
    found = conflicting(groups, labels)
    np.testing.assert_allclose(found, [1 / 3, 1 / 3, 2 / 3, *[np.nan] * 5], rtol=1e-6)
    assert np.isnan(conflicting(groups, np.full(8, -1))).all()
