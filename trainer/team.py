"""The processes that train one network together: one alone, or several under ``torchrun``.

Lightning Fabric starts them and lets them talk (extra ``distributed``). Each takes its share of every batch;
gradients are summed over all, so that several processes do what one would do with the whole batch. The first
writes all files; the others write none.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from numpy.typing import NDArray
from torch import nn

from trainer.errors import TrainerError

T = TypeVar("T")


class Team(Protocol):
    """What a process must know of the others."""

    rank: int
    size: int
    device: torch.device | None

    def share(self, chosen: NDArray[Any]) -> NDArray[Any]:
        """Return the part of a batch that is this process's."""

    def add_up(self, parameters: Iterable[nn.Parameter], value: float) -> float:
        """Sum gradients, and a number, over all processes."""

    def agreed(self, value: T) -> T:
        """Return the first process's value to all."""

    def first_before_others(self) -> contextlib.AbstractContextManager[None]:
        """Let the first process do something before the others, who then find it done."""


class Alone:
    """One process."""

    rank = 0
    size = 1
    device: torch.device | None = None  # the configuration says

    def share(self, chosen: NDArray[Any]) -> NDArray[Any]:
        """All of it."""
        return chosen

    def add_up(self, parameters: Iterable[nn.Parameter], value: float) -> float:
        """Nothing to add."""
        return value

    def agreed(self, value: T) -> T:
        """Nobody to ask."""
        return value

    def first_before_others(self) -> contextlib.AbstractContextManager[None]:
        """Nobody to wait for."""
        return contextlib.nullcontext()


class Several:
    """One process among others, through Lightning Fabric."""

    def __init__(self) -> None:
        try:
            from lightning_fabric import Fabric
        except ImportError:
            raise TrainerError(
                "Several processes need Lightning Fabric: pip install 'semgui[distributed]'."
            ) from None
        local = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
        nodes = max(1, int(os.environ["WORLD_SIZE"]) // local)
        self._fabric = Fabric(accelerator="auto", devices=local, num_nodes=nodes, strategy="ddp")
        self._fabric.launch()
        self.rank: int = self._fabric.global_rank
        self.size: int = self._fabric.world_size
        self.device: torch.device | None = self._fabric.device

    def share(self, chosen: NDArray[Any]) -> NDArray[Any]:
        """Every n-th, beginning with the own number."""
        return chosen[self.rank :: self.size]

    def add_up(self, parameters: Iterable[nn.Parameter], value: float) -> float:
        """Sum gradients, and a number, over all processes, in one message."""
        own = list(parameters)
        grads = [torch.zeros_like(p) if p.grad is None else p.grad for p in own]
        flat = torch.cat([*(g.flatten() for g in grads), grads[0].new_tensor([value])])
        total: Any = self._fabric.all_reduce(flat, reduce_op="sum")
        start = 0
        for parameter in own:
            end = start + parameter.numel()
            parameter.grad = total[start:end].view(parameter.shape).to(parameter.dtype)
            start = end
        return float(total[-1])

    def agreed(self, value: T) -> T:
        """Return the first process's value to all."""
        return self._fabric.broadcast(value)

    @contextlib.contextmanager
    def first_before_others(self) -> Iterator[None]:
        """Wait for the first process; it waits for nobody."""
        if self.rank > 0:
            self._fabric.barrier()
        yield
        if self.rank == 0:
            self._fabric.barrier()


def team() -> Team:
    """Join the others if ``torchrun`` started this process among some, else be alone."""
    return Several() if int(os.environ.get("WORLD_SIZE", "1")) > 1 else Alone()


def events_path(path: Path, rank: int) -> Path:
    """Return where a process tells what happens: only the first is heard."""
    return path if rank == 0 else Path(os.devnull)
