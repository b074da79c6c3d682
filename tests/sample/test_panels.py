"""Panels as they come to a classifier, and pictures that are no SEM images."""

from __future__ import annotations

import numpy as np
import pytest

from semgui.sample import transmitted
from semgui.sample.categories import CATEGORIES
from semgui.sample.panels import FOREIGN_KINDS, foreign_panel, panel, panels
from semgui.sample.recipe import draw


@pytest.mark.parametrize("category", CATEGORIES)
def test_panels_of_one_drawing_differ_and_depend_on_the_seed_alone(category: str) -> None:
    first, second = panels(category, np.random.default_rng(5), 2)
    assert first.dtype == np.uint8
    assert first.ndim == 2
    assert first.shape != second.shape or not np.array_equal(first, second)
    again = panels(category, np.random.default_rng(5), 2)
    np.testing.assert_array_equal(first, again[0])
    np.testing.assert_array_equal(second, again[1])


def test_panels_have_the_sizes_and_shapes_of_figures() -> None:
    rng = np.random.default_rng(2)
    picture = draw("Particles", rng, (288, 384))
    made = [panel(picture, rng) for _ in range(40)]
    widths = [p.shape[1] for p in made]
    assert min(widths) < 180
    assert max(widths) > 300
    assert any(p.shape[0] > p.shape[1] for p in made), "none was turned"


@pytest.mark.parametrize("kind", FOREIGN_KINDS)
def test_foreign_panels_are_grey_and_have_contrast(kind: str) -> None:
    made = foreign_panel(kind, np.random.default_rng(4))
    assert made.dtype == np.uint8
    assert made.ndim == 2
    assert made.std() > 3


@pytest.mark.parametrize("kind", ["crystallites", "silhouettes"])
def test_matter_is_dark_where_light_goes_through(kind: str) -> None:
    for seed in range(5):
        level = transmitted.KINDS[kind](np.random.default_rng(seed), (200, 260))
        assert level.min() >= 0
        assert level.max() <= 1
        assert np.median(level) - level.min() > level.max() - np.median(level)
