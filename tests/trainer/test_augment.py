from __future__ import annotations

import numpy as np
import pytest

from trainer.augment import AugmentParams, augmented

STILL = AugmentParams(
    flip=False, quarter_turns=False, smallest_window=1, gamma=1, contrast=0, blur=0, noise=0
)


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (96, 96), dtype=np.uint8)


def copy(image, params, seed):
    return augmented(image, params, np.random.default_rng(seed))


def test_a_copy_depends_on_the_seed_alone(image):
    first, again, other = (copy(image, AugmentParams(), seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == image.shape
    assert first.dtype == np.uint8


def test_nothing_asked_for_changes_nothing(image):
    np.testing.assert_array_equal(copy(image, STILL, 0), image)


def test_turns_and_mirrors_keep_every_pixel(image):
    params = STILL.model_copy(update={"flip": True, "quarter_turns": True})
    seen = {copy(image, params, seed).tobytes() for seed in range(60)}
    square = [np.rot90(flipped, k) for flipped in (image, image[:, ::-1]) for k in range(4)]
    assert seen == {np.ascontiguousarray(member).tobytes() for member in square}


@pytest.mark.parametrize(
    "change", [{"smallest_window": 0.5}, {"gamma": 2.0}, {"contrast": 0.5}, {"blur": 3.0}]
)
def test_each_change_changes(image, change):
    params = STILL.model_copy(update=change)
    assert any(not np.array_equal(copy(image, params, seed), image) for seed in range(5))


def test_noise_is_as_strong_as_said():
    flat = np.full((96, 96), 128, np.uint8)
    spreads = [copy(flat, STILL.model_copy(update={"noise": 20.0}), seed).std() for seed in range(40)]
    assert 10 < max(spreads) < 21


def test_the_original_is_left_alone(image):
    before = image.copy()
    image.setflags(write=False)
    copy(image, AugmentParams(), 3)
    np.testing.assert_array_equal(image, before)
