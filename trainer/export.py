"""A model as ONNX, for other programs: canonical images in, logits, probabilities and embeddings out."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from trainer.card import View
from trainer.errors import TrainerError
from trainer.models import Model, Network
from trainer.views import normalised, window_corners

_OPSET = 17
_OUTPUTS = ("logits", "probabilities", "embedding")


def export_onnx(model: Model, path: Path) -> None:
    """Write the whole model, temperature included, as one ONNX file.

    Input ``images``: (N, E, E) uint8 canonical images as `trainer.preprocess.canonical` makes them. Outputs
    ``logits`` (N, C), ``probabilities`` (N, C) calibrated, ``embedding`` (N, D), all float32. The card lies
    in the file's metadata under ``semgui.card``.

    Raises
    ------
    TrainerError
        If the package onnx is missing, or the file cannot be written.
    """
    try:
        import onnx
    except ImportError:
        raise TrainerError("the package onnx is not installed: pip install 'semgui[onnx]'.") from None
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    edge = model.card.preprocess.edge
    network = _Exported(model.network, edge, model.card.temperature).eval()
    try:
        with warnings.catch_warnings():
            # The tracing exporter says that it will go, and warns of every Python number it meets.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                network,
                (torch.zeros(2, edge, edge, dtype=torch.uint8, device=model.device),),
                str(beside),
                dynamo=False,
                opset_version=_OPSET,
                input_names=["images"],
                output_names=list(_OUTPUTS),
                dynamic_axes={name: {0: "count"} for name in ("images", *_OUTPUTS)},
            )
        exported = onnx.load(str(beside))
        onnx.helper.set_model_props(exported, {"semgui.card": json.dumps(model.card.model_dump(mode="json"))})
        onnx.save(exported, str(beside))
        beside.replace(path)
    except OSError as error:
        raise TrainerError(f"{path}: the model cannot be written ({error.strerror}).") from None
    finally:
        beside.unlink(missing_ok=True)


class _Exported(nn.Module):
    """The network with nothing but matrix products where PyTorch resizes, which ONNX has no equal of."""

    def __init__(self, network: Network, edge: int, temperature: float) -> None:
        super().__init__()
        self.network = network
        self.temperature = temperature
        self.edge = edge
        for i, view in enumerate(network.spec.views):
            size, _ = window_corners(view, edge)
            self.register_buffer(f"resize{i}", _resize_matrix(size, view.edge))

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        grey = images.float() / 255
        embedding = self.network.combined(
            [self._embedding(grey, view, i) for i, view in enumerate(self.network.spec.views)]
        )
        logits: Tensor = self.network.head(embedding)
        return logits, torch.softmax(logits / self.temperature, dim=1), embedding

    def _embedding(self, grey: Tensor, view: View, index: int) -> Tensor:
        size, corners = window_corners(view, self.edge)
        windows = torch.stack([grey[:, y : y + size, x : x + size] for y, x in corners], dim=1)
        resize = self.get_buffer(f"resize{index}")
        resized = (resize @ windows.flatten(0, 1) @ resize.T)[:, None]
        return self.network.embed_windows(normalised(resized, self.network.spec), grey.shape[0])


def _resize_matrix(size: int, edge: int) -> Tensor:
    """Return the (edge, size) matrix that resizes one axis as `trainer.views.cut_windows` does."""
    if size == edge:
        return torch.eye(edge)
    identity = torch.eye(size)[None, None]
    return nn.functional.interpolate(identity, size=(edge, size), mode="bilinear", antialias=size > edge)[
        0, 0
    ]
