"""Preparing a run of 100,000 images: `pytest -m bench -s tests/bench/bench_pixels.py` prints the figures.

The images are small, since what is measured is what grows with their number: memory, near-duplicates, the
manifest, and what a second run costs. Decoding large ones is the subject of `bench_inference`.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from semgui.domain.ids import ClassId
from semgui.domain.split import SplitRules
from semgui.imaging.perceptual import WORDS
from semgui.inference.prepare import Source
from semgui.jobs.divided import divided_set
from semgui.jobs.pixels import Place
from semgui.jobs.prepare import JobSpec, manifest_rows, prepare_run
from semgui.jobs.samples import Sample
from semgui.jobs.supervisor import create_run
from semgui.scoring.duplicates import near_duplicate_groups
from trainer.card import CardClass
from trainer.events import EventWriter
from trainer.preprocess import PreprocessParams
from trainer.run_folder import RunFolder, write_manifest

pytestmark = pytest.mark.bench

IMAGES = 100_000
EDGE = 64

_MARKS = (0.1, 0.25, 0.5, 0.75, 1.0)


class _Memory:
    """Resident memory of this process, noted as ``pixels.bin`` grows."""

    def __init__(self, run: RunFolder, expected: int) -> None:
        self._part = run.path / ".pixels.bin.part"
        self._expected = expected
        self._process = psutil.Process()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.at: dict[float, float] = {}
        self.peak = 0.0

    def __enter__(self) -> _Memory:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(0.05):
            now = self._process.memory_info().rss / 2**20
            self.peak = max(self.peak, now)
            size = self._part.stat().st_size if self._part.exists() else 0
            for mark in _MARKS:
                if mark not in self.at and size >= mark * self._expected * 0.999:
                    self.at[mark] = now


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


def prepare(data: Path, path: Path) -> float:
    """Prepare a run, print what it took, return by how much its memory grew while pixels were written."""
    spec = JobSpec(name="bench", kind="folder", data=data, preprocess=PreprocessParams(edge=EDGE))
    run = create_run(path, spec).run
    start = time.perf_counter()
    with _Memory(run, IMAGES * EDGE * EDGE) as memory:
        prepare_run(run, EventWriter(run.events))
    seconds = time.perf_counter() - start
    marks = ", ".join(f"{mark * IMAGES:,.0f}: {value:.0f}" for mark, value in sorted(memory.at.items()))
    sys.stdout.write(
        f"{path.name}: {seconds:.0f} s, {IMAGES / seconds:.0f} images/s; resident MiB at {marks}; "
        f"peak {memory.peak:.0f} (grouping and manifest)\n"
    )
    return max(memory.at.values()) - min(memory.at.values())


@pytest.mark.timeout(3600)
def test_memory_stays_flat_and_a_second_run_decodes_nothing(tmp_path):
    write_images(tmp_path / "data", IMAGES)
    sys.stdout.write("\n")
    for name in ("first run", "second run"):
        assert prepare(tmp_path / "data", tmp_path / name) < 100  # MiB


@pytest.mark.timeout(1200)
def test_grouping_and_manifest_add_little_to_what_the_images_take(tmp_path):
    """Without pictures: 100,000 samples and their hashes are there, what comes on top is measured."""
    classes = [CardClass(id=f"c{i}", name=f"c{i}") for i in range(10)]
    samples = [
        Sample(f"{i:06d}.png", Source(tmp_path / f"{i:06d}.png", root=tmp_path), ClassId(f"c{i % 10}"))
        for i in range(IMAGES)
    ]
    places = [Place(i * EDGE**2, None, f"{i:064x}") for i in range(IMAGES)]
    hashes = np.random.default_rng(0).integers(0, 1 << 64, (IMAGES, WORDS), dtype=np.uint64)
    run = RunFolder(tmp_path)
    before = psutil.Process().memory_info().rss / 2**20
    with _Memory(run, IMAGES) as memory:
        divided = divided_set(classes, samples, hashes, SplitRules(), None, lambda done: None)
        grouped = memory.peak
        write_manifest(manifest_rows(divided, places, "bench"), run.manifest)
    sys.stdout.write(
        f"\nresident MiB: {before:.0f} with {IMAGES:,} samples, {grouped:.0f} divided, "
        f"{memory.peak:.0f} at most until the manifest is written\n"
    )
    assert memory.peak - before < 100


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("count", [20_000, 100_000])
def test_near_duplicates(count):
    hashes = np.random.default_rng(0).integers(0, 1 << 64, (count, WORDS), dtype=np.uint64)
    start = time.perf_counter()
    near_duplicate_groups(hashes)
    sys.stdout.write(f"\nnear-duplicates among {count:,}: {time.perf_counter() - start:.1f} s\n")
