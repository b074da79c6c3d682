from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from semgui.domain.errors import ModelError
from semgui.inference import folding
from semgui.inference.folding import fold_batch_norms, load_folded
from trainer.explain import cam
from trainer.models import load_model

CPU = torch.device("cpu")


def noise(count: int, edge: int = 128) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(1).integers(0, 256, (count, edge, edge), dtype=np.uint8))


def batch_norms(network: nn.Module) -> int:
    return sum(isinstance(m, nn.BatchNorm2d) for m in network.modules())


def test_every_batch_norm_is_folded_and_the_logits_stay(standin: Path) -> None:
    plain, folded = load_model(standin, CPU), load_folded(standin, CPU)
    assert batch_norms(plain.network) > 40
    assert batch_norms(folded.network) == 0
    images = noise(4)
    one, other = plain.forward(images), folded.forward(images)
    torch.testing.assert_close(one.logits, other.logits, atol=1e-4, rtol=0)
    torch.testing.assert_close(one.embedding, other.embedding, atol=1e-4, rtol=0)


def test_a_folded_network_can_be_explained_and_gives_the_same_map(standin: Path) -> None:
    picture = noise(1)[0].numpy()
    one, other = (cam(model, picture, 1) for model in (load_model(standin, CPU), load_folded(standin, CPU)))
    assert one.max() == 1
    np.testing.assert_allclose(one, other, atol=1e-3)


def test_a_normalisation_after_two_uses_of_a_convolution_is_left_alone() -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.one, self.two = nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3), nn.BatchNorm2d(3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.one(self.conv(x)) + self.two(self.conv(x))

    assert fold_batch_norms(Twice().eval(), torch.zeros(1, 3, 4, 4)) == 0


def test_folding_that_changes_the_logits_is_not_used(standin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "TOLERANCE", 0.0)
    assert batch_norms(load_folded(standin, CPU).network) > 40


def test_a_damaged_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model folder"):
        load_folded(tmp_path, CPU)
