"""One pass through a network gives what it sees at several depths."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from semgui.inference.depths import DepthNetwork, _mixtures_of, _texture
from trainer.backbones import build_backbone, load_backbone
from trainer.card import InputSpec, Pooling, View
from trainer.models import Network

SPEC = InputSpec(views=(View(edge=96),), pooling=Pooling.MEAN_STD)


@pytest.fixture(scope="module")
def network() -> DepthNetwork:
    return DepthNetwork(load_backbone("efficientnet_lite0"), SPEC).eval()


def images(count: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(0).random((count, 96, 96), np.float32))


def test_each_depth_is_what_a_network_that_ends_there_sees(network: DepthNetwork) -> None:
    with torch.inference_mode():
        parts = torch.split(network.embed(images(2)), network.widths, dim=1)
        for part, stages in zip(parts, (5, 6, 7), strict=False):
            ends_there = Network(load_backbone("efficientnet_lite0", stages), torch.nn.Identity(), SPEC)
            expected = ends_there.eval().embed(images(2))
            torch.testing.assert_close(part[:, : expected.shape[1]], expected)
    assert [part.shape[1] for part in parts] == [688, 752, 912, 1280]


def test_what_varies_together_is_told_from_what_varies_alike_but_apart(network: DepthNetwork) -> None:
    # Two maps whose channels have the same means and deviations each, in step and out of step.
    wave = torch.sin(torch.linspace(0, 50, 400)).reshape(20, 20)
    other = torch.cos(torch.linspace(0, 50, 400)).reshape(20, 20)
    mixtures = _mixtures_of(2)
    together, apart = (
        _texture(torch.stack(pair)[None], mixtures)[0] for pair in ((wave, wave), (wave, other))
    )
    assert (together[:4] - apart[:4]).abs().max() < 0.05
    assert (together[4:] - apart[4:]).abs().max() > 0.3


def test_batches_side_by_side_do_not_mix(network: DepthNetwork) -> None:
    every = images(8)
    with torch.inference_mode():
        expected = network.embed(every)

    def embedded(number: int) -> torch.Tensor:
        with torch.inference_mode():
            return network.embed(every[number : number + 1])

    with ThreadPoolExecutor(4) as pool:
        found = torch.cat(list(pool.map(embedded, range(8))))
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", ["vit_small", "simple_cnn"])
def test_any_kind_of_network_has_depths(name: str) -> None:
    deep = DepthNetwork(build_backbone(name).eval(), SPEC.model_copy(update={"views": (View(edge=112),)}))
    assert len(deep.widths) == 4
