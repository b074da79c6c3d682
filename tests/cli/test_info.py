"""``semgui info``: one answer for every file, the unreadable ones too."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import open_project
from semgui.cli.main import app
from semgui.services.scan import scan_folder
from tests.crop_lines import place_databar
from tests.imaging.files import ASCII, grey_tags, tiff, write

KEYS = [
    *("path", "width", "height", "dtype", "vendor", "pixel_size_nm", "hv_kv", "wd_mm", "magnification"),
    *("tilt_deg", "detector", "instrument", "acquired_at", "databar_row", "databar_source", "error"),
]
RECORD = (
    b"[User]\nDate=09/25/2018\nTime=08:20:42 PM\n[System]\nSystemType=<b>Nova</b>\n[Beam]\nBeam=EBeam\n"
    b"[EBeam]\nHV=15000\nWD=0.0052\n[Scan]\nPixelWidth=5e-9\n[Image]\nResolutionX=64\nResolutionY=40\n"
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["info", *map(str, arguments)])


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0).integers(40, 120, (48, 64), dtype=np.uint8)
    noise[40:] = 255
    (tmp_path / "pictures").mkdir()
    data = tiff(grey_tags(64, 48) | {34682: (ASCII, RECORD)}, [noise.tobytes()])
    return write(tmp_path / "pictures" / "a.tif", data)


def test_one_line_for_every_file_in_the_order_given(picture: Path, tmp_path: Path) -> None:
    empty = write(tmp_path / "empty.tif", b"")
    missing = tmp_path / os.fsdecode(b"missing \xff.tif")
    result = run("--json", picture, empty, tmp_path, missing, picture)
    assert result.exit_code == 3
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["path"] for line in lines] == [str(p) for p in (picture, empty, tmp_path, missing, picture)]
    assert all(list(line) == KEYS for line in lines)
    assert lines[0] == lines[4]
    assert lines[0] == {
        "path": str(picture),
        "width": 64,
        "height": 48,
        "dtype": "uint8",
        "vendor": "thermo",
        "pixel_size_nm": 5.0,
        "hv_kv": 15.0,
        "wd_mm": 5.2,
        "magnification": None,
        "tilt_deg": None,
        "detector": None,
        "instrument": "<b>Nova</b>",
        "acquired_at": "2018-09-25T20:20:42",
        "databar_row": 40,
        "databar_source": "tag",
        "error": None,
    }
    for line in lines[1:4]:
        assert line["error"]
        assert all(line[key] is None for key in KEYS[1:-1])


def test_all_readable_is_exit_status_0(picture: Path) -> None:
    assert run("--json", picture).exit_code == 0


@pytest.mark.parametrize("arguments", [[], ["--json"], ["--nonsense", "a.tif"]])
def test_wrong_usage_is_exit_status_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_what_the_header_says_stays_when_the_pixels_are_damaged(picture: Path) -> None:
    tags = grey_tags(64, 48, t259=8) | {34682: (ASCII, RECORD)}
    write(picture, tiff(tags, [b"this is not deflate"]))
    result = run("--json", picture)
    assert result.exit_code == 3
    line = json.loads(result.stdout)
    assert line["error"]
    assert (line["width"], line["hv_kv"], line["databar_row"]) == (64, 15.0, None)


def test_the_users_crop_line_in_a_project_holds(picture: Path, tmp_path: Path) -> None:
    place = tmp_path / "p.semgui"
    with open_project(place, create=True) as project:
        scan_folder(project, picture.parent)
        record = ImageStore(project).by_path(picture)
        assert record is not None
        place_databar(project, record.id, 33)
    line = json.loads(run("--json", "--project", place, picture).stdout)
    assert (line["databar_row"], line["databar_source"]) == (33, "user")
    with open_project(place) as project:
        place_databar(project, record.id, None)
    line = json.loads(run("--json", "--project", place, picture).stdout)
    assert (line["databar_row"], line["databar_source"]) == (None, "user")
    assert json.loads(run("--json", picture).stdout)["databar_row"] == 40


def test_a_project_that_is_not_there_is_an_error(picture: Path, tmp_path: Path) -> None:
    result = run("--project", tmp_path / "none.semgui", picture)
    assert result.exit_code != 0
    assert not isinstance(result.exception, (KeyError, OSError))


def test_readable_text(picture: Path, tmp_path: Path) -> None:
    result = run(picture, write(tmp_path / "empty.tif", b""))
    assert result.exit_code == 3
    assert "64 × 48 pixels" in result.stdout
    assert "5 nm" in result.stdout
    assert "from row 40 (the microscope's record)" in result.stdout
    assert "the file is empty" in result.stdout


def test_the_limit_of_the_settings_holds(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CliRunner().invoke(app, ["settings", "limits.max_pixels=100"]).exit_code == 0
    assert "more than the limit" in json.loads(run("--json", picture).stdout)["error"]
