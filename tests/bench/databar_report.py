"""Print the tables of docs/databar.md: ``python -m tests.bench.databar_report``.

Reads ``tests/real/databar_truth.csv`` and the pictures it names; the vendors' tags are left out, so
that every figure is the pixel rule's own.
"""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from semgui.imaging.databar import find_databar
from tests.imaging.files import read_image

REPOSITORY = Path(__file__).resolve().parent.parent.parent
TRUTH = REPOSITORY / "tests" / "real" / "databar_truth.csv"
DATA = REPOSITORY.parent / "shared" / "data"
TOLERANCE = 3  # rows


@dataclass(frozen=True)
class Truth:
    """One annotated picture; ``row`` is None where it has no bar."""

    file: Path
    layout: str
    row: int | None
    half: str


@dataclass
class Score:
    """Counts of one layout."""

    bars: int = 0
    hits: int = 0
    barless: int = 0
    false: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, truth: Truth, row: int | None) -> None:
        if truth.row is None:
            self.barless += 1
            right = row is None
            self.false += not right
        else:
            self.bars += 1
            right = row is not None and abs(row - truth.row) <= TOLERANCE
            self.hits += right
        if not right:
            self.wrong.append(f"{truth.file.name}: {truth.row} → {row}")


def read_truth(data: Path) -> Iterator[Truth]:
    """The annotated pictures."""
    with TRUTH.open(newline="", encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            row = int(line["row"]) if line["row"] else None
            yield Truth(data / line["set"] / line["file"], line["layout"], row, line["half"])


def measure(data: Path, half: str) -> dict[str, Score]:
    """Scores of the pixel rule by layout; bar-less pictures are counted by set."""
    scores: dict[str, Score] = defaultdict(Score)
    for truth in read_truth(data):
        if truth.half == half:
            folder = truth.file.relative_to(data).parts[0]
            found = find_databar(read_image(truth.file).pixels)
            scores[truth.layout if truth.row is not None else f"no bar: {folder}"].add(truth, found.row)
    return scores


def _print_half(half: str, scores: dict[str, Score]) -> None:
    print(f"\n| {half} half | bars | within ±{TOLERANCE} rows | without bar | false crops |")  # noqa: T201
    print("|---|---|---|---|---|")  # noqa: T201
    total = Score()
    for name, score in sorted(scores.items(), key=lambda item: (item[1].bars == 0, item[0])):
        print(f"| {name} | {score.bars or ''} | {score.hits or ''} | {score.barless or ''} | {score.false} |")  # noqa: T201
        for one in score.wrong:
            print(f"|   {one} | | | | |")  # noqa: T201
        total.bars += score.bars
        total.hits += score.hits
        total.barless += score.barless
        total.false += score.false
    print(f"| **all** | {total.bars} | {total.hits} | {total.barless} | {total.false} |")  # noqa: T201


def _print_speed() -> None:
    rng = np.random.default_rng(0)
    print("\n| size, type | ms (median of 15) |\n|---|---|")  # noqa: T201
    for shape in ((768, 1024), (3072, 4096)):
        for dtype in (np.uint8, np.uint16, np.float32):
            pixels = rng.normal(120, 20, shape).clip(0, 255).astype(dtype)
            pixels[int(shape[0] * 0.9) :] = 0
            times = []
            for _ in range(15):
                begin = time.perf_counter()
                find_databar(pixels)
                times.append(time.perf_counter() - begin)
            print(f"| {shape[1]} × {shape[0]}, {np.dtype(dtype).name} | {1e3 * np.median(times):.1f} |")  # noqa: T201


if __name__ == "__main__":
    for one_half in ("tuning", "held-out"):
        _print_half(one_half, measure(DATA, one_half))
    _print_speed()
