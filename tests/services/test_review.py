"""What is gathered of a project, and taken in again after corrections."""

from __future__ import annotations

import numpy as np
import pytest

from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.review.confirm import ConfirmLabels
from semgui.review.history import History
from semgui.review.queue import ranked
from semgui.review.strategies import strategy_named
from semgui.services.classes import archive_class, merge_classes
from semgui.services.label import label_as_new_class, set_labels, undo
from semgui.services.marks import exclude
from semgui.services.review import Reranker, gather
from semgui.services.review_progress import RECENT, Looked, outlook
from tests.label_projects import divide_by_folder, project_with_rows
from tests.review_projects import (
    GRAINS,
    MODEL,
    PLANTED,
    TIPS,
    WIRES,
    reviewed_project,
    same_look,
    seen_project,
)

ISSUES = strategy_named("label_issues")


def order(evidence):
    return [entry.image_id for entry in ranked(evidence, ISSUES)]


@pytest.fixture
def project(tmp_path):
    with reviewed_project(tmp_path / "p.semgui") as project:
        yield project


def test_a_project_that_no_model_has_seen_says_what_to_do(tmp_path):
    with (
        project_with_rows(tmp_path / "new.semgui", 5) as project,
        pytest.raises(UsageError, match=r"no model has looked .* `semgui classify --project new.semgui`"),
    ):
        gather(project)


def test_corrections_are_taken_in_as_if_gathered_anew(project):
    reranker = Reranker(project, MODEL)
    assert set(order(reranker.gather())[:6]) == set(PLANTED)
    set_labels(project, [ImageId(10)], GRAINS, "bob")
    exclude(project, [ImageId(20)], "bob")
    label_as_new_class(project, [ImageId(100), ImageId(101)], "Fibres", "bob")
    again = reranker.again()
    assert again.ids.tolist() == gather(project).ids.tolist(), "rows stay where they are"
    assert set(order(again)[:6]) == {40, 50, 70, 80, 100, 101}, "two are grains and wires no more"
    assert "Fibres" in again.names
    assert again.labelled.sum() == gather(project).labelled.sum() == 91
    for _ in range(3):
        undo(project, "bob")
    assert set(order(reranker.again())[:6]) == set(PLANTED)


def test_the_queue_is_there_before_near_duplicates_are(project):
    same_look(project, 3, 40)
    reranker = Reranker(project, MODEL)
    begun = reranker.begin()
    assert not begun.grouped
    assert len(set(begun.groups.tolist())) == len(begun), "no two files are identical"
    assert set(order(begun)[:6]) == set(PLANTED)
    reranker.find_near_duplicates()
    taken_in = reranker.again()
    assert taken_in.grouped
    assert taken_in.groups[taken_in.row_of(ImageId(40))] == taken_in.groups[taken_in.row_of(ImageId(3))]
    later = Reranker(project, MODEL)
    assert later.begin().grouped, "the next time they are known"
    later.find_near_duplicates()
    later.begin()
    set_labels(project, [ImageId(10)], GRAINS, "bob")
    assert later.again().grouped


def test_a_label_that_was_confirmed_is_no_likely_mistake_any_more(project):
    reranker = Reranker(project)
    suspect = ranked(reranker.gather(), strategy_named("label_issues"), 1)[0].image_id
    history = History(project, "bob")
    history.do(ConfirmLabels([suspect]))
    for evidence in (reranker.again(), gather(project)):
        for name in ("label_issues", "neighbours", "disagreement"):
            assert suspect not in {entry.image_id for entry in ranked(evidence, strategy_named(name))}
    history.undo()
    for evidence in (reranker.again(), gather(project)):
        assert ranked(evidence, strategy_named("label_issues"), 1)[0].image_id == suspect


def test_how_good_the_head_is_on_new_specimens(project):
    reranker = Reranker(project)
    assert reranker.honest() is None, "the project was never divided"
    divide_by_folder(project, [f"specimen {i // 15}" for i in range(90)])
    right, judged = reranker.honest().accuracy
    assert judged == 90
    assert right == 90 - len(PLANTED), "these specimens are alike, so that the others tell"
    assert reranker.again().accuracy[1] == 90


def test_few_labels_leave_the_word_to_the_model(tmp_path):
    with seen_project(tmp_path / "p.semgui", 60) as project:
        none = gather(project)
        assert not none.by_head.any()
        assert np.allclose(none.probabilities, none.model_probabilities)
        assert [e.image_id for e in ranked(none, ISSUES)] == []
        set_labels(project, [ImageId(1), ImageId(2)], GRAINS, "ann")
        set_labels(project, [ImageId(31), ImageId(32)], WIRES, "ann")
        few = gather(project)
        assert few.by_head.sum() == 4, "the labelled ones, while the model sees more than the labels cover"


def test_merged_archived_and_unknown_classes(project):
    merge_classes(project, TIPS, WIRES, "ann")
    merged = gather(project)
    assert TIPS not in merged.classes
    assert np.allclose(merged.model_probabilities.sum(axis=1), 1, atol=1e-3), "what it says of Tips is Wires"
    label_as_new_class(project, [ImageId(i) for i in range(91, 97)], "Fibres", "ann")
    archive_class(project, GRAINS, "ann")
    evidence = gather(project)
    assert evidence.names == ("Grains", "Wires", "Fibres"), "labels of an archived class stay"
    assert not evidence.model_probabilities[:, 2].any(), "the model does not know it"
    assert ranked(evidence, ISSUES)


def test_another_model_must_have_looked(project):
    with pytest.raises(UsageError, match="absent@1 has not looked at"):
        gather(project, other=ModelId("absent@1"))
    with pytest.raises(UsageError, match="no model has looked"):
        gather(project, ModelId("absent@1"))


def test_the_outlook_rests_on_what_was_found_lately(project):
    evidence = gather(project)
    before = outlook(evidence, [])
    assert before.suspicious >= len(PLANTED) - 1
    assert not before.may_stop
    found = [Looked(ImageId(i), changed=True) for i in PLANTED]
    halfway = outlook(evidence, found)
    assert halfway.suspicious <= before.suspicious - 5
    assert "6 of 6" in halfway.hint
    others = [Looked(ImageId(i), changed=False) for i in range(1, 90) if i not in PLANTED]
    end = outlook(evidence, [*found, *others])
    assert end.may_stop
    assert end.expected < 1
    assert end.recent == RECENT


def test_rows_and_indices_are_found(project):
    evidence = gather(project)
    assert evidence.row_of(ImageId(999)) == -1
    assert evidence.ids[evidence.rows_of(np.array([7, 999, 3]))].tolist() == [7, 3]
    assert evidence.index_of(ClassId("nothing")) == -1
