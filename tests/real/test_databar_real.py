"""The databar rule on every annotated real picture, both halves; docs/databar.md has the table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from semgui.imaging.analyse import analyse
from semgui.imaging.databar import find_databar
from tests.bench.databar_report import measure
from tests.imaging.files import read_image


@pytest.mark.parametrize(("half", "bars", "barless"), [("tuning", 212, 198), ("held-out", 102, 238)])
def test_bars_are_found_and_nothing_else_is_cropped(
    shared_data: Path, half: str, bars: int, barless: int
) -> None:
    scores = measure(shared_data, half).values()
    assert [s.wrong for s in scores if s.wrong] == []
    assert sum(s.hits for s in scores) == bars
    assert sum(s.barless for s in scores) == barless


def test_vendor_files_agree_with_the_manifest(shared_data: Path) -> None:
    """Tag and pixels together, as ``info`` and ``classify`` see them."""
    vendor = shared_data / "vendor"
    wrong = {}
    for entry in json.loads((vendor / "manifest.json").read_text(encoding="utf-8"))["files"]:
        expected = entry["databar_first_row"]
        if expected == "not annotated":
            continue
        with analyse(vendor / entry["file"]) as analysed:
            row = analysed.databar.row
        if (row is None) != (expected is None) or (row is not None and abs(row - expected) > 3):
            wrong[entry["file"]] = (expected, row)
    assert wrong == {}


def test_a_tag_beyond_doubt_of_the_pixels_is_kept(shared_data: Path) -> None:
    """The bar's pixels were zeroed with the specimen's: only the tag knows."""
    pixels = read_image(shared_data / "vendor" / "fei" / "quanta-fei_2_dataZeroed.tif").pixels
    assert find_databar(pixels).row is None
    assert find_databar(pixels, tag_row=884).row == 884
