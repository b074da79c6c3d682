"""`semgui compare` on two heads whose differences are known."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from semgui.catalogue.fingerprint import fingerprint
from semgui.cli.main import app
from semgui.jobs.prepare import JobSpec, prepare_run
from semgui.jobs.supervisor import create_run
from semgui.registry.store import bundled_models
from trainer.card import InputSpec, View, save_card
from trainer.events import EventWriter
from trainer.models import load_model, save_model
from trainer.preprocess import PreprocessParams
from trainer.run_folder import read_manifest
from trainer.train import train

_CLASSES = ("Tips", "Powder", "Nanowires")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise of three kinds of coarseness, six pictures each."""
    generator = np.random.default_rng(5)
    place = tmp_path_factory.mktemp("pictures") / "set"
    for coarse, name in enumerate(_CLASSES):
        (place / name).mkdir(parents=True)
        for i in range(6):
            small = generator.integers(0, 256, (12 << coarse, 16 << coarse), dtype=np.uint8)
            Image.fromarray(small).resize((128, 96)).save(place / name / f"{i}.png")
    return place


def _always(folder: Path, class_name: str) -> Path:
    """A model that always says one class."""
    model = load_model(bundled_models() / "nffa10-starter", torch.device("cpu"))
    head = model.network.head
    linear = [layer for layer in head.modules() if isinstance(layer, torch.nn.Linear)][-1]
    with torch.no_grad():
        linear.weight.zero_()
        linear.bias.zero_()
        linear.bias[[c.name for c in model.card.classes].index(class_name)] = 5.0
    card = model.card.model_copy(update={"name": f"<always>{class_name.lower()}"})
    save_card(save_model(folder, card, head, model.novelty_tensors), folder)
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    place = tmp_path_factory.mktemp("two")
    return _always(place / "tips", "Tips"), _always(place / "powder", "Powder")


def _compare(models: tuple[Path, Path], data: Path, report: Path):
    arguments = [*map(str, models), "--data", str(data), "--report", str(report), "--device", "cpu"]
    return CliRunner().invoke(app, ["compare", *arguments])


def test_what_one_mends_the_other_breaks(models, data: Path, tmp_path: Path):
    result = _compare(models, data, tmp_path / "r")
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "r" / "comparison.json").read_text())
    assert (found["n"], found["mended"], found["broken"]) == (18, 6, 6)
    assert found["mcnemar_p"] == 1.0
    assert "may well be chance" in result.output
    assert found["training_unknown"] == ["<always>tips", "<always>powder"]
    rows = list(csv.DictReader((tmp_path / "r" / "differences.csv").read_text().splitlines()))
    second = list(csv.reader((tmp_path / "r" / "confusion-second.csv").read_text().splitlines()))
    assert sum(int(n) for row in second[1:] for n in row[1:]) == 18
    assert {(r["change"], r["true"]) for r in rows if r["change"] != "both wrong"} == {
        ("mended", "Powder"),
        ("broken", "Tips"),
    }
    page = (tmp_path / "r" / "report.html").read_text()
    assert "Mended (6)" in page and "Broken (6)" in page and "data:image/jpeg" in page
    assert "<always>" not in page and "&lt;always&gt;tips" in page


def test_images_that_a_model_was_trained_on_are_left_out(models, data: Path, tmp_path: Path):
    trained = tmp_path / "trained"
    shutil.copytree(models[1], trained)
    seen = [fingerprint(data / "Powder" / f"{i}.png", data) for i in range(4)]
    (trained / "training.json").write_text(json.dumps({"fingerprints": seen}))
    result = _compare((models[0], trained), data, tmp_path / "r")
    found = json.loads((tmp_path / "r" / "comparison.json").read_text())
    assert (found["n"], found["dropped_trained_on"], found["mended"]) == (14, 4, 2)
    assert "4 images were left out" in result.output
    assert found["training_unknown"] == ["<always>tips"]


def test_a_run_says_itself_what_it_was_trained_on(models, data: Path, tmp_path: Path):
    """From pictures through preparation and training to the comparison."""
    small = {"preprocess": PreprocessParams(edge=64), "input": InputSpec(views=(View(edge=64),))}
    run = create_run(tmp_path / "run", JobSpec(name="new", kind="folder", data=data, **small)).run
    prepare_run(run, EventWriter(run.events))
    train(run)
    tested = [row for row in read_manifest(run.manifest) if row.split == "test"]
    assert 0 < len(tested) < 18
    assert _compare((models[0], run.model), data, tmp_path / "r").exit_code == 0
    found = json.loads((tmp_path / "r" / "comparison.json").read_text())
    assert (found["n"], found["dropped_trained_on"]) == (len(tested), 18 - len(tested))
    assert found["training_unknown"] == ["<always>tips"]


def test_nothing_left_to_compare_is_one_sentence(models, data: Path, tmp_path: Path):
    trained = tmp_path / "trained"
    shutil.copytree(models[1], trained)
    seen = [fingerprint(path, data) for path in data.rglob("*.png")]
    (trained / "training.json").write_text(json.dumps({"fingerprints": seen}))
    result = _compare((models[0], trained), data, tmp_path / "r")
    assert result.exit_code == 2
    assert "neither was trained on" in result.stderr
