"""Predictions of several models, and which images still want one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from semgui.catalogue.images import ImageStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project, open_project
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.prediction import Prediction, PredictionStatus
from tests.catalogue.synthetic import CLASSES, MODEL, OTHER_MODEL, fill
from tests.crop_lines import place_databar


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_project(tmp_path / "p.semgui", create=True) as opened:
        fill(opened, 10, seed=1)
        with opened.write() as connection:
            connection.execute(text("DELETE FROM predictions"))
            connection.execute(text("UPDATE images SET status = 'ok'"))
        yield opened


def answer(image_id: int, predicted: str = "c1", model: ModelId = MODEL) -> Prediction:
    return Prediction(ImageId(image_id), model, ClassId(predicted), 0.7, 0.2, PredictionStatus.UNCERTAIN)


def test_what_is_put_comes_back(project: Project) -> None:
    store = PredictionStore(project)
    store.put_many(MODEL, [answer(1), answer(2, "c2")])
    assert store.get(MODEL, [ImageId(2), ImageId(3), ImageId(1)]) == {1: answer(1), 2: answer(2, "c2")}
    assert store.counts(MODEL) == {"c1": 1, "c2": 1}


def test_a_newer_answer_replaces_the_older(project: Project) -> None:
    store = PredictionStore(project)
    store.put_many(MODEL, [answer(1)])
    store.put_many(MODEL, [answer(1, "c5")])
    assert store.get(MODEL, [ImageId(1)]) == {1: answer(1, "c5")}


def test_models_do_not_mix(project: Project) -> None:
    store = PredictionStore(project)
    store.put_many(MODEL, [answer(1)])
    store.put_many(OTHER_MODEL, [answer(1, "c2", OTHER_MODEL)])
    assert store.get(MODEL, [ImageId(1)])[ImageId(1)].predicted == "c1"
    assert len(store.missing(MODEL)) == len(store.missing(OTHER_MODEL)) == 9
    assert [m.model_id for m in store.models()] == [MODEL, OTHER_MODEL]
    assert store.models()[0].class_ids == CLASSES


def test_an_unknown_model_has_seen_nothing_and_cannot_answer(project: Project) -> None:
    store = PredictionStore(project)
    assert len(store.missing(ModelId("new@9"))) == 10
    assert store.get(ModelId("new@9"), [ImageId(1)]) == {}
    with pytest.raises(KeyError):
        store.put_many(ModelId("new@9"), [answer(1)])


def test_a_moved_crop_line_makes_an_image_wanted_again(project: Project) -> None:
    store = PredictionStore(project)
    store.put_many(MODEL, [answer(i) for i in range(1, 11)])
    assert store.missing(MODEL).tolist() == []
    for image_id in (ImageId(3), ImageId(4)):
        place_databar(project, image_id, 100)
    assert sorted(store.missing(MODEL).tolist()) == [3, 4]
    assert ImageId(3) not in store.get(MODEL, [ImageId(3)])


def test_an_answer_for_what_the_file_was_is_dropped(project: Project) -> None:
    store, images = PredictionStore(project), ImageStore(project)
    seen = {image.id: image.version for image in images.get_many([ImageId(1), ImageId(2)])}
    place_databar(project, ImageId(1), 100)  # while the picture is being classified
    store.put_many(MODEL, [answer(1), answer(2)], seen)
    assert list(store.get(MODEL, [ImageId(1), ImageId(2)])) == [2]


def test_only_images_that_can_be_read_are_wanted(project: Project) -> None:
    with project.write() as connection:
        connection.execute(text("UPDATE images SET status = 'unreadable' WHERE id = 1"))
        connection.execute(text("UPDATE images SET status = 'missing' WHERE id = 2"))
        connection.execute(text("UPDATE images SET status = 'pending' WHERE id = 3"))
    assert sorted(PredictionStore(project).missing(MODEL).tolist()) == [3, 4, 5, 6, 7, 8, 9, 10]


def test_an_image_that_is_gone_is_passed_over(project: Project) -> None:
    store = PredictionStore(project)
    store.put_many(MODEL, [answer(999), answer(1)])
    assert list(store.get(MODEL, [ImageId(999), ImageId(1)])) == [1]
