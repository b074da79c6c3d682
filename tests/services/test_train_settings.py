"""Presets, a file and single settings become one set of settings, or a sentence."""

from __future__ import annotations

import pytest

from semgui.domain.errors import UsageError
from semgui.jobs.prepare import JobSpec
from semgui.services.train_settings import Preset, settings_of, train_settings
from trainer.config import BaseWeights, TrainSettings


def test_the_file_goes_before_the_preset_and_single_settings_before_both(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text("preset: quick\nmode: all\nfinetune:\n  epochs: 7\n  mixup: 0.2\n")
    settings = train_settings("thorough", file, {"finetune": {"epochs": 3}, "seed": 4})
    assert settings.mode == "all"
    assert settings.seed == 4
    assert settings.finetune.epochs == 3
    assert settings.finetune.mixup == 0.2
    assert settings.finetune.label_smoothing == 0.05  # of the preset
    assert train_settings(None, file, {}).finetune.label_smoothing == 0


@pytest.mark.parametrize("preset", list(Preset))
def test_presets_are_valid(preset):
    assert train_settings(preset, None, {}).architecture == "efficientnet_lite0"


def test_what_is_stored_is_what_is_seen_unless_it_was_chosen():
    assert train_settings(None, None, {"mode": "all"}).preprocess.edge == 224
    assert train_settings(None, None, {"mode": "all", "architecture": "xception"}).preprocess.edge == 299
    assert train_settings(None, None, {"mode": "all", "edge": 384}).preprocess.edge == 384
    assert train_settings(None, None, {"mode": "head"}).preprocess.edge == 448
    chosen = {"mode": "all", "preprocess": {"edge": 512}}
    assert train_settings(None, None, chosen).preprocess.edge == 512


def test_textures_are_seen_closely_and_their_groups_count_the_same():
    settings = train_settings("textures", None, {})
    assert settings.mode == "last:1"
    assert settings.stages == 6
    assert settings.input is not None
    assert settings.preprocess.edge == settings.input.views[0].edge == 448
    assert settings.group_weights == "equal"


def test_the_settings_of_a_run_make_the_same_run_again_and_can_be_changed(tmp_path):
    unusual = {
        "mode": "last:1",
        "stages": 6,
        "edge": 320,
        "input": {"views": [{"edge": 320}], "pooling": "mean_std"},
        "finetune": {"epochs": 3, "schedule": "step"},
        "head": {"solver": "lbfgs"},
        "augment": {"zoom": 0.9},
        "split": {"by": "folder"},
        "weights": "random",
        "seed": 5,
    }
    before = train_settings("thorough", None, unusual)
    fields = {name: getattr(before, name) for name in TrainSettings.model_fields}
    base = BaseWeights(kind="random")
    job = JobSpec(name="a", kind="folder", data=tmp_path, base=base, split=before.split, **fields)
    assert train_settings(settings_of(job), None, {}) == before
    changed = train_settings(settings_of(job), None, {"finetune": {"epochs": 9}})
    assert changed.finetune == before.finetune.model_copy(update={"epochs": 9})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "finetune: {epochs: 0}",
            "s.yaml: finetune.epochs: input should be greater than or equal to 1, not",
        ),
        ("finetune: {epoch: 3}", "finetune.epoch: there is no such setting"),
        ("optimizer: adam", "optimizer: there is no such setting"),
        ("mode: most", "mode: string should match"),
        ("preset: slow", "the preset 'slow' is none of"),
        ("- 1", "settings with names are wanted"),
        ("a: [", "is no YAML"),
        ("architecture: resnet51", "no architecture 'resnet51'"),
        ("{preset: textures, architecture: resnet50}", "says how efficientnet_lite0 looks at images"),
    ],
)
def test_mistakes_are_one_sentence_with_their_place(tmp_path, text, sentence):
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(UsageError) as caught:
        train_settings(None, tmp_path / "s.yaml", {})
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
