from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from semgui.domain.metadata import ContrastLimits, Databar, SemMetadata
from semgui.viewmodels.look import Look, LookModel, histogram_of
from semgui.viewmodels.picture import Picture
from tests.viewmodels.runner import ManualRunner


def picture(name: str, low: float = 10, high: float = 200, dtype=np.uint8) -> Picture:
    pixels = np.zeros((20, 30), dtype)
    pixels[:10] = 100
    return Picture(Path(name), None, pixels, ContrastLimits(low, high), Databar(15, "tag"), SemMetadata())


def model() -> tuple[LookModel, ManualRunner]:
    runner = ManualRunner()
    return LookModel(runner), runner


def test_every_picture_is_automatic_and_remembers_its_own_change():
    look, _ = model()
    a, b = picture("a"), picture("b", 0, 50)
    look.set_picture(a)
    assert look.look == Look(10, 200)
    assert look.automatic
    look.set_limits(40, 90)
    look.set_gamma(0.5)
    look.set_picture(b)
    assert look.look == Look(0, 50)
    look.set_picture(a)
    assert look.look == Look(40, 90, 0.5)
    assert not look.automatic
    look.reset()
    assert look.automatic
    look.set_picture(b)
    look.set_picture(a)
    assert look.automatic


def test_a_kept_setting_survives_switching_and_leaves_no_trace():
    look, _ = model()
    look.set_picture(picture("a"))
    look.set_limits(40, 90)
    look.invert()
    look.keep()
    b = picture("b", 0, 50)
    look.set_picture(b)
    assert look.look == Look(40, 90, 1.0, inverted=True)
    look.keep()
    look.set_picture(picture("c"))
    assert look.look == Look(10, 200)
    look.set_picture(b)
    assert look.look == Look(0, 50)


def test_kept_grey_values_of_another_depth_mean_nothing():
    look, _ = model()
    look.set_picture(picture("a"))
    look.set_limits(40, 90)
    look.set_gamma(2.0)
    look.keep()
    look.set_picture(picture("deep", 1000, 9000, np.uint16))
    assert look.look == Look(1000, 9000, 2.0)


def test_limits_stay_apart_and_in_range():
    look, _ = model()
    look.set_picture(picture("a"))
    look.set_limits(300, -5)
    assert look.look == Look(0, 255)
    look.set_limits(80, 80)
    assert look.look.low < look.look.high
    look.set_limits(255, 255)
    assert look.look.low < look.look.high <= 255


@pytest.mark.parametrize(("gamma", "kept"), [(100, 5.0), (0.001, 0.2)])
def test_gamma_has_bounds(gamma, kept):
    look, _ = model()
    look.set_picture(picture("a"))
    look.set_gamma(gamma)
    assert look.look.gamma == kept


def test_the_histogram_counts_the_specimen_and_comes_for_the_picture_on_screen():
    look, runner = model()
    seen: list[int] = []
    look.histogram_changed.connect(lambda: seen.append(1))
    look.set_picture(picture("a"))
    look.ask_histogram()
    look.set_picture(picture("b"))
    runner.drain()
    assert look.histogram is None  # it was of the picture before
    look.ask_histogram()
    runner.drain()
    assert seen == [1]
    counts = look.histogram.counts
    assert counts.sum() == 15 * 30  # the databar is left out
    assert counts[100] == 300


def test_undefined_values_are_not_counted():
    pixels = np.full((10, 10), 2.0, np.float32)
    pixels[:5] = np.nan
    torn = Picture(Path("n"), None, pixels, ContrastLimits(1, 3), Databar(), SemMetadata())
    assert histogram_of(torn).counts.sum() == 50
