"""Training of backbones: that it learns, goes on where it was, and makes do with what the machine has."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tests.trainer.textures import prepare
from trainer import train as train_module
from trainer.architectures import NAMED
from trainer.augment.params import PRESETS, AugmentPreset
from trainer.card import InputSpec, View, load_card
from trainer.committee import fit_head
from trainer.config import BaseWeights, HeadTraining, load_config
from trainer.errors import StoppedError, TrainerError
from trainer.events import Epoch, EventReader, EventWriter, Progress, Warned
from trainer.finetune import FineTuner
from trainer.finetune_config import (
    Balance,
    BatchNorm,
    FineTuning,
    Optimizer,
    ResolvedFineTuning,
    Schedule,
    resolved,
)
from trainer.head import Examples
from trainer.models import Network, load_model
from trainer.run_folder import PixelCache, RunFolder, read_manifest, write_manifest
from trainer.team import Alone
from trainer.train import train

EDGE = 32
TINY = {
    "edge": EDGE,
    "architecture": "simple_cnn",
    "base": BaseWeights(kind="random"),
    "input": InputSpec(views=(View(edge=EDGE),)),
    "augment": PRESETS[AugmentPreset.LIGHT],
    "mode": "all",
    "seed": 5,
}
SCRATCH = ResolvedFineTuning(
    epochs=4, batch_size=6, head_first=False, backbone_rate=1.0, layer_decay=1.0, batch_norm=BatchNorm.TRAINED
)


def tiny(path, *, finetune=SCRATCH, **changes):
    return prepare(path, finetune=finetune, **(TINY | changes))


def events_of(run, kind):
    return [event for event in EventReader(run.events).new() if isinstance(event, kind)]


def weights_of(run) -> dict[str, torch.Tensor]:
    return load_file(run.model / "weights.safetensors")


def same(one, other) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A network trained from scratch, with everything there is switched on."""
    run = tiny(
        tmp_path_factory.mktemp("runs") / "run",
        each=20,
        finetune=SCRATCH.model_copy(
            update={
                "epochs": 12,
                "patience": 12,
                "ema": 0.9,
                "mixup": 0.1,
                "label_smoothing": 0.05,
                "dropout": 0.1,
                "micro_batch": 4,
                "learning_rate": 3e-3,
            }
        ),
        head=HeadTraining(hidden=(32, 16)),
    )
    train(run)
    return run


def test_a_network_from_scratch_learns_textures(finished):
    card = load_card(finished.model)
    assert card.backbone.sha256 is None
    assert not card.backbone.frozen
    assert card.head.hidden == (32, 16)
    assert card.measurements[0].accuracy.value >= 0.75
    assert card.novelty


def test_the_saved_model_says_what_the_run_measured(finished):
    model = load_model(finished.model, torch.device("cpu"))
    pixels = PixelCache(finished.pixels, EDGE)
    test = [row for row in read_manifest(finished.manifest) if row.split == "test"]
    answers = [
        model.forward(torch.from_numpy(pixels.image(row).copy())[None]).logits.argmax() for row in test
    ]
    right = sum(model.card.class_ids[i] == row.class_id for i, row in zip(answers, test, strict=True))
    assert right / len(test) == pytest.approx(model.card.measurements[0].accuracy.value)


def test_tensorboard_reads_the_curves(finished):
    board = EventAccumulator(str(finished.path / "tb"))
    board.Reload()
    epochs = events_of(finished, Epoch)
    assert [s.value for s in board.Scalars("loss/train")] == pytest.approx([e.train_loss for e in epochs])
    assert [s.step for s in board.Scalars("valid/accuracy")] == [e.epoch for e in epochs]


def test_same_seed_same_bytes_and_a_stop_changes_nothing(tmp_path, monkeypatch):
    whole, stopped = tiny(tmp_path / "whole"), tiny(tmp_path / "stopped")
    train(whole)
    judge = FineTuner._judge

    def judge_and_stop(self, valid, state, *rest):
        state = judge(self, valid, state, *rest)
        if state.epoch == 2:
            stopped.stop.touch()
        return state

    monkeypatch.setattr(FineTuner, "_judge", judge_and_stop)
    with pytest.raises(StoppedError):
        train(stopped)
    monkeypatch.undo()
    stopped.stop.unlink()
    train(stopped)
    assert same(weights_of(whole), weights_of(stopped))
    assert [e.epoch for e in events_of(stopped, Epoch)] == [1, 2, 3, 4]
    other = tiny(tmp_path / "other", seed=6)
    train(other)
    assert not same(weights_of(whole), weights_of(other))


