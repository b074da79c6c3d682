"""The memory of all decoding threads together stays within its bound, and nobody waits for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile

from semgui.domain.errors import UnreadableImageError
from semgui.imaging.budget import PROCESS_BUDGET, DecodeBudget
from semgui.imaging.failures import BadImageError
from semgui.imaging.limits import DecodeLimits
from semgui.imaging.reader import open_image
from tests.imaging.files import read_image


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_shares_never_exceed_the_capacity() -> None:
    budget = DecodeBudget()
    most, done = [0], [0]
    watch = threading.Lock()

    def work(nbytes: int) -> None:
        for _ in range(50):
            with budget.share(nbytes, 100) as share:
                with watch:
                    most[0] = max(most[0], budget.used)
                time.sleep(0.0002)
                share.shrink(nbytes // 2)
        with watch:
            done[0] += 1

    threads = [threading.Thread(target=work, args=(n,), daemon=True) for n in (10, 30, 60, 90, 100, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert done[0] == len(threads)
    assert 90 <= most[0] <= 100
    assert budget.used == 0


def test_a_large_picture_is_not_starved_by_small_ones() -> None:
    budget = DecodeBudget()
    order: list[str] = []
    first = budget.share(60, 100)

    def take(name: str, nbytes: int) -> None:
        with budget.share(nbytes, 100):
            order.append(name)

    large = threading.Thread(target=take, args=("large", 90), daemon=True)
    large.start()
    wait_for(lambda: len(budget._queue) == 1)
    small = threading.Thread(target=take, args=("small", 20), daemon=True)
    small.start()
    wait_for(lambda: len(budget._queue) == 2)
    assert order == []  # the small one would fit, but it came later
    with first:
        pass
    large.join(60)
    small.join(60)
    assert order == ["large", "small"]


def test_what_can_never_fit_is_refused() -> None:
    with pytest.raises(BadImageError, match="more than the limit"):
        DecodeBudget().share(101, 100)


def test_a_thread_that_holds_a_share_never_waits() -> None:
    budget = DecodeBudget()
    with budget.share(60, 100):
        with budget.share(40, 100):
            assert budget.used == 100
        with pytest.raises(BadImageError, match="close the other one first"):
            budget.share(50, 100)
    assert budget.used == 0


def test_two_holders_that_want_more_do_not_wait_for_each_other() -> None:
    budget = DecodeBudget()
    both_hold = threading.Barrier(2)
    refusals: list[str] = []

    def work() -> None:
        with budget.share(50, 100):
            both_hold.wait(60)
            try:
                budget.share(10, 100)
            except BadImageError as error:
                refusals.append(str(error))
            both_hold.wait(60)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    assert len(refusals) == 2


def test_pictures_are_decoded_one_at_a_time_when_memory_is_short(tmp_path: Path) -> None:
    for i in range(6):
        tifffile.imwrite(tmp_path / f"{i}.tif", np.full((500, 500), i, np.uint8), metadata=None)
    limits = DecodeLimits(max_decoded_bytes=2_000_000)
    most: list[int] = []

    def work(i: int) -> None:
        with open_image(tmp_path / f"{i}.tif", limits=limits) as decoded:
            most.append(PROCESS_BUDGET.used)
            assert decoded.pixels[0, 0] == i

    threads = [threading.Thread(target=work, args=(i,), daemon=True) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(most) == 6
    assert max(most) <= 2_000_000
    assert PROCESS_BUDGET.used == 0


def test_a_picture_that_fails_gives_its_share_back(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((99, 99), np.uint8), metadata=None, compression="zlib")
    data = bytearray((tmp_path / "a.tif").read_bytes())
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        start = file.pages[0].dataoffsets[0]
    data[start : start + 20] = b"\xff" * 20
    (tmp_path / "a.tif").write_bytes(data)
    with pytest.raises(UnreadableImageError):
        read_image(tmp_path / "a.tif")
    assert PROCESS_BUDGET.used == 0
