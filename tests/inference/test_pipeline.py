from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from semgui.domain.errors import Cancelled
from semgui.domain.progress import CancelToken
from semgui.inference.pipeline import Finished, Plan, run_pipeline


def plan(
    workers: int = 4, *, slots: int = 2, batch: int = 8, window: int = 64, forward_only: int = 0
) -> Plan:
    return Plan(workers, slots, batch, window, forward_only)


def squares(batch: Sequence[int]) -> list[int]:
    return [n * n for n in batch]


@pytest.mark.parametrize(
    "chosen", [plan(), plan(1, slots=1), plan(3, slots=1, forward_only=1), plan(batch=1, window=1)]
)
def test_results_come_in_the_order_of_the_input(chosen: Plan) -> None:
    dice = random.Random(0)

    def prepare(n: int) -> int:
        time.sleep(dice.random() * 0.002)
        return n

    results = run_pipeline(range(203), prepare, squares, plan=chosen, cancel=CancelToken())
    assert list(results) == [n * n for n in range(203)]


def test_what_needs_no_forward_pass_keeps_its_place() -> None:
    def prepare(n: int) -> int | Finished[int]:
        return Finished(-n) if n % 3 == 0 else n

    results = list(run_pipeline(range(50), prepare, squares, plan=plan(), cancel=CancelToken()))
    assert results == [-n if n % 3 == 0 else n * n for n in range(50)]


def test_nothing_in_gives_nothing_out() -> None:
    assert list(run_pipeline([], int, squares, plan=plan(), cancel=CancelToken())) == []


def test_one_slow_image_does_not_starve_the_rest_for_ever() -> None:
    # It arrives alone, when the window is full of finished results: nothing can fill its batch any more.
    def prepare(n: int) -> int:
        time.sleep(0.3 if n == 0 else 0)
        return n

    results = run_pipeline(range(40), prepare, squares, plan=plan(batch=8, window=16), cancel=CancelToken())
    assert list(results) == [n * n for n in range(40)]


def test_batches_are_full_while_there_is_input() -> None:
    sizes: list[int] = []

    def forward(batch: Sequence[int]) -> list[int]:
        sizes.append(len(batch))
        return list(batch)

    list(run_pipeline(range(80), int, forward, plan=plan(batch=8), cancel=CancelToken()))
    assert sum(sizes) == 80
    assert sizes.count(8) >= 9


def test_no_more_batches_run_at_once_than_there_are_slots() -> None:
    running = itertools.count()
    now: set[int] = set()
    most = 0
    lock = threading.Lock()
    together = threading.Barrier(2)

    def forward(batch: Sequence[int]) -> list[int]:
        nonlocal most
        with lock:
            me = next(running)
            now.add(me)
            most = max(most, len(now))
        if me < 2:
            together.wait(60)
        time.sleep(0.005)
        with lock:
            now.discard(me)
        return list(batch)

    list(run_pipeline(range(100), int, forward, plan=plan(6, slots=2, batch=4), cancel=CancelToken()))
    assert most == 2


def test_the_input_is_read_no_further_ahead_than_the_window() -> None:
    read = 0

    def items() -> Iterator[int]:
        nonlocal read
        for n in range(1000):
            read += 1
            yield n

    results = run_pipeline(items(), int, squares, plan=plan(batch=4, window=10), cancel=CancelToken())
    next(results)
    time.sleep(0.1)
    assert read <= 11
    results.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("where", ["prepare", "forward", "input"])
def test_a_failure_in_a_thread_is_raised_to_the_caller(where: str) -> None:
    def fail_at(stage: str) -> Callable[[], None]:
        def fail() -> None:
            if stage == where:
                raise RuntimeError(f"broken in {stage}")

        return fail

    def items() -> Iterator[int]:
        yield 1
        fail_at("input")()

    def prepare(n: int) -> int:
        fail_at("prepare")()
        return n

    def forward(batch: Sequence[int]) -> list[int]:
        fail_at("forward")()
        return list(batch)

    with pytest.raises(RuntimeError, match=f"broken in {where}"):
        list(run_pipeline(items(), prepare, forward, plan=plan(), cancel=CancelToken()))


def test_cancelling_does_not_wait_for_something_huge_that_is_decoded() -> None:
    cancel = CancelToken()
    release = threading.Event()

    def prepare(n: int) -> int:
        if n == 5:
            release.wait(20)
        return n

    results = run_pipeline(range(100), prepare, squares, plan=plan(2, batch=1), cancel=cancel)
    first = [next(results) for _ in range(5)]
    threading.Timer(0.1, cancel.cancel).start()
    start = time.perf_counter()
    with pytest.raises(Cancelled):
        next(results)
    assert time.perf_counter() - start < 15
    assert first == [0, 1, 4, 9, 16]
    release.set()


def test_threads_end_with_the_run_and_with_its_iterator() -> None:
    def alive() -> list[str]:
        return [t.name for t in threading.enumerate() if t.name.startswith("classify-")]

    list(run_pipeline(range(20), int, squares, plan=plan(), cancel=CancelToken()))
    assert alive() == []
    results = run_pipeline(range(1000), int, squares, plan=plan(), cancel=CancelToken())
    next(results)
    assert alive() != []
    results.close()  # type: ignore[attr-defined]
    assert alive() == []


def test_a_plan_that_does_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="gets nothing done"):
        plan(1, forward_only=1)