def test_only_the_last_stages_change(tmp_path):
    run = tiny(tmp_path / "run", mode="last:1")
    train(run)
    start = train_module.beginning(train_module.load_config(run.config)).body.state_dict()
    changed = {
        name
        for name, tensor in start.items()
        if not torch.equal(weights_of(run)[f"backbone.{name}"], tensor) and "running" not in name
    }
    assert {name.split(".")[1] for name in changed} == {"3"}


def test_the_embedded_base_is_tuned_gently(tmp_path):
    """Frozen normalisation keeps its numbers, and lower stages change less."""
    spec = InputSpec(views=(View(edge=64),))
    tuning = ResolvedFineTuning(epochs=1, batch_size=8, warmup_epochs=0)
    run = prepare(
        tmp_path / "run", edge=64, input=spec, mode="all", finetune=tuning, head=HeadTraining(epochs=5)
    )
    train(run)
    start = train_module.beginning(train_module.load_config(run.config)).body.state_dict()
    tuned = weights_of(run)
    assert torch.equal(tuned["backbone.bn1.running_mean"], start["bn1.running_mean"])
    assert torch.equal(tuned["backbone.bn1.weight"], start["bn1.weight"])
    stem, top = (
        float((tuned[f"backbone.{name}"] - start[name]).abs().max())
        for name in ("conv_stem.weight", "conv_head.weight")
    )
    if stem or top:  # the untuned network may have been the better one: then nothing changed
        assert 0 < stem < top


def test_memory_that_does_not_suffice_is_met_with_smaller_portions(tmp_path, monkeypatch):
    """The result is that of whole batches, but for rounding: normalisation is frozen."""
    frozen = SCRATCH.model_copy(update={"batch_norm": BatchNorm.FROZEN, "epochs": 1})
    plain, short = (
        tiny(tmp_path / name, finetune=frozen, augment=PRESETS[AugmentPreset.OFF])
        for name in ("plain", "short")
    )
    train(plain)
    embed = Network.embed

    def only_two(self, images):
        if len(images) > 2 and torch.is_grad_enabled():
            raise torch.OutOfMemoryError("no memory")
        return embed(self, images)

    monkeypatch.setattr(Network, "embed", only_two)
    train(short)
    told = [event.text for event in events_of(short, Warned) if "memory" in event.text]
    assert [text.split(": now ")[1] for text in told] == ["3 images at a time.", "2 images at a time."]
    for name, tensor in weights_of(plain).items():
        if name.startswith(("head", "backbone")):
            torch.testing.assert_close(weights_of(short)[name], tensor, atol=1e-4, rtol=1e-3)
    monkeypatch.setattr(
        Network, "embed", lambda *_: (_ for _ in ()).throw(torch.OutOfMemoryError("no memory"))
    )
    with pytest.raises(TrainerError, match="Not even one image"):
        train(tiny(tmp_path / "none"))


def test_a_loss_that_is_no_number_stops_and_keeps_the_best(tmp_path, monkeypatch):
    run = tiny(tmp_path / "run")
    backward, calls = FineTuner._backward, []

    def sick(self, *arguments):
        calls.append(1)
        return math.nan if len(calls) > 5 else backward(self, *arguments)

    monkeypatch.setattr(FineTuner, "_backward", sick)
    train(run)
    (text,) = [event.text for event in events_of(run, Warned) if "not a number" in event.text]
    assert "epoch 2, batch 3" in text
    assert "stripes/" in text or "dots/" in text or "flat/" in text
    assert "best epoch so far (1)" in text
    calls.extend([1] * 9)
    with pytest.raises(TrainerError, match="epoch 1, batch 1"):
        train(tiny(tmp_path / "at once"))


@pytest.mark.parametrize("optimizer", list(Optimizer))
@pytest.mark.parametrize("schedule", [Schedule.STEP, Schedule.PLATEAU])
def test_every_optimizer_goes_on_where_it_was(tmp_path, optimizer, schedule):
    update = {"optimizer": optimizer, "schedule": schedule, "balance": Balance.SAMPLING, "epochs": 2}
    params = SCRATCH.model_copy(update=update)
    whole = tiny(tmp_path / "whole", finetune=params)
    train(whole)
    broken = tiny(tmp_path / "broken", finetune=params)
    epoch = FineTuner._epoch

    class PowerCutError(Exception):
        pass

    def cut(self, images, loss, state):  # as if the power had gone
        if state.epoch == 1:
            raise PowerCutError
        return epoch(self, images, loss, state)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(FineTuner, "_epoch", cut)
        with pytest.raises(PowerCutError):
            train(broken)
    train(broken)
    assert same(weights_of(whole), weights_of(broken))


