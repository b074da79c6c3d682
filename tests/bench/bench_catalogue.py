"""How long lists take: `pytest -m bench -s tests/bench/bench_catalogue.py` prints the figures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import open_project
from semgui.catalogue.query import ImageQuery, LabelState
from semgui.domain.ids import ClassId, ImageId
from tests.catalogue.synthetic import MODEL, fill

pytestmark = pytest.mark.bench

QUERIES = {
    "path": ImageQuery(),
    "path, descending": ImageQuery(descending=True),
    "acquired_at": ImageQuery(order="acquired_at"),
    "size": ImageQuery(order="size"),
    "confidence": ImageQuery(order="confidence", model_id=MODEL),
    "novelty, descending": ImageQuery(order="novelty", model_id=MODEL, descending=True),
    "predicted": ImageQuery(order="predicted", model_id=MODEL),
    "label": ImageQuery(order="label"),
    "one folder": ImageQuery(folder=Path("/one/sub3")),
    "text": ImageQuery(text="scan12"),
    "one class": ImageQuery(class_id=ClassId("c3")),
    "unlabelled": ImageQuery(label_state=LabelState.UNLABELLED),
    "disagree, by confidence": ImageQuery(
        label_state=LabelState.DISAGREE, model_id=MODEL, order="confidence", descending=True
    ),
    "predicted class": ImageQuery(predicted=ClassId("c3"), model_id=MODEL, order="confidence"),
}


def milliseconds(work: Callable[[], object], repeats: int = 7) -> float:
    """Return the median time of some calls after a first one that warms the cache."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


@pytest.mark.parametrize("count", [1_000, 20_000, 100_000])
def test_lists(tmp_path: Path, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    with open_project(tmp_path / "p.semgui", create=True) as project:
        fill(project, count, seed=1)
        store = ImageStore(project)
        lines = [f"\n{count:,} images{'':<18} page of 200   ids    count   (ms, median of 7)"]
        for name, query in QUERIES.items():
            ids = store.ids(query)
            after = ImageId(int(ids[len(ids) // 2]))
            page = milliseconds(lambda q=query, a=after: store.page(q, a, 200))  # type: ignore[misc]
            all_ids = milliseconds(lambda q=query: store.ids(q))  # type: ignore[misc]
            counted = milliseconds(lambda q=query: store.count(q))  # type: ignore[misc]
            lines.append(f"  {name:<28} {page:10.1f} {all_ids:8.1f} {counted:8.1f}")
        missing = milliseconds(lambda: PredictionStore(project).missing(MODEL), 3)
        folders = milliseconds(store.folders, 3)
        lines.append(f"  not predicted yet: {missing:.1f} ms · folders: {folders:.1f} ms")
        with capsys.disabled():
            print("\n".join(lines))  # noqa: T201


def test_arrays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    count = 21_283
    chance = np.random.default_rng(0)
    ids = np.arange(1, count + 1)
    probabilities = chance.random((count, 10), np.float32)
    embeddings = chance.random((count, 1280), np.float32).astype(np.float16)
    with open_project(tmp_path / "p.semgui", create=True) as project:
        store = ArrayStore(project, MODEL)
        start = time.perf_counter()
        for i in range(0, count, 256):
            store.put(ids[i : i + 256], probabilities[i : i + 256], embeddings[i : i + 256])
        written = time.perf_counter() - start
        read = milliseconds(lambda: store.get_embeddings(ids), 3)
        probs = milliseconds(lambda: store.get_probs(ids), 3)
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{count:,} × 1280 half-precision embeddings: written in {written:.1f} s (batches of 256, each "
            f"on the disk), read and checked in {read:.0f} ms; probabilities in {probs:.0f} ms"
        )
