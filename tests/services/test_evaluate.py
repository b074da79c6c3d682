"""`semgui evaluate` on folders whose answers are known."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from semgui.catalogue.fingerprint import fingerprint
from semgui.cli.main import app
from semgui.domain.errors import UsageError
from semgui.registry.store import bundled_models
from semgui.services.evaluate import parse_mapping
from trainer.metrics import accuracy, balanced_accuracy, class_report

_CLASSES = ("Tips", "Powder", "Nanowires")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five noise pictures in each of three class folders, two of them in a subfolder, and a broken file."""
    generator = np.random.default_rng(3)
    place = tmp_path_factory.mktemp("external") / "<set>"
    for name in _CLASSES:
        (place / name / "sample1").mkdir(parents=True)
        for i in range(5):
            pixels = generator.integers(0, 256, (96, 128), dtype=np.uint8)
            Image.fromarray(pixels).save(place / name / ("sample1" if i < 2 else "") / f"{name}{i}.png")
    (place / "Tips" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return place


def _evaluate(*arguments: str):
    return CliRunner().invoke(app, ["evaluate", *arguments])


@pytest.fixture(scope="module")
def written(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    report = tmp_path_factory.mktemp("reports") / "one"
    result = _evaluate("--data", str(folder), "--report", str(report), "--device", "cpu")
    assert result.exit_code == 0, result.output
    assert "1 image(s) could not be read" in result.stderr
    return report


def test_the_figures_follow_from_the_confusion_matrix(written: Path):
    metrics = json.loads((written / "metrics.json").read_text())
    rows = list(csv.reader((written / "confusion.csv").read_text().splitlines()))
    confusion = np.array([row[1:] for row in rows[1:]], int)
    assert metrics["n"] == confusion.sum() == 15
    assert metrics["accuracy"] == pytest.approx(accuracy(confusion))
    assert metrics["balanced_accuracy"] == pytest.approx(balanced_accuracy(confusion))
    present = confusion.sum(axis=1) > 0
    assert metrics["macro_f1"] == pytest.approx(class_report(confusion).f1[present].mean())
    assert 0 <= metrics["ece"] <= 1
    low, high = metrics["intervals"]["accuracy"]
    assert low <= metrics["accuracy"] <= high
    assert [entry["path"].endswith("broken.png") for entry in metrics["unreadable"]] == [True]


def test_every_counted_image_has_its_line(written: Path, folder: Path):
    rows = list(csv.DictReader((written / "predictions.csv").read_text().splitlines()))
    assert len(rows) == 15
    assert {row["true"] for row in rows} == set(_CLASSES)
    hits = sum(row["true"] == row["predicted"] for row in rows)
    assert hits / 15 == pytest.approx(json.loads((written / "metrics.json").read_text())["accuracy"])
    assert all(Path(row["path"]).is_relative_to(folder) for row in rows)


def test_the_report_stands_alone_and_shows_mistakes(written: Path):
    page = (written / "report.html").read_text()
    assert not re.findall(r'(?:src|href)="(?!data:)', page)
    assert "The surest mistakes" in page and "data:image/jpeg" in page
    assert "Commonly confused" in page and "<svg" in page
    assert "<set>" not in page and "&lt;set&gt;" in page


def test_unknown_classes_are_named_left_out_or_mapped(folder: Path, tmp_path: Path):
    renamed = tmp_path / "renamed"
    shutil.copytree(folder, renamed)
    (renamed / "Powder").rename(renamed / "Pulver")
    result = _evaluate("--data", str(renamed), "--report", str(tmp_path / "a"))
    assert result.exit_code == 0
    assert "Pulver (5)" in result.stderr
    assert json.loads((tmp_path / "a" / "metrics.json").read_text())["unknown_classes"] == {"Pulver": 5}

    mapped = ("--data", str(renamed), "--report", str(tmp_path / "b"), "--map", "Pulver=powder")
    assert _evaluate(*mapped).exit_code == 0
    metrics = json.loads((tmp_path / "b" / "metrics.json").read_text())
    assert metrics["n"] == 15
    assert metrics["classes_of_folder"]["Pulver"] == "Powder"


@pytest.mark.parametrize(
    ("given", "says"),
    [("Pulver=Tips", "no class folder Pulver"), ("Tips=Bricks", "no class 'Bricks'"), ("Tips", "--map Tips")],
)
def test_a_wrong_mapping_is_one_sentence(folder: Path, tmp_path: Path, given: str, says: str):
    result = _evaluate("--data", str(folder), "--report", str(tmp_path / "r"), "--map", given)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.output


def test_mappings_need_both_sides():
    assert parse_mapping(["a = b"]) == {"a": "b"}
    with pytest.raises(UsageError):
        parse_mapping(["=b"])


def test_the_labels_of_a_project_are_measured_on_as_well(folder: Path, tmp_path: Path):
    project = tmp_path / "p.semgui"
    runner = CliRunner()
    assert runner.invoke(app, ["scan", str(folder), "--project", str(project)]).exit_code in (0, 3)
    labels = tmp_path / "labels.csv"
    lines = [f"{path},{path.relative_to(folder).parts[0]}" for path in sorted(folder.rglob("*[0-9].png"))]
    labels.write_text("path,class\n" + "\n".join(lines[:11]) + "\n")
    assert runner.invoke(app, ["label", "import", str(labels), "--project", str(project)]).exit_code == 0
    result = _evaluate("--project", str(project), "--report", str(tmp_path / "r"))
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "r" / "metrics.json").read_text())["n"] == 11


def test_one_set_of_images_must_be_named(folder: Path, tmp_path: Path):
    for named in ((), ("--data", str(folder), "--project", str(tmp_path))):
        result = _evaluate(*named, "--report", str(tmp_path / "r"))
        assert result.exit_code == 2
        assert "--data FOLDER or --project" in result.stderr


def test_images_that_the_model_was_trained_on_are_counted(folder: Path, tmp_path: Path):
    model = tmp_path / "trained"
    shutil.copytree(bundled_models() / "nffa10-starter", model)
    seen = [fingerprint(folder / "Powder" / f"Powder{i}.png", folder) for i in range(2, 5)]
    (model / "training.json").write_text(json.dumps({"fingerprints": seen}))
    result = _evaluate("--data", str(folder), "--report", str(tmp_path / "r"), "--model", str(model))
    assert "trained on 3 of the 15 images" in result.stderr
    assert json.loads((tmp_path / "r" / "metrics.json").read_text())["trained_on"] == 3
