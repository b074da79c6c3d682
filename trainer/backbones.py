"""Networks below the head, built offline: anything of timm's, seen as a maker of feature maps."""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

import trainer._torchvision_guard  # noqa: F401  timm imports torchvision
from trainer.architectures import DEFAULT, Architecture, architecture
from trainer.card import Pooling
from trainer.errors import TrainerError
from trainer.files import sha256_of
from trainer.simple_cnn import SimpleCnn
from trainer.truncate import map_channels, truncate

# An empty hub cache costs timm most of a minute of looking for a network that we never want to use.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import timm

EMBEDDED = (DEFAULT,)
"""Architectures whose weights are shipped."""

_SMALLEST_VARIANCE = 1e-6  # of a channel that is the same everywhere, whose deviation has no slope

# What networks of timm do after the last feature map; pooling and head are ours.
_AFTER_FEATURES = ("pre_logits", "head", "classifier", "fc", "last_linear", "fc_norm", "attn_pool")


class FeatureNetwork(nn.Module):
    """A network of timm's that gives its last feature map, whatever its own layout is.

    Parameters
    ----------
    body
        Has ``forward_features``.
    channels
        Of that map.
    """

    def __init__(self, body: nn.Module, channels: int) -> None:
        super().__init__()
        self.body = body
        self.channels = channels
        # Heatmaps look at what leaves this module: the same place in every kind of network.
        self.maps = nn.Identity()

    def forward_features(self, inputs: Tensor) -> Tensor:
        """Return the last feature map (M, D, h, w) of (M, 3, edge, edge)."""
        features: Tensor = self.maps(self._as_map(self.body.forward_features(inputs)))  # type: ignore[operator]
        return features

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the last feature map."""
        return self.forward_features(inputs)

    def _as_map(self, features: Tensor) -> Tensor:
        if features.ndim == 4:  # channels first, or last as in Swin
            return features if features.shape[1] == self.channels else features.permute(0, 3, 1, 2)
        tokens = features[:, int(getattr(self.body, "num_prefix_tokens", 0)) :]
        edge = math.isqrt(tokens.shape[1])
        return tokens.transpose(1, 2).reshape(tokens.shape[0], -1, edge, edge)


def resources_dir() -> Path:
    """Folder of what is shipped: inside ``semgui`` when installed, beside the packages in a checkout."""
    beside = Path(__file__).resolve().parent.parent
    installed = beside / "semgui" / "_resources"
    return installed if installed.is_dir() else beside / "resources"


def known_to_timm(name: str) -> bool:
    """Whether timm has a constructor of that name."""
    return bool(timm.is_model(name))


def build_backbone(name: str, stages: int | None = None) -> FeatureNetwork:
    """Build the network with random weights, without what comes after its last feature map.

    Parameters
    ----------
    stages
        How many of its stages there are, from the input up; ``None``: all.

    Raises
    ------
    TrainerError
        If it has fewer, or there is no network of that name.
    """
    kind = architecture(name)
    body = _without_head(_of_timm(kind)) if kind.timm_name else SimpleCnn()
    if stages is None:
        return FeatureNetwork(body, int(body.num_features))  # type: ignore[arg-type]
    return FeatureNetwork(truncate(body, stages, name), map_channels(body, kind.edge))


def load_backbone(name: str, stages: int | None = None) -> FeatureNetwork:
    """Build the network with the embedded weights, in single precision, ready for inference."""
    backbone = build_backbone(name, stages)
    fill_backbone(backbone, base_tensors(name), f"The embedded weights of {name}")
    return backbone.eval()


def fill_backbone(backbone: FeatureNetwork, tensors: Mapping[str, Tensor], what: str) -> None:
    """Put weights in timm's naming into a backbone; those of a classifier are left.

    Parameters
    ----------
    what
        The weights in words, for the sentence if they do not fit.
    """
    wanted = backbone.body.state_dict()
    # Counters of batches are written by nobody but training, and some files lack them.
    missing = [n for n in wanted if n not in tensors and not n.endswith("num_batches_tracked")]
    other = [n for n, t in wanted.items() if n in tensors and tensors[n].shape != t.shape]
    if missing or other:
        raise TrainerError(f"{what} do not fit: {[*missing, *other][0]} is missing or of another shape.")
    backbone.body.load_state_dict(
        {n: tensors[n].to(t.dtype) for n, t in wanted.items() if n in tensors}, strict=False
    )


def build_imagenet_network(name: str) -> nn.Module:
    """Build the whole network, with its ImageNet classifier (1000 classes), with random weights."""
    network: nn.Module = timm.create_model(architecture(name).timm_name, pretrained=False, num_classes=1000)
    return network.eval()


def load_imagenet_network(name: str) -> nn.Module:
    """Build the whole network with the embedded weights, to test them with."""
    network = build_imagenet_network(name)
    network.load_state_dict(base_tensors(name), strict=True)
    return network


@functools.cache
def base_sha256(name: str) -> str:
    """Return the SHA-256 of the embedded weights, after checking it against the file beside them."""
    weights = _base_file(name)
    try:
        expected = weights.with_suffix(".sha256").read_text(encoding="ascii").split()[0]
        found = sha256_of(weights)
    except (OSError, IndexError) as error:
        raise TrainerError(f"The embedded weights {weights} cannot be read ({error}); reinstall.") from None
    if found != expected:
        raise TrainerError(f"The embedded weights {weights} are damaged (SHA-256 differs); reinstall.")
    return expected


def base_tensors(name: str) -> dict[str, Tensor]:
    """Read the embedded weights (checked), floating-point tensors in single precision."""
    base_sha256(name)
    return {
        key: tensor.float() if tensor.is_floating_point() else tensor
        for key, tensor in load_file(_base_file(name)).items()
    }


@functools.cache
def features_of(name: str, stages: int | None = None) -> int:
    """Return the number of channels of the last feature map, after so many stages (``None``: all).

    Draws no random numbers: whoever asks between seeding and building must not get another network.
    """
    with torch.random.fork_rng(devices=()):
        return build_backbone(name, stages).channels


def described_by_timm(kind: Architecture) -> dict[str, Any]:
    """Return timm's own configuration of a network: size, mean and deviation of its input, and more."""
    described: dict[str, Any] = timm.get_pretrained_cfg(kind.timm_name).to_dict()  # type: ignore[union-attr]  # known
    return described


