"""The stretch is that of the specimen, whatever the picture holds."""

from __future__ import annotations

import numpy as np
import pytest

from semgui.imaging.contrast import contrast_limits


def test_the_databar_does_not_count() -> None:
    pixels = np.random.default_rng(0).normal(1000, 50, (200, 300)).astype(np.uint16)
    pixels[150:] = 65535
    limits = contrast_limits(pixels, databar_row=150)
    assert 850 < limits.low < 890
    assert 1110 < limits.high < 1150
    assert contrast_limits(pixels, databar_row=None).high == 65535


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("level", [0, 77])
def test_a_constant_picture_has_limits(dtype: str, level: int) -> None:
    limits = contrast_limits(np.full((50, 50), level, dtype), databar_row=None)
    assert limits.low == level
    assert limits.low < limits.high


def test_undefined_pixels_do_not_count() -> None:
    pixels = np.linspace(0, 1, 10_000, dtype=np.float32).reshape(100, 100)
    pixels[:10] = np.nan
    pixels[10:20, ::2] = np.inf
    pixels[10:20, 1::2] = -np.inf
    limits = contrast_limits(pixels, databar_row=None)
    assert 0.2 <= limits.low < 0.21
    assert 0.99 < limits.high <= 1


@pytest.mark.parametrize("fill", [np.nan, np.inf])
def test_a_wholly_undefined_picture_has_limits(fill: float) -> None:
    limits = contrast_limits(np.full((5, 5), fill, np.float32), databar_row=None)
    assert limits.low < limits.high


def test_extreme_floats_stay_finite() -> None:
    pixels = np.full((64, 64), 3e38, np.float32)
    pixels[::2] = -3e38
    limits = contrast_limits(pixels, databar_row=None)
    assert np.isfinite([limits.low, limits.high, limits.high - limits.low]).all()
    assert limits.low < limits.high


def test_a_few_lit_pixels_on_black_keep_the_full_range() -> None:
    pixels = np.zeros((100, 100), np.uint8)
    pixels[5, 5] = 200
    assert contrast_limits(pixels, databar_row=None).high == 200


@pytest.mark.parametrize("shape", [(1, 1), (1, 5_000_000), (5_000_000, 1), (2, 3_000_000), (3000, 4000)])
def test_any_shape(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    limits = contrast_limits(pixels, databar_row=None)
    assert limits.low < limits.high
    if pixels.size > 100:
        assert limits.low <= 3
        assert limits.high >= 252


@pytest.mark.parametrize("row", [0, 1, 40, 99])
def test_any_databar_row(row: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40), dtype=np.uint8)
    limits = contrast_limits(pixels, databar_row=row)
    assert limits.low < limits.high
