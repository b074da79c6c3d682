"""How long lists take: `pytest -m bench -s tests/bench/bench_catalogue.py` prints the figures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.facets import FacetStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import open_project
from semgui.catalogue.query import ImageQuery, Key, LabelState, Range
from semgui.domain.ids import ClassId
from tests.catalogue.synthetic import MODEL, fill

pytestmark = pytest.mark.bench

QUERIES = {
    "path": ImageQuery(),
    "path, descending": ImageQuery(descending=True),
    "file name": ImageQuery(order=Key.NAME),
    "acquired_at": ImageQuery(order=Key.ACQUIRED),
    "size": ImageQuery(order=Key.SIZE),
    "voltage": ImageQuery(order=Key.HV),
    "confidence": ImageQuery(order=Key.CONFIDENCE, model_id=MODEL),
    "predicted": ImageQuery(order=Key.PREDICTED, model_id=MODEL),
    "label": ImageQuery(order=Key.LABEL),
    "grouped by class, by confidence": ImageQuery(group=Key.CLASS, order=Key.CONFIDENCE, model_id=MODEL),
    "grouped by day": ImageQuery(group=Key.ACQUIRED),
    "one folder": ImageQuery(folder=Path("/one/sub3")),
    "text": ImageQuery(text="scan12"),
    "one class": ImageQuery(classes=frozenset({ClassId("c3")}), model_id=MODEL),
    "unlabelled": ImageQuery(label_state=LabelState.UNLABELLED),
    "disagree, by confidence": ImageQuery(
        label_state=LabelState.DISAGREE, model_id=MODEL, order=Key.CONFIDENCE, descending=True
    ),
    "three conditions": ImageQuery(
        predicted=frozenset({ClassId("c3")}),
        ranges=(Range(Key.CONFIDENCE, 0.5, 0.9), Range(Key.HV, 5.0)),
        model_id=MODEL,
    ),
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
        store, counts = ImageStore(project), FacetStore(project)
        lines = [f"\n{count:,} images{'':<22} list   count   all counts   (ms, median of 7)"]
        for name, query in QUERIES.items():
            listed = milliseconds(lambda q=query: store.listing(q))  # type: ignore[misc]
            counted = milliseconds(lambda q=query: store.count(q))  # type: ignore[misc]
            facets = milliseconds(lambda q=query: counts.facets(replace(q, model_id=MODEL)))  # type: ignore[misc]
            lines.append(f"  {name:<32} {listed:8.1f} {counted:7.1f} {facets:9.1f}")
        missing = milliseconds(lambda: PredictionStore(project).missing(MODEL), 3)
        lines.append(f"  not predicted yet: {missing:.1f} ms")
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
