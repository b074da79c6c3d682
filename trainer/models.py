"""A model: backbone and head with the card that says how to use them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from trainer.backbones import (
    FeatureNetwork,
    base_sha256,
    build_backbone,
    features_of,
    fill_backbone,
    load_backbone,
    pooled,
)
from trainer.card import WEIGHTS_FILE, Card, Combine, HeadSpec, InputSpec, Pooling, View, load_card, save_card
from trainer.errors import DeviceMemoryError, TrainerError
from trainer.files import sha256_of, write_atomically
from trainer.views import cut_windows, normalised


@dataclass(frozen=True, slots=True)
class Output:
    """What a model says about a batch.

    Parameters
    ----------
    logits
        (N, C) float32, before the temperature.
    embedding
        (N, D) float32.
    """

    logits: Tensor
    embedding: Tensor


class Network(nn.Module):
    """Canonical images to logits: views, backbone, head.

    Parameters
    ----------
    backbone
        Gives a feature map (M, D, h, w) through ``forward_features``, as `trainer.backbones.FeatureNetwork`.
    head
        Embedding to logits.
    """

    def __init__(self, backbone: nn.Module, head: nn.Module, spec: InputSpec) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = head
        self.spec = spec

    def view_embedding(self, images: Tensor, view: View) -> Tensor:
        """Embed (N, E, E) float images in [0, 1] as one view sees them: (N, D), windows averaged."""
        return self.embed_windows(normalised(cut_windows(images, view), self.spec), images.shape[0])

    def embed_windows(self, windows: Tensor, images: int) -> Tensor:
        """Embed normalised windows (images · k, 3, h, w) of one view: (images, D), averaged over k."""
        features = self.backbone.forward_features(windows)  # type: ignore[operator]
        embedding = pooled(features, self.spec.pooling)
        return embedding.reshape(images, -1, embedding.shape[1]).mean(dim=1)

    def combined(self, views: list[Tensor]) -> Tensor:
        """Make one embedding of the views' embeddings, as the card says."""
        if self.spec.combine is Combine.CONCAT:
            return torch.cat(views, dim=1)
        return torch.stack(views).mean(dim=0)

    def embed(self, images: Tensor) -> Tensor:
        """Embed (N, E, E) float images in [0, 1]: (N, D)."""
        return self.combined([self.view_embedding(images, view) for view in self.spec.views])

    def forward(self, images: Tensor) -> Tensor:
        """Classify (N, E, E) float images in [0, 1]: logits (N, C)."""
        logits: Tensor = self.head(self.embed(images))
        return logits


class Model:
    """A trained model on a device, ready for inference.

    Parameters
    ----------
    card
        Its card.
    network
        Its modules; gradients off.
    novelty_tensors
        Parameters of the novelty score (see `trainer.novelty`), empty if it has none.
    """

    def __init__(
        self,
        card: Card,
        network: Network,
        novelty_tensors: dict[str, NDArray[np.float32]],
        device: torch.device,
    ) -> None:
        self.card = card
        self.device = device
        self.novelty_tensors = novelty_tensors
        self.network = network.to(device, memory_format=torch.channels_last).eval().requires_grad_(False)  # type: ignore[call-overload]

    def forward(self, canonical: Tensor) -> Output:
        """Classify canonical images.

        Parameters
        ----------
        canonical
            (N, E, E) uint8 on any device, E the edge of the card's preprocessing.

        Raises
        ------
        DeviceMemoryError
            If the device's memory does not suffice for the batch; a smaller one may do.
        """
        edge = self.card.preprocess.edge
        if canonical.dtype != torch.uint8 or canonical.ndim != 3 or canonical.shape[1:] != (edge, edge):
            raise ValueError(f"uint8 images (N, {edge}, {edge}) are wanted, not {canonical.shape}")
        try:
            with torch.inference_mode(), torch.autocast(self.device.type, enabled=self.device.type == "cuda"):
                embedding = self.network.embed(as_grey(canonical.to(self.device, non_blocking=True)))
        except torch.OutOfMemoryError as error:
            raise DeviceMemoryError(f"{self.device} has no memory for {len(canonical)} images.") from error
        with torch.inference_mode():
            embedding = embedding.float()
            return Output(self.network.head(embedding), embedding)


