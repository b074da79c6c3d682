from __future__ import annotations

import pytest

from semgui.viewmodels.view import View, filled, fitted, in_view, on_the_grid, part_to_show

CANVAS = (600, 800)


def test_a_fitted_picture_lies_within_and_a_filling_one_leaves_nothing_empty():
    for size in ((768, 1024), (1024, 300), (50, 4000)):
        fit = fitted(size, CANVAS)
        assert size[0] * fit.zoom <= CANVAS[0]
        assert size[1] * fit.zoom <= CANVAS[1]
        fill = filled(size, CANVAS)
        assert size[0] * fill.zoom >= CANVAS[0] * 0.999 or fill.zoom == 64
        assert size[1] * fill.zoom >= CANVAS[1] * 0.999 or fill.zoom == 64
    assert fitted((10, 10), CANVAS).zoom == 4  # no giant squares


def test_below_1_to_1_there_is_one_sample_a_pixel_of_the_screen():
    part = part_to_show((3072, 4096), View(0.19), CANVAS)
    assert part.box == (0, 0, 4096, 3072)
    assert (part.rows, part.columns) == (round(3072 * 0.19), round(4096 * 0.19))


def test_above_1_to_1_they_are_the_pictures_own_pixels():
    part = part_to_show((768, 1024), View(3.0, 0.2, 0.2), CANVAS)
    assert part.box == (0, 0, 1024, 768)
    assert (part.rows, part.columns) == (768, 1024)


@pytest.mark.parametrize("zoom", [0.5, 1.0, 8.0])
def test_of_a_huge_picture_only_what_is_near_is_shown(zoom):
    size, view = (20_000, 20_000), View(zoom, 0.3, 0.9)
    part = part_to_show(size, view, CANVAS)
    assert part.rows * part.columns < 5_000_000
    assert part.covers(in_view(size, view, CANVAS))
    assert part.rows <= part.box[3] - part.box[1]


def test_samples_meet_the_pixels_of_the_screen():
    size = (767, 1023)
    view = on_the_grid(size, View(1.0, 0.5, 0.5), CANVAS)
    left = CANVAS[1] / 2 - view.x * size[1] * view.zoom
    top = CANVAS[0] / 2 - view.y * size[0] * view.zoom
    assert left == pytest.approx(round(left))
    assert top == pytest.approx(round(top))
    assert abs(view.x - 0.5) * size[1] <= 0.5


def test_panned_out_of_sight_there_is_still_a_part():
    box = in_view((100, 100), View(1.0, 9.0, 9.0), CANVAS)
    assert box[0] < box[2]
    assert box[1] < box[3]
