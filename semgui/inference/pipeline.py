"""Threads that prepare images and run batches through the network, with results in the order of the input.

Every worker takes whatever is most urgent: a full batch if one is ready and the network has a free slot,
otherwise the next image. On a CPU the same threads therefore do both kinds of work, one core each, and no
core waits for another; on an accelerator one worker feeds it and the others decode. Nothing here knows torch.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from semgui.domain.progress import CancelToken

ItemT = TypeVar("ItemT")
PreparedT = TypeVar("PreparedT")
ResultT = TypeVar("ResultT")

_POLL_SECONDS = 0.1  # how soon a cancel is noticed
_JOIN_SECONDS = 0.5  # how long to wait for threads that are still decoding something huge


@dataclass(frozen=True, slots=True)
class Plan:
    """How many do what.

    Parameters
    ----------
    workers
        Threads.
    forward_slots
        How many of them may be running a batch at a time.
    batch_size
        Images in a batch.
    window
        Images taken from the input and not yet given to the caller: bounds the memory.
    forward_only
        Workers that never prepare; they keep an accelerator fed. 0 on a CPU.
    """

    workers: int
    forward_slots: int
    batch_size: int
    window: int
    forward_only: int = 0

    def __post_init__(self) -> None:
        if min(self.workers - self.forward_only, self.forward_slots, self.batch_size, self.window) < 1:
            raise ValueError(f"this plan gets nothing done: {self}")


@dataclass(frozen=True, slots=True)
class Finished(Generic[ResultT]):
    """What `prepare` returns for an item that needs no forward pass (an unreadable file)."""

    result: ResultT


def run_pipeline(
    items: Iterable[ItemT],
    prepare: Callable[[ItemT], PreparedT | Finished[ResultT]],
    forward: Callable[[Sequence[PreparedT]], Sequence[ResultT]],
    *,
    plan: Plan,
    cancel: CancelToken,
    start_thread: Callable[[], None] = lambda: None,
) -> Generator[ResultT]:
    """Yield one result for each item, in order, while threads work ahead.

    Parameters
    ----------
    items
        Read as needed, one at a time, never far ahead of what was yielded.
    prepare
        Called in threads; an exception from it ends the run.
    forward
        Called in threads with up to ``plan.batch_size`` prepared items; an exception from it ends the run.
    start_thread
        Called once in each new thread.

    Raises
    ------
    Cancelled
        Within about a tenth of a second of ``cancel.cancel()``. Closing the iterator stops the threads too.
    """
    board = _Board(iter(items), prepare, forward, plan)

    def work(*, may_prepare: bool) -> None:
        start_thread()
        board.work(may_prepare=may_prepare)

    # No daemons: one still inside the network when the interpreter ends would abort the process.
    threads = [
        threading.Thread(
            target=work,
            kwargs={"may_prepare": number >= plan.forward_only},
            name=f"classify-{number}",
        )
        for number in range(plan.workers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield from board.results(cancel)
    finally:
        board.stop()
        deadline = time.monotonic() + _JOIN_SECONDS
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))


class _Board(Generic[ItemT, PreparedT, ResultT]):
    """What is to do, what is being done and what is done; every field under one lock."""

    def __init__(
        self,
        items: Iterator[ItemT],
        prepare: Callable[[ItemT], PreparedT | Finished[ResultT]],
        forward: Callable[[Sequence[PreparedT]], Sequence[ResultT]],
        plan: Plan,
    ) -> None:
        self._items = items
        self._prepare = prepare
        self._forward = forward
        self._plan = plan
        self._changed = threading.Condition()
        self._ready: deque[tuple[int, PreparedT]] = deque()
        self._done: dict[int, ResultT] = {}
        self._taken = 0
        self._yielded = 0
        self._preparing = 0
        self._forwarding = 0
        self._exhausted = False
        self._stopped = False
        self._failure: BaseException | None = None

    def results(self, cancel: CancelToken) -> Iterator[ResultT]:
        while True:
            with self._changed:
                while self._yielded not in self._done:
                    cancel.raise_if_cancelled()
                    if self._failure is not None:
                        raise self._failure
                    if self._exhausted and self._yielded == self._taken:
                        return
                    self._changed.wait(_POLL_SECONDS)
                result = self._done.pop(self._yielded)
                self._yielded += 1
                self._changed.notify_all()
            cancel.raise_if_cancelled()
            yield result

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def work(self, *, may_prepare: bool) -> None:
        try:
            while True:
                job = self._next_job(may_prepare=may_prepare)
                if job is None:
                    return
                job()
        except BaseException as error:  # noqa: BLE001  whatever it is, the caller's thread must raise it
            with self._changed:
                self._failure = error
                self._stopped = True
                self._changed.notify_all()

    def _next_job(self, *, may_prepare: bool) -> Callable[[], None] | None:
        with self._changed:
            while not self._stopped:
                if self._batch_is_due():
                    self._forwarding += 1
                    size = min(self._plan.batch_size, len(self._ready))
                    batch = [self._ready.popleft() for _ in range(size)]
                    return lambda: self._run_batch(batch)
                if may_prepare and self._may_take():
                    for item in self._items:
                        number = self._taken
                        self._taken += 1
                        self._preparing += 1
                        return lambda: self._run_prepare(number, item)
                    self._exhausted = True
                    self._changed.notify_all()
                    continue
                if self._exhausted and self._preparing == 0 and not self._ready:
                    return None
                self._changed.wait()
            return None

    def _may_take(self) -> bool:
        return not self._exhausted and self._taken - self._yielded < self._plan.window

    def _batch_is_due(self) -> bool:
        if not self._ready or self._forwarding >= self._plan.forward_slots:
            return False
        # Without the second case a late image would wait for ever for a batch that nothing can fill.
        return len(self._ready) >= self._plan.batch_size or (self._preparing == 0 and not self._may_take())

    def _run_prepare(self, number: int, item: ItemT) -> None:
        prepared = self._prepare(item)
        with self._changed:
            self._preparing -= 1
            if isinstance(prepared, Finished):
                self._done[number] = prepared.result
            else:
                self._ready.append((number, prepared))
            self._changed.notify_all()

    def _run_batch(self, batch: list[tuple[int, PreparedT]]) -> None:
        results = self._forward([prepared for _, prepared in batch])
        with self._changed:
            self._forwarding -= 1
            for (number, _), result in zip(batch, results, strict=True):
                self._done[number] = result
            self._changed.notify_all()
