"""Where head training stands: one safetensors file, so that tensors and state can never disagree."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from trainer.files import write_atomically

_FILE = "checkpoint.safetensors"
_STATE = "state"
_HEAD = "head."
_OPTIMIZER = "optimizer."


@dataclass(frozen=True, slots=True)
class State:
    """Progress of a training.

    Parameters
    ----------
    key
        Hash of all it depends on; a checkpoint of another key is not gone on from.
    epoch
        Epochs finished.
    best_epoch, best_loss
        Epoch with the lowest validation loss so far, and that loss.
    """

    key: str
    epoch: int = 0
    best_epoch: int = 0
    best_loss: float = float("inf")


def save_checkpoint(
    folder: Path, state: State, head: nn.Module, optimizer: torch.optim.Optimizer | None = None
) -> None:
    """Write head, optimizer and state into `folder`, whole or not at all."""
    folder.mkdir(exist_ok=True)
    tensors = {_HEAD + name: tensor.detach().cpu().contiguous() for name, tensor in head.state_dict().items()}
    if optimizer is not None:
        for number, moments in optimizer.state_dict()["state"].items():
            tensors |= {f"{_OPTIMIZER}{number}.{name}": t.cpu() for name, t in moments.items()}
    write_atomically(folder / _FILE, save(tensors, metadata={_STATE: json.dumps(asdict(state))}))


def load_checkpoint(
    folder: Path, key: str, head: nn.Module, optimizer: torch.optim.Optimizer | None = None
) -> State:
    """Fill head and optimizer from `folder`; a fresh `State` and nothing filled without one of this key."""
    try:
        with safe_open(folder / _FILE, framework="pt") as file:
            content = json.loads(file.metadata()[_STATE])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  no dict
    except (OSError, SafetensorError):
        return State(key)
    if content["key"] != key:
        return State(key)
    head.load_state_dict({n.removeprefix(_HEAD): t for n, t in tensors.items() if n.startswith(_HEAD)})
    if optimizer is not None:
        _fill_optimizer(optimizer, tensors)
    return State(**content)


def _fill_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    moments: dict[int, dict[str, Any]] = {}
    for name, tensor in tensors.items():
        if name.startswith(_OPTIMIZER):
            number, moment = name.removeprefix(_OPTIMIZER).split(".")
            moments.setdefault(int(number), {})[moment] = tensor
    described = optimizer.state_dict()
    described["state"] = moments
    optimizer.load_state_dict(described)
