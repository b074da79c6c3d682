"""Labels in force, their history, and how fast they are found among 100,000 images."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from semgui.catalogue.label_tables import batches, label_events
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.project import Project
from semgui.catalogue.tables import images, models, predictions
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.labels import LabelSource
from semgui.services import classes, label
from tests.label_projects import ids, project_with_rows

A, B = ClassId("user.a"), ClassId("user.b")
MODEL = ModelId("nffa10-starter@1a2b3c4d")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with project_with_rows(tmp_path / "p.semgui", 20) as opened:
        classes.start_with_classes(opened, [(A, "A"), (B, "B")], "setup")
        yield opened


def predict(project: Project, answers: dict[int, str], *, status: str = "ok") -> None:
    rows = [
        {
            "model": 1,
            "image_id": image_id,
            "predicted": class_id,
            "confidence": 0.9,
            "novelty": 0.1,
            "status": status,
            "predicted_at": "2026-11-21T10:00:00+00:00",
        }
        for image_id, class_id in answers.items()
    ]
    with project.write() as connection:
        if connection.execute(sa.select(models.c.id)).first() is None:
            connection.execute(
                sa.insert(models).values(id=1, model_id=MODEL, class_ids=[A, B], added_at="2026-11-21")
            )
        connection.execute(sa.insert(predictions), rows)


def test_the_latest_event_counts(project: Project) -> None:
    label.set_labels(project, ids(1, 2), A, "ann")
    label.set_labels(project, ids(2), B, "ann")
    label.clear_labels(project, ids(1), "ann")
    store = LabelStore(project)
    assert store.current(ids(1, 2, 3)) == {2: B}
    assert store.counts() == {None: 19, B: 1}
    assert [(event.class_id, event.annotator) for event in store.history(ids(1)[0])] == [
        (A, "ann"),
        (None, "ann"),
    ]


def test_times_are_utc_and_of_the_action(project: Project) -> None:
    before = datetime.now(UTC)
    label.set_labels(project, ids(1), A, "ann")
    (event,) = LabelStore(project).history(ids(1)[0])
    assert before <= event.created_at <= datetime.now(UTC)
    assert event.created_at.utcoffset() is not None


def test_a_time_without_a_zone_is_refused(project: Project) -> None:
    row = {"action": "do", "title": "x", "annotator": "ann", "created_at": datetime(2026, 11, 21)}
    with pytest.raises(sa.exc.StatementError, match="time zone"), project.write() as connection:
        connection.execute(sa.insert(batches).values(**row))


def test_ids_may_come_as_a_numpy_array(project: Project) -> None:
    some = np.array([1, 2, 2], np.int64)
    predict(project, {1: A, 2: B})
    label.set_labels(project, some, A, "ann")
    assert LabelStore(project).current(some) == {1: A, 2: A}
    label.accept_predictions(project, some, MODEL, "ann")
    assert LabelStore(project).current(some) == {1: A, 2: B}
    label.clear_labels(project, some, "ann")
    assert LabelStore(project).current(some) == {}


def test_missing_files_keep_their_labels_and_are_not_counted(project: Project) -> None:
    label.set_labels(project, ids(1, 2), A, "ann")
    with project.write() as connection:
        connection.execute(sa.update(images).where(images.c.id == 1).values(status="missing"))
    assert LabelStore(project).counts() == {None: 18, A: 1}
    assert LabelStore(project).current(ids(1)) == {1: A}


def test_another_reader_learns_which_images_were_touched(project: Project) -> None:
    store = LabelStore(project)
    batch = label.set_labels(project, ids(4, 5), A, "ann")
    assert batch is not None
    label.undo(project, "ann")
    label.set_labels(project, ids(9), B, "ann")
    assert store.touched_since(batch.id - 1) == [4, 5, 9]
    assert store.touched_since(batch.id + 1) == [9]
    assert store.labelled_by(batch.id) == [4, 5]


def test_accepting_takes_current_predictions_and_names_the_model(project: Project) -> None:
    predict(project, {1: A, 2: B, 3: A})
    with project.write() as connection:  # the file has changed since it was classified
        connection.execute(sa.update(images).where(images.c.id == 3).values(version=2))
    predict(project, {4: A}, status="error")
    batch = label.accept_predictions(project, ids(1, 2, 3, 4, 5), MODEL, "ann")
    assert batch is not None
    assert batch.title == "Accept the prediction for 2 images"
    found = LabelStore(project).labels(ids(1, 2, 3, 4, 5))
    assert {i: said.class_id for i, said in found.items()} == {1: A, 2: B}
    assert {(said.source, said.model_id) for said in found.values()} == {(LabelSource.ACCEPTED, MODEL)}
    label.undo(project, "ann")
    assert LabelStore(project).current(ids(1, 2)) == {}


def test_accepting_creates_the_classes_that_the_project_lacks(project: Project) -> None:
    predict(project, {1: "nffa.tips", 2: "user.grains"})
    names = [(ClassId("nffa.tips"), "Tips"), (ClassId("user.grains"), "Grains"), (ClassId("user.x"), "X")]
    label.accept_predictions(project, ids(1, 2), MODEL, "ann", names)
    assert LabelStore(project).counts() == {None: 18, "nffa.tips": 1, "user.grains": 1}
    label.undo(project, "ann")
    label.redo(project, "ann")
    assert LabelStore(project).counts() == {None: 18, "nffa.tips": 1, "user.grains": 1}


def test_more_images_than_fit_into_one_statement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with project_with_rows(tmp_path / "big.semgui", 2_500) as opened:
        # The library on this machine may allow more than SQLite's default of 32,766; be stricter still.
        monkeypatch.setattr("semgui.catalogue.labels._IDS_PER_QUERY", 1_000)

        @sa.event.listens_for(opened.engine, "checkout")
        def strict(connection: sqlite3.Connection, *_: object) -> None:
            connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 1_010)

        everyone = ids(*range(1, 2_501))
        assert label.label_as_new_class(opened, everyone, "Wires", "ann") is not None
        assert len(LabelStore(opened).current(everyone)) == 2_500
        predict(opened, dict.fromkeys(everyone, "user.x"))
        assert label.accept_predictions(opened, everyone, MODEL, "ann") is not None
        assert label.clear_labels(opened, everyone, "ann") is not None


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """100,000 images with four events each."""
    with project_with_rows(tmp_path_factory.mktemp("crowd") / "p.semgui", 100_000) as opened:
        classes.start_with_preset(opened, "nffa10", "setup")
        now = datetime.now(UTC)
        with opened.write() as connection:
            connection.execute(
                sa.insert(batches).values(id=2, action="setup", title="x", annotator="ann", created_at=now)
            )
            for name in ("nffa.tips", "nffa.fibres", "nffa.powder", "nffa.particles"):
                values = {
                    "batch_id": sa.literal(2),
                    "image_id": images.c.id,
                    "class_id": sa.literal(name),
                    "annotator": sa.literal("ann"),
                    "created_at": sa.literal(now, label_events.c.created_at.type),
                    "source": sa.literal("user"),
                }
                events = sa.select(*values.values())
                connection.execute(sa.insert(label_events).from_select(list(values), events))
        yield opened


def best_of_five(work: Callable[[], object]) -> float:
    """Return the shortest time, in seconds: what else the machine does makes times longer only."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def test_labelling_one_image_looks_through_no_others(crowded: Project) -> None:
    numbers = iter(range(1, 42))
    labelling = best_of_five(
        lambda: label.set_labels(crowded, [ImageId(next(numbers))], ClassId("nffa.nanowires"), "ann")
    )
    assert labelling < best_of_five(LabelStore(crowded).counts)  # 4 ms, nearly all the disk's; 100 and more


def test_the_labels_of_a_page_are_found_without_a_scan(crowded: Project) -> None:
    store = LabelStore(crowded)
    page = ids(*range(50_000, 50_200))
    assert len(store.current(page)) == 200
    assert sum(store.counts().values()) == 100_000
    assert best_of_five(lambda: store.current(page)) < best_of_five(store.counts) / 2
