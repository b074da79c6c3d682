"""How fast training is: against the bare network on ready tensors, and a head on many cached features.

The bound is the network's own forward and backward pass and the optimizer's step on one batch that lies ready
in memory; training does the same on images read from ``pixels.bin``, changed anew, with all the book-keeping.
Both are measured in turn, `ROUNDS` times, and the best of each counts.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from tests.trainer.textures import prepare
from trainer.augment.params import PRESETS, AugmentPreset
from trainer.backbones import load_backbone
from trainer.batches import image_set
from trainer.card import InputSpec, View
from trainer.checkpoint import State
from trainer.config import HeadTraining, RunConfig, load_config
from trainer.events import EventWriter
from trainer.finetune import FineTuner
from trainer.finetune_config import ResolvedFineTuning
from trainer.head import Examples, HeadTrainer
from trainer.models import Network, build_head, embedding_size
from trainer.optimize import optimizer_of
from trainer.run_folder import PixelCache, RunFolder, read_manifest
from trainer.stages import parameter_groups, release, training_mode
from trainer.team import Alone

ROUNDS = 3
BATCH = 32
EDGE = 224
HEAD_SECONDS = 10.0
SHARE_OF_BOUND = 0.9

pytestmark = pytest.mark.bench


def network_of(config: RunConfig) -> Network:
    head = build_head(embedding_size(config.architecture, config.input), 3, config.head.spec)
    network = Network(load_backbone(config.architecture), head, config.input)
    return network.to(memory_format=torch.channels_last)


def bound(config: RunConfig, steps: int) -> float:
    """Images a second of forward, backward and step on a batch that lies ready."""
    network = network_of(config)
    release(network, config.trained_stages, config.finetune.batch_norm)
    optimizer = optimizer_of(parameter_groups(network, config.finetune), config.finetune)
    training_mode(network)
    images, labels = torch.rand(BATCH, EDGE, EDGE), torch.arange(BATCH) % 3
    since = time.perf_counter()
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(images), labels).backward()
        optimizer.step()
    return steps * BATCH / (time.perf_counter() - since)


def training(run: RunFolder, config: RunConfig) -> float:
    """Images a second of one epoch, without its end."""
    rows, pixels = read_manifest(run.manifest), PixelCache(run.pixels, EDGE)
    train = image_set(config, rows, pixels, "train")
    tuner = FineTuner(run, config, network_of(config), "bench", EventWriter(run.events), Alone())
    loss = tuner._loss(train)
    since = time.perf_counter()
    tuner._epoch(train, loss, State("bench"))
    return len(train) / (time.perf_counter() - since)


@pytest.mark.parametrize("mode", ["all", "last:3"])
@pytest.mark.parametrize("preset", [AugmentPreset.OFF, AugmentPreset.STANDARD])
def test_training_is_as_fast_as_the_network(tmp_path: Path, mode: str, preset: AugmentPreset) -> None:
    run = prepare(
        tmp_path / "run",
        each=54,  # 102 training images: three batches and six images
        edge=EDGE,
        input=InputSpec(views=(View(edge=EDGE),)),
        mode=mode,
        finetune=ResolvedFineTuning(batch_size=BATCH),
        augment=PRESETS[preset],
        threads=None,
    )
    config = load_config(run.config)
    rates, bounds = [], []
    for _ in range(ROUNDS):
        bounds.append(bound(config, steps=3))
        rates.append(training(run, config))
    share = max(rates) / max(bounds)
    sys.stdout.write(
        f"\n{mode:7} augmentation {preset:9} {max(rates):6.1f} images/s, network alone {max(bounds):6.1f}: "
        f"{share:.0%} (aim {SHARE_OF_BOUND:.0%}; {torch.get_num_threads()} threads)\n"
    )


def test_a_head_on_many_cached_features(tmp_path: Path) -> None:
    count, size, classes = 21_283, 1280, 10
    generator = np.random.default_rng(0)
    labels = generator.integers(0, classes, count)
    centres = generator.normal(size=(classes, size))
    features = np.memmap(tmp_path / "features.f32", np.float32, mode="w+", shape=(count, size))
    features[:] = generator.normal(size=(count, size)).astype(np.float32) + 0.2 * centres[labels]
    held_out = np.arange(count) % 5 == 0
    train, valid = (
        Examples(features, np.flatnonzero(part), labels[part], np.ones(part.sum()))
        for part in (~held_out, held_out)
    )
    seconds = []
    for number in range(ROUNDS):
        (tmp_path / str(number)).mkdir()
        run = RunFolder(tmp_path / str(number))
        params = HeadTraining(epochs=20, patience=20)
        since = time.perf_counter()
        HeadTrainer(run, params, classes, 0, "bench", EventWriter(run.events)).fit(train, valid)
        seconds.append(time.perf_counter() - since)
    sys.stdout.write(
        f"\nlinear head, 20 epochs, {count} x {size}: {min(seconds):.1f} s (aim below {HEAD_SECONDS:.0f} s)\n"
    )
