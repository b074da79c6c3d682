"""Several heads averaged into one."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from trainer.card import CardClass, HeadSpec
from trainer.committee import fit_head, joined
from trainer.config import HeadTraining, RunConfig
from trainer.errors import StoppedError
from trainer.events import EventReader, EventWriter
from trainer.head import Examples
from trainer.models import build_head
from trainer.preprocess import PreprocessParams
from trainer.run_folder import RunFolder


def config(**head) -> RunConfig:
    classes = tuple(CardClass(id=f"t.{i}", name=str(i)) for i in range(3))
    return RunConfig(
        name="n", classes=classes, preprocess=PreprocessParams(edge=32), head=HeadTraining(epochs=2, **head)
    )


def examples(count: int) -> Examples:
    generator = np.random.default_rng(count)
    embeddings = generator.normal(size=(count, 20)).astype(np.float32)
    return Examples(embeddings, np.arange(count), generator.integers(0, 3, count), np.ones(count))


@pytest.mark.parametrize("hidden", [(), (7,)])
def test_the_joined_head_gives_the_mean_of_the_logits(hidden):
    torch.manual_seed(0)
    heads = [build_head(20, 3, HeadSpec(hidden=hidden)) for _ in range(4)]
    inputs = torch.randn(50, 20)
    expected = torch.stack([head(inputs) for head in heads]).mean(dim=0)
    torch.testing.assert_close(joined(heads)(inputs), expected)


@pytest.mark.parametrize("hidden", [(), (7,)])
def test_a_committee_fits_the_card_and_is_the_same_every_time(tmp_path, hidden):
    asked = config(hidden=hidden, members=3)
    heads = []
    for name in "ab":
        run = RunFolder(tmp_path / name)
        run.path.mkdir()
        heads.append(fit_head(run, asked, examples(60), examples(9), "key", EventWriter(run.events)))
    build_head(20, 3, asked.head.spec).load_state_dict(heads[0].state_dict(), strict=True)
    for one, other in zip(heads[0].state_dict().values(), heads[1].state_dict().values(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)
    notes = [e for e in EventReader(tmp_path / "a" / "events.jsonl").new() if e.event == "progress"]
    assert [(e.done, e.total) for e in notes] == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_members_differ(tmp_path):
    run = RunFolder(tmp_path)
    events = EventWriter(run.events)
    head = fit_head(run, config(hidden=(7,), members=2), examples(60), examples(9), "key", events)
    first = head.get_submodule("0").weight
    assert not torch.allclose(first[:7], first[7:])


def test_deep_heads_cannot_be_joined():
    with pytest.raises(ValidationError, match="one hidden layer or none"):
        HeadTraining(hidden=(8, 8), members=2)


def test_it_stops_on_request(tmp_path):
    run = RunFolder(tmp_path)
    run.stop.touch()
    with pytest.raises(StoppedError):
        fit_head(run, config(members=2), examples(60), examples(9), "key", EventWriter(run.events))
