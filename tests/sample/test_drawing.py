"""Every sub-kind draws, at any size, the same for the same seed; categories can be told apart."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from scipy import ndimage

from semgui.domain.errors import UsageError
from semgui.sample import not_sem
from semgui.sample.categories import CATEGORIES
from semgui.sample.overlays import as_published
from semgui.sample.recipe import draw, draw_kind

EVERY_KIND = [(category, kind) for category, kinds in CATEGORIES.items() for kind in kinds]


def _sane(picture: np.ndarray, shape: tuple[int, int]) -> None:
    assert picture.dtype == np.uint8
    assert picture.shape == shape
    low, high = np.percentile(picture, [1, 99])
    assert high - low >= 8, "no contrast"
    assert 8 < picture.mean() < 250
    assert (picture == 255).mean() < 0.6


def test_there_are_the_ten_categories_with_many_kinds_each():
    assert len(CATEGORIES) == 10
    assert all(len(kinds) >= 7 for kinds in CATEGORIES.values())


@pytest.mark.parametrize(("category", "kind"), EVERY_KIND)
def test_every_kind_draws_at_several_sizes(category, kind):
    for seed, shape in enumerate([(144, 192), (97, 161), (300, 120)]):
        _sane(draw_kind(category, kind, np.random.default_rng(seed), shape), shape)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    def digest(seed: int) -> str:
        pictures = [draw(c, np.random.default_rng(seed), (96, 128)) for c in CATEGORIES]
        return hashlib.sha256(b"".join(p.tobytes() for p in pictures)).hexdigest()

    assert digest(5) == digest(5)
    assert digest(5) != digest(6)


def test_an_unknown_category_or_kind_is_a_usage_error():
    with pytest.raises(UsageError, match="Cheese"):
        draw("Cheese", np.random.default_rng(0))
    with pytest.raises(UsageError, match="needlez"):
        draw_kind("Tips", "needlez", np.random.default_rng(0))


def test_a_published_panel_is_small_and_lettered():
    rng = np.random.default_rng(3)
    picture = draw("Powder", rng, (240, 320))
    panels = [as_published(picture, rng) for _ in range(12)]
    assert all(p.dtype == np.uint8 and p.ndim == 2 for p in panels)
    assert all(48 <= p.shape[1] <= 600 for p in panels)
    assert len({p.shape for p in panels}) > 6


def test_pictures_of_other_instruments_are_in_colour_or_grey_rgb():
    for draw_other in not_sem.KINDS.values():
        picture = draw_other(np.random.default_rng(1), (90, 120))
        assert picture.shape == (90, 120, 3)
        assert picture.dtype == np.uint8
        assert picture.std() > 3


def _features(picture: np.ndarray) -> np.ndarray:
    """Simple numbers that know nothing of the drawing: tones, edges and spectrum, directions."""
    level = picture.astype(float) / 255
    level = (level - level.mean()) / (level.std() + 1e-6)
    found = [np.mean(level**3), np.mean(level**4)]
    for sigma in (1, 2, 4, 8, 16):
        band = ndimage.gaussian_filter(level, sigma) - ndimage.gaussian_filter(level, 2 * sigma)
        gy, gx = np.gradient(band)
        energy = gx.var() + gy.var() + 1e-9
        found += [np.log(band.std() + 1e-6), np.mean(band**3) / (band.std() ** 3 + 1e-9)]
        found += [(gx.var() - gy.var()) / energy, np.mean(gx * gy) / energy]
    taper = np.hanning(level.shape[0])[:, None] * np.hanning(level.shape[1])
    spectrum = np.abs(np.fft.rfft2(level * taper))[2:]
    strongest = np.sort(spectrum.ravel())[[-1, -20]]
    found += list(np.log(strongest / np.median(spectrum)))
    return np.array(found)


def test_categories_differ_far_beyond_chance():
    size, train, tested = (120, 160), 14, 7
    samples = {
        c: np.array([_features(draw(c, np.random.default_rng([7, k]), size)) for k in range(train + tested)])
        for c in CATEGORIES
    }
    seen = np.concatenate([s[:train] for s in samples.values()])
    mean, spread = seen.mean(axis=0), seen.std(axis=0) + 1e-6
    centroids = np.array([((s[:train] - mean) / spread).mean(axis=0) for s in samples.values()])
    hits = [
        int(np.argmin(np.linalg.norm(centroids - (f - mean) / spread, axis=1)) == k)
        for k, s in enumerate(samples.values())
        for f in s[train:]
    ]
    assert np.mean(hits) > 0.25, np.mean(hits)  # chance is 0.1
