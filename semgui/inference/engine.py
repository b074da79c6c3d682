"""The network on a device: batches in, numbers out, whatever memory there is.

PyTorch takes seconds to import; it is asked for where it is used, so that a window need not wait for it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from semgui.domain.errors import ModelError
from semgui.inference.pipeline import Plan
from trainer.errors import DeviceMemoryError

if TYPE_CHECKING:
    import torch

    from trainer.models import Model

_MOST_FORWARD_SLOTS = 4  # more batches at once would cost more memory than they gain
_CPU_BATCH_PIXELS = (
    16 * 224**2
)  # larger batches leave the caches, and glibc gives their memory back each time
_ACCELERATOR_BATCH_PIXELS = 256 * 224**2


@dataclass(frozen=True, slots=True)
class Answer:
    """What the network says about one image.

    Parameters
    ----------
    logits
        (C,) float32, before the temperature.
    embedding
        (D,) float32.
    """

    logits: NDArray[np.float32]
    embedding: NDArray[np.float32]


class Engine:
    """Runs a model over batches; safe to call from the threads of one pipeline.

    Parameters
    ----------
    model
        On its device; it moves to the CPU if the device has no memory even for one image.
    batch_size
        Images in a batch; ``None`` chooses by device and by the size of the network's input.
    notify
        Receives one sentence whenever something was done otherwise than asked (less memory than thought).
    """

    def __init__(
        self, model: Model, *, batch_size: int | None = None, notify: Callable[[str], None] = lambda _: None
    ) -> None:
        self.model = model
        self._notify = notify
        self._most = batch_size or automatic_batch_size(model)
        self._lock = threading.Lock()

    @property
    def device(self) -> torch.device:
        """Where the network is now."""
        return self.model.device

    @property
    def batch_size(self) -> int:
        """Images in a batch now; it shrinks when memory runs out."""
        return self._most

    def forward(self, canonical: Sequence[NDArray[np.uint8]]) -> list[Answer]:
        """Run the network.

        Parameters
        ----------
        canonical
            Canonical images (E, E) uint8, as `trainer.preprocess.canonical` makes them.

        Raises
        ------
        ModelError
            If not even one image fits into the memory of the CPU.
        """
        import torch

        answers: list[Answer] = []
        while len(answers) < len(canonical):
            size = min(self._most, len(canonical) - len(answers))
            batch = torch.from_numpy(np.stack(canonical[len(answers) : len(answers) + size]))
            try:
                output = self.model.forward(batch)
                logits, embeddings = output.logits.cpu().numpy(), output.embedding.cpu().numpy()
            except (DeviceMemoryError, MemoryError, RuntimeError) as error:
                if not _means_no_memory(error):
                    raise
                self._make_do_with_less(size)
                continue
            answers += [Answer(row, embedding) for row, embedding in zip(logits, embeddings, strict=True)]
        return answers

    def _make_do_with_less(self, size: int) -> None:
        import torch

        with self._lock:
            if size > self._most:  # another thread has already seen to it
                return
            if size > 1:
                self._most = size // 2
                self._notify(
                    f"{self.device} has no memory for {size} images at once; going on with {self._most}."
                )
            elif self.device.type != "cpu":
                self._notify(f"{self.device} has no memory for even one image; going on with the CPU.")
                self.model.network.to("cpu")
                self.model.device = torch.device("cpu")
                self._most = automatic_batch_size(self.model)
            else:
                raise ModelError(
                    "there is not enough memory to classify even one image; close other programs."
                )


def automatic_batch_size(model: Model) -> int:
    """Choose so many images that the windows that the network sees of them fill a batch well."""
    seen = sum(view.grid**2 * view.edge**2 for view in model.card.input.views)
    budget = _CPU_BATCH_PIXELS if model.device.type == "cpu" else _ACCELERATOR_BATCH_PIXELS
    return max(1, budget // seen)


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads_for_a_batch() -> int:
    """Return how many threads one of the batches that run side by side on a CPU may use."""
    cores = usable_cores()
    return max(1, cores // min(cores, _MOST_FORWARD_SLOTS))


def plan_for(engine: Engine) -> Plan:
    """Divide the cores between decoding and the network.

    On a CPU each thread does both kinds of work on one core: a batch that is spread over all cores makes them
    wait for each other at every layer, and for whatever else runs there.
    """
    cores = usable_cores()
    window = max(64, 4 * engine.batch_size)
    if engine.device.type == "cpu":
        slots = min(cores, _MOST_FORWARD_SLOTS)
        return Plan(cores, slots, engine.batch_size, window + slots * engine.batch_size)
    return Plan(cores + 1, 1, engine.batch_size, window, forward_only=1)


@contextmanager
def cores_shared(plan: Plan) -> Iterator[Callable[[], None]]:
    """Let the threads of a plan use each core once; give what each of them has to call first.

    PyTorch keeps its number of threads for each calling thread, and threads that are new to it start with the
    number that was set last, by whomever: that one is put back at the end.
    """
    import torch

    before = torch.get_num_threads()
    own = before if plan.forward_only else threads_for_a_batch()
    try:
        yield lambda: torch.set_num_threads(own)
    finally:
        torch.set_num_threads(before)


def _means_no_memory(error: BaseException) -> bool:
    if isinstance(error, DeviceMemoryError | MemoryError):
        return True
    text = str(error).lower()  # MPS and the CPU allocator raise a plain RuntimeError
    return "out of memory" in text or "can't allocate memory" in text
