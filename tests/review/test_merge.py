"""Merging classes: images, predictions, names and files of the one count as the other, and undo is exact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from semgui.catalogue.classes import ClassStore
from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.predictions import PredictionStore
from semgui.catalogue.project import Project
from semgui.catalogue.query import ImageQuery, Key, LabelState
from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.domain.labels import LabelSource
from semgui.domain.prediction import Prediction, PredictionStatus
from semgui.review.class_commands import AddClasses, ArchiveClass, MergeClasses, RestoreClass, SetParent
from semgui.review.commands import AcceptPredictions, SetLabels
from semgui.review.history import History
from semgui.review.import_labels import ImportedLabel, ImportLabels
from semgui.review.naming import class_called
from tests.label_projects import ids, project_with_rows

A, B, C, D = (ClassId(f"user.{letter}") for letter in "abcd")
MODEL = ModelId("m@1")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with project_with_rows(tmp_path / "p.semgui", 8) as opened:
        History(opened, "setup").set_up(AddClasses([(A, "A"), (B, "B"), (C, "C"), (D, "D")]))
        History(opened, "ann").do(SetLabels(ids(1, 2), A))
        History(opened, "ann").do(SetLabels(ids(3), B))
        History(opened, "ann").do(SetLabels(ids(4), C))
        store = PredictionStore(opened)
        store.begin(MODEL, [A, B, C])
        answers = {1: A, 2: B, 3: A, 4: A, 5: A, 6: B, 7: C}
        store.put_many(
            MODEL,
            [Prediction(ImageId(i), MODEL, c, 0.9, 0.0, PredictionStatus.OK) for i, c in answers.items()],
        )
        yield opened


def listed(project: Project, query: ImageQuery) -> list[int]:
    return sorted(int(i) for i in ImageStore(project).ids(query))


def everything(project: Project) -> object:
    """Return all that a merge could touch."""
    asked = [
        ImageQuery(model_id=MODEL, label_state=LabelState.DISAGREE),
        *(ImageQuery(model_id=MODEL, predicted=frozenset({c})) for c in (A, B, C)),
        *(ImageQuery(classes=frozenset({c})) for c in (A, B, C)),
    ]
    return (
        LabelStore(project).labelled(),
        ClassStore(project).taxonomy(),
        PredictionStore(project).get(MODEL, ids(*range(1, 9))),
        PredictionStore(project).counts(MODEL),
        [listed(project, query) for query in asked],
    )


def test_images_labels_and_predictions_count_as_the_other(project: Project) -> None:
    before = everything(project)
    labels = LabelStore(project).labels(ids(1))
    disagree = ImageQuery(model_id=MODEL, label_state=LabelState.DISAGREE)
    assert listed(project, disagree) == [2, 3, 4]
    batch = History(project, "bob").do(MergeClasses(A, B))
    assert batch is not None
    assert batch.title == "Merge class A into B (2 images)"
    assert LabelStore(project).current(ids(1, 2, 3, 4)) == {1: B, 2: B, 3: B, 4: C}
    now = LabelStore(project).labels(ids(1))[ids(1)[0]]
    was = labels[ids(1)[0]]
    assert (now.annotator, now.created_at, now.source) == ("ann", was.created_at, LabelSource.USER)
    assert [e.class_id for e in LabelStore(project).history(ids(1)[0])] == [A, B], "what was said stays"
    assert listed(project, disagree) == [4], "of A and B none contradicts the other now"
    assert listed(project, ImageQuery(model_id=MODEL, predicted=frozenset({B}))) == [1, 2, 3, 4, 5, 6]
    assert PredictionStore(project).counts(MODEL) == {B: 6, C: 1}
    assert PredictionStore(project).get(MODEL, ids(1))[ids(1)[0]].predicted == B
    groups = ImageStore(project).listing(ImageQuery(model_id=MODEL, group=Key.CLASS)).groups
    assert [(g.value, g.count) for g in groups] == [(B, 5), (C, 2), (None, 1)], "said or else predicted"
    History(project, "cyd").undo()
    assert everything(project) == before


def test_what_is_said_of_the_merged_class_later_is_said_of_the_other(project: Project) -> None:
    history = History(project, "ann")
    history.do(MergeClasses(A, B))
    history.do(AcceptPredictions(ids(5), MODEL))
    history.do(ImportLabels([ImportedLabel(ids(6)[0], "A"), ImportedLabel(ids(7)[0], A)], "labels.csv"))
    assert LabelStore(project).current(ids(5, 6, 7)) == {5: B, 6: B, 7: B}
    assert class_called(ClassStore(project).taxonomy(), "a").id == B
    with pytest.raises(UsageError, match="A was merged into B; use that one"):
        history.do(SetLabels(ids(8), A))


def test_a_merge_into_a_merge_leads_to_the_last(project: Project) -> None:
    history = History(project, "ann")
    history.do(MergeClasses(A, B))
    before = everything(project)
    history.do(MergeClasses(B, C))
    taxonomy = ClassStore(project).taxonomy()
    assert (taxonomy.read_as(A), taxonomy.read_as(B), taxonomy.read_as(C)) == (C, C, C)
    assert PredictionStore(project).counts(MODEL) == {C: 7}
    assert LabelStore(project).counts() == {None: 4, C: 4}
    history.undo()
    assert everything(project) == before


def test_classes_below_move_along_and_make_no_circle(project: Project) -> None:
    history = History(project, "ann")
    for lower, upper in ((B, A), (C, B), (D, A)):
        history.do(SetParent(lower, upper))
    before = everything(project)
    history.do(MergeClasses(A, C))  # C lay two below A
    parents = {c.id: c.parent for c in ClassStore(project).taxonomy()}
    assert (parents[B], parents[C], parents[D]) == (C, None, C)
    history.undo()
    assert everything(project) == before


def test_a_restored_class_is_its_own_again_without_images(project: Project) -> None:
    history = History(project, "ann")
    history.do(MergeClasses(A, B))
    history.do(RestoreClass(A))
    assert LabelStore(project).current(ids(1, 2, 3)) == {1: B, 2: B, 3: B}
    assert PredictionStore(project).counts(MODEL) == {A: 4, B: 2, C: 1}
    history.do(SetLabels(ids(8), A))
    assert LabelStore(project).current(ids(8)) == {8: A}


def test_predictions_of_an_archived_class_are_not_taken_over(project: Project) -> None:
    history = History(project, "ann")
    history.do(ArchiveClass(C))
    with pytest.raises(UsageError, match="the prediction is C, which is archived"):
        history.do(AcceptPredictions(ids(7), MODEL))
    history.do(AcceptPredictions(ids(6, 7), MODEL))
    assert LabelStore(project).current(ids(4, 6, 7)) == {4: C, 6: B}, "labels that were given stay"