def pretrained_url(name: str) -> str:
    """Return where the authors of timm or torchvision keep the weights of a network; empty if nowhere."""
    kind = architecture(name)
    if kind.torchvision_weights:
        import torchvision

        return str(getattr(torchvision.models, kind.torchvision_weights).IMAGENET1K_V1.url)
    described = timm.get_pretrained_cfg(kind.timm_name) if kind.timm_name else None
    return str(described.url or "") if described else ""


def pooled(features: Tensor, pooling: Pooling) -> Tensor:
    """Pool a feature map (N, D, h, w) over its area: (N, D) or (N, 2 D)."""
    features = features.float()  # sums over thousands of places are too much for half precision
    mean = features.mean(dim=(2, 3))
    if pooling is Pooling.MEAN:
        return mean
    if pooling is Pooling.MEAN_MAX:
        return torch.cat([mean, features.amax(dim=(2, 3))], dim=1)
    variance = (features - mean[:, :, None, None]).square().mean(dim=(2, 3))
    return torch.cat([mean, (variance + _SMALLEST_VARIANCE).sqrt()], dim=1)


def _of_timm(kind: Architecture) -> nn.Module:
    # Patches: other edges than the one of the weights, also those that the patch does not divide.
    cut = kind.timm_name.startswith(("vit_", "deit"))
    resizing: dict[str, Any] = {"dynamic_img_size": True, "dynamic_img_pad": True} if cut else {}
    body: nn.Module = timm.create_model(kind.timm_name, pretrained=False, num_classes=0, **resizing)
    return body


def _without_head(body: nn.Module) -> nn.Module:
    """Take out what has weights after the last feature map: it would be stored, and never trained."""
    for name in _AFTER_FEATURES:
        part = getattr(body, name, None)
        if isinstance(part, nn.Module) and next(part.parameters(), None) is not None:
            setattr(body, name, nn.Identity())
    return body


def _base_file(name: str) -> Path:
    if name not in EMBEDDED:
        raise TrainerError(
            f"No weights of {name} are embedded; add them with `semgui weights add`, "
            "or begin with random ones (--weights random)."
        )
    return resources_dir() / "models" / "base" / f"{name}.safetensors"
