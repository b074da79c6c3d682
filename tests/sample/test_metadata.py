"""What the sample writes into tags and bars is what `semgui.imaging` reads."""

from __future__ import annotations

import numpy as np
import pytest

from semgui.imaging.analyse import analyse
from semgui.imaging.reader import read_info
from semgui.sample.databar import STYLES, length_text, round_length_nm
from semgui.sample.exposure import HELIOS, SIGMA, SUPRA
from semgui.sample.files import _tiff
from semgui.sample.recipe import micrograph


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("instrument", [SUPRA, SIGMA, HELIOS], ids=lambda i: i.model)
def test_tags_are_read_back_exactly(tmp_path, instrument, seed):
    style = "thermo_black" if instrument is HELIOS else "zeiss_black"
    picture = micrograph("Tips", seed, size=(120, 320), style=style, instrument=instrument)
    path = tmp_path / "a.tif"
    path.write_bytes(_tiff(picture, [picture.pixels]))
    found, meant = read_info(path).metadata, picture.exposure
    assert found.vendor == instrument.vendor
    assert found.pixel_size_nm == pytest.approx(meant.pixel_size_nm, rel=1e-8)
    assert found.hv_kv == pytest.approx(meant.hv_kv)
    assert found.wd_mm == pytest.approx(meant.wd_mm)
    assert found.tilt_deg == pytest.approx(meant.tilt_deg, abs=1e-6)
    assert found.magnification == pytest.approx(meant.magnification, rel=0.01)
    assert found.detector == meant.detector
    assert found.instrument == instrument.model
    assert found.acquired_at == meant.acquired_at
    assert found.databar_row == (120 if instrument is HELIOS else None)


@pytest.mark.parametrize("style", [None, *STYLES])
def test_the_databar_is_found_where_it_was_burned(tmp_path, style):
    hits = 0
    for seed, category in enumerate(["Tips", "Powder", "Fibres", "Particles", "Biological"]):
        picture = micrograph(category, seed, size=(480, 640), style=style, instrument=SUPRA)
        path = tmp_path / f"{seed}.tif"
        path.write_bytes(_tiff(picture, [picture.pixels]))
        with analyse(path) as found:
            row = found.databar.row
        if picture.databar_row is None:
            hits += row is None
        else:
            hits += row is not None and abs(row - picture.databar_row) <= 3
    assert hits >= 4, f"{hits} of 5 databars of style {style} found"


@pytest.mark.parametrize("style", STYLES)
def test_the_specimen_above_the_bar_is_untouched(style):
    plain = micrograph("Powder", 3, size=(240, 320), style=None)
    barred = micrograph("Powder", 3, size=(240, 320), style=style)
    assert barred.databar_row is not None
    assert np.array_equal(barred.pixels[: barred.databar_row], plain.pixels[: barred.databar_row])


def test_scale_bars_have_round_lengths():
    assert round_length_nm(740.0) == 500
    assert round_length_nm(1000.0) == 1000
    assert length_text(2000.0) == "2 µm"
    assert length_text(5e6) == "5 mm"
    assert length_text(0.5) == "0.5 nm"
