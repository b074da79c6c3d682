from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pyarrow import parquet
from typer.testing import CliRunner, Result

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.project import open_project
from semgui.cli.main import app
from semgui.domain.ids import ClassId
from semgui.services.classes import create_class, merge_classes, start_with_classes
from semgui.services.label import set_labels
from tests.inference.pictures import write_picture, write_pictures
from tests.inference.standin import make_model

SEMGUI = Path(sys.executable).with_name("semgui")
COLUMNS = [
    "path",
    "predicted",
    "confidence",
    "novelty",
    "status",
    "p_A",
    "p_B",
    "p_C",
    "databar_row",
    "error",
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make_model(tmp_path_factory.mktemp("models") / "standin"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pictures(tmp_path / "images", 11)
    return tmp_path / "images"


def classify(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["classify", *map(str, arguments), "--device", "cpu"])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_has_one_row_an_image_in_order(folder: Path, model: str, tmp_path: Path) -> None:
    out = tmp_path / "t.csv"
    answer = classify(folder, "--model", model, "--out", out)
    assert answer.exit_code == 0, answer.stderr
    rows = rows_of(out)
    assert list(rows[0]) == COLUMNS
    assert [Path(r["path"]).name for r in rows] == [f"img{n}.png" for n in range(1, 12)]
    for row in rows:
        probabilities = [float(row[f"p_{name}"]) for name in "ABC"]
        assert sum(probabilities) == pytest.approx(1, abs=1e-5)
        assert row["predicted"] == "ABC"[int(np.argmax(probabilities))]
        assert float(row["confidence"]) == pytest.approx(max(probabilities), abs=1e-6)
        assert row["status"] in {"ok", "uncertain"}
        assert row["error"] == ""
    assert "11 images in" in answer.stderr


def test_all_formats_say_the_same(folder: Path, model: str, tmp_path: Path) -> None:
    (folder / "img4.png").write_bytes(b"")
    outs = [tmp_path / f"t.{suffix}" for suffix in ("csv", "jsonl", "parquet")]
    for out in outs:
        assert classify(folder, "--model", model, "--out", out).exit_code == 3
    as_csv = rows_of(outs[0])
    as_json = [json.loads(line) for line in outs[1].read_text().splitlines()]
    as_parquet = parquet.read_table(outs[2]).to_pylist()
    assert [list(r) for r in as_json] == [COLUMNS] * 11
    assert list(as_parquet[0]) == COLUMNS
    for one, two, three in zip(as_csv, as_json, as_parquet, strict=True):
        assert one["path"] == two["path"] == three["path"]
        assert one["status"] == two["status"] == three["status"]
        if two["status"] == "error":
            assert two["predicted"] is None
            assert three["confidence"] is None
            assert "empty" in two["error"]
        else:
            assert float(one["confidence"]) == two["confidence"] == pytest.approx(three["confidence"])


def test_without_a_file_a_pipe_gets_csv(folder: Path, model: str) -> None:
    answer = classify(folder, "--model", model)
    rows = list(csv.DictReader(answer.stdout.splitlines()))
    assert len(rows) == 11
    assert list(rows[0]) == COLUMNS


def test_unreadable_images_are_rows_and_reasons(folder: Path, model: str, tmp_path: Path) -> None:
    (folder / "img2.png").write_bytes(b"")
    (folder / "img5.png").write_text("not a picture")
    (folder / "loop.png").symlink_to(folder / "loop.png")
    out = tmp_path / "t.csv"
    answer = classify(folder, "--model", model, "--out", out)
    assert answer.exit_code == 3
    assert "Traceback" not in answer.stderr
    bad = [r for r in rows_of(out) if r["status"] == "error"]
    assert [Path(r["path"]).name for r in bad] == ["img2.png", "img5.png", "loop.png"]
    assert all(r["error"] and not r["predicted"] for r in bad)


def test_a_subfolder_that_may_not_be_listed_is_named(
    model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = write_picture(tmp_path / "data" / "locked" / "a.png").parent
    write_picture(tmp_path / "data" / "b.png")
    scandir = os.scandir

    def refuse(path: object = ".") -> object:
        if path == locked:
            raise PermissionError(13, "Permission denied", str(locked))
        return scandir(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", refuse)
    answer = classify(tmp_path / "data", "--recursive", "--model", model)
    assert answer.exit_code == 3
    assert f"{locked}: this folder cannot be listed (Permission denied)" in answer.stderr
    assert len(answer.stdout.splitlines()) == 2


@pytest.mark.parametrize("in_project", [False, True])
def test_one_missing_file_does_not_stop_the_others(
    folder: Path, model: str, tmp_path: Path, *, in_project: bool
) -> None:
    project = ["--project", tmp_path / "p.semgui"] if in_project else []
    answer = classify(
        folder / "img1.png", folder / "gone.png", folder / "img2.png", "--model", model, *project
    )
    assert answer.exit_code == 3, answer.stderr
    rows = list(csv.DictReader(answer.stdout.splitlines()))
    assert [Path(r["path"]).name for r in rows] == ["img1.png", "gone.png", "img2.png"]
    assert [bool(r["error"]) for r in rows] == [False, True, False]
    assert "no such file" in rows[1]["error"]


def test_an_image_named_twice_is_one_row_and_said_so(folder: Path, model: str) -> None:
    answer = classify(
        folder / "img1.png", folder / "img1.png", folder / ".." / "images" / "img1.png", "--model", model
    )
    assert len(answer.stdout.splitlines()) == 2
    assert "2 named more than once" in answer.stderr


def test_a_name_that_is_no_utf8_survives(model: str, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.png")
    write_picture(tmp_path / "a.png").rename(odd)
    for suffix in ("csv", "jsonl", "parquet"):
        answer = classify(
            odd, "--model", model, "--out", tmp_path / f"t.{suffix}", "--heatmaps", tmp_path / "h"
        )
        assert answer.exit_code == 0, answer.stderr
    assert rows_of(tmp_path / "t.csv")[0]["path"] == str(odd)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "name at least one image"),
        (["gone.tif"], "there is no such file or folder"),
        (["{folder}", "--model", "nonesuch"], "there is no model 'nonesuch'"),
        (["{folder}", "--out", "{tmp}/t.xlsx"], "must end in .csv, .parquet or .jsonl"),
        (["{folder}", "--out", "{tmp}/gone/t.csv"], "does not exist"),
        (["{folder}", "--out", "{tmp}"], "must end in"),
        (["{folder}", "--batch-size", "0"], "--batch-size takes auto or a number"),
        (["{folder}", "--batch-size", "-3"], "--batch-size takes auto or a number"),
        (["{folder}", "--batch-size", "many"], "--batch-size takes auto or a number"),
        (["{folder}", "--device", "tpu"], "no device 'tpu'"),
        (
            ["{folder}", "--against", "Nonesuch", "--heatmaps", "{tmp}/h"],
            "has no class 'Nonesuch'; it has",
        ),
        (["--project", "{tmp}/gone.semgui"], "gone.semgui"),
        (["{tmp}/empty"], "no TIFF, PNG, JPEG or BMP"),
    ],
)
def test_wrong_usage_is_one_sentence_and_2(
    folder: Path, model: str, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    (tmp_path / "empty").mkdir()
    filled = [a.format(folder=folder, tmp=tmp_path) for a in arguments]
    if "--model" not in filled:
        filled += ["--model", model]
    device = [] if "--device" in filled else ["--device", "cpu"]
    answer = CliRunner().invoke(app, ["classify", *filled, *device])
    assert answer.exit_code == 2
    assert sentence in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "t.csv").exists()


def test_heatmaps_have_a_name_of_their_own_and_the_size_of_the_picture(model: str, tmp_path: Path) -> None:
    first = write_picture(tmp_path / "one" / "a.png", height=100, width=140)
    second = write_picture(tmp_path / "two" / "A.tif", height=90)
    third = write_picture(tmp_path / "two" / "b.png")
    longest = write_picture(tmp_path / "two" / f"{'n' * 251}.png")
    figures = tmp_path / "figures"
    assert classify(first, second, third, longest, "--model", model, "--heatmaps", figures).exit_code == 0
    names = sorted(p.name for p in figures.iterdir())
    assert len(names) == 4
    assert "b.png" in names
    with Image.open(next(p for p in figures.iterdir() if p.name.startswith("a-"))) as figure:
        assert figure.size == (140, 100)
        assert figure.mode == "RGB"
        assert "why" in figure.text["Title"]  # type: ignore[attr-defined]
    other = tmp_path / "other"
    assert classify(longest, third, second, first, "--model", model, "--heatmaps", other).exit_code == 0
    assert sorted(p.name for p in other.iterdir()) == names


def test_against_a_class_changes_the_figure_and_a_table_alone_needs_none(model: str, tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png")
    plain, versus = tmp_path / "plain", tmp_path / "versus"
    table = tmp_path / "t.csv"
    classify(path, "--model", model, "--heatmaps", plain, "--out", table)
    predicted = rows_of(table)[0]["predicted"]
    other = next(c for c in "ABC" if c != predicted)
    classify(path, "--model", model, "--heatmaps", versus, "--against", other.lower())
    figures = [np.asarray(Image.open(f / "a.png")).astype(int) for f in (plain, versus)]
    assert np.abs(figures[0] - figures[1]).mean() > 1


def test_a_project_goes_on_where_it_stopped(folder: Path, model: str, tmp_path: Path) -> None:
    project = tmp_path / "p.semgui"
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    (folder / "img3.png").write_bytes(b"")
    arguments = (folder, "--project", project, "--model", model)
    assert classify(*arguments, "--out", first).exit_code == 3
    write_picture(folder / "img12.png", seed=12)
    assert classify(*arguments, "--out", second).exit_code == 3
    before, after = rows_of(first), rows_of(second)
    assert after[:11] == before
    assert Path(after[11]["path"]).name == "img12.png"
    assert classify("--project", project, "--model", model, "--out", first).exit_code == 3
    assert rows_of(first) == after
    with open_project(project) as opened:
        assert opened.info("uuid")


def test_after_a_merge_a_kept_answer_is_still_the_models_own(model: str, tmp_path: Path) -> None:
    image, project = write_picture(tmp_path / "a.png"), tmp_path / "p.semgui"
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    arguments = (image, "--project", project, "--model", model)
    assert classify(*arguments, "--out", first).exit_code == 0
    predicted = rows_of(first)[0]["predicted"]
    with open_project(project) as opened:
        class_id = ClassId(f"t.{predicted.lower()}")
        start_with_classes(opened, [(class_id, predicted)], "ann")
        create_class(opened, "Mine", "ann")
        mine = next(i for i, name in ClassStore(opened).names().items() if name == "Mine")
        merge_classes(opened, class_id, mine, "ann")
        set_labels(opened, [ImageStore(opened).by_path(image).id], mine, "ann")
    figures = ("--heatmaps", tmp_path / "figures", "--nearest", 1)
    answer = classify(*arguments, write_picture(tmp_path / "b.png", 2), *figures, "--out", second)
    assert answer.exit_code == 0, answer.output
    kept, new = rows_of(second)
    assert kept | {"nearest": ""} == rows_of(first)[0] | {"nearest": ""}
    assert new["nearest"].startswith("Mine ")


def start(folder: Path, model: str, *arguments: object) -> subprocess.Popen[str]:
    command = [
        SEMGUI,
        "classify",
        folder,
        "--model",
        model,
        "--device",
        "cpu",
        "--batch-size",
        "2",
        *arguments,
    ]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [str(c) for c in command], stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )


def wait_for_lines(path: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while not path.exists() or path.read_text().count("\n") < count:
        assert time.monotonic() < deadline, "nothing was classified within a minute"
        time.sleep(0.01)


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    write_picture(folder / "img0.png", height=300, width=400)
    for n in range(1, 1500):
        (folder / f"img{n}.png").hardlink_to(folder / "img0.png")
    return folder


def test_ctrl_c_leaves_what_is_finished(many: Path, model: str, tmp_path: Path) -> None:
    out = tmp_path / "t.csv"
    process = start(many, model, "--out", out)
    wait_for_lines(out, 20)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "semgui: stopped; what was finished is kept."
    assert "Traceback" not in said
    rows = rows_of(out)
    assert 19 <= len(rows) < 1500
    assert [Path(r["path"]).name for r in rows] == [f"img{n}.png" for n in range(len(rows))]
    assert all(r["confidence"] for r in rows)


def test_sigterm_closes_a_parquet_table_properly(many: Path, model: str, tmp_path: Path) -> None:
    out, figures = tmp_path / "t.parquet", tmp_path / "figures"
    process = start(many, model, "--out", out, "--heatmaps", figures)
    deadline = time.monotonic() + 120
    while not list(figures.glob("img*.png")):  # a figure comes after its row
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert not list(tmp_path.glob(".*"))
    assert 0 < parquet.read_table(out).num_rows < 1500


def test_kill_9_leaves_a_whole_table_and_a_project_that_goes_on(
    many: Path, model: str, tmp_path: Path
) -> None:
    for n in range(240, 1500):
        (many / f"img{n}.png").unlink()
    project, out, again = tmp_path / "p.semgui", tmp_path / "t.csv", tmp_path / "again.csv"
    process = start(many, model, "--project", project, "--out", out)
    wait_for_lines(out, 2)
    process.kill()
    process.communicate(timeout=20)
    assert out.read_text().endswith("\n")
    left = rows_of(out)
    answer = classify(many, "--project", project, "--model", model, "--out", again)
    assert answer.exit_code == 0, answer.stderr
    assert len(rows_of(again)) == 240
    assert rows_of(again)[: len(left)] == left


def test_the_nearest_known_images_are_named_from_the_shipped_gallery(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", 1)
    out = tmp_path / "t.csv"
    answer = classify(tmp_path / "a.png", "--nearest", 3, "--out", out)
    assert answer.exit_code == 0, answer.output
    (row,) = rows_of(out)
    likeness = row["nearest"].split("; ")
    assert len(likeness) == 3
    similarities = [float(text.split(" ")[1]) for text in likeness]
    assert similarities == sorted(similarities, reverse=True)
    assert all("drawn: " in text for text in likeness)


def test_without_reference_pictures_nothing_is_alike(folder: Path, model: str, tmp_path: Path) -> None:
    out = tmp_path / "t.jsonl"
    classify(folder, "--model", model, "--nearest", 2, "--out", out)
    assert {json.loads(line)["nearest"] for line in out.read_text().splitlines()} == {""}
