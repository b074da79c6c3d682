from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from semgui import paths
from semgui.domain.errors import UsageError
from semgui.inference import onnx_backbone
from semgui.inference.folding import load_folded
from semgui.inference.onnx_backbone import on_onnx_runtime
from tests.inference.standin import make_model
from trainer.card import View

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def two_views(tmp_path_factory: pytest.TempPathFactory) -> Path:
    views = (View(edge=96), View(edge=64, grid=2, window=0.5))
    return make_model(tmp_path_factory.mktemp("models") / "views", views=views)


def test_all_views_give_the_same_numbers_in_any_batch(two_views: Path) -> None:
    model = load_folded(two_views, CPU)
    faster = on_onnx_runtime(model, threads=1)
    assert faster is not model
    images = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (5, 128, 128), dtype=np.uint8))
    one, other = model.forward(images), faster.forward(images)
    torch.testing.assert_close(other.logits, one.logits, atol=1e-4, rtol=0)
    torch.testing.assert_close(other.embedding, one.embedding, atol=1e-4, rtol=1e-4)
    assert len(list((paths.cache_dir() / "onnx").iterdir())) == 2


def test_other_numbers_are_not_used(two_views: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_backbone, "TOLERANCE", -1.0)
    model = load_folded(two_views, CPU)
    assert on_onnx_runtime(model, threads=1) is model


def test_without_the_packages_it_says_what_to_install(
    two_views: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"semgui\[onnx\]"):
        on_onnx_runtime(load_folded(two_views, CPU), threads=1)


def test_a_damaged_graph_in_the_cache_is_made_again(two_views: Path) -> None:
    model = load_folded(two_views, CPU)
    on_onnx_runtime(model, threads=1)
    for graph in (paths.cache_dir() / "onnx").iterdir():
        graph.write_bytes(b"no graph")
    assert on_onnx_runtime(model, threads=1) is not model