def test_what_was_left_open_is_chosen_by_the_size_of_the_set():
    small, large = (resolved(FineTuning(), n, pretrained=True) for n in (100, 20_000))
    assert (small.batch_size, large.batch_size) == (16, 32)
    assert (small.ema, large.ema) == (0.0, 0.99)
    assert small.batch_norm is BatchNorm.FROZEN
    assert small.head_first
    scratch = resolved(FineTuning(), 100, pretrained=False)
    assert scratch.batch_norm is BatchNorm.TRAINED
    assert (scratch.backbone_rate, scratch.layer_decay) == (1.0, 1.0)
    own = resolved(FineTuning(batch_size=7, layer_decay=0.5), 100, pretrained=False)
    assert (own.batch_size, own.layer_decay) == (7, 0.5)


def test_progress_says_how_fast_and_how_well(tmp_path, monkeypatch):
    monkeypatch.setattr("trainer.finetune._SECONDS_BETWEEN_NOTES", 0.0)
    run = tiny(tmp_path / "run")
    train(run)
    notes = [event for event in events_of(run, Progress) if event.stage == "training"]
    assert notes[-1].done == notes[-1].total == 4 * 18
    assert all(note.rate > 0 and note.loss is not None for note in notes)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*NAMED, "mobilenetv3_small_050"])
@pytest.mark.parametrize("mode", ["head", "last:1", "all"])
def test_every_architecture_runs_from_end_to_end(tmp_path, name, mode):
    """With random weights where none are embedded; what it is good for is not asked."""
    kind = "embedded" if name == "efficientnet_lite0" else "random"
    edge = 96 if name in {"inception_v3", "xception"} else 64
    run = tiny(
        tmp_path / "run",
        architecture=name,
        mode=mode,
        edge=edge,
        base=BaseWeights(kind=kind),
        input=InputSpec(views=(View(edge=edge),)),
        finetune=resolved(FineTuning(epochs=1), 18, pretrained=kind == "embedded"),
    )
    card = train(run)
    model = load_model(run.model, torch.device("cpu"))
    assert card.backbone.architecture == name
    assert torch.isfinite(model.forward(torch.zeros(1, edge, edge, dtype=torch.uint8)).logits).all()


def test_several_processes_that_train_batch_normalisation_are_told(tmp_path):
    class Two(Alone):
        size = 2

    run = tiny(tmp_path / "run", finetune=SCRATCH.model_copy(update={"epochs": 1}))
    train(run, Two())
    assert any("batch_norm to frozen" in event.text for event in events_of(run, Warned))
    frozen = SCRATCH.model_copy(update={"epochs": 1, "batch_norm": BatchNorm.FROZEN})
    other = tiny(tmp_path / "other", finetune=frozen)
    train(other, Two())
    assert not any("batch_norm" in event.text for event in events_of(other, Warned))


def test_without_validation_images_the_last_epoch_is_the_model(tmp_path):
    run = tiny(tmp_path / "run", finetune=SCRATCH.model_copy(update={"learning_rate": 0.3, "epochs": 6}))
    rows = [row.model_copy(update={"split": "train"}) for row in read_manifest(run.manifest)]
    write_manifest(rows, run.manifest)
    train(run)
    epochs = events_of(run, Epoch)
    assert [e.best for e in epochs] == [True] * 6
    assert any(later.train_loss > e.train_loss for e, later in pairwise(epochs))  # or nothing was shown


def test_a_head_fitted_last_is_the_optimum_on_the_features_of_the_trained_network(tmp_path):
    tuning = SCRATCH.model_copy(update={"epochs": 2, "head_last": True})
    head = HeadTraining(solver="lbfgs", penalty=1.0)
    augment = PRESETS[AugmentPreset.LIGHT].model_copy(update={"copies": 1})
    runs = [tiny(tmp_path / name, finetune=tuning, head=head, augment=augment) for name in ("a", "b")]
    for run in runs:
        train(run)
    assert weights_of(runs[0])["head.0.weight"].equal(weights_of(runs[1])["head.0.weight"])
    config, rows = load_config(runs[0].config), read_manifest(runs[0].manifest)
    trained = [i for i, row in enumerate(rows) if row.split == "train"]
    embeddings = np.fromfile(runs[0].features / "embeddings.f32", np.float32)
    embeddings = embeddings.reshape(len(rows) + len(trained), -1)  # every image, then the copies
    lines = np.array([*trained, *range(len(rows), len(embeddings))])
    names = [c.id for c in config.classes]
    labels = np.array([names.index(rows[i].class_id) for i in trained * 2])
    examples = Examples(embeddings, lines, labels, np.ones(len(lines)))
    nobody = examples.subset(np.zeros(0, np.int64))
    apart = RunFolder(tmp_path)
    expected = fit_head(apart, config, examples, nobody, "", EventWriter(apart.events))
    found = weights_of(runs[0])["head.0.weight"]
    torch.testing.assert_close(found, expected[0].weight.detach(), rtol=1e-3, atol=1e-4)