def as_grey(canonical: Tensor) -> Tensor:
    """Turn uint8 grey values into float32 in [0, 1]."""
    return canonical.float() / 255


def embedding_size(architecture: str, spec: InputSpec, stages: int | None = None) -> int:
    """Return the length D of the embedding, of a network with so many stages (``None``: all)."""
    parts = len(spec.views) if spec.combine is Combine.CONCAT else 1
    poolings = 1 if spec.pooling is Pooling.MEAN else 2
    return features_of(architecture, stages) * parts * poolings


def build_head(inputs: int, classes: int, spec: HeadSpec) -> nn.Sequential:
    """Build linear layers with ReLU between them; the last one gives the logits."""
    widths = [inputs, *spec.hidden, classes]
    layers: list[nn.Module] = []
    for wide, narrow in itertools.pairwise(widths):
        layers += [nn.Linear(wide, narrow), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def load_model(folder: Path, device: torch.device) -> Model:
    """Load a model folder.

    Raises
    ------
    TrainerError
        If anything in it is missing or damaged, or does not fit this program.
    """
    card = load_card(folder)
    weights = folder / WEIGHTS_FILE
    try:
        found = sha256_of(weights)
        tensors = load_file(weights)
    except (OSError, SafetensorError) as error:
        raise TrainerError(f"{weights} cannot be read ({error}); install the model again.") from None
    if found != card.weights_sha256:
        raise TrainerError(
            f"{weights} is not the file of its card (SHA-256 differs); install the model again."
        )
    inputs = embedding_size(card.backbone.architecture, card.input, card.backbone.stages)
    network = Network(_backbone(card, tensors), build_head(inputs, len(card.classes), card.head), card.input)
    try:
        network.head.load_state_dict(_below("head.", tensors), strict=True)
    except RuntimeError:
        raise TrainerError(f"{weights} does not fit its card; install the model again.") from None
    novelty = {name: tensor.numpy() for name, tensor in _below("novelty.", tensors).items()}
    return Model(card, network, novelty, device)


def save_model(
    folder: Path,
    card: Card,
    head: nn.Module,
    novelty_tensors: dict[str, NDArray[np.float32]],
    backbone: FeatureNetwork | None = None,
) -> Card:
    """Write a model folder; the card's SHA-256 and novelty flag are filled in.

    Parameters
    ----------
    folder
        Made if missing.
    card
        Describes the model; its ``weights_sha256`` is not read.
    head
        As built by `build_head` for this card.
    novelty_tensors
        Parameters of the novelty score, empty if there is none.
    backbone
        With its tensors the model needs no other file; ``None``: it rests on the embedded ones.

    Returns
    -------
    Card
        As written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = _prefixed("head.", head)
    if backbone is not None:
        tensors |= _prefixed("backbone.", backbone.body)
    tensors |= {
        f"novelty.{name}": torch.from_numpy(np.ascontiguousarray(a)) for name, a in novelty_tensors.items()
    }
    weights = folder / WEIGHTS_FILE
    write_atomically(weights, save(tensors))
    found = {
        "weights_sha256": sha256_of(weights),
        "novelty": bool(novelty_tensors),
        "backbone": card.backbone.model_copy(update={"frozen": backbone is None}),
    }
    card = card.model_copy(update=found)
    save_card(card, folder)
    return card


def _backbone(card: Card, tensors: dict[str, Tensor]) -> FeatureNetwork:
    architecture, stages = card.backbone.architecture, card.backbone.stages
    if not card.backbone.frozen:
        backbone = build_backbone(architecture, stages)
        fill_backbone(backbone, _below("backbone.", tensors), f"The weights of {card.name}")
        return backbone.eval()
    if base_sha256(architecture) != card.backbone.sha256:
        raise TrainerError(
            f"{card.name} rests on other base weights than the ones that are embedded here; train it again."
        )
    return load_backbone(architecture, stages)


def _prefixed(prefix: str, module: nn.Module) -> dict[str, Tensor]:
    return {prefix + name: t.detach().cpu().contiguous() for name, t in module.state_dict().items()}


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors under a prefix, without it, in single precision."""
    return {name.removeprefix(prefix): t.float() for name, t in tensors.items() if name.startswith(prefix)}
