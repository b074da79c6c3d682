from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
import tifffile
from defusedxml.ElementTree import fromstring
from PIL import Image

from semgui.domain.errors import SemguiError, UsageError
from semgui.domain.metadata import ContrastLimits
from semgui.services.figure import FigureOptions, FigureSource, HeatOverlay, make_figure
from semgui.services.figure_files import save_figure
from semgui.services.figure_marks import length_words, round_length


def source(level: int = 90, dtype=np.uint8, shape=(600, 800), **known) -> FigureSource:
    pixels = np.full(shape, level, dtype)
    pixels[540:] = 0  # a databar
    known = {"databar_row": 540, "pixel_size_nm": 5.0} | known
    return FigureSource(Path("cells.tif"), pixels, ContrastLimits(0, 255), **known)


@pytest.mark.parametrize(
    ("longest", "length", "words"),
    [
        (99, 50, "50 nm"),
        (100, 100, "100 nm"),
        (1500, 1000, "1 µm"),
        (49_000, 20_000, "20 µm"),
        (7e6, 5e6, "5 mm"),
    ],
)
def test_lengths_are_round(longest, length, words):
    assert round_length(longest) == pytest.approx(length)
    assert length_words(length) == words


def test_width_on_paper_and_dots_per_inch_decide_the_size():
    figure = make_figure(source(), FigureOptions(width_mm=85, dpi=600))
    assert figure.picture.shape == (round(2008 * 540 / 800), 2008)
    assert figure.size_mm[0] == pytest.approx(85, abs=0.03)
    kept = make_figure(source(), FigureOptions(width_mm=None, keep_databar=True))
    assert kept.picture.shape == (600, 800)


def test_the_bar_is_as_long_as_it_says():
    for options in (FigureOptions(width_mm=170, dpi=300), FigureOptions(width_mm=None)):
        figure = make_figure(source(), options)
        bar = figure.bar
        assert bar is not None
        pixel_nm = 5.0 * 800 / figure.picture.shape[1]
        assert bar.box[2] * pixel_nm == pytest.approx(bar.nanometres)
        drawn = figure.drawn()
        row = round(bar.box[1] + bar.box[3] / 2)
        white = np.flatnonzero(drawn[row] > 0.95)
        assert len(white) == pytest.approx(bar.box[2], abs=1)
        assert bar.lettering.text == "1 µm"


