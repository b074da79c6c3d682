"""Review in a real window: ``pytest tests/bench/bench_review_window.py -s`` prints a table.

A key labels the image on screen and Review goes on by itself, while corrections rank the queue anew behind.
Measured from the click on "Review" to the first image, painted; from a key to the next picture, painted; to
its case (sentence, opinion, images like it); and from a key to a queue that knows of the label. The project
is that of `tests.ui.grid_project`, with embeddings that hold something of the labels; near-duplicates are not
looked for, since its pictures are three hundred that repeat, which no project's do.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from semgui.catalogue.arrays import ArrayStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.project import open_project
from semgui.services import review as review_service
from tests.ui.conftest import *  # noqa: F403 - the window's fixtures
from tests.ui.grid_project import generate

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]

COUNT = 21_283  # as many as the NFFA-EUROPE set
WIDTH = 1280  # of the embeddings, as those of EfficientNet-Lite0
TIMES = 40
PAUSE_MS = 400  # a quick hand
KEYS = (Qt.Key.Key_1, Qt.Key.Key_5, Qt.Key.Key_9)


def until(condition, seconds: float = 120) -> None:
    end = time.perf_counter() + seconds
    while not condition():
        assert time.perf_counter() < end, "the window does not answer"
        QApplication.processEvents()
        time.sleep(0.0005)


def add_answers(place: Path, brain, count: int) -> None:
    """Write probabilities and embeddings in which the labels show, one in ten against them."""
    rng = np.random.default_rng(0)
    with open_project(place) as project:
        said = {int(label.image_id): label.class_id for label in LabelStore(project).labelled()}
        class_ids = [class_id for class_id, _ in brain.classes]
        kinds = np.array([class_ids.index(said[i]) if i in said else i % 10 for i in range(1, count + 1)])
        flipped = rng.random(count) < 0.1
        kinds[flipped] = rng.integers(0, 10, int(flipped.sum()))
        centres = rng.normal(0, 1, (len(class_ids), WIDTH))
        for start in range(0, count, 2000):
            part = np.arange(start, min(start + 2000, count))
            embeddings = centres[kinds[part]] + rng.normal(0, 3, (len(part), WIDTH))
            probabilities = rng.uniform(0.01, 0.1, (len(part), len(class_ids)))
            probabilities[np.arange(len(part)), kinds[part]] += 1
            probabilities /= probabilities.sum(axis=1, keepdims=True)
            ArrayStore(project, brain.id).put(
                part + 1, probabilities.astype(np.float32), embeddings.astype(np.float16)
            )


def another_class(window, keys) -> Qt.Key:
    """Return a key that changes the label of the image on screen: what is said already changes nothing."""
    session = window.session
    (tile,) = session.opened.library.tiles([session.gallery.current])
    label = session.labels.class_of(tile.label)
    same = None if label is None else Qt.Key(Qt.Key.Key_0 + int(label.shortcut))
    return next(key for key in keys if key != same)


def label_and_next(window, key: Qt.Key, noted) -> None:
    """Label the image on screen, and wait for all that follows."""
    session, review = window.session, window.session.review
    before, evidence = session.gallery.current, review.source.evidence
    start, busy = time.perf_counter(), time.thread_time()
    QTest.keyClick(QApplication.focusWidget(), key)
    until(lambda: session.picture.shown is not None and session.picture.shown.image != before)
    window.window.pane.repaint()
    noted("label and next picture", start)
    noted("of it, processor time of the window", time.perf_counter() - (time.thread_time() - busy))
    until(lambda: session.case.shown is not None and session.case.shown.case.image_id != before)
    noted("its case", start)
    until(lambda: review.source.evidence is not evidence)
    noted("a queue that knows of the label", start)


def test_review(open_window, find_brain, tmp_path: Path, monkeypatch, capsys) -> None:
    brain = find_brain()
    made = generate(tmp_path, COUNT, brain)
    add_answers(made.place, brain, COUNT)
    monkeypatch.setattr(review_service, "near_duplicates", lambda project, ids, *_, **__: np.arange(len(ids)))
    window = open_window(made.place)
    session, review = window.session, window.session.review
    window.window.resize(1366, 768)
    window.until_open(COUNT)
    session.activities.cancel_all()
    window.until_idle()
    rows: dict[str, list[float]] = {}

    def noted(name: str, start: float) -> None:
        rows.setdefault(name, []).append(1000 * (time.perf_counter() - start))

    for name in ("first image, first time", "first image, once more"):
        start = time.perf_counter()
        window.window.modes.show("review")
        until(lambda: review.reviewing and session.picture.shown is not None)
        window.window.pane.repaint()
        noted(name, start)
        until(lambda: session.case.shown is not None)
        noted(f"{name}: its case", start)
        window.until_idle()
        window.window.modes.show("browse")
        window.until_idle()
    window.window.modes.show("review")
    window.until_idle()
    keys = itertools.cycle(KEYS)
    for _ in range(TIMES):
        label_and_next(window, another_class(window, keys), noted)
        QTest.qWait(PAUSE_MS)
    with capsys.disabled():
        sys.stdout.write(f"\n{COUNT:,} images (ms){'':<20}  median      p95      max\n")
        for name, found in rows.items():
            median, high = np.percentile(found, [50, 95])
            sys.stdout.write(f"{name:<42} {median:8.1f} {high:8.1f} {max(found):8.1f}\n")
