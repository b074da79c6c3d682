"""Optimizers, schedules and averaged weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from trainer.finetune_config import Optimizer, ResolvedFineTuning, Schedule


def optimizer_of(groups: list[dict[str, Any]], params: ResolvedFineTuning) -> torch.optim.Optimizer:
    """Make the optimizer for parameter groups."""
    if params.optimizer is Optimizer.SGD:
        nesterov = params.momentum > 0
        return torch.optim.SGD(groups, lr=params.learning_rate, momentum=params.momentum, nesterov=nesterov)
    kind = torch.optim.AdamW if params.optimizer is Optimizer.ADAMW else torch.optim.Adam
    return kind(groups, lr=params.learning_rate)


def rate_factor(epoch: float, params: ResolvedFineTuning, losses: Sequence[float]) -> float:
    """Return what learning rates are multiplied by.

    Parameters
    ----------
    epoch
        Epochs done, with the finished share of the one that is on.
    losses
        Validation loss of every finished epoch.

    Notes
    -----
    A function of where the training stands and nothing else: a run that is taken up again needs no more.
    """
    if epoch < params.warmup_epochs:
        return max(epoch / params.warmup_epochs, 1e-3)
    if params.schedule is Schedule.COSINE:
        after = max(params.epochs - params.warmup_epochs, 1e-9)
        return 0.5 * (1 + math.cos(math.pi * min((epoch - params.warmup_epochs) / after, 1.0)))
    if params.schedule is Schedule.STEP:
        return float(params.decay_factor ** (int(epoch) // params.decay_epochs))
    if params.schedule is Schedule.PLATEAU:
        return float(params.decay_factor ** _plateaus(losses, params.decay_epochs))
    return 1.0


def set_rates(optimizer: torch.optim.Optimizer, factor: float) -> None:
    """Set the learning rate of every group to its own times a factor."""
    for group in optimizer.param_groups:
        group["lr"] = group["rate"] * factor


class Trained:
    """The tensors of a network that training changes, for a checkpoint: frozen ones are not written again."""

    def __init__(self, network: nn.Module) -> None:
        self._network = network

    def state_dict(self) -> Mapping[str, Tensor]:
        """Return parameters that are trained, and all buffers."""
        frozen = {name for name, p in self._network.named_parameters() if not p.requires_grad}
        return {name: t for name, t in self._network.state_dict().items() if name not in frozen}

    def load_state_dict(self, state_dict: Mapping[str, Tensor]) -> None:
        """Take them back."""
        self._network.load_state_dict(state_dict, strict=False)


class Average:
    """Exponential moving average of the weights that are trained (Polyak & Juditsky 1992).

    Parameters
    ----------
    network
        Its weights now are the first average.
    decay
        At most; early averages forget faster, as in timm.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self._network = network
        self._decay = decay
        self._tensors = {n: p.detach().clone() for n, p in network.named_parameters() if p.requires_grad}
        self._steps = torch.zeros((), dtype=torch.int64)

    @torch.no_grad()
    def update(self) -> None:
        """Take the weights of now in."""
        self._steps += 1
        steps = int(self._steps)
        decay = min(self._decay, (1 + steps) / (10 + steps))
        for name, parameter in self._network.named_parameters():
            if name in self._tensors:
                mine = self._tensors[name]
                mine.lerp_(parameter.to(mine.device), 1 - decay)

    @torch.no_grad()
    def exchange(self) -> None:
        """Put the average into the network and keep its weights instead; a second call takes that back."""
        for name, parameter in self._network.named_parameters():
            if name in self._tensors:
                kept = parameter.detach().clone()
                parameter.copy_(self._tensors[name])
                self._tensors[name] = kept

    def state_dict(self) -> Mapping[str, Tensor]:
        """Return the average and how many steps it has seen."""
        return self._tensors | {"steps": self._steps}

    def load_state_dict(self, state_dict: Mapping[str, Tensor]) -> None:
        """Take them back."""
        if not state_dict:
            return
        self._steps = state_dict["steps"].clone()
        for name, tensor in self._tensors.items():
            tensor.copy_(state_dict[name])


def _plateaus(losses: Sequence[float], patience: int) -> int:
    """Count how often the loss had not fallen for `patience` epochs."""
    count, best, waited = 0, math.inf, 0
    for loss in losses:
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited >= patience:
            count, waited = count + 1, 0
    return count
