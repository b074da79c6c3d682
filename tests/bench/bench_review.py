"""How long it takes to judge 21,283 images anew: ``pytest tests/bench/bench_review.py -s`` prints a table.

As many images as the NFFA-EUROPE set, ten classes with its imbalance; 17,000 have a label. Features as wide
as the issue asks for, as those of the starter model, and as the four depths of a closer look. Clouds of
points take as long as real embeddings. What is found: ``python -m tests.bench.results_review``.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.presets import load_preset
from semgui.catalogue.project import open_project
from semgui.domain.ids import ImageId, ModelId
from semgui.review.likeness import Likeness
from semgui.review.queue import queue_of
from semgui.review.strategies import strategy_named
from semgui.scoring.diversity import coverage_scores
from semgui.scoring.folds import make_folds
from semgui.scoring.label_issues import label_issues
from semgui.scoring.novelty import novelty
from semgui.scoring.principal import principal_coordinates
from semgui.scoring.ridge import Committee
from semgui.services.closer import Look, kept_as
from semgui.services.label import set_labels
from semgui.services.review import Reranker
from tests.bench.results import record
from tests.ui.grid_project import generate

pytestmark = pytest.mark.bench

IMAGES, CLASSES, FOLDS = 21_283, 10, 10
LABELLED = 17_000
WIDTHS = {
    "1280": (1280,),
    "starter model, 2560": (2560,),
    "closer look": (688, 752, 912, 1280),
}
ISSUES = strategy_named("label_issues")
MANY, MANY_LABELLED = 100_000, 50_000
SHARES = np.array([0.29, 0.2, 0.13, 0.1, 0.09, 0.07, 0.05, 0.04, 0.02, 0.01])

Taken = dict[str, tuple[float, float]]
"""Seconds by the clock and of the processor."""


def clouds(rng: np.random.Generator, images: int, width: int, truth: np.ndarray) -> np.ndarray:
    """Return half floats as the catalogue keeps them."""
    centres, mixture = 0.6 * rng.normal(size=(CLASSES, 60)), rng.normal(size=(60, width)) / 8
    out = np.empty((images, width), np.float16)
    for start in range(0, images, 5000):
        of = truth[start : start + 5000]
        inner = centres[of] + rng.normal(size=(len(of), 60))
        out[start : start + 5000] = inner @ mixture + 0.5 * rng.normal(size=(len(of), width))
    return out


def labels_of(rng: np.random.Generator, truth: np.ndarray, labelled: int) -> np.ndarray:
    """Return labels of which one in twelve is wrong, -1 beyond as many as are labelled."""
    wrong = rng.random(len(truth)) < 1 / 12
    labels = np.where(wrong, rng.integers(0, CLASSES, len(truth)), truth)
    labels[rng.permutation(len(truth))[labelled:]] = -1
    return labels


def timed(taken: Taken, name: str, work: Callable[[], Any]) -> Any:
    start, busy = time.perf_counter(), time.process_time()
    answer = work()
    taken[name] = (time.perf_counter() - start, time.process_time() - busy)
    return answer


def tell(title: str, taken: Taken) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    sys.stdout.write(f"\n{title}; memory of the process up to now {peak:.2f} GB at most\n")
    sys.stdout.write(f"{'seconds':<40} {'wall':>7} {'CPU':>7}\n")
    sys.stdout.writelines(f"{name:<40} {wall:7.2f} {busy:7.2f}\n" for name, (wall, busy) in taken.items())
    record("review", {"title": title, "seconds": taken, "peak_gb": peak})


@pytest.mark.timeout(1800)  # on a machine that is busy with other things
@pytest.mark.parametrize("look", WIDTHS)
def test_judging_and_ranking_anew(look: str) -> None:
    rng = np.random.default_rng(0)
    truth = rng.choice(CLASSES, IMAGES, p=SHARES / SHARES.sum())
    labels, groups = labels_of(rng, truth, LABELLED), np.arange(IMAGES) // 2
    features = [clouds(rng, IMAGES, width, truth) for width in WIDTHS[look]]
    taken: Taken = {}
    label_issues(labels[:50], np.full((50, CLASSES), 1 / CLASSES))  # cleanlab is imported
    folds = timed(taken, "folds", lambda: make_folds(labels, groups, FOLDS, 0))
    ridge = timed(taken, "prepare", lambda: Committee(features, folds))
    first = timed(taken, "factorise and judge", lambda: ridge.probabilities(labels, CLASSES))
    timed(taken, "rank", lambda: label_issues(labels, first))
    known = np.flatnonzero(labels >= 0)[:30]
    labels[known] = (labels[known] + 1) % CLASSES
    again = timed(taken, "judge after 30 relabels", lambda: ridge.probabilities(labels, CLASSES))
    timed(taken, "rank again", lambda: label_issues(labels, again))
    labels[known] = -1
    timed(taken, "judge after 30 labels more or less", lambda: ridge.probabilities(labels, CLASSES))
    tell(f"{IMAGES:,} images, {look}", taken)
    judged = labels >= 0
    assert (first.argmax(axis=1) == truth)[judged].mean() > 0.5


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("images", "labelled"), [(IMAGES, LABELLED), (MANY, MANY_LABELLED)])
def test_queues_that_compare_images(images: int, labelled: int) -> None:
    rng = np.random.default_rng(0)
    truth = rng.choice(CLASSES, images, p=SHARES / SHARES.sum())
    labels = labels_of(rng, truth, labelled)
    points = clouds(rng, images, 1280, truth)
    known, folds = labels >= 0, rng.integers(0, FOLDS, images)
    taken: Taken = {}
    near = timed(
        taken,
        "neighbours of all labelled images",
        lambda: Likeness(points, np.arange(images), known).of(np.flatnonzero(known)),
    )
    logits = rng.normal(size=(images, CLASSES))
    timed(taken, "novelty", lambda: novelty(points, logits, labels, folds))
    few = timed(taken, "64 principal components", lambda: principal_coordinates(points, 64))
    timed(taken, "500 diverse images", lambda: coverage_scores(few, known, 500))
    tell(f"{images:,} images, {labelled:,} labelled, 1280", taken)
    assert (truth[near.rows[:, 0]] == truth[known]).mean() > 0.5


@pytest.mark.timeout(1800)
def test_a_project_gathered_and_gathered_anew(tmp_path: Path) -> None:
    classes = [(c.id, c.name) for c in load_preset("nffa10")]
    model = SimpleNamespace(id=ModelId("made-up-1"), classes=classes)
    made = generate(tmp_path, IMAGES, model)
    rng = np.random.default_rng(0)
    truth, ids = rng.choice(CLASSES, IMAGES, p=SHARES / SHARES.sum()), np.arange(1, IMAGES + 1)
    with open_project(made.place) as project:
        widths = WIDTHS["closer look"]
        closer = np.hstack([clouds(rng, IMAGES, width, truth) for width in widths])
        notes = np.tile(np.array([1, *widths], np.float32), (IMAGES, 1))
        ArrayStore(project, kept_as(model.id)).put(ids, notes, closer)
        said = np.full((IMAGES, CLASSES), 1 / CLASSES, np.float32)
        ArrayStore(project, model.id).put(ids, said, clouds(rng, IMAGES, 2560, truth))
        for look in Look:
            taken: Taken = {}
            reranker = Reranker(project, look=look)
            evidence = timed(taken, "read and judged, first time", reranker.begin)
            timed(taken, "queue", lambda: queue_of(evidence, ISSUES))  # noqa: B023
            labelled = [ImageId(i) for i in evidence.ids[evidence.labelled][:30].tolist()]
            set_labels(project, labelled, classes[0][0], "ann")
            again = timed(taken, "taken in: 30 relabels", reranker.again)
            timed(taken, "queue again", lambda: queue_of(again, ISSUES))  # noqa: B023
            free = [ImageId(i) for i in evidence.ids[~evidence.labelled][:30].tolist()]
            set_labels(project, free, classes[0][0], "ann")
            timed(taken, "taken in: 30 more labels", reranker.again)
            tell(f"A project of {IMAGES:,} images, {look.value}, {evidence.labelled.sum():,} labelled", taken)
            assert len(evidence) == IMAGES
