from __future__ import annotations

import numpy as np
import pytest

from semgui.imaging.levels import halved_copies, resampled, without_gaps

DTYPES = (np.uint8, np.uint16, np.float32)


@pytest.mark.parametrize("dtype", DTYPES)
def test_copies_halve_and_keep_dtype_and_mean(dtype):
    pixels = np.random.default_rng(1).integers(0, 250, (2048, 1500)).astype(dtype)
    copies = halved_copies(pixels)
    assert [c.shape for c in copies] == [(2048, 1500), (1024, 750), (512, 375)]
    assert copies[0] is pixels
    assert all(c.dtype == dtype for c in copies)
    assert abs(float(copies[2].mean()) - float(pixels.mean())) < 0.5


def test_white_stays_white_and_does_not_overflow():
    for copy in halved_copies(np.full((1500, 1500), 65535, np.uint16)):
        assert (copy == 65535).all()


def test_a_pixel_of_a_copy_stands_for_its_square_also_where_sizes_are_odd():
    pixels = np.zeros((1301, 1303), np.uint8)
    pixels[1300, 1302] = 200
    half = halved_copies(pixels)[1]
    assert half.shape == (651, 652)
    assert half[-1, -1] == 200
    assert half.sum() == 200


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [0.2, 0.5, 0.71, 0.93])
def test_a_fine_lattice_becomes_even_grey_and_no_moire(dtype, scale):
    pixels = np.indices((1200, 1600)).sum(axis=0) % 2 * 200
    copies = halved_copies(pixels.astype(dtype))
    small = resampled(copies, (0, 0, 1600, 1200), (round(1200 * scale), round(1600 * scale)))
    assert small.dtype == dtype
    inner = small[3:-3, 3:-3].astype(float)
    assert abs(inner.mean() - 100) < 3
    nearest = pixels[:: round(1 / scale), :: round(1 / scale)]
    if scale < 0.75:  # above that, the lattice itself is still partly to be seen
        assert inner.std() < 25 < (nearest.std() or 100)


def test_a_part_comes_from_its_place():
    pixels = np.zeros((1000, 1000), np.uint8)
    pixels[200:300, 400:600] = 255
    copies = halved_copies(pixels)
    inside = resampled(copies, (400, 200, 600, 300), (40, 80))
    assert (inside == 255).all()
    edge = resampled(copies, (300, 200, 500, 300), (50, 100))
    assert (edge[:, :48] == 0).all()
    assert (edge[:, 52:] == 255).all()


def test_the_full_size_is_the_picture_itself():
    pixels = np.random.default_rng(2).integers(0, 65535, (300, 400)).astype(np.uint16)
    assert np.array_equal(
        resampled(halved_copies(pixels), (100, 50, 300, 250), (200, 200)), pixels[50:250, 100:300]
    )


def test_undefined_values_are_filled_and_whole_pictures_left_alone():
    whole = np.ones((4, 4), np.float32)
    assert without_gaps(whole, 0.0) is whole
    torn = whole.copy()
    torn[0, 0], torn[1, 1] = np.nan, np.inf
    filled = without_gaps(torn, 0.5)
    assert filled[0, 0] == 0.5
    assert np.isfinite(filled).all()
