"""Runs as processes: killed at random moments, on a full disk, with files gone; what is left is whole."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time

import pytest
from safetensors.torch import load_file

from tests.trainer.test_finetune import SCRATCH, TINY, same
from tests.trainer.textures import prepare
from trainer.config import HeadTraining
from trainer.errors import DiskFullError
from trainer.events import Done, Epoch, EventReader, EventWriter, Failed, Stopped
from trainer.files import reserve, write_atomically
from trainer.train import train

EPOCHS = 6


def tiny(path, **changes):
    finetune = SCRATCH.model_copy(update={"epochs": EPOCHS, "patience": EPOCHS, "ema": 0.9})
    settings = TINY | {"finetune": finetune, "head": HeadTraining(epochs=3)} | changes
    return prepare(path, each=20, **settings)


COMMAND = (sys.executable, "-m", "trainer")
ONE_THREAD = os.environ | {"OMP_NUM_THREADS": "1"}


def launch(run) -> subprocess.Popen:
    null = subprocess.DEVNULL
    return subprocess.Popen([*COMMAND, str(run.path)], stdout=null, stderr=null, env=ONE_THREAD)


def carry_through(run, *, most_bytes=resource.RLIM_INFINITY) -> subprocess.CompletedProcess:
    """Run to the end; no file may grow beyond `most_bytes`."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))

    return subprocess.run(
        [*COMMAND, str(run.path)],
        capture_output=True,
        text=True,
        env=ONE_THREAD,
        preexec_fn=limit,
        timeout=240,
        check=False,
    )


def events_of(run):
    return list(EventReader(run.events).new())


def epochs_done(run) -> int:
    return max((e.epoch for e in events_of(run) if isinstance(e, Epoch)), default=0)


def kill_until_done(run, moments: random.Random, kills: int) -> int:
    """Kill a run some times, then let it end; return how many epochs were done again altogether."""
    for _ in range(kills):
        process = launch(run)
        wanted = epochs_done(run) + moments.choice((0, 1, 2))
        deadline = time.monotonic() + 120
        while process.poll() is None and epochs_done(run) < wanted and time.monotonic() < deadline:
            time.sleep(0.01)
        if wanted == 0:
            time.sleep(moments.uniform(0, 6))  # while it starts, or soon after
        time.sleep(moments.uniform(0, 0.3))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
    train(run)
    epochs = [e.epoch for e in events_of(run) if isinstance(e, Epoch)]
    return len(epochs) - len(set(epochs))


def check_killed(tmp_path, kills: int, seed: int) -> None:
    whole, killed = tiny(tmp_path / "whole"), tiny(tmp_path / "killed")
    train(whole)
    again = kill_until_done(killed, random.Random(seed), kills)
    assert again <= kills  # a kill costs one epoch at most
    assert isinstance(events_of(killed)[-1], Done)
    assert same(
        load_file(whole.model / "weights.safetensors"), load_file(killed.model / "weights.safetensors")
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_killed_runs_end_with_the_same_model(tmp_path):
    check_killed(tmp_path, kills=1, seed=1)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("seed", range(5))
def test_runs_killed_often_end_with_the_same_model(tmp_path, seed):
    check_killed(tmp_path, kills=6, seed=seed)


def test_sigterm_stops_cleanly(tmp_path):
    run = tiny(tmp_path / "run", finetune=SCRATCH.model_copy(update={"epochs": 500, "patience": 500}))
    process = launch(run)
    deadline = time.monotonic() + 120
    while epochs_done(run) < 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 3
    assert isinstance(events_of(run)[-1], Stopped)


def test_a_full_disk_is_a_sentence_and_the_run_goes_on_when_there_is_room(tmp_path):
    """The limit stops the checkpoint, which is larger than the features; the events go on."""
    run = tiny(tmp_path / "run")
    full = carry_through(run, most_bytes=1 << 20)
    assert full.returncode == 1
    assert "Traceback" not in full.stderr
    failed = events_of(run)[-1]
    assert isinstance(failed, Failed)
    assert "no room on the disk" in failed.text
    assert not list(run.path.rglob("*.part"))
    assert not run.model.exists()
    train(run)
    assert run.model.exists()


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    file = tmp_path / "checkpoint"
    write_atomically(file, b"before")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(DiskFullError, match="no room"):
        write_atomically(file, b"after")
    assert file.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [file]
    EventWriter(tmp_path / "events.jsonl").write(Failed(text="full"))  # loses the flush, raises nothing


def test_room_is_reserved_before_a_file_is_mapped(tmp_path):
    reserve(tmp_path / "mapped", 1 << 20)
    assert (tmp_path / "mapped").stat().st_blocks * 512 >= 1 << 20


def test_a_damaged_or_missing_checkpoint_begins_anew_to_the_same_model(tmp_path):
    """Never are the weights of the last epoch, or random ones, passed off as the best."""
    run = tiny(tmp_path / "run", seed=7)
    train(run)
    first = load_file(run.model / "weights.safetensors")
    (run.last / "checkpoint.safetensors").write_bytes(b"torn")
    train(run)
    assert same(first, load_file(run.model / "weights.safetensors"))
    (run.best / "checkpoint.safetensors").unlink()
    train(run)
    assert same(first, load_file(run.model / "weights.safetensors"))
    assert len([e for e in events_of(run) if isinstance(e, Epoch)]) == 3 * EPOCHS
