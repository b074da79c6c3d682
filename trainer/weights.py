"""Weight files from elsewhere, brought into timm's naming: timm's own, torchvision's, and their like.

Nothing in a file is ever executed: it is safetensors, or read by ``torch.load(weights_only=True)``.
"""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from trainer.architectures import architecture
from trainer.backbones import FeatureNetwork, build_backbone, fill_backbone
from trainer.errors import TrainerError
from trainer.files import sha256_of, write_atomically

# After `trainer.backbones`, which prepares what timm imports and keeps it off the network.
import timm  # isort: skip

_WRAPPERS = ("state_dict_ema", "state_dict", "model_state", "model", "module")


def convert_weights(file: Path, name: str, target: Path) -> None:
    """Read a weight file of a network, make sure that it fits, and write it as safetensors in timm's naming.

    Parameters
    ----------
    file
        PyTorch or safetensors; timm's or torchvision's naming.
    name
        The architecture.
    target
        Written whole or not at all.

    Raises
    ------
    TrainerError
        If the file cannot be read or belongs to another network.
    """
    body = _fitted(file, name).body
    tensors = {key: tensor.contiguous() for key, tensor in body.state_dict().items()}
    write_atomically(target, save(tensors))


def load_weights(file: Path, name: str, sha256: str, stages: int | None = None) -> FeatureNetwork:
    """Build a network with weights that `convert_weights` wrote, after checking their SHA-256.

    Parameters
    ----------
    stages
        How many of its stages there are, from the input up; ``None``: all.
    """
    try:
        found = sha256_of(file)
    except OSError as error:
        raise TrainerError(
            f"{file} cannot be read ({error.strerror}); add the weights of {name} again: semgui weights add."
        ) from None
    if found != sha256:
        raise TrainerError(f"{file} is damaged (SHA-256 differs); add the weights of {name} again.")
    backbone = build_backbone(name, stages)
    fill_backbone(backbone, load_file(file), str(file))
    return backbone.eval()


def _fitted(file: Path, name: str) -> FeatureNetwork:
    tensors = _read(file)
    attempts = (tensors, _by_timm(file, name, tensors), _by_order(tensors, name))
    for attempt in attempts:
        backbone = build_backbone(name)
        try:
            fill_backbone(backbone, attempt, str(file))
        except TrainerError:
            continue
        return backbone
    raise TrainerError(f"{file} holds no weights of {name} in timm's or torchvision's naming.")


def _read(file: Path) -> dict[str, Tensor]:
    """Read the tensors of a file, from inside whatever a training script wrapped around them."""
    try:
        if file.suffix == ".safetensors":
            return load_file(file)
        content = torch.load(file, map_location="cpu", weights_only=True)
    except OSError as error:
        raise TrainerError(f"{file} cannot be read ({error.strerror or error}).") from None
    except (SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError, zipfile.BadZipFile) as error:
        first = str(error).splitlines()[0]
        raise TrainerError(
            f"{file} is no weight file that can be read safely ({first}); "
            "wanted is safetensors or a PyTorch file of tensors only."
        ) from None
    while isinstance(content, dict):
        inner = next((content[key] for key in _WRAPPERS if isinstance(content.get(key), dict)), None)
        if inner is None:
            break
        content = inner
    if not isinstance(content, dict):
        raise TrainerError(f"{file} holds no weights.")
    return {str(k).removeprefix("module."): t for k, t in content.items() if isinstance(t, Tensor)}


def _by_timm(file: Path, name: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Let timm rename the tensors as it does with its downloads; nothing if it cannot."""
    kind = architecture(name)
    if not kind.timm_name:
        return {}
    try:
        # timm renames while it builds; it takes the tensors from memory as it would from a file.
        body = timm.create_model(
            kind.timm_name,
            pretrained=True,
            pretrained_cfg_overlay={"state_dict": dict(tensors), "file": "", "url": "", "hf_hub_id": ""},
            num_classes=0,
        )
    except (RuntimeError, KeyError, ValueError, AttributeError, IndexError, TypeError):
        return {}
    # timm leaves what it did not find at random values; positions it may have interpolated.
    given = {_print(t) for t in tensors.values()}
    renamed: dict[str, Tensor] = body.state_dict()
    return {key: t for key, t in renamed.items() if _print(t) in given or "pos" in key}


def _by_order(tensors: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    """Rename by order: torchvision names the same layers otherwise, but lists them as timm does.

    So it is with EfficientNet and ConvNeXt; every shape must agree, up to axes of length 1.
    """
    counters = "num_batches_tracked"
    wanted = {k: t for k, t in build_backbone(name).body.state_dict().items() if not k.endswith(counters)}
    given = [t for k, t in tensors.items() if not k.endswith(counters)]
    if len(given) < len(wanted):
        return {}
    pairs = list(zip(wanted.items(), given, strict=False))  # what is over is the classifier
    if any(_squeezed(mine) != _squeezed(other) for (_, mine), other in pairs):
        return {}
    return {key: other.reshape(mine.shape) for (key, mine), other in pairs}


def _print(tensor: Tensor) -> tuple[int, float]:
    return tensor.numel(), float(tensor.double().sum())


def _squeezed(tensor: Tensor) -> tuple[int, ...]:
    return tuple(length for length in tensor.shape if length != 1)
