"""Every named architecture: built, filled from the formats people have, explained, saved and loaded."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torchvision
from safetensors.torch import save_file

from trainer.architectures import NAMED, architecture
from trainer.backbones import FeatureNetwork, build_backbone, described_by_timm, features_of
from trainer.card import Backbone, Card, CardClass, HeadSpec, View
from trainer.default_input import default_input
from trainer.errors import TrainerError
from trainer.explain import cam
from trainer.models import build_head, embedding_size, load_model, save_model
from trainer.preprocess import PreprocessParams
from trainer.weights import convert_weights, load_weights

LIGHT = ("simple_cnn", "resnet50", "efficientnet_lite0", "efficientnet_b0", "vit_small")
HEAVY = ("vgg16", "inception_v3", "xception", "convnext_tiny")
QUICK = ("simple_cnn", "efficientnet_lite0", "vit_small", "mobilenetv3_small_050")
ALL = [*LIGHT, *HEAVY, "mobilenetv3_small_050", "swin_tiny_patch4_window7_224"]


def slow_but(quick: tuple[str, ...], names: list[str]) -> list:
    """Large networks take seconds each to build."""
    return [name if name in quick else pytest.param(name, marks=pytest.mark.slow) for name in names]


@pytest.fixture(scope="module")
def built() -> dict[str, FeatureNetwork]:
    return {}


def of(built: dict[str, FeatureNetwork], name: str) -> FeatureNetwork:
    if name not in built:
        torch.manual_seed(0)
        built[name] = build_backbone(name).eval()
    return built[name]


def test_the_names_of_the_issue_are_there():
    assert set(NAMED) == set(LIGHT) | set(HEAVY)
    with pytest.raises(TrainerError, match=r"'resnet51'; choose one of simple_cnn, vgg16"):
        architecture("resnet51")


@pytest.mark.parametrize("name", slow_but(QUICK, ALL))
def test_the_last_feature_map_has_the_channels_that_were_promised(built, name):
    edge = 224 if name.startswith("swin") else 128
    with torch.inference_mode():
        maps = of(built, name).forward_features(torch.zeros(2, 3, edge, edge))
    assert maps.shape[:2] == (2, features_of(name))
    assert maps.ndim == 4
    assert maps.shape[2] == maps.shape[3] > 1


@pytest.mark.slow
def test_what_is_not_needed_is_not_kept(built):
    """VGG's two layers of 4096 units are most of its 138 million weights, and come after the features."""
    assert sum(p.numel() for p in of(built, "vgg16").parameters()) == 14_714_688


@pytest.mark.parametrize("name", [name for name in NAMED if architecture(name).timm_name])
def test_the_input_is_the_architectures_own(name):
    described = described_by_timm(architecture(name))
    spec = default_input(name)
    assert (spec.mean, spec.std) == (tuple(described["mean"]), tuple(described["std"]))
    assert spec.views[0].edge == (224 if name == "vit_small" else described["input_size"][-1])
    assert default_input(name, edge=320).views[0].edge == 320


def test_a_network_of_timms_is_asked_for_its_input():
    spec = default_input("swin_tiny_patch4_window7_224")
    assert (spec.mean[0], spec.views[0].edge) == (0.485, 224)


