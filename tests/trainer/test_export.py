"""The ONNX file says what PyTorch says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from semgui.registry.store import bundled_models
from trainer.calibrate import softmax
from trainer.export import export_onnx
from trainer.models import load_model


@pytest.mark.parametrize("count", [1, 3])
def test_onnx_runtime_gives_the_same_answers(tmp_path: Path, count: int):
    model = load_model(bundled_models() / "nffa10-starter", torch.device("cpu"))
    file = tmp_path / "starter.onnx"
    export_onnx(model, file)
    edge = model.card.preprocess.edge
    images = np.random.default_rng(count).integers(0, 256, (count, edge, edge), dtype=np.uint8)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    logits, probabilities, embedding = session.run(None, {"images": images})
    wanted = model.forward(torch.from_numpy(images))
    np.testing.assert_allclose(logits, wanted.logits.numpy(), atol=2e-4, rtol=1e-3)
    np.testing.assert_allclose(embedding, wanted.embedding.numpy(), atol=2e-4, rtol=1e-3)
    np.testing.assert_allclose(
        probabilities, softmax(wanted.logits.numpy(), model.card.temperature), atol=1e-4
    )
    stored = {p.key: p.value for p in onnx.load(str(file)).metadata_props}
    assert json.loads(stored["semgui.card"])["name"] == model.card.name
