"""Where a training stands: one safetensors file, so that tensors and state can never disagree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save
from torch import Tensor

from trainer.files import write_atomically

_FILE = "checkpoint.safetensors"
_STATE = "state"
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
    history
        Validation loss of every epoch.
    """

    key: str
    epoch: int = 0
    best_epoch: int = 0
    best_loss: float = float("inf")
    history: tuple[float, ...] = ()


class Kept(Protocol):
    """Something whose tensors a checkpoint keeps."""

    def state_dict(self) -> Mapping[str, Tensor]:
        """Return the tensors."""

    def load_state_dict(self, state_dict: Mapping[str, Tensor]) -> Any:
        """Take the tensors back."""


def save_checkpoint(
    folder: Path, state: State, parts: Mapping[str, Kept], optimizer: torch.optim.Optimizer | None = None
) -> None:
    """Write the parts (by name), optimizer and state into `folder`, whole or not at all."""
    folder.mkdir(exist_ok=True)
    tensors = {
        f"{part}.{name}": tensor.detach().cpu().contiguous()
        for part, kept in parts.items()
        for name, tensor in kept.state_dict().items()
    }
    if optimizer is not None:
        for number, moments in optimizer.state_dict()["state"].items():
            given = {n: t for n, t in moments.items() if t is not None}
            tensors |= {f"{_OPTIMIZER}{number}.{name}": t.cpu().contiguous() for name, t in given.items()}
    write_atomically(folder / _FILE, save(tensors, metadata={_STATE: json.dumps(asdict(state))}))


def load_checkpoint(
    folder: Path, key: str, parts: Mapping[str, Kept], optimizer: torch.optim.Optimizer | None = None
) -> State:
    """Fill parts and optimizer from `folder`; a fresh `State` and nothing filled without one of this key."""
    content = _state_in(folder, key)
    if content is None:
        return State(key)
    tensors = load_file(folder / _FILE)
    for part, kept in parts.items():
        own = {n.removeprefix(f"{part}."): t for n, t in tensors.items() if n.startswith(f"{part}.")}
        kept.load_state_dict(own)
    if optimizer is not None:
        _fill_optimizer(optimizer, tensors)
    return State(**content | {"history": tuple(content.get("history", ()))})


def resume(
    last: Path, best: Path, key: str, parts: Mapping[str, Kept], optimizer: torch.optim.Optimizer
) -> State:
    """Go on from ``last/``, or begin anew if there is none of this key, or no best epoch to end with."""
    if _state_in(best, key) is None:
        return State(key)
    return load_checkpoint(last, key, parts, optimizer)


def _state_in(folder: Path, key: str) -> dict[str, Any] | None:
    try:
        with safe_open(folder / _FILE, framework="pt") as file:
            content: dict[str, Any] = json.loads(file.metadata()[_STATE])
    except (OSError, SafetensorError):
        return None
    return content if content["key"] == key else None


def _fill_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    moments: dict[int, dict[str, Any]] = {}
    for name, tensor in tensors.items():
        if name.startswith(_OPTIMIZER):
            number, moment = name.removeprefix(_OPTIMIZER).split(".")
            moments.setdefault(int(number), {})[moment] = tensor
    described = optimizer.state_dict()
    described["state"] = moments
    optimizer.load_state_dict(described)
