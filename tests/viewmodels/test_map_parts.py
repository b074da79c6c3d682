"""What a map is made of: pixels, a camera, a lasso, colours; and the steps of a cold start."""

from __future__ import annotations

import numpy as np
import pytest

from semgui.catalogue.presets import load_preset
from semgui.catalogue.sorting import Column
from semgui.viewmodels.cold_start import Step, way_of
from semgui.viewmodels.map_camera import MapCamera, inside_polygon
from semgui.viewmodels.map_colours import ColourBy, argb, colouring, of_scores
from semgui.viewmodels.map_raster import Raster, disc

_GROUND, _RED, _BLUE = 0xFF101010, 0xFFFF0000, 0xFF0000FF


def _drawn(places: list[tuple[float, float]], colours: list[int], radius: float = 2.0) -> np.ndarray:
    raster = Raster(40, 30)
    raster.fill(_GROUND)
    raster.draw(np.array(places, np.float32), np.array(colours, np.uint32), radius)
    return raster.pixels


def test_a_disc_is_round_and_its_edge_mixes_with_the_ground():
    pixels = _drawn([(20.5, 10.5)], [_RED])
    assert pixels[10, 20] == pixels[9, 20] == pixels[10, 19] == _RED
    assert pixels[10, 25] == pixels[14, 24] == _GROUND
    edge = {int(value) for value in np.unique(pixels)} - {_RED, _GROUND}
    assert edge  # partly covered
    assert all(value >> 24 == 0xFF and (value >> 16 & 0xFF) >= 0x10 for value in edge)
    shape = disc(2.0)
    covered = len(shape.inner) + shape.cover.sum() / 256
    assert covered == pytest.approx(np.pi * 2.0**2, rel=0.06)


def test_of_points_in_one_place_the_last_is_seen_and_those_outside_do_no_harm():
    pixels = _drawn([(5, 5), (5, 5), (-30, 5), (5, 900), (39.9, 29.9)], [_BLUE, _RED, _BLUE, _BLUE, _BLUE])
    assert pixels[5, 5] == _RED
    assert pixels[29, 39] == _BLUE


def test_a_raster_is_used_again_and_lies_in_memory_line_by_line():
    raster = Raster(40, 30)
    raster.draw(np.array([(3, 3)], np.float32), np.array([_RED], np.uint32), 2.0)
    raster.fill(_GROUND)
    assert (raster.pixels == _GROUND).all()
    memory, line = raster.memory
    raster.pixels[2, 7] = _BLUE
    assert memory[2 * line // 4 + 7] == _BLUE


def test_what_is_under_the_mouse_stays_there_when_the_map_is_magnified():
    camera = MapCamera()
    camera.resize(800, 600)
    place = camera.to_map(123, 456)
    camera.zoom_about(123, 456, 3.0)
    assert camera.to_map(123, 456) == pytest.approx(place)
    camera.pan(10, -20)
    assert camera.to_map(133, 436) == pytest.approx(place)
    found = camera.to_pixels(np.array([place], np.float32))[0]
    assert found == pytest.approx([133, 436], abs=1e-2)
    camera.fit()
    corners = camera.to_pixels(np.array([(0, 0), (1, 1)], np.float32))
    assert corners.min() >= 0 and corners[:, 0].max() <= 800 and corners[:, 1].max() <= 600
    assert corners[0, 1] > corners[1, 1]  # upwards on the map is upwards on the screen


def test_a_lasso_chooses_what_lies_inside_also_of_a_hollow_shape():
    horseshoe = np.array([(0, 0), (4, 0), (4, 4), (3, 4), (3, 1), (1, 1), (1, 4), (0, 4)], float)
    places = np.array([(0.5, 3), (2, 0.5), (3.5, 3), (2, 3), (5, 5), (-1, 2)], np.float32)
    assert inside_polygon(places, horseshoe).tolist() == [True, True, True, False, False, False]
    assert not inside_polygon(places, horseshoe[:2]).any()


def test_classes_keep_their_colours_and_what_has_none_is_drawn_first():
    taxonomy = load_preset("nffa10")
    first, second = list(taxonomy)[:2]
    names = [first.id, second.id]
    column = Column(np.array([0, 1, np.nan, 1]), lambda rank: names[int(rank)])
    found = colouring(ColourBy.LABEL, column, taxonomy)
    assert [entry.name for entry in found.entries] == [first.name, second.name, "no label"]
    painted = found.paint(4, "#777777", dark=True)
    expected = [first.colour, second.colour, "#777777", second.colour]
    assert painted.tolist() == [argb(colour) for colour in expected]
    below, above = found.layers(4)
    assert below.tolist() == [2] and sorted(above.tolist()) == [0, 1, 3]


def test_rare_values_share_a_colour():
    ranks = np.concatenate([np.repeat(np.arange(10.0), 5), np.arange(10.0, 15.0)])
    found = colouring(ColourBy.DETECTOR, Column(ranks, lambda rank: f"d{rank:.0f}"), load_preset("nffa10"))
    assert len(found.entries) == 11
    assert found.entries[-1].name == "5 others" and found.entries[-1].rows.sum() == 5
    assert len({entry.colour for entry in found.entries}) == 11


def test_numbers_go_along_a_ramp_with_the_highest_on_top():
    found = of_scores(ColourBy.LABEL_ISSUE, np.array([0.0, 1.0, np.nan, 0.5]))
    assert found.entries[0].rows.tolist() == [False, False, True, False]
    dark, light = (found.paint(4, "#777777", dark=on) for on in (True, False))
    assert len({*dark.tolist()}) == 4 and dark[1] != light[1]
    layers = found.layers(4)
    assert layers[0].tolist() == [2] and layers[-1].tolist() == [1]
    decades = Column(np.array([10.0, 100.0, 1000.0]), lambda value: value)
    found = colouring(ColourBy.MAGNIFICATION, decades, load_preset("nffa10"))
    assert found.level is not None and found.level.tolist() == pytest.approx([0, 0.5, 1])
    assert found.ramp is not None and (found.ramp.low, found.ramp.high) == ("10 ×", "1,000 ×")


def test_a_date_and_a_measure_that_never_changes():
    days = ["2024-03-01T10:00:00", "2024-03-11T10:00:00"]
    found = colouring(
        ColourBy.ACQUIRED, Column(np.array([1.0, 0.0, np.nan]), lambda r: days[int(r)]), load_preset("nffa10")
    )
    assert found.ramp is not None and (found.ramp.low, found.ramp.high) == ("2024-03-01", "2024-03-11")
    same = colouring(ColourBy.HV, Column(np.full(3, 5.0), lambda value: value), load_preset("nffa10"))
    assert same.ramp is not None and (same.ramp.low, same.ramp.middle) == ("", "5 kV")


@pytest.mark.parametrize(
    ("counts", "known", "grouped", "step"),
    [
        ({}, (), False, Step.GROUP),
        ({"a": 9}, ("a",), True, Step.NAME),
        ({"a": 9, "b": 4, None: 50}, ("a", "b"), True, Step.LABEL),
        ({"a": 9, "b": 5}, ("a",), True, Step.TRAIN),
        ({"a": 9, "b": 5}, ("a", "b", "c"), False, Step.REVIEW),
    ],
)
def test_the_way_from_nothing_to_a_model(counts, known, grouped, step):
    way = way_of(counts, known, grouped=grouped)
    assert way.now is step
    assert [way.is_done(other) for other in Step] == [
        list(Step).index(other) < list(Step).index(step) for other in Step
    ]
    assert way.short == ((("b", 4),) if step is Step.LABEL else ())
