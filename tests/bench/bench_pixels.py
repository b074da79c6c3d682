"""Preparing a run of 100,000 images: `pytest -m bench -s tests/bench/bench_pixels.py` prints the figures.

The images are small, since what is measured is what grows with their number: memory, near-duplicates, the
manifest, and what a second run costs. Decoding large ones is the subject of `bench_inference`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from semgui.imaging.perceptual import WORDS
from semgui.jobs.prepare import JobSpec
from semgui.jobs.supervisor import create_run
from semgui.scoring.duplicates import near_duplicate_groups
from trainer.preprocess import PreprocessParams

pytestmark = pytest.mark.bench

IMAGES = int(os.environ.get("SEMGUI_BENCH_IMAGES", "100000"))
EDGE = 64

MOST_GROWTH = 200.0  # MiB; the images themselves, 64 × 64, are 390

_PREPARE = """
import sys
from pathlib import Path
from semgui.jobs.prepare import prepare_run
from trainer.events import EventWriter
from trainer.run_folder import RunFolder
run = RunFolder(Path(sys.argv[1]))
prepare_run(run, EventWriter(run.events))
status = Path("/proc/self/status").read_text(encoding="utf-8")
print(status.split("VmHWM:")[1].split()[0])
"""


def write_images(folder: Path, count: int) -> None:
    """Write small pictures that differ from each other, in ten classes."""
    generator = np.random.default_rng(0)
    for number in range(10):
        (folder / f"class{number}").mkdir(parents=True)
    for i in range(count):
        small = generator.integers(0, 256, (16, 16), dtype=np.uint8)
        Image.fromarray(small).resize((64, 64)).save(
            folder / f"class{i % 10}" / f"{i:06d}.png", compress_level=1
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """What preparing a run took: the highest resident memory of its whole process (VmHWM), and seconds."""

    peak: float
    seconds: float


def prepare(data: Path, path: Path) -> Prepared:
    """Prepare a run in a process of its own, as every run is, from its first import to its end."""
    spec = JobSpec(name="bench", kind="folder", data=data, preprocess=PreprocessParams(edge=EDGE))
    create_run(path, spec)
    start = time.perf_counter()
    child = subprocess.run([sys.executable, "-c", _PREPARE, path], capture_output=True, check=True, text=True)
    return Prepared(float(child.stdout) / 1024, time.perf_counter() - start)


@pytest.mark.timeout(7200)
def test_memory_stays_flat_and_a_second_run_decodes_nothing(tmp_path: Path):
    """Ten times the images: what may grow is the list of files, about a kilobyte each."""
    few, many = IMAGES // 10, IMAGES
    sys.stdout.write("\n")
    for count in (few, many):
        write_images(tmp_path / str(count), count)
    peaks = {}
    for name, count in (("few", few), ("few, a second time", few), ("many", many)):
        took = prepare(tmp_path / str(count), tmp_path / name)
        rate = count / took.seconds
        peaks[name] = took.peak
        sys.stdout.write(
            f"{name:18} {count:7,} images: {took.seconds:.0f} s, {rate:.0f}/s, VmHWM {took.peak:.0f} MiB\n"
        )
        sys.stdout.flush()
    grew = peaks["many"] - peaks["few"]
    each = grew * 2**20 / (many - few)
    sys.stdout.write(f"ten times the images: {grew:+.0f} MiB, {each:.0f} bytes for each image more\n")
    assert grew < MOST_GROWTH


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("count", [20_000, 100_000])
def test_near_duplicates(count):
    hashes = np.random.default_rng(0).integers(0, 1 << 64, (count, WORDS), dtype=np.uint64)
    start = time.perf_counter()
    near_duplicate_groups(hashes)
    sys.stdout.write(f"\nnear-duplicates among {count:,}: {time.perf_counter() - start:.1f} s\n")
