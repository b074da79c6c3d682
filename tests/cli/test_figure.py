"""``semgui figure``: a file of the right size on paper, or one sentence."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import open_project
from semgui.cli.main import app
from semgui.review.databar_commands import PlaceDatabar
from semgui.review.history import History
from semgui.services.scan import scan_folder
from tests.inference.standin import make_model


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["figure", *map(str, arguments)])


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0).integers(40, 120, (90, 120), dtype=np.uint8)
    (tmp_path / "in").mkdir()
    Image.fromarray(noise).save(tmp_path / "in" / "a.png")
    return tmp_path / "in" / "a.png"


def test_the_size_on_paper_is_said_and_written(picture: Path, tmp_path: Path):
    done = run(picture, "--out", tmp_path / "f.png", "--width-mm", 40, "--dpi", 150, "--pixel-size", 4)
    assert done.exit_code == 0, done.output
    assert "236 × 177 pixels, 40.0 × 30.0 mm" in done.output
    with Image.open(tmp_path / "f.png") as opened:
        assert opened.size == (236, 177)
        assert opened.info["dpi"][0] == pytest.approx(150, abs=0.1)


def test_without_a_pixel_size_it_says_why_there_is_no_bar(picture: Path, tmp_path: Path):
    done = run(picture, "--out", tmp_path / "f.tif", "--one-to-one", "--16-bit")
    assert done.exit_code == 0, done.output
    assert "--pixel-size gives one" in done.output
    with Image.open(tmp_path / "f.tif") as opened:
        assert opened.size == (120, 90)
        assert opened.mode == "I;16"


def test_the_crop_line_of_a_project_holds(picture: Path, tmp_path: Path):
    with open_project(tmp_path / "p.semgui", create=True) as project:
        scan_folder(project, picture.parent)
        record = ImageStore(project).by_path(picture)
        History(project, "ann").do(PlaceDatabar(record.id, 70))
    done = run(picture, "--out", tmp_path / "f.png", "--one-to-one", "-p", tmp_path / "p.semgui")
    assert "120 × 70 pixels" in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", "f.gif"], ".png, .tif or .svg"),
        (["--out", "f.png", "--corner", "middle"], "is no corner"),
        (["--out", "f.png", "--contrast", "9", "3"], "black first"),
        (["--out", "f.png", "--contrast", "nan", "nan"], "black first"),
        (["--out", "f.svg", "--text", "a\x01"], "cannot be shown"),
        (["--out", "f.png", "--width-mm", "1"], "between 5 and 2000 mm"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(picture: Path, tmp_path: Path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    done = run(picture, *arguments)
    assert done.exit_code == 2
    assert words in " ".join(done.output.split())
    assert not list(tmp_path.glob("f.*"))


def test_a_figure_never_replaces_its_source(picture: Path):
    before = picture.read_bytes()
    for name in (picture, picture.parent / ".." / picture.parent.name / picture.name):
        assert run(picture, "--out", name).exit_code == 2
    assert picture.read_bytes() == before


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere file names are text")
@pytest.mark.parametrize("suffix", [".png", ".svg", ".tif"])
def test_a_name_that_is_no_text_is_written_as_escapes(picture: Path, tmp_path: Path, suffix: str):
    odd = picture.rename(picture.with_name(os.fsdecode(b"a\xff.png")))
    done = run(odd, "--out", tmp_path / f"f{suffix}")
    assert done.exit_code == 0, done.output
    assert b"a\\" in (tmp_path / f"f{suffix}").read_bytes()


def test_the_heatmap_heeds_the_crop_line_of_the_project(picture: Path, tmp_path: Path, monkeypatch):
    with open_project(tmp_path / "p.semgui", create=True) as project:
        scan_folder(project, picture.parent)
        History(project, "ann").do(PlaceDatabar(ImageStore(project).by_path(picture).id, 70))
    seen = []
    monkeypatch.setattr(
        "semgui.services.explain.Heatmaps.heatmap",
        lambda self, source, target, **rest: seen.append(source) or np.zeros((45, 60), np.float32),
    )
    model = make_model(tmp_path / "standin")
    arguments = ("--heatmap", "--model", model, "-p", tmp_path / "p.semgui")
    done = run(picture, "--out", tmp_path / "f.png", *arguments)
    assert done.exit_code == 0, done.output
    assert [source.databar.row for source in seen] == [70]
