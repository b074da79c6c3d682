"""Counts beside the filters: what choosing them would show."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, insert

from semgui.catalogue.facets import FacetStore, State
from semgui.catalogue.images import ImageStore
from semgui.catalogue.label_tables import mark_events
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project, open_project
from semgui.catalogue.query import Choice, ImageQuery, Key, LabelState, Range
from semgui.catalogue.unlabelled import unlabelled
from semgui.domain.ids import ClassId, ImageId
from semgui.domain.image import ImageStatus
from semgui.domain.prediction import Prediction, PredictionStatus
from semgui.review.class_commands import AddClasses, MergeClasses
from semgui.review.commands import SetLabels
from semgui.review.history import History
from semgui.services.label import label_as_new_class
from semgui.viewmodels.filters import only
from tests.catalogue.synthetic import MODEL, fill
from tests.catalogue.test_lists import marks_of
from tests.label_projects import ids, project_with_rows


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with open_project(tmp_path_factory.mktemp("facets") / "p.semgui", create=True) as opened:
        rows = fill(opened, 400, seed=4)
        with opened.write() as connection:
            connection.execute(insert(mark_events), [m for row in rows for m in marks_of(row)])
        yield opened


QUERIES = {
    "everything": ImageQuery(),
    "text": ImageQuery(text="scan"),
    "unlabelled": ImageQuery(label_state=LabelState.UNLABELLED),
    "disagree in a folder": ImageQuery(label_state=LabelState.DISAGREE, folder=Path("/one")),
    "two classes, flagged": ImageQuery(classes=frozenset({ClassId("c1"), ClassId("c2")}), flagged=True),
    "predicted, not excluded": ImageQuery(predicted=frozenset({ClassId("c3")}), excluded=False),
    "detector and range": ImageQuery(
        choices=(Choice(Key.DETECTOR, frozenset({"SE"})),), ranges=(Range(Key.CONFIDENCE, 0.4),)
    ),
    "tagged": ImageQuery(tag="odd"),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_every_number_is_what_choosing_it_shows(project: Project, query: ImageQuery) -> None:
    query = dataclasses.replace(query, model_id=MODEL)
    store = ImageStore(project)
    found = FacetStore(project).facets(query)
    for state in State:
        assert found.states[state] == store.count(only(query, state)), state
    for number in range(10):
        class_id = ClassId(f"c{number}")
        one = frozenset({class_id})
        assert found.classes.get(class_id, 0) == store.count(dataclasses.replace(query, classes=one))
        assert found.predicted.get(class_id, 0) == store.count(dataclasses.replace(query, predicted=one))
    free = dataclasses.replace(query, folder=None)
    assert sum(f.count for f in found.folders) == store.count(free)
    for folder in found.folders[:5]:
        deeper = [f.count for f in found.folders if f.path.is_relative_to(folder.path)]
        assert sum(deeper) == store.count(dataclasses.replace(query, folder=folder.path))
    for value, count in found.traits[Key.DETECTOR].items():
        choice = (Choice(Key.DETECTOR, frozenset({value})),)
        assert count == store.count(dataclasses.replace(query, choices=choice))
    assert found.tags.get("odd", 0) == store.count(dataclasses.replace(query, tag="odd"))


def test_progress_and_roots_do_not_depend_on_the_filter(project: Project) -> None:
    store = FacetStore(project)
    everything = store.facets(ImageQuery(model_id=MODEL))
    narrow = store.facets(ImageQuery(text="no such name", model_id=MODEL))
    assert (narrow.total, narrow.labelled) == (everything.total, everything.labelled)
    assert everything.total == ImageStore(project).count(ImageQuery())
    assert narrow.roots == (Path("/one"), Path("/two"))
    names = [f.path.name for f in everything.folders]
    assert names.index("sub9") < names.index("sub10"), "in the order in which people count"
    assert not any(narrow.states.values())


def test_extents_name_what_can_be_narrowed(project: Project) -> None:
    found = FacetStore(project).extents(ImageQuery(model_id=MODEL))
    assert found[Key.HV] == (1.0, 30.0)
    assert str(found[Key.ACQUIRED][0]).startswith("2020-01")
    assert Key.MAGNIFICATION not in found  # no image says
    assert Key.CONFIDENCE not in FacetStore(project).extents(ImageQuery())


def test_unlabelled_images_are_those_that_wait_for_a_label(project: Project) -> None:
    wanted = ImageQuery(label_state=LabelState.UNLABELLED, status=ImageStatus.OK, excluded=False)
    found = unlabelled(project).tolist()
    assert found == sorted(ImageStore(project).ids(wanted).tolist())
    assert 0 < len(found) < ImageStore(project).count(ImageQuery())


def test_what_is_written_counts_at_once_and_nothing_is_read_twice(tmp_path: Path) -> None:
    with open_project(tmp_path / "p.semgui", create=True) as project:
        fill(project, 50, seed=2)
        store, query = FacetStore(project), ImageQuery(model_id=MODEL)
        statements: list[str] = []
        event.listen(project.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        before = store.facets(query)
        asked, statements[:] = len(statements), []
        assert store.facets(dataclasses.replace(query, flagged=True)).total == before.total
        assert len(statements) < asked / 3
        waiting = ImageId(int(unlabelled(project)[0]))
        with open_project(project.path) as elsewhere:
            label_as_new_class(elsewhere, [waiting], "Rods", "ann")
        after = store.facets(query)
        assert after.labelled == before.labelled + 1
        assert after.states[State.UNLABELLED] == before.states[State.UNLABELLED] - 1


def test_a_model_disagrees_only_with_classes_that_it_can_say(tmp_path: Path) -> None:
    one, two, other = ClassId("m.one"), ClassId("m.two"), ClassId("user.other")
    with project_with_rows(tmp_path / "p.semgui", 3) as project:
        predictions = PredictionStore(project)
        predictions.begin(MODEL, [one, two])
        predictions.put_many(
            MODEL, [Prediction(i, MODEL, one, 0.9, 0.0, PredictionStatus.OK) for i in ids(1, 2, 3)]
        )
        history = History(project, "ann")
        history.do(AddClasses([(one, "one"), (two, "two"), (other, "other")]))
        for image, class_id in zip(ids(1, 2, 3), (one, two, other), strict=True):
            history.do(SetLabels([image], class_id))
        query = ImageQuery(label_state=LabelState.DISAGREE, model_id=MODEL)

        def differing() -> list[int]:
            found = ImageStore(project).ids(query).tolist()
            states = FacetStore(project).facets(ImageQuery(model_id=MODEL)).states
            assert states[State.DISAGREE] == len(found)
            return found

        assert predictions.known_classes(MODEL) == {one, two}
        assert differing() == [2]
        history.do(MergeClasses(two, other))  # what it calls "two" is "other" now, and it may say so
        assert predictions.known_classes(MODEL) == {one, other}
        assert differing() == [2, 3]
