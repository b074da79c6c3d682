"""A network seen at several depths at once: the texture of earlier stages beside the objects of the last."""

from __future__ import annotations

import threading
from typing import Any

import torch
from torch import Tensor, nn

from trainer.backbones import FeatureNetwork, pooled
from trainer.card import InputSpec, Pooling
from trainer.models import Network
from trainer.truncate import stage_names

EARLIER_STAGES = 3
"""How many depths before the last are looked at."""


class DepthNetwork(Network):
    """Embeds images by the feature maps of the last four stages of a backbone, side by side.

    Features of an earlier stage are closer to texture (Yosinski et al. 2014). One pass gives all of them.

    Parameters
    ----------
    backbone
        In inference; it is watched from now on, so it should belong to nobody else.
    spec
        How the images are seen. Earlier stages are pooled to mean and deviation, the last as it says.

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
        return [pooled(one, Pooling.MEAN_STD) for one in maps[:-1]] + [pooled(maps[-1], self.spec.pooling)]


class _NoOpinion(nn.Module):
    """A head that knows one class."""

    def forward(self, embedding: Tensor) -> Tensor:
        """Return logits (N, 1)."""
        return embedding.new_zeros(len(embedding), 1)


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
