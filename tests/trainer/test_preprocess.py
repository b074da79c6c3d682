from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from trainer import preprocess
from trainer.preprocess import Fit, PreprocessParams, canonical, placement, stretched, to_picture

FITS = list(Fit)


def params(edge: int = 64, fit: Fit = Fit.SQUASH) -> PreprocessParams:
    return PreprocessParams(edge=edge, fit=fit)


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (3000, 2), (48, 64), (64, 64), (700, 1024)])
@pytest.mark.parametrize("edge", [32, 64, 448])
def test_any_shape_becomes_a_square_of_bytes(shape, fit, edge):
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    image = canonical(pixels, crop_row=None, low=0, high=255, params=params(edge, fit))
    assert image.shape == (edge, edge)
    assert image.dtype == np.uint8


@pytest.mark.parametrize("fit", FITS)
def test_nothing_below_the_crop_row_is_seen(fit):
    pixels = np.random.default_rng(1).integers(0, 200, (300, 400), dtype=np.uint8)
    other = pixels.copy()
    other[240:] = 255
    first, second = (
        canonical(p, crop_row=240, low=0, high=255, params=params(fit=fit)) for p in (pixels, other)
    )
    np.testing.assert_array_equal(first, second)


def test_depth_does_not_matter():
    """The same picture in 8 bits, 16 bits and floating point gives the same canonical image."""
    pixels = np.random.default_rng(2).integers(0, 256, (120, 160), dtype=np.uint8)
    expected = canonical(pixels, crop_row=100, low=10, high=200, params=params())
    for scale, dtype in ((257, np.uint16), (1 / 255, np.float32), (1e-9, np.float64)):
        scaled = (pixels.astype(np.float64) * scale).astype(dtype)
        image = canonical(scaled, crop_row=100, low=10 * scale, high=200 * scale, params=params())
        assert np.abs(image.astype(int) - expected).max() <= 1, dtype


def test_stretch_clips_and_rounds_to_nearest():
    values = np.array([[0, 100, 141, 200, 65535]], np.uint16)
    np.testing.assert_array_equal(stretched(values, 100, 200), [[0, 0, 105, 255, 255]])


def test_nan_is_black_and_infinities_keep_their_sign():
    values = np.array([[np.nan, np.inf, -np.inf, 1.0]], np.float32)
    np.testing.assert_array_equal(stretched(values, 0.0, 1.0), [[0, 255, 0, 255]])


def test_many_blocks_are_stretched_like_one():
    pixels = np.random.default_rng(3).normal(size=(3000, 800)).astype(np.float32)
    np.testing.assert_array_equal(stretched(pixels, -1, 1)[1500:1600], stretched(pixels[1500:1600], -1, 1))


def test_resizing_is_antialiased():
    """A fine checkerboard becomes grey, not a moiré of black and white."""
    pixels = (np.indices((1024, 1024)).sum(0) % 2 * 255).astype(np.uint8)
    image = canonical(pixels, crop_row=None, low=0, high=255, params=params(60))
    assert np.abs(image.astype(int) - 128).max() < 10


def test_pad_keeps_shapes_and_crop_keeps_the_centre():
    pixels = np.zeros((100, 300), np.uint8)
    pixels[:, 100:200] = 255
    padded = canonical(pixels, crop_row=None, low=0, high=255, params=params(96, Fit.PAD))
    assert (padded[:, 36:60] == 255).all()
    assert (padded[:, :28] == 0).all()
    cropped = canonical(pixels, crop_row=None, low=0, high=255, params=params(96, Fit.CROP))
    assert (cropped == 255).all()


@pytest.mark.parametrize("limits", [(5, 5), (9, 3), (0, float("nan")), (0, float("inf"))])
def test_limits_must_rise(limits):
    with pytest.raises(ValueError, match="limits"):
        canonical(np.zeros((4, 4), np.uint8), crop_row=None, low=limits[0], high=limits[1], params=params())


@pytest.mark.parametrize("row", [0, -3, 5])
def test_crop_row_must_lie_in_the_picture(row):
    with pytest.raises(ValueError, match="crop row"):
        canonical(np.zeros((4, 4), np.uint8), crop_row=row, low=0, high=1, params=params())


@settings(max_examples=60, deadline=None)
@given(height=st.integers(2, 400), width=st.integers(1, 400), fit=st.sampled_from(FITS), data=st.data())
def test_heatmap_lies_where_the_network_looked(height, width, fit, data):
    crop_row = data.draw(st.none() | st.integers(1, height))
    where = placement(height, width, crop_row, params(fit=fit))
    full = to_picture(np.ones((64, 64), np.float32), height, width, crop_row=crop_row, params=params(fit=fit))
    assert full.shape == (height, width)
    seen = np.zeros((height, width), bool)
    seen[where.top : where.bottom, where.left : where.right] = True
    np.testing.assert_allclose(full, seen, atol=1e-6)
    assert crop_row is None or not full[crop_row:].any()


def test_a_spot_comes_back_to_its_place():
    for fit in FITS:
        pixels = np.zeros((260, 320), np.uint8)
        pixels[90:110, 180:200] = 255
        image = canonical(pixels, crop_row=200, low=0, high=255, params=params(64, fit))
        back = to_picture(image.astype(np.float32) / 255, 260, 320, crop_row=200, params=params(64, fit))
        row, column = np.unravel_index(back.argmax(), back.shape)
        assert abs(row - 100) < 10, fit
        assert abs(column - 190) < 10, fit


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("shape", [(2100, 1777), (37, 2900), (2900, 3), (60, 80)])
def test_shrinking_block_by_block_is_to_the_bit_what_pillow_does_at_once(dtype, shape, monkeypatch):
    monkeypatch.setattr(preprocess, "_BLOCK_PIXELS", 100_000)
    pixels = (np.random.default_rng(0).random(shape) * 250).astype(dtype)
    whole = Image.fromarray(preprocess.stretched(pixels, 10, 200))
    for size in ((448, 448), (31, 200), (100, 1)):
        expected = np.asarray(whole.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0))
        np.testing.assert_array_equal(preprocess.stretched_to(pixels, 10, 200, size), expected)
