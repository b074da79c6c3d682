"""Images by id and path, and what is learned from their pixels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from semgui.catalogue.images import ImageStore
from semgui.catalogue.naming import name_key
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project, open_project
from semgui.catalogue.tables import PathText
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.image import ImageRecord, ImageStatus
from semgui.domain.metadata import ContrastLimits, Databar
from semgui.domain.prediction import Prediction, PredictionStatus
from tests.catalogue.synthetic import MODEL, Row, fill
from tests.crop_lines import find_databar, place_databar

COUNT = 400


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, list[Row]]]:
    with open_project(tmp_path_factory.mktemp("images") / "p.semgui", create=True) as project:
        yield project, fill(project, COUNT, seed=3)


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


# ---- what is learned from the pixels ----


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Project]:
    with open_project(tmp_path / "p.semgui", create=True) as project:
        fill(project, 3, seed=0)
        with project.write() as connection:
            connection.execute(text("UPDATE images SET status = 'ok'"))
        yield project


@pytest.fixture
def one(three: Project) -> tuple[ImageStore, PredictionStore, ImageId]:
    return ImageStore(three), PredictionStore(three), ImageId(2)


def current(store: ImageStore, image_id: ImageId) -> ImageRecord:
    return store.get_many([image_id])[0]


def test_the_first_analysis_leaves_predictions_alone(
    one: tuple[ImageStore, PredictionStore, ImageId],
) -> None:
    store, _, image_id = one
    before = current(store, image_id)
    store.record_analysis(current(store, image_id), Databar(900, "tag"), ContrastLimits(3.0, 250.0))
    after = current(store, image_id)
    assert (after.databar, after.contrast) == (Databar(900, "tag"), ContrastLimits(3.0, 250.0))
    assert after.version == before.version
    store.record_analysis(current(store, image_id), Databar(900, "tag"), ContrastLimits(3.0, 250.0))
    assert current(store, image_id).version == before.version
    found = Databar(905, "pixels", certain=False)
    store.record_analysis(current(store, image_id), found, ContrastLimits(3.0, 250.0))
    moved = current(store, image_id)
    assert (moved.databar, moved.version) == (found, before.version + 1)


@pytest.mark.parametrize("row", [700, None])
def test_the_users_crop_line_wins_and_invalidates(three: Project, row: int | None) -> None:
    project, image_id = three, ImageId(2)
    store, predictions = ImageStore(project), PredictionStore(project)
    predictions.put_many(MODEL, [Prediction(image_id, MODEL, ClassId("c1"), 0.5, 0.5, PredictionStatus.OK)])
    store.record_analysis(current(store, image_id), Databar(900, "tag"), ContrastLimits(3.0, 250.0))
    place_databar(project, image_id, row)
    assert current(store, image_id).contrast is None
    assert predictions.get(MODEL, [image_id]) == {}
    version = current(store, image_id).version
    store.record_analysis(current(store, image_id), Databar(900, "tag"), ContrastLimits(5.0, 200.0))
    after = current(store, image_id)
    assert (after.databar, after.contrast) == (Databar(row, "user"), ContrastLimits(5.0, 200.0))
    place_databar(project, image_id, row)
    assert current(store, image_id).version == after.version == version  # nothing new was said
    find_databar(project, image_id)
    assert current(store, image_id).databar == Databar()
    find_databar(project, image_id)
    assert current(store, image_id).version == version + 1


def test_an_error_is_kept(one: tuple[ImageStore, PredictionStore, ImageId]) -> None:
    store, _, image_id = one
    store.record_error(current(store, image_id), "the file ends in the middle")
    image = current(store, image_id)
    assert (image.status, image.error) == (ImageStatus.UNREADABLE, "the file ends in the middle")


def test_what_was_found_above_a_line_that_was_moved_meanwhile_is_dropped(three: Project) -> None:
    store, image_id = ImageStore(three), ImageId(2)
    decoded = current(store, image_id)
    place_databar(three, image_id, 700)
    moved = current(store, image_id)
    store.record_analysis(decoded, Databar(900, "tag"), ContrastLimits(3.0, 250.0))
    store.record_error(decoded, "the file ends in the middle")
    assert current(store, image_id) == moved


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
