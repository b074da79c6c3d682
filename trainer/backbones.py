"""The networks whose weights are embedded, built offline."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

import trainer._torchvision_guard  # noqa: F401  timm imports torchvision
from trainer.card import Pooling
from trainer.errors import TrainerError
from trainer.files import sha256_of

# An empty hub cache costs timm most of a minute of looking for a network that we never want to use.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import timm


@dataclass(frozen=True, slots=True)
class BackboneSpec:
    """An architecture with embedded weights.

    Parameters
    ----------
    timm_name
        Constructor in timm.
    features
        Channels of the last feature map.
    last_stage
        Module whose output is the last feature map, the one that is pooled and that heatmaps look at.
    """

    timm_name: str
    features: int
    last_stage: str


BACKBONES = {"efficientnet_lite0": BackboneSpec("tf_efficientnet_lite0", 1280, "bn2")}


def resources_dir() -> Path:
    """Folder of what is shipped: inside ``semgui`` when installed, beside the packages in a checkout."""
    beside = Path(__file__).resolve().parent.parent
    installed = beside / "semgui" / "_resources"
    return installed if installed.is_dir() else beside / "resources"


def spec_of(architecture: str) -> BackboneSpec:
    """Return the specification; a `TrainerError` names the architectures that there are."""
    if architecture not in BACKBONES:
        raise TrainerError(
            f"There is no architecture {architecture!r} here; choose one of: {', '.join(BACKBONES)}."
        )
    return BACKBONES[architecture]


@functools.cache
def base_sha256(architecture: str) -> str:
    """Return the SHA-256 of the embedded weights, after checking it against the file beside them."""
    weights = _base_file(architecture)
    try:
        expected = weights.with_suffix(".sha256").read_text(encoding="ascii").split()[0]
        found = sha256_of(weights)
    except (OSError, IndexError) as error:
        raise TrainerError(f"The embedded weights {weights} cannot be read ({error}); reinstall.") from None
    if found != expected:
        raise TrainerError(f"The embedded weights {weights} are damaged (SHA-256 differs); reinstall.")
    return expected


def build_backbone(architecture: str, *, classes: int = 0) -> nn.Module:
    """Build the network without weights; without its ImageNet classifier unless `classes` is given."""
    spec = spec_of(architecture)
    return timm.create_model(spec.timm_name, pretrained=False, num_classes=classes)


def load_backbone(architecture: str) -> nn.Module:
    """Build the network with the embedded weights, in single precision, ready for inference."""
    backbone = build_backbone(architecture)
    backbone.load_state_dict(
        {name: t for name, t in base_tensors(architecture).items() if not name.startswith("classifier.")},
        strict=True,
    )
    return backbone.eval()


def load_imagenet_network(architecture: str) -> nn.Module:
    """Build the network with its ImageNet classifier (1000 classes), to test the embedded weights with."""
    network = build_backbone(architecture, classes=1000)
    network.load_state_dict(base_tensors(architecture), strict=True)
    return network.eval()


def base_tensors(architecture: str) -> dict[str, Tensor]:
    """Read the embedded weights (checked), floating-point tensors in single precision."""
    base_sha256(architecture)
    return {
        name: tensor.float() if tensor.is_floating_point() else tensor
        for name, tensor in load_file(_base_file(architecture)).items()
    }


def last_stage(backbone: nn.Module, architecture: str) -> nn.Module:
    """Return the module whose output is the last feature map."""
    return backbone.get_submodule(spec_of(architecture).last_stage)


def pooled(features: Tensor, pooling: Pooling) -> Tensor:
    """Pool a feature map (N, D, h, w) over its area: (N, D) or (N, 2 D)."""
    mean = features.mean(dim=(2, 3))
    return mean if pooling is Pooling.MEAN else torch.cat([mean, features.amax(dim=(2, 3))], dim=1)


def _base_file(architecture: str) -> Path:
    spec_of(architecture)
    return resources_dir() / "models" / "base" / f"{architecture}.safetensors"
