"""A network seen at several depths at once: the texture of earlier stages beside the objects of the last."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from trainer.backbones import FeatureNetwork, pooled
from trainer.card import InputSpec, Pooling
from trainer.models import Network
from trainer.truncate import stage_names

EARLIER_STAGES = 3
"""How many depths before the last are looked at."""

_MIXTURES = 32  # of channels, whose covariance is taken


class DepthNetwork(Network):
    """Embeds images by the feature maps of the last four stages of a backbone, side by side.

    Features of an earlier stage are closer to texture (Yosinski et al. 2014), and a texture is told by which
    of them come together: earlier stages are pooled to mean, deviation and covariance, of 32 random mixtures
    of the channels and with signed square roots (bilinear pooling: Lin, RoyChowdhury and Maji 2015; in few
    dimensions: Gao et al. 2016). The last stage is pooled to its mean. One pass gives all of them.

    Parameters
    ----------
    backbone
        In inference; it is watched from now on, so it should belong to nobody else.
    spec
        How the images are seen; its pooling does not count.

    Attributes
    ----------
    widths
        How many numbers each depth takes in the embedding, the earliest first.
    """

    def __init__(self, backbone: FeatureNetwork, spec: InputSpec) -> None:
        super().__init__(backbone, _NoOpinion(), spec)
        self._seen = threading.local()  # batches run side by side in several threads
        self._prefix_tokens = int(getattr(backbone.body, "num_prefix_tokens", 0))
        for module in _stage_ends(backbone.body):
            module.register_forward_hook(self._remember)
        edge = spec.views[0].edge
        with torch.inference_mode():
            maps = self._maps(torch.zeros(1, 3, edge, edge, device=next(backbone.parameters()).device))
        for number, one in enumerate(maps[:-1]):  # buffers go along to another device
            self.register_buffer(f"mixtures{number}", _mixtures_of(one.shape[1]).to(one.device))
        self.widths = tuple(part.shape[1] for part in self._pooled(maps))

    def embed_windows(self, windows: Tensor, images: int) -> Tensor:
        """Embed normalised windows (images · k, 3, h, w) of one view: (images, D), averaged over k."""
        embedding = torch.cat(self._pooled(self._maps(windows)), dim=1)
        return embedding.reshape(images, -1, embedding.shape[1]).mean(dim=1)

    def _maps(self, windows: Tensor) -> list[Tensor]:
        self._seen.maps = []
        last = self.backbone.forward_features(windows)  # type: ignore[operator]
        maps, self._seen.maps = [*self._seen.maps, last], []
        return maps

    def _remember(self, module: nn.Module, inputs: Any, output: Tensor) -> None:
        self._seen.maps.append(_as_map(output, self._prefix_tokens))

    def _pooled(self, maps: list[Tensor]) -> list[Tensor]:
        textures = [
            _texture(one, self.get_buffer(f"mixtures{number}")) for number, one in enumerate(maps[:-1])
        ]
        return [*textures, pooled(maps[-1], Pooling.MEAN)]


class _NoOpinion(nn.Module):
    """A head that knows one class."""

    def forward(self, embedding: Tensor) -> Tensor:
        """Return logits (N, 1)."""
        return embedding.new_zeros(len(embedding), 1)


def _mixtures_of(channels: int) -> Tensor:
    """Return (D, K) weights, always the same ones: what was seen yesterday is compared with today's."""
    drawn = np.random.RandomState(0).standard_normal((channels, _MIXTURES))  # whose numbers never change
    return torch.from_numpy(drawn / np.sqrt(channels)).float()


def _texture(features: Tensor, mixtures: Tensor) -> Tensor:
    """Pool a map (M, D, h, w) to mean, deviation and what varies together: (M, 2 D + K (K + 1) / 2)."""
    with torch.autocast(features.device.type, enabled=False):  # half precision cannot sum thousands of places
        points = features.flatten(2).float()
        mixed = torch.einsum("mdp,dk->mkp", points - points.mean(dim=2, keepdim=True), mixtures)
        covariance = mixed @ mixed.transpose(1, 2) / points.shape[2]
    rows, columns = torch.triu_indices(_MIXTURES, _MIXTURES, device=points.device)
    together = covariance[:, rows, columns]
    return torch.cat([pooled(features, Pooling.MEAN_STD), together.sign() * together.abs().sqrt()], dim=1)


def _stage_ends(body: nn.Module) -> list[nn.Module]:
    """Return the modules that the last stages but one end with, from the input up."""
    ends = []
    for stage in stage_names(body)[-1 - EARLIER_STAGES : -1]:
        inside = [name for name, module in body.named_modules() if name and _lies_in(name, module, stage)]
        outermost = [name for name in inside if name.rpartition(".")[0] not in inside]
        if outermost:
            ends.append(body.get_submodule(outermost[-1]))
    return ends


def _lies_in(name: str, module: nn.Module, stage: list[str]) -> bool:
    own = {f"{name}.{parameter}" for parameter, _ in module.named_parameters()}
    return bool(own) and own <= set(stage)


def _as_map(features: Tensor, prefix_tokens: int) -> Tensor:
    """Return a feature map (M, D, h, w) of a map, of one with its channels last, or of tokens (M, T, D)."""
    if features.ndim == 3:
        return features[:, prefix_tokens:].transpose(1, 2).unsqueeze(-1)
    last = features.shape[1] == features.shape[2] != features.shape[3]
    return features.permute(0, 3, 1, 2) if last else features
