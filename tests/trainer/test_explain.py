from __future__ import annotations

import numpy as np
import pytest
import torch

from trainer.backbones import load_backbone
from trainer.card import Card, Combine, InputSpec, View
from trainer.explain import cam
from trainer.models import Model, Network, build_head, embedding_size, load_model, save_model

EDGE = 224
VIEW_SETS = {
    "whole": InputSpec(views=(View(edge=224),)),
    "whole and quarters": InputSpec(
        views=(View(edge=160), View(edge=128, grid=2, window=0.5)), combine=Combine.CONCAT
    ),
    "overlapping windows": InputSpec(views=(View(edge=128, grid=2, window=0.6),)),
}


def texture(kind: str, generator: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Stripes, dots or noise."""
    rows, columns = np.indices((height, width)) + generator.uniform(0, 20)
    if kind == "stripes":
        picture = 127 + 120 * np.sin(columns / 3)
    elif kind == "dots":
        picture = 127 + 120 * np.sign(np.sin(rows / 5) * np.sin(columns / 5) - 0.5)
    else:
        picture = np.full((height, width), 127.0)
    return np.clip(picture + generator.normal(0, 12, picture.shape), 0, 255).astype(np.uint8)


def scene(left: str, right: str, seed: int) -> np.ndarray:
    """A picture whose halves show one texture each."""
    generator = np.random.default_rng(seed)
    return np.hstack([texture(kind, generator, EDGE, EDGE // 2) for kind in (left, right)])


@pytest.fixture(scope="module", params=VIEW_SETS)
def trained(request, card: Card, tmp_path_factory) -> Model:
    """A model that tells stripes from dots from flat noise, by least squares on embeddings."""
    spec = VIEW_SETS[request.param]
    card = card.model_copy(
        update={"input": spec, "preprocess": card.preprocess.model_copy(update={"edge": EDGE})}
    )
    head = build_head(embedding_size("efficientnet_lite0", spec), 3, card.head)
    network = Network(load_backbone("efficientnet_lite0"), head, spec)
    kinds = ("stripes", "dots", "flat")
    pictures = np.stack([scene(kind, kind, seed) for kind in kinds for seed in range(6)])
    with torch.inference_mode():
        embeddings = network.embed(torch.from_numpy(pictures).float() / 255).double()
    mean = embeddings.mean(dim=0)
    target = torch.eye(3, dtype=torch.float64).repeat_interleave(6, dim=0) - 1 / 3
    centred = embeddings - mean
    gram = centred @ centred.T
    weight = centred.T @ torch.linalg.solve(gram + gram.trace() / 180 * torch.eye(18), target)
    with torch.no_grad():
        head[0].weight.copy_(weight.T)
        head[0].bias.copy_(-(mean @ weight))
    folder = tmp_path_factory.mktemp("model")
    save_model(folder, card, head, {})
    return load_model(folder, torch.device("cpu"))


def share_on_the_left(heat: np.ndarray) -> float:
    return float(heat[:, : EDGE // 2].sum() / heat.sum())


@pytest.mark.parametrize("method", ["layercam", "gradcam++"])
def test_heat_lies_on_the_object(trained, method):
    for seed in (100, 101):
        left = cam(trained, scene("stripes", "flat", seed), 0, method=method)
        right = cam(trained, scene("flat", "stripes", seed), 0, method=method)
        assert left.shape == (EDGE, EDGE)
        assert left.dtype == np.float32
        assert left.max() == 1
        assert left.min() >= 0
        assert share_on_the_left(left) > 0.6
        assert share_on_the_left(right) < 0.4


def test_contrast_points_at_the_difference(trained):
    """Half stripes, half dots: "why stripes and not dots" is one half, the other question the other."""
    picture = scene("stripes", "dots", 200)
    assert share_on_the_left(cam(trained, picture, 0, against=1)) > 0.6
    assert share_on_the_left(cam(trained, picture, 1, against=0)) < 0.4


def test_a_picture_from_a_memory_map_is_explained_without_a_warning(trained):
    picture = scene("stripes", "dots", seed=6)
    picture.flags.writeable = False  # warnings are errors here
    assert cam(trained, picture, target=0).shape == picture.shape


def test_explaining_leaves_the_model_as_it_was(trained):
    picture = torch.from_numpy(scene("stripes", "dots", 400))[None]
    before = trained.forward(picture).logits
    cam(trained, picture[0].numpy(), 2)
    torch.testing.assert_close(trained.forward(picture).logits, before, atol=0, rtol=0)
    assert not any(module._forward_hooks for module in trained.network.modules())
    assert all(parameter.grad is None for parameter in trained.network.parameters())


@pytest.mark.parametrize(("target", "against"), [(3, None), (-1, None), (0, 3)])
def test_unknown_classes_are_refused(trained, target, against):
    with pytest.raises(ValueError, match="class indices"):
        cam(trained, scene("flat", "flat", 0), target, against)
