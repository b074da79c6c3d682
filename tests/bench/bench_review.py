"""How long it takes to judge 21,283 images anew: ``pytest tests/bench/bench_review.py -s`` prints a table.

As many images as the NFFA-EUROPE set, ten classes with its imbalance, 1,280 numbers each. Clouds of points
take as long as real embeddings. What is found is measured by ``python -m tests.bench.results_review``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from semgui.scoring.calibration import pooled
from semgui.scoring.diversity import coverage_scores
from semgui.scoring.folds import make_folds
from semgui.scoring.label_issues import label_issues
from semgui.scoring.logistic import out_of_fold_logistic
from semgui.scoring.neighbours import k_nearest
from semgui.scoring.novelty import novelty
from semgui.scoring.principal import principal_coordinates
from semgui.scoring.ridge import OutOfFoldRidge
from tests.bench.results import record

pytestmark = pytest.mark.bench

IMAGES, WIDTH, CLASSES, FOLDS = 21_283, 1280, 10, 10
SHARES = np.array([0.29, 0.2, 0.13, 0.1, 0.09, 0.07, 0.05, 0.04, 0.02, 0.01])


def embeddings(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return half floats as the catalogue keeps them, and labels of which one in twelve is wrong."""
    truth = rng.choice(CLASSES, IMAGES, p=SHARES / SHARES.sum())
    inner = 0.6 * rng.normal(size=(CLASSES, 60))[truth] + rng.normal(size=(IMAGES, 60))
    outer = inner @ rng.normal(size=(60, WIDTH)) / 8 + 0.5 * rng.normal(size=(IMAGES, WIDTH))
    labels = np.where(rng.random(IMAGES) < 1 / 12, rng.integers(0, CLASSES, IMAGES), truth)
    return outer.astype(np.float16), labels


@pytest.mark.timeout(1800)  # on a machine that is busy with other things
def test_judging_and_ranking_anew() -> None:
    rng = np.random.default_rng(0)
    points, labels = embeddings(rng)
    groups = np.arange(IMAGES) // 2
    taken: dict[str, tuple[float, float]] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        start, busy = time.perf_counter(), time.process_time()
        answer = work()
        taken[name] = (time.perf_counter() - start, time.process_time() - busy)
        return answer

    label_issues(labels[:50], np.full((50, CLASSES), 1 / CLASSES))  # cleanlab is imported
    folds = timed("folds", lambda: make_folds(labels, groups, FOLDS, 0))
    ridge = timed("ridge, cold: prepare", lambda: OutOfFoldRidge(points, folds))
    first = timed("ridge, cold: factorise and judge", lambda: ridge.probabilities(labels, CLASSES))
    timed("rank by label issues", lambda: label_issues(labels, first))
    labels[:30] = (labels[:30] + 1) % CLASSES
    again = timed("ridge after 30 relabels", lambda: ridge.probabilities(labels, CLASSES))
    timed("rank again", lambda: label_issues(labels, again))
    labels[:30] = -1
    timed("ridge after 30 labels more or less", lambda: ridge.probabilities(labels, CLASSES))
    slow = timed(
        "logistic regression, ten folds", lambda: out_of_fold_logistic(points, labels, folds, CLASSES)
    )
    timed("pooled", lambda: pooled(again, slow, labels))
    few = timed("128 principal components", lambda: principal_coordinates(points, 128))
    timed("ten neighbours of each, of these", lambda: k_nearest(few, 10))
    logits = ridge.logits(labels, CLASSES)
    timed("novelty", lambda: novelty(points, logits, labels, folds))
    timed(
        "diversity, 1,000 of 90 % unlabelled", lambda: coverage_scores(few, np.arange(IMAGES) % 10 == 0, 1000)
    )
    sys.stdout.write(f"\n{IMAGES} × {WIDTH}, {CLASSES} classes, {FOLDS} folds, seconds\n")
    sys.stdout.write(f"{'':<40} {'wall':>7} {'CPU':>7}\n")
    sys.stdout.writelines(f"{name:<40} {wall:7.2f} {busy:7.2f}\n" for name, (wall, busy) in taken.items())
    record("review", {"images": IMAGES, "width": WIDTH, "seconds": taken})
    assert (first.argmax(axis=1) == labels).mean() > 0.5
