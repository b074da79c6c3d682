"""Networks that end after an earlier stage: the same features as the whole network has there, all the way."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.trainer.textures import prepare
from trainer.backbones import build_backbone, features_of, load_backbone, pooled
from trainer.card import InputSpec, Pooling, View
from trainer.config import BaseWeights
from trainer.errors import TrainerError
from trainer.explain import cam
from trainer.export import export_onnx
from trainer.finetune_config import ResolvedFineTuning
from trainer.models import load_model
from trainer.train import train

EDGE = 64
SIXTH_GROUP = 7  # stages of EfficientNet-Lite0: the stem, and six of its seven groups of blocks


def test_the_features_are_those_of_the_whole_network_at_that_stage():
    whole, cut = load_backbone("efficientnet_lite0"), load_backbone("efficientnet_lite0", SIXTH_GROUP)
    images = torch.rand(2, 3, EDGE, EDGE, generator=torch.Generator().manual_seed(0))
    seen: list[torch.Tensor] = []
    whole.body.blocks[5].register_forward_hook(lambda _, __, output: seen.append(output))
    with torch.inference_mode():
        whole.forward_features(images)
        found = cut.forward_features(images)
    torch.testing.assert_close(found, seen[0])
    assert found.shape[1] == cut.channels == features_of("efficientnet_lite0", SIXTH_GROUP) == 192
    assert sum(p.numel() for p in cut.parameters()) < 0.8 * sum(p.numel() for p in whole.parameters())


@pytest.mark.parametrize(
    ("name", "stages", "channels"),
    [
        ("simple_cnn", 2, 64),
        ("vit_small", 7, 384),
        *(
            pytest.param(*case, marks=pytest.mark.slow)
            for case in (
                ("resnet50", 4, 1024),
                ("vgg16", 10, 512),
                ("inception_v3", 10, 768),
                ("xception", 13, 1024),
                ("convnext_tiny", 4, 384),
                ("swin_tiny_patch4_window7_224", 4, 384),
            )
        ),
    ],
)
def test_other_networks_end_early_too(name, stages, channels):
    edge = 224 if name.startswith("swin") else 128
    backbone = build_backbone(name, stages).eval()
    with torch.inference_mode():
        maps = backbone.forward_features(torch.rand(1, 3, edge, edge))
    assert maps.shape[1] == channels
    assert maps.shape[2] == maps.shape[3] > 1


def test_a_network_has_only_so_many_stages():
    with pytest.raises(TrainerError, match="simple_cnn has 4 stages, so features after 5 cannot be had"):
        build_backbone("simple_cnn", 5)


def test_mean_and_deviation_are_those_of_numpy():
    maps = torch.rand(3, 5, 4, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    found = pooled(maps, Pooling.MEAN_STD).numpy()
    values = maps.numpy().reshape(3, 5, 16)
    np.testing.assert_allclose(found, np.concatenate([values.mean(2), values.std(2)], axis=1), atol=1e-5)


def test_a_run_trains_saves_explains_and_exports_such_a_network(tmp_path):
    """Its last stage is the one where it ends; the model file holds nothing above it."""
    onnxruntime = pytest.importorskip("onnxruntime")
    run = prepare(
        tmp_path / "run",
        edge=EDGE,
        architecture="efficientnet_lite0",
        stages=SIXTH_GROUP,
        input=InputSpec(views=(View(edge=EDGE),), pooling=Pooling.MEAN_STD),
        mode="last:1",
        finetune=ResolvedFineTuning(epochs=1, batch_size=8, head_first=False),
    )
    card = train(run)
    assert card.backbone.stages == SIXTH_GROUP
    model = load_model(run.model, torch.device("cpu"))
    base = load_backbone("efficientnet_lite0", SIXTH_GROUP).state_dict()
    learned = {
        n.split(".")[2] for n, t in model.network.backbone.state_dict().items() if not t.equal(base[n])
    }
    assert learned == {"5"}
    pixels = np.random.default_rng(0).integers(0, 256, (3, EDGE, EDGE), dtype=np.uint8)
    output = model.forward(torch.from_numpy(pixels))
    assert output.embedding.shape == (3, 2 * 192)
    seen = np.stack([cam(model, pixels[0], c) for c in range(len(card.classes))])
    assert seen.max() > 0
    export_onnx(model, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    logits, _, embedding = session.run(None, {"images": pixels})
    np.testing.assert_allclose(logits, output.logits, atol=1e-3)
    np.testing.assert_allclose(embedding, output.embedding, atol=1e-4)


def test_a_run_can_begin_with_a_longer_model_of_ones_own(tmp_path):
    tiny = {
        "edge": 32,
        "architecture": "simple_cnn",
        "input": InputSpec(views=(View(edge=32),)),
        "mode": "all",
        "finetune": ResolvedFineTuning(epochs=1, batch_size=8, head_first=False),
    }
    whole = prepare(tmp_path / "whole", base=BaseWeights(kind="random"), **tiny)
    card = train(whole)
    base = BaseWeights(kind="model", path=whole.model, sha256=card.weights_sha256)
    cut = prepare(tmp_path / "cut", base=base, stages=3, **tiny)
    assert train(cut).backbone.stages == 3
    longer = prepare(tmp_path / "longer", base=base.model_copy(update={"path": cut.model}), **tiny)
    with pytest.raises(TrainerError, match="is not the model that this run was made for"):
        train(longer)
