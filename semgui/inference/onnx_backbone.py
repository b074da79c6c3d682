"""The backbone on ONNX Runtime: on a CPU it does the same sums in about two thirds of the time or less.

Optional: the setting ``compute.cpu_engine`` asks for it, the extra ``onnx`` brings the packages, and it is
used only where the logits stay the same.
"""

from __future__ import annotations

import copy
import importlib.util
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from semgui import paths
from semgui.domain.errors import UsageError
from semgui.inference.folding import TOLERANCE
from trainer.models import Model, Network

_OPSET = 17


def on_onnx_runtime(model: Model, *, threads: int) -> Model:
    """Return a model whose backbone runs on ONNX Runtime, or `model` itself where its numbers would differ.

    Parameters
    ----------
    model
        On the CPU, with its batch normalisations folded. It is not changed, and stays needed for heatmaps.
    threads
        Threads for one batch.

    Raises
    ------
    UsageError
        If the packages are not installed.
    """
    if model.device.type != "cpu":
        return model
    if not all(importlib.util.find_spec(name) for name in ("onnxruntime", "onnx")):
        raise UsageError(
            "ONNX Runtime is not installed: pip install 'semgui[onnx]', or go back with "
            "`semgui settings compute.cpu_engine=torch`."
        )
    network = model.network
    backbone = OnnxBackbone(network.backbone, _cache_name(model), threads)
    faster = copy.copy(model)
    faster.network = Network(backbone, network.head, network.spec).eval()
    edge = model.card.preprocess.edge
    noise = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (1, edge, edge), dtype=np.uint8))
    difference = (faster.forward(noise).logits - model.forward(noise).logits).abs().max()
    return faster if difference <= TOLERANCE else model


class OnnxBackbone(nn.Module):
    """Stands in for a timm backbone: ``forward_features`` and nothing else.

    Parameters
    ----------
    backbone
        The network to export; padding is worked out for one input size, so that each size has its own graph.
    cache_name
        Of the exported graphs in the user's cache; says which weights they hold.
    threads
        Threads for one batch.
    """

    def __init__(self, backbone: nn.Module, cache_name: str, threads: int) -> None:
        super().__init__()
        self._original = [backbone]  # in a list: no submodule, since its tensors are not ours to move
        self._cache_name = cache_name
        self._threads = threads
        self._sessions: dict[int, Any] = {}

    def prepare(self, edge: int) -> None:
        """Export and load the graph for inputs of this edge."""
        import onnxruntime
        from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        graph = paths.cache_dir() / "onnx" / f"{self._cache_name}-{edge}.onnx"
        if not graph.is_file():
            _export(self._original[0], edge, graph)
        try:
            self._sessions[edge] = _session(graph, options)
        except (Fail, InvalidGraph, InvalidProtobuf):  # what was kept in the cache is damaged
            _export(self._original[0], edge, graph)
            self._sessions[edge] = _session(graph, options)

    def forward_features(self, inputs: Tensor) -> Tensor:
        """Return the last feature map (M, D, h, w) of (M, 3, edge, edge) float32; from any thread."""
        edge = inputs.shape[-1]
        if edge not in self._sessions:
            self.prepare(edge)
        (features,) = self._sessions[edge].run(None, {"inputs": inputs.contiguous().numpy()})
        return torch.from_numpy(features)


class _Features(nn.Module):
    def __init__(self, backbone: nn.Module) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, inputs: Tensor) -> Tensor:
        features: Tensor = self.backbone.forward_features(inputs)  # type: ignore[operator]  # timm is untyped
        return features


def _session(graph: Path, options: Any) -> Any:
    import onnxruntime

    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _export(backbone: nn.Module, edge: int, graph: Path) -> None:
    graph.parent.mkdir(parents=True, exist_ok=True)
    beside = graph.with_suffix(f".{os.getpid()}.part")
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # the tracing exporter warns that it will go, and of every Python number
        torch.onnx.export(
            _Features(backbone).eval(),
            (torch.zeros(1, 3, edge, edge),),
            str(beside),
            dynamo=False,
            opset_version=_OPSET,
            input_names=["inputs"],
            output_names=["features"],
            dynamic_axes={"inputs": {0: "count"}, "features": {0: "count"}},
        )
    beside.replace(graph)


def _cache_name(model: Model) -> str:
    """Name graphs by the weights in them: those of the base, or of the model if it has its own."""
    backbone = model.card.backbone
    weights = (backbone.sha256 if backbone.frozen else None) or model.card.weights_sha256
    stages = "" if backbone.stages is None else f"-{backbone.stages}stages"
    return f"{backbone.architecture}{stages}-{weights[:16]}-torch{torch.__version__}"
