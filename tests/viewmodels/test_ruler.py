from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from semgui.domain.metadata import ContrastLimits, Databar, SemMetadata
from semgui.viewmodels.picture import Picture
from semgui.viewmodels.ruler import Measure, RulerModel, length_text


def picture(name: str, pixel: float | None = 5.0) -> Picture:
    metadata = SemMetadata(pixel_size_nm=pixel)
    return Picture(Path(name), None, np.zeros((4, 4), np.uint8), ContrastLimits(0, 1), Databar(), metadata)


@pytest.mark.parametrize(
    ("pixels", "size", "words"),
    [
        (100, None, "100.0 px"),
        (100, 5.0, "500 nm"),
        (300, 5.0, "1.500 µm"),
        (123.4, 0.5, "61.7 nm"),
        (1000, 11.165, "11.16 µm"),
        (800, 2500.0, "2.000 mm"),
        (3, 0.2, "0.6 nm"),
    ],
)
def test_a_length_has_the_digits_that_a_pixel_is_worth(pixels, size, words):
    assert length_text(pixels, size) == words


@pytest.mark.parametrize(
    ("end", "degrees"),
    [((10, 0), 0), ((10, -10), 45), ((10, 10), -45), ((-10, -10), -45), ((0, -9), 90), ((0, 9), 90)],
)
def test_angles_are_as_seen(end, degrees):
    assert Measure(0, 0, *end).degrees == pytest.approx(degrees)


def test_lines_are_kept_for_each_picture_and_can_be_taken_away():
    ruler = RulerModel()
    ruler.draw(Measure(0, 0, 9, 9))
    ruler.finish()
    assert ruler.measures == ()  # nothing to measure on
    a, b = picture("a.tif"), picture("b.tif", None)
    ruler.set_picture(a)
    for end in (30, 40):
        ruler.draw(Measure(0, 0, end, 0))
        ruler.finish()
    ruler.draw(Measure(5, 5, 5.5, 5))  # a click
    ruler.finish()
    assert [m.pixels for m in ruler.measures] == [30, 40]
    ruler.set_picture(b)
    assert ruler.measures == ()
    ruler.draw(Measure(0, 0, 0, 50))
    ruler.finish()
    assert ruler.words(ruler.measures[0]) == "50.0 px · 90.0°"
    ruler.set_picture(a)
    ruler.remove_last()
    assert [m.pixels for m in ruler.measures] == [30]
    head, line = ruler.as_table().splitlines()
    assert head.startswith("image\tlength\tunit")
    assert line == "a.tif\t150\tnm\t0.00\t0.0\t0.0\t30.0\t0.0"
    ruler.clear()
    assert ruler.measures == ()
