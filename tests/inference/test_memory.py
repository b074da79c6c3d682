"""Memory stays flat over many images and bounded for huge ones; measured in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile

from tests.inference.pictures import write_picture

REPOSITORY = Path(__file__).resolve().parents[2]
MIB = 1 << 20

_FLAT = """
import sys
import psutil
from semgui.domain.progress import CancelToken
from semgui.inference.prepare import Source
from semgui.services.classify import load_classifier
from pathlib import Path

model, picture, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
classifier = load_classifier(model, device="cpu", batch_size=4)
process, sizes = psutil.Process(), []
sources = (Source(picture) for _ in range(count))
for number, result in enumerate(classifier.stream(sources, cancel=CancelToken())):
    assert result.answer is not None
    if number % 250 == 249:
        sizes.append(process.memory_info().rss)
print(*sizes)
"""

_LARGEST = """
import sys
from pathlib import Path
from semgui.cli.main import app

try:
    app(["classify", *sys.argv[1:]])
except SystemExit as end:
    assert end.code == 0, end.code
# Not ru_maxrss: that begins with what the process had that started this one.
status = Path("/proc/self/status").read_text().split()
print(int(status[status.index("VmHWM:") + 1]) * 1024)
"""


def in_own_process(script: str, *arguments: object) -> str:
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    ).stdout


def test_memory_does_not_grow_with_the_number_of_images(standin: Path, tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "a.png", height=200, width=300)
    sizes = [int(size) for size in in_own_process(_FLAT, standin, picture, 2000).split()]
    assert len(sizes) == 8
    assert max(sizes[2:]) - sizes[1] < 40 * MIB, [size // MIB for size in sizes]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no ru_maxrss")
def test_huge_pictures_take_less_than_two_gigabytes(standin: Path, tmp_path: Path) -> None:
    """Two of 400 million pixels and one of 250 million floats, with heatmaps; all but empty sparse files."""
    shapes = {
        "a": ((20_000, 20_000), np.uint8),
        "b": ((20_000, 20_000), np.uint16),
        "c": ((15_800, 15_800), "f4"),
    }
    for name, (shape, dtype) in shapes.items():
        pixels = tifffile.memmap(tmp_path / f"{name}.tif", shape=shape, dtype=dtype, photometric="minisblack")
        pixels[:300, :300] = np.random.default_rng(0).integers(0, 250, (300, 300))
        pixels.flush()
        del pixels
    out = ("--out", tmp_path / "t.csv", "--heatmaps", tmp_path / "figures")
    largest = int(in_own_process(_LARGEST, tmp_path, "--model", standin, "--device", "cpu", *out))
    assert largest < 2_000_000_000, f"{largest // MIB} MiB"
    assert len(list((tmp_path / "figures").iterdir())) == 3
