"""Lists of images: every order and filter against plain Python, and the plans behind them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from semgui.catalogue.images import ImageStore
from semgui.catalogue.naming import name_key
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project, open_project
from semgui.catalogue.query import ImageQuery, LabelState, Order
from semgui.catalogue.tables import PathText
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.image import ImageRecord, ImageStatus
from semgui.domain.metadata import ContrastLimits, Databar
from semgui.domain.prediction import Prediction, PredictionStatus
from tests.catalogue.synthetic import MODEL, OTHER_MODEL, Row, fill

COUNT = 400
ORDERS = ("path", "acquired_at", "size", "confidence", "novelty", "predicted", "label")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, list[Row]]]:
    with open_project(tmp_path_factory.mktemp("images") / "p.semgui", create=True) as project:
        yield project, fill(project, COUNT, seed=3)


def walk(store: ImageStore, query: ImageQuery, limit: int) -> list[ImageId]:
    """Page through a whole list."""
    ids: list[ImageId] = []
    after = None
    while page := store.page(query, after, limit):
        assert len(page) <= limit
        ids += [image.id for image in page]
        after = page[-1].id
    return ids


def value(row: Row, order: str) -> Any:
    return {
        "path": (row.root_id, name_key(row.relpath)),
        "acquired_at": row.acquired_at,
        "size": row.size,
        "confidence": row.current and row.confidence,
        "novelty": row.current and row.novelty,
        "predicted": row.current and row.predicted,
        "label": row.label,
    }[order]


def expected(rows: list[Row], order: str, *, descending: bool) -> list[int]:
    there = [row for row in rows if row.status != "missing"]
    valued = [row for row in there if value(row, order) is not None]
    empty = [row for row in there if value(row, order) is None]
    valued.sort(key=lambda row: (value(row, order), row.id), reverse=descending)
    empty.sort(key=lambda row: row.id, reverse=descending)
    return [row.id for row in valued + empty]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", ORDERS)
def test_pages_and_ids_are_the_whole_list_in_order(
    filled: tuple[Project, list[Row]], order: Any, descending: bool
) -> None:
    project, rows = filled
    store = ImageStore(project)
    query = ImageQuery(order=order, descending=descending, model_id=MODEL)
    wanted = expected(rows, order, descending=descending)
    assert store.ids(query).tolist() == wanted
    assert walk(store, query, 37) == wanted
    assert store.count(query) == len(wanted)


FILTERS: dict[str, tuple[dict[str, Any], Callable[[Row], bool]]] = {
    "text": ({"text": "SCAN1"}, lambda r: "scan1" in r.relpath),
    "percent": ({"text": "100%"}, lambda r: "100%" in r.relpath),
    "class": ({"class_id": ClassId("c1")}, lambda r: r.label == "c1"),
    "labelled": ({"label_state": LabelState.LABELLED}, lambda r: r.label is not None),
    "unlabelled": ({"label_state": LabelState.UNLABELLED}, lambda r: r.label is None),
    "disagree": (
        {"label_state": LabelState.DISAGREE, "model_id": MODEL},
        lambda r: bool(r.label and r.current and r.label != r.predicted),
    ),
    "predicted": (
        {"predicted": ClassId("c2"), "model_id": MODEL},
        lambda r: bool(r.current and r.predicted == "c2"),
    ),
    "uncertain": (
        {"prediction_status": PredictionStatus.UNCERTAIN, "model_id": MODEL},
        lambda r: bool(r.current and r.confidence < 0.3),
    ),
    "unreadable": ({"status": ImageStatus.UNREADABLE}, lambda r: r.status == "unreadable"),
    "missing": ({"status": ImageStatus.MISSING}, lambda r: r.status == "missing"),
    "folder": ({"folder": Path("/one/sub1")}, lambda r: r.root_id == 1 and r.relpath.startswith("sub1/")),
    "root": ({"folder": Path("/two")}, lambda r: r.root_id == 2),
    "nowhere": ({"folder": Path("/three")}, lambda r: False),
}


def combinations() -> list[tuple[str, ...]]:
    """Return each filter alone, and every pair that does not ask one field two things."""
    pairs = itertools.combinations(FILTERS, 2)
    fields = {name: conditions.keys() - {"model_id"} for name, (conditions, _) in FILTERS.items()}
    return [*((name,) for name in FILTERS), *(p for p in pairs if not fields[p[0]] & fields[p[1]])]


@pytest.mark.parametrize("names", combinations(), ids="-".join)
def test_filters_narrow_and_combine(filled: tuple[Project, list[Row]], names: tuple[str, ...]) -> None:
    project, rows = filled
    conditions: dict[str, Any] = {"model_id": MODEL}
    for name in names:
        conditions |= FILTERS[name][0]
    hidden = "status" not in conditions
    wanted = {
        row.id
        for row in rows
        if all(FILTERS[n][1](row) for n in names) and not (hidden and row.status == "missing")
    }
    store = ImageStore(project)
    orders: tuple[Order, ...] = ("path", "confidence", "label")
    for order in orders:
        query = ImageQuery(**conditions, order=order)
        ids = store.ids(query).tolist()
        assert set(ids) == wanted
        assert len(ids) == len(wanted) == store.count(query)
        assert walk(store, query, 150) == ids


def test_a_page_goes_on_after_an_image_that_left_the_list(tmp_path: Path) -> None:
    with open_project(tmp_path / "p.semgui", create=True) as project:
        rows = fill(project, 50, seed=5)
        store = ImageStore(project)
        query = ImageQuery(text="scan")
        first = store.page(query, None, 10)
        rest = walk(store, query, 10)[10:]
        with project.write() as connection:
            connection.execute(
                text("UPDATE images SET status = 'missing' WHERE id = :i"), {"i": first[-1].id}
            )
        assert [i.id for i in store.page(query, first[-1].id, 50)] == rest
        assert rows


def test_predictions_of_another_model_do_not_count(filled: tuple[Project, list[Row]]) -> None:
    project, rows = filled
    store = ImageStore(project)
    query = ImageQuery(order="confidence", model_id=OTHER_MODEL, descending=True)
    assert sorted(store.ids(query).tolist()) == sorted(r.id for r in rows if r.status != "missing")
    assert ImageStore(project).count(ImageQuery(predicted=ClassId("c1"), model_id=ModelId("none@0"))) == 0


def test_a_question_about_predictions_names_a_model() -> None:
    for wrong in ({"order": "confidence"}, {"predicted": ClassId("a")}, {"label_state": LabelState.DISAGREE}):
        with pytest.raises(ValueError, match="names no model"):
            ImageQuery(**wrong)


def test_one_image_by_id_and_path(filled: tuple[Project, list[Row]]) -> None:
    project, rows = filled
    store = ImageStore(project)
    row = rows[7]
    image = store.get(ImageId(row.id))
    path = Path({1: "/one", 2: "/two"}[row.root_id], row.relpath)
    assert (image.id, image.path, image.size) == (row.id, path, row.size)
    assert image.metadata.record == {"Beam": {"HV": "5000"}}
    assert store.get_many([image.id])[0].metadata.record == {}
    assert store.by_path(path) == store.get_many([image.id])[0]
    assert store.by_paths([Path("/nowhere/a.tif"), path])[0] is None
    with pytest.raises(KeyError):
        store.get(ImageId(10**9))


def test_many_images_come_in_the_order_asked_for(filled: tuple[Project, list[Row]]) -> None:
    project, rows = filled
    ids = [ImageId(row.id) for row in rows[::-3]]
    assert [i.id for i in ImageStore(project).get_many([*ids, ImageId(10**9)])] == ids


def test_folders_with_counts(filled: tuple[Project, list[Row]]) -> None:
    project, rows = filled
    there = [row for row in rows if row.status != "missing"]
    found = ImageStore(project).folders()
    assert sum(f.count for f in found) == len(there)
    assert {f.path for f in found} == {Path(("/one", "/two")[r.root_id - 1], r.relpath).parent for r in there}


# ---- what is learned from the pixels ----


@pytest.fixture
def one(tmp_path: Path) -> Iterator[tuple[ImageStore, PredictionStore, ImageId]]:
    with open_project(tmp_path / "p.semgui", create=True) as project:
        fill(project, 3, seed=0)
        store, predictions = ImageStore(project), PredictionStore(project)
        with project.write() as connection:
            connection.execute(text("UPDATE images SET status = 'ok'"))
        yield store, predictions, ImageId(2)


def current(store: ImageStore, image_id: ImageId) -> ImageRecord:
    return store.get_many([image_id])[0]


def test_the_first_analysis_leaves_predictions_alone(
    one: tuple[ImageStore, PredictionStore, ImageId],
) -> None:
    store, _, image_id = one
    before = current(store, image_id)
    store.record_analysis(image_id, Databar(900, "tag"), ContrastLimits(3.0, 250.0))
    after = current(store, image_id)
    assert (after.databar, after.contrast) == (Databar(900, "tag"), ContrastLimits(3.0, 250.0))
    assert after.version == before.version
    store.record_analysis(image_id, Databar(900, "tag"), ContrastLimits(3.0, 250.0))
    assert current(store, image_id).version == before.version
    store.record_analysis(image_id, Databar(905, "pixels", certain=False), ContrastLimits(3.0, 250.0))
    moved = current(store, image_id)
    assert (moved.databar, moved.version) == (Databar(905, "pixels", certain=False), before.version + 1)


@pytest.mark.parametrize("row", [700, None])
def test_the_users_crop_line_wins_and_invalidates(
    one: tuple[ImageStore, PredictionStore, ImageId], row: int | None
) -> None:
    store, predictions, image_id = one
    predictions.put_many(MODEL, [Prediction(image_id, MODEL, ClassId("c1"), 0.5, 0.5, PredictionStatus.OK)])
    store.record_analysis(image_id, Databar(900, "tag"), ContrastLimits(3.0, 250.0))
    store.set_user_databar([image_id], row)
    assert current(store, image_id).contrast is None
    assert predictions.get(MODEL, [image_id]) == {}
    version = current(store, image_id).version
    store.record_analysis(image_id, Databar(900, "tag"), ContrastLimits(5.0, 200.0))
    after = current(store, image_id)
    assert (after.databar, after.contrast) == (Databar(row, "user"), ContrastLimits(5.0, 200.0))
    store.set_user_databar([image_id], row)
    assert current(store, image_id).version == after.version == version  # nothing new was said
    store.clear_user_databar([image_id])
    assert current(store, image_id).databar == Databar()
    store.clear_user_databar([image_id])
    assert current(store, image_id).version == version + 1


def test_an_error_is_kept(one: tuple[ImageStore, PredictionStore, ImageId]) -> None:
    store, _, image_id = one
    store.record_error(image_id, "the file ends in the middle")
    image = current(store, image_id)
    assert (image.status, image.error) == (ImageStatus.UNREADABLE, "the file ends in the middle")


# ---- names ----


@given(st.lists(st.integers(0, 10**12), min_size=2, max_size=5, unique=True))
def test_numbers_sort_as_numbers(numbers: list[int]) -> None:
    names = [f"a/img{n}.tif" for n in numbers]
    assert sorted(names, key=name_key) == [f"a/img{n}.tif" for n in sorted(numbers)]


@given(st.binary(min_size=1, max_size=30))
def test_any_name_survives_the_database(raw: bytes) -> None:
    name = raw.replace(b"/", b"_").replace(b"\0", b"_").decode("utf-8", "surrogateescape")
    column = PathText()
    stored = column.process_bind_param(f"folder/{name}", None)  # type: ignore[arg-type]
    assert stored is not None
    stored.encode()
    assert column.process_result_value(stored, None) == f"folder/{name}"  # type: ignore[arg-type]


# ---- plans ----


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with open_project(tmp_path_factory.mktemp("large") / "p.semgui", create=True) as project:
        fill(project, 5_000, seed=1)
        yield project


def plans(project: Project, work: Callable[[ImageStore], object]) -> list[str]:
    """Return the plan lines of every statement that `work` sends."""
    from sqlalchemy import event

    sent: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        sent.append((statement, parameters))

    event.listen(project.engine, "before_cursor_execute", note)
    try:
        work(ImageStore(project))
    finally:
        event.remove(project.engine, "before_cursor_execute", note)
    lines: list[str] = []
    with project.read() as connection:
        for statement, parameters in sent:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            lines += [row[3] for row in rows]
    return lines


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", ORDERS)
def test_a_page_is_found_by_index_and_never_sorted(large: Project, order: Any, descending: bool) -> None:
    query = ImageQuery(order=order, descending=descending, model_id=MODEL)
    ids = ImageStore(large).ids(query)
    after = ImageId(int(ids[len(ids) // 2]))
    lines = plans(large, lambda store: store.page(query, after, 200))
    assert not [line for line in lines if line.startswith("SCAN") and "INDEX" not in line], lines
    assert not [line for line in lines if "TEMP B-TREE FOR ORDER BY" in line], lines


def test_a_folder_among_many_is_not_searched_for(large: Project) -> None:
    query = ImageQuery(folder=Path("/one/sub3"))
    lines = plans(large, lambda store: store.page(query, None, 200))
    assert any("sort_key>? AND sort_key<?" in line for line in lines), lines


def test_ids_are_an_array(large: Project) -> None:
    ids = ImageStore(large).ids(ImageQuery())
    assert ids.dtype == np.int64
    assert len(ids) == ImageStore(large).count(ImageQuery())
