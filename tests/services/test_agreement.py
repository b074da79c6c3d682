"""What annotators agree on, and settling the rest."""

from __future__ import annotations

import pytest

from semgui.catalogue.images import ImageStore
from semgui.catalogue.labels import LabelStore
from semgui.domain.ids import ImageId
from semgui.exchange.audit import read_audit
from semgui.review.history import History
from semgui.review.import_labels import ImportedLabel, ImportLabels
from semgui.services.agreement import adjudicate, adjudicate_from_table, agreement_report
from semgui.services.classes import merge_classes
from semgui.services.label import accept_predictions, clear_labels, set_labels, undo
from tests.label_projects import ids
from tests.review_projects import GRAINS, MODEL, TIPS, WIRES, label, seen_project, truth


@pytest.fixture
def project(tmp_path):
    """Return a project in which ann labelled 20 images rightly, and bob took two of them for others."""
    with seen_project(tmp_path / "p.semgui", 60) as project:
        wanted = {i: truth(i) for i in (*range(1, 11), *range(31, 41))}
        label(project, wanted, "ann")
        label(project, wanted | {5: WIRES, 35: TIPS}, "bob")
        yield project


def test_kappa_counts_the_last_word_of_each(project):
    (pair,) = agreement_report(project).pairs
    assert (pair.first, pair.second, pair.agreement.images) == ("ann", "bob", 20)
    assert pair.agreement.share == pytest.approx(0.9)
    # By hand: 9 + 9 of 20 alike; expected (10·9 + 10·10 + 0·1) / 400.
    assert pair.agreement.kappa == pytest.approx((0.9 - 190 / 400) / (1 - 190 / 400))
    set_labels(project, ids(5), GRAINS, "bob")
    assert agreement_report(project).pairs[0].agreement.share == pytest.approx(0.95)
    undo(project, "bob")
    assert agreement_report(project).pairs[0].agreement.share == pytest.approx(0.9), "undone words are unsaid"


def test_labels_of_another_file_that_are_the_same_are_another_opinion(project):
    said = [ImportedLabel(ImageId(i), truth(i) if i > 2 else TIPS) for i in range(1, 11)]
    History(project, "cat").do(ImportLabels(said, "cat.csv"))
    found = {(pair.first, pair.second): pair.agreement for pair in agreement_report(project).pairs}
    assert found["ann", "cat"].images == 10
    assert found["ann", "cat"].share == pytest.approx(0.8), "not only where they differ"
    assert not LabelStore(project).confirmed([ImageId(9)]), "nobody looked at it a second time"
    assert History(project, "cat").do(ImportLabels(said, "cat.csv")) is None, "it said all of that before"


def test_disputes_are_listed_until_they_are_settled(project):
    report = agreement_report(project)
    assert [(d.image_id, dict(d.opinions)) for d in report.disputes] == [
        (5, {"ann": GRAINS, "bob": WIRES}),
        (35, {"ann": WIRES, "bob": TIPS}),
    ]
    adjudicate(project, ids(5), GRAINS, "chief")
    report = agreement_report(project)
    assert [d.image_id for d in report.disputes] == [35]
    assert report.settled == 1
    assert "chief" not in report.images, "who settles has seen what the others said"
    assert LabelStore(project).labels(ids(5))[ImageId(5)].annotator == "chief"
    with project.read() as connection:
        last = list(read_audit(connection))[-1]
    assert last["verdicts"][0] | {"id": 0, "path": ""} == {
        "id": 0,
        "path": "",
        "kind": "adjudication",
        "class_id": GRAINS,
        "label_before": WIRES,
    }
    undo(project, "chief")
    assert [d.image_id for d in agreement_report(project).disputes] == [5, 35]


def test_a_table_settles_only_what_is_disputed(project, tmp_path):
    table = tmp_path / "settled.csv"
    disputed, agreed, alone = (record.path for record in ImageStore(project).get_many(ids(5, 6, 50)))
    table.write_text(f"path,class\n{disputed},Wires\n{agreed},Wires\n{alone},Wires\n")
    before = LabelStore(project).classes()
    answer = adjudicate_from_table(project, table, "chief")
    assert answer.batch is not None
    assert [problem.split(": ")[0] for problem in answer.problems] == sorted([str(agreed), str(alone)])
    assert LabelStore(project).classes() == before, "bob's word stands, and nobody else's is touched"
    assert [d.image_id for d in agreement_report(project).disputes] == [35]
    again = adjudicate_from_table(project, table, "chief")
    assert (again.batch, len(again.problems)) == (None, 2)


def test_speaking_up_again_opens_a_dispute_again(project):
    adjudicate(project, ids(5), GRAINS, "chief")
    set_labels(project, ids(5), TIPS, "bob")
    assert 5 in [d.image_id for d in agreement_report(project).disputes]


def test_accepted_predictions_and_labels_taken_away_are_no_opinion(project):
    accept_predictions(project, ids(*range(1, 11)), MODEL, "cyd")
    clear_labels(project, ids(35), "bob")
    report = agreement_report(project)
    assert "cyd" not in report.images
    assert [d.image_id for d in report.disputes] == [5]


def test_merged_classes_are_one(project):
    merge_classes(project, TIPS, WIRES, "ann")
    assert [d.image_id for d in agreement_report(project).disputes] == [5]
