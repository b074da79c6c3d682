"""Predictions for images by heads that never saw their source."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.card import CardClass
from trainer.config import HeadTraining, RunConfig
from trainer.crossfit import cross_fitted
from trainer.errors import StoppedError
from trainer.events import EventReader, EventWriter
from trainer.head import Examples, HeadTrainer, logits_of
from trainer.preprocess import PreprocessParams
from trainer.run_folder import RunFolder

FOLDS = np.repeat(["", "a", "b", "c"], 30)


@pytest.fixture
def config() -> RunConfig:
    classes = (CardClass(id="t.0", name="0"), CardClass(id="t.1", name="1"))
    head = HeadTraining(epochs=30, learning_rate=1e-2)
    return RunConfig(name="n", classes=classes, preprocess=PreprocessParams(edge=32), head=head)


def memorable(seed: int = 0) -> Examples:
    """Labels that have nothing to do with the features: only who saw an image can know its label."""
    generator = np.random.default_rng(seed)
    count = len(FOLDS)
    embeddings = generator.normal(size=(count, 300)).astype(np.float32)
    return Examples(embeddings, np.arange(count), generator.integers(0, 2, count), np.ones(count))


def test_a_fold_is_judged_by_a_head_that_never_saw_it(tmp_path, config):
    train = memorable()
    run = RunFolder(tmp_path)
    held_out = cross_fitted(run, config, train, FOLDS, len(FOLDS), "key", EventWriter(run.events))
    assert held_out.crossed
    assert sorted(held_out.examples.lines) == list(range(30, 120))
    right = held_out.logits.argmax(axis=1) == held_out.examples.labels
    assert 0.3 < right.mean() < 0.7
    everything = HeadTrainer(run, config.head, 2, 0, "key", EventWriter(run.events)).fit(
        train, train.subset(np.zeros(0, np.int64))
    )
    assert (logits_of(everything, train).argmax(axis=1) == train.labels).mean() > 0.95
    assert [e.stage for e in EventReader(run.events).new() if e.event == "progress"] == ["folds"] * 4


def test_changed_copies_leave_with_their_fold_and_are_not_judged(tmp_path, config):
    train = memorable()
    run = RunFolder(tmp_path)
    images = 90  # the last thirty are copies, and belong to fold c
    folds = np.concatenate([FOLDS[:90], np.repeat("a", 30)])
    held_out = cross_fitted(run, config, train, folds, images, "key", EventWriter(run.events))
    assert sorted(held_out.examples.lines) == list(range(30, 90))


def test_it_stops_on_request(tmp_path, config):
    run = RunFolder(tmp_path)
    run.stop.touch()
    with pytest.raises(StoppedError):
        cross_fitted(run, config, memorable(), FOLDS, len(FOLDS), "key", EventWriter(run.events))