@pytest.mark.parametrize(
    "name",
    slow_but(("efficientnet_b0",), ["vgg16", "resnet50", "inception_v3", "efficientnet_b0", "convnext_tiny"]),
)
def test_torchvisions_files_give_torchvisions_features(tmp_path, name):
    torch.manual_seed(1)
    options = {"init_weights": False} if name == "inception_v3" else {}
    theirs = getattr(torchvision.models, name)(weights=None, **options).eval()
    if name == "convnext_tiny":  # layer scales begin at a millionth: nothing would be seen of the blocks
        for parameter in theirs.parameters():
            if parameter.shape[1:] == (1, 1):
                torch.nn.init.constant_(parameter, 0.5)
    torch.save(theirs.state_dict(), tmp_path / "theirs.pth")
    convert_weights(tmp_path / "theirs.pth", name, tmp_path / "ours.safetensors")
    ours = load_weights(tmp_path / "ours.safetensors", name, sha256(tmp_path / "ours.safetensors"))
    edge = 299 if name == "inception_v3" else 64
    images = torch.rand(1, 3, edge, edge, generator=torch.Generator().manual_seed(0))
    seen: list[torch.Tensor] = []
    last = theirs.Mixed_7c if name == "inception_v3" else getattr(theirs, "features", None) or theirs.layer4
    last.register_forward_hook(lambda _, __, output: seen.append(output))
    with torch.inference_mode():
        theirs(images)
        torch.testing.assert_close(ours.forward_features(images), seen[0], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", slow_but(QUICK, ["vit_small", "xception", "mobilenetv3_small_050"]))
def test_timms_files_load_with_their_classifier_or_without(tmp_path, built, name):
    body = of(built, name).body
    state = body.state_dict() | {"head.weight": torch.zeros(10, 4), "fc.weight": torch.zeros(10, 4)}
    torch.save({"state_dict": state}, tmp_path / "theirs.pth")
    save_file(body.state_dict(), tmp_path / "theirs.safetensors")
    for file in (tmp_path / "theirs.pth", tmp_path / "theirs.safetensors"):
        target = tmp_path / f"{file.suffix}.safetensors"
        convert_weights(file, name, target)
        loaded = load_weights(target, name, sha256(target)).body.state_dict()
        assert all(torch.equal(loaded[key], tensor) for key, tensor in body.state_dict().items())


def test_files_that_could_run_code_are_refused(tmp_path):
    class Wicked:
        def __reduce__(self):
            return (print, ("code ran",))

    torch.save({"conv1.weight": Wicked()}, tmp_path / "wicked.pth")
    with pytest.raises(TrainerError, match="read safely"):
        convert_weights(tmp_path / "wicked.pth", "resnet50", tmp_path / "o.safetensors")
    (tmp_path / "torn.pth").write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(TrainerError, match="read safely"):
        convert_weights(tmp_path / "torn.pth", "resnet50", tmp_path / "o.safetensors")
    assert not (tmp_path / "o.safetensors").exists()


def test_weights_of_another_network_or_changed_on_the_disk_are_refused(tmp_path, built):
    file = tmp_path / "cnn.safetensors"
    save_file(of(built, "simple_cnn").body.state_dict(), file)
    with pytest.raises(TrainerError, match="no weights of mobilenetv3_small_050"):
        convert_weights(file, "mobilenetv3_small_050", tmp_path / "o.safetensors")
    convert_weights(file, "simple_cnn", tmp_path / "o.safetensors")
    good = sha256(tmp_path / "o.safetensors")
    content = bytearray((tmp_path / "o.safetensors").read_bytes())
    content[-1] ^= 1
    (tmp_path / "o.safetensors").write_bytes(content)
    with pytest.raises(TrainerError, match="damaged"):
        load_weights(tmp_path / "o.safetensors", "simple_cnn", good)


@pytest.mark.parametrize("name", slow_but(QUICK, ALL))
def test_a_model_with_its_own_backbone_is_saved_explained_and_loaded(tmp_path, built, name):
    backbone = of(built, name)
    # Inception has one place left of 80 pixels: there is nothing to compare it with, and no heat.
    edge = 224 if name.startswith("swin") else 128 if name == "inception_v3" else 80
    spec = default_input(name).model_copy(update={"views": (View(edge=edge),)})
    card = Card(
        name="own",
        classes=(CardClass(id="a", name="A"), CardClass(id="b", name="B")),
        preprocess=PreprocessParams(edge=80),
        input=spec,
        backbone=Backbone(architecture=name, sha256=None),
        head=HeadSpec(hidden=(8,)),
        weights_sha256="0" * 64,
    )
    head = build_head(embedding_size(name, spec), 2, card.head)
    written = save_model(tmp_path / "model", card, head, {}, backbone)
    assert not written.backbone.frozen
    model = load_model(tmp_path / "model", torch.device("cpu"))
    pixels = np.random.default_rng(0).integers(0, 256, (80, 80), dtype=np.uint8)
    image = torch.from_numpy(pixels)[None]
    again = load_model(tmp_path / "model", torch.device("cpu"))
    assert torch.equal(model.forward(image).logits, again.forward(image).logits)
    seen = cam(model, pixels, 0) + cam(model, pixels, 1)
    assert seen.shape == (80, 80)
    assert seen.max() > 0
    assert seen.std() > 0


def sha256(path) -> str:
    from trainer.files import sha256_of

    return sha256_of(path)


def test_asking_for_the_width_of_a_network_draws_no_random_numbers():
    features_of.cache_clear()
    before = torch.get_rng_state()
    features_of("simple_cnn")
    assert torch.equal(torch.get_rng_state(), before)
