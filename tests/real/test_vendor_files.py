"""Every expected value of every real vendor file, whoever else may have read it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from semgui.domain.errors import UnreadableImageError
from semgui.domain.metadata import SemMetadata
from semgui.imaging.analyse import analyse
from semgui.imaging.reader import read_info
from semgui.imaging.vendors import jeol
from semgui.imaging.vendors.values import decode_text
from tests.imaging.files import read_image

_VENDOR = Path(__file__).resolve().parents[3] / "shared" / "data" / "vendor"
_MANIFEST = _VENDOR / "manifest.json"
_ENTRIES: list[dict[str, Any]] = json.loads(_MANIFEST.read_text())["files"] if _MANIFEST.is_file() else []
_PICTURES = [e for e in _ENTRIES if Path(e["file"]).suffix not in (".hdr", ".txt")]
_BROKEN = ("fei/quanta_bad_metadata.tif", "fei/quanta_no_beam_scan_or_system_meta.tif")
_NUMBERS = {
    "hv_kv": 1e-3,
    "wd_mm": 1e-3,
    "magnification": 0.0,
    "tilt_deg": 1e-3,
}  # absolute tolerance near zero
_ROWS = 3

pytestmark = pytest.mark.skipif(
    not _ENTRIES, reason="the real images of ../shared/data are not on this machine"
)


def name_of(entry: dict[str, Any]) -> str:
    return str(entry["file"])


def check(metadata: SemMetadata, expected: dict[str, Any], width: int | None) -> None:
    for key, tolerance in _NUMBERS.items():
        wanted = expected[key]
        assert getattr(metadata, key) == (
            None if wanted is None else pytest.approx(wanted, rel=0.01, abs=tolerance)
        ), key
    assert metadata.detector == expected["detector"]
    assert metadata.instrument == expected["instrument"]
    wanted_time = expected["acquired_at"]
    assert metadata.acquired_at == (None if wanted_time is None else datetime.fromisoformat(wanted_time))
    size = expected["pixel_size_nm"]
    if size is None and "hfw_um" in expected and width is not None:
        # The source of this value knew the field of view only; the pixel size follows from it.
        size = expected["hfw_um"] * 1000 / width
    tolerance = expected.get("pixel_size_tolerance", 1e-3)
    assert metadata.pixel_size_nm == (None if size is None else pytest.approx(size, rel=tolerance))


@pytest.mark.parametrize("entry", [e for e in _PICTURES if e["expected"]], ids=name_of)
def test_header(entry: dict[str, Any]) -> None:
    expected = entry["expected"]
    info = read_info(_VENDOR / entry["file"])
    assert (info.width, info.height) == (expected["width"], expected["height"])
    check(info.metadata, expected, info.width)
    json.dumps(info.metadata.record, allow_nan=False)
    assert bool(info.metadata.record) == (info.metadata.vendor is not None)


@pytest.mark.parametrize(
    "entry", [e for e in _PICTURES if e["databar_first_row"] != "not annotated"], ids=name_of
)
def test_databar(entry: dict[str, Any]) -> None:
    row = entry["databar_first_row"]
    with analyse(_VENDOR / entry["file"]) as found:
        assert found.pixels.shape == (found.info.height, found.info.width)
        if row is None:
            assert found.databar.row is None
        else:
            assert found.databar.row is not None
            assert abs(found.databar.row - row) <= _ROWS


def test_pictures_without_a_record_stay_without(shared_data: Path) -> None:
    for path in sorted((shared_data / "vendor" / "hitachi").glob("*.tif")):
        assert read_info(path).metadata == SemMetadata()


@pytest.mark.parametrize("name", _BROKEN)
def test_pictures_broken_on_purpose(name: str) -> None:
    with pytest.raises(UnreadableImageError) as caught:
        read_image(_VENDOR / name)
    assert caught.value.reason


def test_a_jeol_sidecar_without_its_picture() -> None:
    entry = next(e for e in _ENTRIES if e["file"].startswith("jeol/"))
    parsed = jeol.parse(decode_text((_VENDOR / entry["file"]).read_bytes()), width=0, height=0)
    assert parsed is not None
    check(parsed[0], entry["expected"], None)


def test_a_tescan_sidecar_says_what_the_tag_says(tmp_path: Path) -> None:
    """The same picture with its tag removed, beside its sidecar."""
    source = _VENDOR / "tescan" / "tescan-pfib_dataZeroed.tif"
    data = source.read_bytes()
    tag = (50431).to_bytes(2, "little")
    assert data.count(tag + (1).to_bytes(2, "little")) == 1
    (tmp_path / "x.TIF").write_bytes(data.replace(tag + b"\1\0", (50430).to_bytes(2, "little") + b"\1\0"))
    assert read_info(tmp_path / "x.TIF").metadata.vendor is None
    (tmp_path / "X-tif.HDR").write_bytes(source.with_suffix(".hdr").read_bytes())
    found, told = read_info(tmp_path / "x.TIF").metadata, read_info(source).metadata
    assert replace(found, record={}) == replace(told, record={})
    assert found.record["MAIN"] == told.record["MAIN"]


def test_headers_are_read_in_milliseconds() -> None:
    """Scanning 100,000 files depends on it."""
    paths = [_VENDOR / e["file"] for e in _PICTURES if e["expected"]]
    for path in paths:
        read_info(path)
    start = time.perf_counter()
    for path in paths:
        read_info(path)
    assert (time.perf_counter() - start) / len(paths) < 0.5  # reading the pictures, too, would take longer