@pytest.mark.parametrize(("level", "ink"), [(20, 1.0), (240, 0.0)])
def test_the_bar_can_be_read_on_dark_and_on_light(level, ink):
    figure = make_figure(source(level), FigureOptions())
    assert figure.bar is not None
    assert figure.bar.lettering.ink.fill == ink
    drawn = figure.drawn()
    left, top, width, height = (round(v) for v in figure.bar.box)
    assert np.allclose(drawn[top + 1 : top + height - 1, left + 1 : left + width - 1], ink)
    assert drawn[top - 1, left + width // 2] == pytest.approx(1 - ink)  # the rim


def test_without_a_pixel_size_there_is_no_bar():
    assert make_figure(source(pixel_size_nm=None), FigureOptions()).bar is None


def test_contrast_gamma_and_inversion_are_those_of_the_screen():
    ramp = np.tile(np.arange(0, 256, dtype=np.uint8), (10, 1))
    made = FigureSource(Path("ramp.png"), ramp, ContrastLimits(0, 255))
    options = FigureOptions(
        width_mm=None, contrast=ContrastLimits(50, 150), gamma=0.5, inverted=True, scale_bar=False
    )
    row = make_figure(made, options).picture[0]
    assert row[50] == 1
    assert row[150] == 0
    assert row[75] == pytest.approx(1 - 0.5, abs=1e-5)


def test_png_has_its_size_on_paper_and_its_record(tmp_path: Path):
    figure = make_figure(source(), FigureOptions(width_mm=85, dpi=600, text="a"))
    save_figure(figure, tmp_path / "f.png")
    with Image.open(tmp_path / "f.png") as opened:
        assert opened.size == (2008, figure.picture.shape[0])
        assert opened.info["dpi"][0] == pytest.approx(600, abs=0.1)
        record = json.loads(opened.info["Description"])
    assert record["source"] == "cells.tif"
    assert record["figure_pixel_size_nm"] == pytest.approx(5.0 * 800 / 2008)
    assert (record["black"], record["white"], record["scale_bar"]) == (0, 255, "1 µm")


def test_tiff_keeps_sixteen_bits_and_resolution(tmp_path: Path):
    pixels = np.linspace(0, 40_000, 400 * 500).reshape(400, 500).astype(np.uint16)
    made = FigureSource(Path("deep.tif"), pixels, ContrastLimits(0, 40_000), pixel_size_nm=2.0)
    save_figure(
        make_figure(made, FigureOptions(width_mm=None, dpi=300, sixteen_bit=True, scale_bar=False)),
        tmp_path / "f.tif",
    )
    with tifffile.TiffFile(tmp_path / "f.tif") as opened:
        page = opened.pages[0]
        assert page.dtype == np.uint16
        assert page.tags["XResolution"].value == (300, 1)
        assert page.tags["ResolutionUnit"].value == 2
        assert json.loads(page.tags["ImageDescription"].value)["source"] == "deep.tif"
        values = page.asarray()
    assert len(np.unique(values)) > 30_000
    assert np.abs(values / 65535 - pixels / 40_000).max() < 1e-4


def test_svg_embeds_the_picture_and_draws_bar_and_letters(tmp_path: Path):
    figure = make_figure(source(), FigureOptions(width_mm=85, dpi=300, text="b < c"))
    save_figure(figure, tmp_path / "f.svg")
    text = (tmp_path / "f.svg").read_text()
    root = fromstring(text)
    assert root.attrib["width"].endswith("mm")
    assert float(root.attrib["width"][:-2]) == pytest.approx(85, abs=0.05)
    svg = "{http://www.w3.org/2000/svg}"
    words = [t.text for t in root.iter(f"{svg}text")]
    assert words == ["1 µm", "b < c"]
    assert figure.bar is not None
    assert float(next(root.iter(f"{svg}rect")).attrib["width"]) == pytest.approx(figure.bar.box[2], abs=0.01)
    data = re.search(r"base64,([^\"]+)", text)
    assert data is not None
    with Image.open(io.BytesIO(base64.b64decode(data[1]))) as inside:
        plain = np.asarray(inside)
    assert plain.shape == figure.picture.shape
    assert len(np.unique(plain)) == 1  # nothing is burnt in


def test_a_heatmap_lies_where_it_was_and_leaves_the_rest_grey(tmp_path: Path):
    heat = np.zeros((60, 80), np.float32)
    heat[:27, :40] = 1  # the upper left quarter of what is above the databar
    colours = np.tile([1.0, 0.0, 0.0], (64, 1))
    figure = make_figure(
        source(), FigureOptions(width_mm=None, scale_bar=False, heat=HeatOverlay(heat, colours))
    )
    assert figure.picture.shape == (540, 800, 3)
    red = figure.picture[..., 0] - figure.picture[..., 1]
    assert red[:250, :380].min() > 0.3
    assert abs(red[290:, :]).max() < 1e-6
    save_figure(figure, tmp_path / "h.png")
    with Image.open(tmp_path / "h.png") as opened:
        assert opened.mode == "RGB"


@pytest.mark.parametrize(
    "options", [FigureOptions(width_mm=1), FigureOptions(dpi=1), FigureOptions(width_mm=2000, dpi=2400)]
)
def test_senseless_measures_are_a_sentence(options):
    with pytest.raises(UsageError):
        make_figure(source(), options)


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path):
    figure = make_figure(source(), FigureOptions(width_mm=20, dpi=72))
    with pytest.raises(SemguiError, match="cannot be written"):
        save_figure(figure, tmp_path / "nowhere" / "f.png")
    with pytest.raises(UsageError, match=r"\.png, \.tif or \.svg"):
        save_figure(figure, tmp_path / "f.gif")


def test_undefined_values_are_black():
    pixels = np.full((20, 30), 0.5, np.float32)
    pixels[:5] = np.nan
    made = FigureSource(Path("x.tif"), pixels, ContrastLimits(0, 1))
    picture = make_figure(made, FigureOptions(width_mm=None, scale_bar=False)).picture
    assert (picture[:5] == 0).all()
    assert np.allclose(picture[5:], 0.5)
