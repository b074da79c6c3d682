"""Decoders that crash, hang up, ask for too much, and are asked by many."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from semgui.domain.errors import Cancelled, UnreadableImageError
from semgui.imaging import decoder_process, decoders
from semgui.imaging.analyse import analysed_picture
from semgui.imaging.budget import PROCESS_BUDGET
from semgui.imaging.decoder_transfer import pack, unpack
from semgui.imaging.decoders import DecoderPool
from semgui.imaging.limits import DecodeLimits
from tests.ui.pictures import write_picture

# What a decoder is asked to do; functions of a module, since they are called in another process.


def crash(mark: Path) -> None:
    with mark.open("a") as file:
        file.write("x")
    ctypes.string_at(0)


def crash_once(mark: Path) -> str:
    if mark.exists():
        return "second time"
    mark.touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return "never"


def wait_for(mark: Path) -> int:
    while not mark.exists():
        time.sleep(0.01)
    return os.getpid()


def allocate(nbytes: int) -> int:
    return len(np.ones(nbytes, np.uint8))


def take_share(nbytes: int, capacity: int) -> str:
    with PROCESS_BUDGET.share(nbytes, capacity):
        return "taken"


def mistake() -> None:
    raise ZeroDivisionError("ours")


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    opened = DecoderPool(partial(DecodeLimits, max_decoded_bytes=64 << 20))
    yield opened
    opened.close()


def test_a_picture_comes_whole_out_of_another_process(pool: DecoderPool, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    write_picture(path, 1, (600, 800))
    here = analysed_picture(path, None, None, None, DecodeLimits())
    there = pool.run(path, analysed_picture, path, None, None, None, DecodeLimits())
    assert pool.pids
    assert os.getpid() not in pool.pids
    np.testing.assert_array_equal(there.pixels, here.pixels)
    assert there.pixels.flags.writeable
    assert (there.info, there.databar, there.contrast) == (here.info, here.databar, here.contrast)
    assert not list(pool._folder.iterdir())


def test_without_room_for_a_file_it_comes_through_the_pipe(tmp_path: Path) -> None:
    pictures = [
        unpack(pack(np.arange(100_000), folder))
        for folder in (tmp_path, tmp_path / "there is no such folder")
    ]
    np.testing.assert_array_equal(*pictures)
    assert not list(tmp_path.iterdir())


def test_a_bad_file_is_the_sentence_that_it_is_here(pool: DecoderPool, tmp_path: Path) -> None:
    path = tmp_path / "empty.tif"
    path.touch()
    before = set(pool.pids)
    with pytest.raises(UnreadableImageError) as raised:
        pool.run(path, analysed_picture, path, None, None, None, DecodeLimits())
    assert (raised.value.path, raised.value.reason) == (path, "the file is empty")
    assert before <= set(pool.pids)


def test_a_file_that_kills_its_decoder_is_tried_twice_and_then_left_alone(
    pool: DecoderPool, tmp_path: Path
) -> None:
    path, mark = tmp_path / "deadly.tif", tmp_path / "mark"
    path.write_bytes(b"1")
    for _ in range(3):
        with pytest.raises(UnreadableImageError, match=r"its decoder crashed \(segmentation fault"):
            pool.run(path, crash, mark)
    assert mark.read_text() == "xx"
    path.write_bytes(b"changed")
    assert pool.run(path, niceness) == niceness()


def test_a_decoder_killed_from_outside_is_replaced_and_nobody_notices(
    pool: DecoderPool, tmp_path: Path
) -> None:
    assert pool.run(tmp_path / "a.tif", crash_once, tmp_path / "mark") == "second time"


def test_decoders_can_wait_ready() -> None:
    pool = DecoderPool()
    pool.warm_up(2, ["semgui.imaging.analyse"])
    deadline = time.monotonic() + 60
    while sum(map(len, pool._idle.values())) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert len(pool.pids) == 2
    pool.close()


def test_one_killed_while_idle_is_no_failure_of_the_next_file(pool: DecoderPool, tmp_path: Path) -> None:
    pool.run(tmp_path, niceness)
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    while any(process.alive for process in pool._all):
        time.sleep(0.01)
    mark = tmp_path / "mark"
    assert pool.run(tmp_path / "a.tif", crash_once, mark) == "second time"


def test_kill_9_in_the_middle(tmp_path: Path) -> None:
    pool = DecoderPool()
    got: list[int] = []
    thread = threading.Thread(
        target=lambda: got.append(pool.run(tmp_path / "a.tif", wait_for, tmp_path / "go"))
    )
    thread.start()
    while not pool.pids:
        time.sleep(0.01)
    (first,) = pool.pids
    time.sleep(0.2)
    os.kill(first, signal.SIGKILL)
    (tmp_path / "go").touch()
    thread.join(120)
    pool.close()
    assert got
    assert got != [first]


def test_each_thread_has_its_own_and_idle_ones_are_used_again(pool: DecoderPool, tmp_path: Path) -> None:
    pids: list[int] = []
    threads = [
        threading.Thread(target=lambda: pids.append(pool.run(tmp_path, wait_for, tmp_path / "go")))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    while len(pool.pids) < 2:
        time.sleep(0.01)
    (tmp_path / "go").touch()
    for thread in threads:
        thread.join(120)
    assert len(set(pids)) == 2
    assert pool.run(tmp_path, wait_for, tmp_path / "go") in pids


def test_what_asks_for_more_than_there_is_gets_no_memory(pool: DecoderPool, tmp_path: Path) -> None:
    assert pool.run(tmp_path, allocate, 1 << 20) == 1 << 20
    with pytest.raises(UnreadableImageError, match="not enough memory"):
        pool.run(tmp_path, allocate, 8 << 30)


def test_the_memory_of_all_decoders_is_bounded_together(pool: DecoderPool, tmp_path: Path) -> None:
    got: list[str] = []
    with PROCESS_BUDGET.share(60, 100):
        with pytest.raises(RuntimeError, match="while this thread holds another picture"):
            pool.run(tmp_path, take_share, 60, 100)
        thread = threading.Thread(target=lambda: got.append(pool.run(tmp_path, take_share, 60, 100)))
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(120)
    assert got == ["taken"]
    assert PROCESS_BUDGET.used == 0


def test_a_mistake_of_ours_is_no_bad_file(pool: DecoderPool, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError: ours"):
        pool.run(tmp_path, mistake)


def test_closing_ends_those_at_work(tmp_path: Path) -> None:
    pool = DecoderPool()
    raised: list[BaseException] = []

    def ask() -> None:
        try:
            pool.run(tmp_path, wait_for, tmp_path / "never")
        except BaseException as error:  # noqa: BLE001
            raised.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while not pool.pids:
        time.sleep(0.01)
    pool.close()
    thread.join(120)
    assert [type(error) for error in raised] == [Cancelled]
    with pytest.raises(Cancelled):
        pool.run(tmp_path, niceness)
    assert not pool._folder.exists()


def test_a_decoder_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder_process, "_PATIENCE_SECONDS", 2.0)
    monkeypatch.setattr(decoders, "_ATTEMPTS", 1)
    pool = DecoderPool()
    with pytest.raises(UnreadableImageError, match="did not end within"):
        pool.run(tmp_path, wait_for, tmp_path / "never")
    assert not pool.pids
    pool.close()
