"""What becomes of a batch that does not fit into memory: smaller portions, and at last the CPU."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from trainer.errors import TrainerError
from trainer.events import EventWriter, Warned


class Portions:
    """How many images are held at a time; gradients of the portions of a batch add up to the batch's.

    Parameters
    ----------
    size
        To begin with.
    """

    def __init__(self, size: int, events: EventWriter) -> None:
        self._size = size
        self._events = events

    def of(self, count: int) -> list[slice]:
        """Cut a batch into portions."""
        return [slice(start, start + self._size) for start in range(0, count, self._size)]

    def until_it_fits(
        self, gradients: Callable[[], float], network: nn.Module, optimizer: torch.optim.Optimizer
    ) -> float:
        """Compute gradients; without enough memory with half the portion, at last on the CPU.

        Raises
        ------
        TrainerError
            If not even one image fits into the computer's memory.
        """
        while True:
            try:
                return gradients()
            except torch.OutOfMemoryError:
                self._give_way(network, optimizer)

    def _give_way(self, network: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        device = next(network.parameters()).device
        optimizer.zero_grad()
        if device.type == "cuda":
            torch.cuda.empty_cache()
        if self._size > 1:
            self._size = (self._size + 1) // 2
            self._events.write(
                Warned(text=f"Not enough memory on {device}: now {self._size} images at a time.")
            )
            return
        if device.type == "cpu":
            raise TrainerError("Not even one image fits into memory; choose a smaller network or input.")
        network.to("cpu")
        for moments in optimizer.state.values():
            moments.update({k: v.cpu() if isinstance(v, torch.Tensor) else v for k, v in moments.items()})
        self._events.write(Warned(text=f"One image is too much for the memory of {device}: now on the CPU."))
