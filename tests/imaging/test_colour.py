"""How colourful a picture is, whatever format it comes in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from semgui.domain.metadata import Databar
from semgui.imaging.analyse import analyse
from semgui.imaging.colour import ColourSample, chroma

RED = (200, 20, 20)


def picture(colour: tuple[int, int, int], height: int = 300, width: int = 400) -> np.ndarray:
    """A mottled picture in one colour."""
    mottle = np.random.default_rng(0).uniform(0.6, 1, (height, width, 1))
    return (mottle * np.array(colour)).astype(np.uint8)


def chroma_of(path: Path, row: int | None = None) -> float:
    with analyse(path, databar=Databar(row=row, source=None if row is None else "user")) as analysed:
        return analysed.chroma


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.tif", "palette.png"])
def test_coloured_and_grey_files_of_every_format(tmp_path: Path, name: str) -> None:
    for colour, expected in ((RED, 0.9), ((150, 150, 150), 0.0)):
        image = Image.fromarray(picture(colour))
        if name.startswith("palette"):
            image = image.quantize(32)
        image.save(tmp_path / name)
        assert chroma_of(tmp_path / name) == pytest.approx(expected, abs=0.03)


def test_a_file_without_colour_channels_has_none(tmp_path: Path) -> None:
    Image.fromarray(picture((90, 90, 90))[..., 0]).save(tmp_path / "a.png")
    assert chroma_of(tmp_path / "a.png") == 0


@pytest.mark.parametrize("options", [{"tile": (64, 64)}, {"rowsperstrip": 7}, {"planarconfig": "separate"}])
def test_colour_tiffs_in_tiles_strips_and_planes(tmp_path: Path, options: dict[str, object]) -> None:
    data = picture(RED)
    if "planarconfig" in options:
        data = np.moveaxis(data, -1, 0)
    tifffile.imwrite(tmp_path / "a.tif", data, photometric="rgb", **options)
    assert chroma_of(tmp_path / "a.tif") == pytest.approx(0.9, abs=0.01)


def test_the_databar_does_not_count(tmp_path: Path) -> None:
    grey = picture((120, 120, 120))
    grey[260:] = RED
    Image.fromarray(grey).save(tmp_path / "a.png")
    assert chroma_of(tmp_path / "a.png") > 0.1
    assert chroma_of(tmp_path / "a.png", row=250) == 0


def test_a_sample_taken_in_parts_is_the_sample_of_the_whole() -> None:
    data = np.random.default_rng(1).integers(0, 256, (301, 517, 3)).astype(np.uint8)
    whole, parts = ColourSample(301, 517), ColourSample(301, 517)
    whole.take(0, 0, data)
    for top in range(0, 301, 13):
        for left in range(0, 517, 101):
            parts.take(top, left, data[top : top + 13, left : left + 101])
    np.testing.assert_array_equal(whole.colours, parts.colours)
    assert whole.colours.any()


def test_black_and_broken_values_are_grey() -> None:
    assert chroma(np.zeros((4, 4, 3), np.float32)) == 0
    assert chroma(np.full((4, 4, 3), np.nan, np.float32)) == 0
