"""Runs on drawn textures: small, but whole."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from tests.trainer.textures import KINDS, prepare, texture
from trainer.augment.params import AugmentParams
from trainer.card import load_card
from trainer.config import HeadTraining, load_config, save_config
from trainer.errors import StoppedError, TrainerError
from trainer.events import Epoch, EventReader, EventWriter, Progress
from trainer.models import load_model
from trainer.novelty import score
from trainer.run_folder import STRIP_SHAPE, PixelCache, RunFolder, read_manifest, write_manifest
from trainer.train import train

EDGE = 96


def events_of(run, kind):
    return [event for event in EventReader(run.events).new() if event.event == kind]


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> RunFolder:
    run = prepare(
        tmp_path_factory.mktemp("runs") / "run", each=20, foreign=20, augment=AugmentParams(copies=1), seed=3
    )
    train(run)
    return run


def test_it_learns(finished):
    card = load_card(finished.model)
    test = card.measurements[0]
    assert test.images == 12
    assert test.accuracy.value == 1.0
    assert test.accuracy.low < 0.8  # twelve images prove little, and the card knows
    assert [c.support for c in test.classes] == [4, 4, 4]
    assert card.provenance.seed == 3
    assert "test images" in card.summary


def test_logits_of_the_run_are_those_of_the_model(finished):
    """What was trained on and what inference sees are one thing."""
    model = load_model(finished.model, torch.device("cpu"))
    manifest = read_manifest(finished.manifest)
    pixels = PixelCache(finished.pixels, EDGE)
    batch = torch.from_numpy(np.stack([pixels.image(row) for row in manifest]))
    embeddings = np.memmap(finished.features / "embeddings.f32", np.float32, mode="r").reshape(-1, 1280)
    output = model.forward(batch)
    np.testing.assert_allclose(output.embedding.numpy(), embeddings[: len(manifest)], atol=1e-4)
    predicted = [model.card.class_ids[i] for i in output.logits.argmax(dim=1)]
    right = [p == row.class_id for p, row in zip(predicted, manifest, strict=True) if row.class_id]
    assert np.mean(right) > 0.95


def test_foreign_pictures_come_out_as_novel(finished):
    model = load_model(finished.model, torch.device("cpu"))

    def novelty(kinds):
        output = model.forward(
            torch.from_numpy(np.stack([texture(k, 900 + i, EDGE) for i, k in enumerate(kinds)]))
        )
        return score(model.novelty_tensors, output.embedding.numpy(), output.logits.numpy())

    assert model.card.novelty
    assert novelty([None] * 8).mean() > novelty(KINDS * 3).mean() + 0.2


def test_the_run_tells_what_it_did(finished):
    stages = [event.event for event in EventReader(finished.events).new()]
    assert stages[0] == "started"
    assert stages[-4:] == ["progress", "metrics", "progress", "done"]
    epochs = events_of(finished, "epoch")
    assert [e.epoch for e in epochs] == list(range(1, len(epochs) + 1))
    *features, judging, report = events_of(finished, "progress")
    assert (judging.stage, report.stage) == ("judging", "report"), "both take longer than a head"
    assert (features[-1].done, features[-1].total) == (116, 116)  # 60 + 20 images, 36 copies


def test_report_stands_alone(finished):
    page = finished.report.read_text()
    assert "Stripes" in page
    assert "Confusion" in page
    assert "<script" not in page
    assert "http" not in page
    assert "Commonly confused" in page and "by group" in page
    assert "polyline" in page and "epoch" in page
    assert page.count("data:image/jpeg") == 3  # all right: the surest of each class
    assert "does not know the databars" in page
    figures = json.loads(finished.metrics.read_text())
    assert (figures["n"], figures["accuracy"], figures["databar"]) == (12, 1.0, None)
    assert "macro-F1" in finished.report_text.read_text()


def test_predictions_and_confusion_are_tables_too(finished):
    said = list(csv.DictReader(finished.predictions.read_text().splitlines()))
    assert len(said) == 12
    assert {row["true"] for row in said} == {"Stripes", "Dots", "Flat"}
    assert all(row["predicted"] == row["true"] == row["image_id"].split("/")[0].title() for row in said)
    assert all(0 < float(row["confidence"]) <= 1 and row["group"] == row["image_id"] for row in said)
    head, *rows = csv.reader(finished.confusion.read_text().splitlines())
    assert head == ["true \\ predicted", "Stripes", "Dots", "Flat"]
    assert [[int(count) for count in row[1:]] for row in rows] == (4 * np.eye(3, dtype=int)).tolist()


def test_the_card_says_how_to_make_the_model_again(finished):
    made = load_card(finished.model).provenance
    assert made.settings["augment"]["copies"] == 1
    assert made.settings["head"]["epochs"] == 20
    assert made.config_sha256 == hashlib.sha256(finished.config.read_bytes()).hexdigest()
    assert made.packages["semgui"] and "threads" in made.machine
    assert str(finished.path) not in (finished.model / "card.json").read_text()


def test_a_promise_says_on_which_images_it_was_counted(finished):
    promise = load_card(finished.model).thresholds.promise
    assert "12 validation images in 12 groups" in promise
    assert "drawn by group; 95% was asked for" in promise
    assert "chosen on these very images" in promise


@pytest.mark.parametrize("telling", [True, False])
def test_a_databar_that_tells_the_class_is_warned_of(tmp_path, telling):
    """Whole runs whose bars have a grey of their own for each class, or for nobody."""
    run = prepare(tmp_path / "run", each=20)
    size = STRIP_SHAPE[0] * STRIP_SHAPE[1]
    rows, content = [], []
    for i, row in enumerate(read_manifest(run.manifest)):
        grey = 20 + 80 * (KINDS.index(row.class_id.removeprefix("t.")) if telling else i * 7 % 3)
        content.append(np.full(size, grey, np.uint8).tobytes())
        rows.append(row.model_copy(update={"strip": i * size}))
    run.strips.write_bytes(b"".join(content))
    write_manifest(rows, run.manifest)
    train(run)
    warned = [event.text for event in events_of(run, "warning")]
    assert any(text.startswith("The databar alone tells the class in 100%") for text in warned) == telling
    page, audit = run.report.read_text(), json.loads(run.metrics.read_text())["databar"]
    assert "databar alone" in page
    assert ("split by session" in page) == telling
    assert (audit["tells"], audit["with_bar"]) == (telling, 60)
    assert audit["accuracy_on_this_set"] == 1.0 or not telling


def weights_of(run):
    return (run.model / "weights.safetensors").read_bytes()


def test_same_seed_same_weights(tmp_path):
    runs = [prepare(tmp_path / name, seed=seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    for run in runs:
        train(run)
    assert weights_of(runs[0]) == weights_of(runs[1]) != weights_of(runs[2])


class StopAfter(EventWriter):
    """Asks for a stop when a given number of events of a kind were written."""

    def __init__(self, run, kind, count):
        super().__init__(run.events)
        self._run, self._kind, self._left = run, kind, count

    def write(self, event):
        super().write(event)
        if isinstance(event, self._kind):
            self._left -= 1
            if self._left == 0:
                self._run.stop.touch()


@pytest.mark.parametrize(("kind", "count"), [(Epoch, 4), (Progress, 1)])
def test_a_stopped_run_goes_on_to_the_same_model(tmp_path, monkeypatch, kind, count):
    whole, stopped = prepare(tmp_path / "whole"), prepare(tmp_path / "stopped")
    train(whole)
    monkeypatch.setattr("trainer.features._SECONDS_BETWEEN_NOTES", 0.0)
    with monkeypatch.context() as patch:
        patch.setattr("trainer.train.EventWriter", lambda path: StopAfter(stopped, kind, count))
        with pytest.raises(StoppedError):
            train(stopped)
    assert not stopped.model.exists()
    stopped.stop.unlink()
    train(stopped)
    assert weights_of(stopped) == weights_of(whole)
    epochs = [event.epoch for event in events_of(stopped, "epoch")]
    assert epochs == list(range(1, len(epochs) + 1)), "an epoch was trained twice"
    done = [event.done for event in events_of(stopped, "progress") if event.stage == "features"]
    assert done == sorted(done), "embeddings were computed twice"


def test_test_images_decide_nothing(tmp_path):
    """Other test images, same model: they choose neither weights nor temperature nor thresholds."""
    first, second = prepare(tmp_path / "a", foreign=10), prepare(tmp_path / "b", foreign=10)
    content = bytearray(second.pixels.read_bytes())
    for row in read_manifest(second.manifest):
        if row.split == "test":
            content[row.offset : row.offset + EDGE * EDGE] = texture(None, 5000, EDGE).tobytes()
    second.pixels.write_bytes(content)
    cards = [train(run) for run in (first, second)]
    assert weights_of(first) == weights_of(second)
    assert cards[0].temperature == cards[1].temperature
    assert cards[0].thresholds == cards[1].thresholds
    assert cards[0].measurements != cards[1].measurements


def test_weights_of_images_and_hidden_layers_are_heeded(tmp_path):
    """Images that weigh next to nothing teach nothing: mislabelling half of them does no harm."""
    run = prepare(
        tmp_path / "run", each=20, head=HeadTraining(hidden=(32,), dropout=0.2, label_smoothing=0.05)
    )
    rows = read_manifest(run.manifest)
    spoilt = [
        row.model_copy(update={"class_id": "t.flat", "weight": 1e-6})
        if row.split == "train" and int(row.image_id.split("/")[1]) < 10
        else row
        for row in rows
    ]
    write_manifest(spoilt, run.manifest)
    assert train(run).measurements[0].accuracy.value > 0.9


def test_without_validation_or_test_it_warns(tmp_path):
    run = prepare(tmp_path / "run")
    rows = [row.model_copy(update={"split": "train"}) for row in read_manifest(run.manifest)]
    write_manifest(rows, run.manifest)
    card = train(run)
    assert card.temperature == 1.0
    assert not card.novelty
    assert not card.measurements
    assert [w.text.split(":")[0] for w in events_of(run, "warning")] == [
        "No images for valid",
        "No images for test",
    ]


def launch(path):
    return subprocess.run(
        [sys.executable, "-m", "trainer", path], capture_output=True, text=True, check=False
    )


def failure_of(run):
    (event,) = events_of(run, "failed")
    return event.text


def test_process_exit_states(tmp_path):
    run = prepare(tmp_path / "run")
    run.stop.touch()
    assert launch(run.path).returncode == 3
    assert len(events_of(run, "stopped")) == 1
    run.stop.unlink()
    assert launch(run.path).returncode == 0
    assert launch(tmp_path / "nowhere").returncode == 2


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda run: run.config.write_text("{}"), "not a valid configuration"),
        (lambda run: run.config.unlink(), "is this a run folder"),
        (lambda run: run.manifest.write_text("{}\n"), "damaged"),
        (lambda run: run.pixels.write_bytes(b"short"), "pixels.bin ends"),
        (
            lambda run: write_manifest(
                [row.model_copy(update={"group": "one"}) for row in read_manifest(run.manifest)], run.manifest
            ),
            "two splits",
        ),
        (
            lambda run: write_manifest(
                [row.model_copy(update={"class_id": "t.flat"}) for row in read_manifest(run.manifest)],
                run.manifest,
            ),
            "at least two classes",
        ),
        (
            lambda run: save_config(
                load_config(run.config).model_copy(update={"architecture": "resnet51"}), run.config
            ),
            "no architecture",
        ),
    ],
)
def test_what_is_wrong_is_a_sentence(tmp_path, spoil, sentence):
    run = prepare(tmp_path / "run")
    spoil(run)
    with pytest.raises(TrainerError, match=sentence) as caught:
        train(run)
    assert "\n" not in str(caught.value)


def test_a_failed_process_leaves_its_last_words(tmp_path):
    run = prepare(tmp_path / "run")
    run.pixels.unlink()
    result = launch(run.path)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "pixels.bin" in failure_of(run)
