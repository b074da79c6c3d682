"""The random audit, and what may be accepted because of it."""

from __future__ import annotations

import numpy as np
import pytest

from semgui.catalogue.audit_samples import AuditSampleStore
from semgui.catalogue.labels import LabelStore
from semgui.catalogue.splits import split_of_images
from semgui.catalogue.verdicts import NONE_OF_THESE
from semgui.domain.errors import UsageError
from semgui.domain.ids import ImageId
from semgui.domain.labels import LabelSource
from semgui.domain.split import Split
from semgui.review.audit import Part, in_random_order
from semgui.review.queue import ranked
from semgui.review.strategies import strategy_named
from semgui.services.accept import accept, propose_acceptance
from semgui.services.audit import audit_state, draw_sample, judge, label_errors
from semgui.services.label import redo, set_labels, undo
from semgui.services.marks import exclude
from semgui.services.review import Reranker
from tests.label_projects import ids
from tests.review_projects import (
    GRAINS,
    MODEL,
    PLANTED,
    TIPS,
    WIRES,
    label,
    put_answers,
    reviewed_project,
    seen_project,
    truth,
)


@pytest.fixture
def project(tmp_path):
    with reviewed_project(tmp_path / "p.semgui") as project:
        yield project


def judge_truly(project, image_ids):
    return judge(project, [(ImageId(int(i)), truth(int(i))) for i in image_ids], "eve")


def test_the_random_order_outlasts_what_comes_later():
    some, more = np.arange(1, 1001), np.arange(1, 2001)
    order = in_random_order(more, 7)
    assert in_random_order(some, 7).tolist() == order[order <= 1000].tolist()
    assert order.tolist() != in_random_order(more, 8).tolist()
    # Each half of the ids has its share of the first tenth: 100 of 200, give or take five deviations.
    assert 65 <= np.count_nonzero(order[:200] <= 1000) <= 135


def test_errors_of_labels_are_estimated_from_the_sample_alone(project):
    assert "nothing is known" in label_errors(project).sentence()
    part = draw_sample(project, Part.LABELLED, 40, "eve", seed=3).parts[Part.LABELLED]
    drawn = part.order[:40]
    label(
        project, {int(drawn[0]): truth(int(drawn[0]))}
    )  # a queue may correct it before: the label is right then
    judge_truly(project, part.waiting)
    wrong = {int(i) for i in drawn[1:]} & set(PLANTED)
    found = label_errors(project)
    assert set(found.wrong) == wrong
    assert (found.rate.hits, found.rate.trials, found.waiting) == (len(wrong), 40, 0)
    assert found.rate.low <= len(PLANTED) / 90 <= found.rate.high
    assert f"{len(wrong)} of 40 audited labels are wrong" in found.sentence()
    bigger = draw_sample(project, Part.LABELLED, 60, "eve").parts[Part.LABELLED]
    assert bigger.order[:40].tolist() == drawn.tolist(), "what was drawn stays drawn"
    assert len(bigger.waiting) == 20
    with pytest.raises(UsageError, match="drawn by the seed 3 and stays"):
        draw_sample(project, Part.LABELLED, 70, "eve", seed=4)


def test_hard_images_that_were_passed_over_hold_the_evidence_up(project):
    part = draw_sample(project, Part.LABELLED, 20, "eve", seed=1).parts[Part.LABELLED]
    judge_truly(project, [i for i in part.order[:20] if i != part.order[5]])
    found = label_errors(project)
    assert (found.rate.trials, found.behind_a_gap, found.waiting) == (5, 14, 1)
    exclude(project, ids(int(part.order[5])), "eve")
    assert label_errors(project).rate.trials == 19


def test_a_verdict_is_a_label_and_can_be_undone(project):
    judge(project, [(ImageId(10), GRAINS), (ImageId(11), NONE_OF_THESE)], "eve")
    assert LabelStore(project).current(ids(10, 11)) == {10: GRAINS}
    assert audit_state(project).verdicts[ImageId(10)].label_before == WIRES
    undo(project, "eve")
    assert audit_state(project).verdicts == {}
    assert LabelStore(project).current(ids(10, 11)) == {10: WIRES, 11: GRAINS}
    redo(project, "eve")
    verdicts = audit_state(project).verdicts
    assert {i: v.class_id for i, v in verdicts.items()} == {10: GRAINS, 11: NONE_OF_THESE}
    assert verdicts[ImageId(10)].label_before == WIRES


def test_the_queue_of_the_audit_shrinks_as_it_is_judged(project):
    reranker, strategy = Reranker(project), strategy_named("audit")
    assert ranked(reranker.gather(), strategy) == []
    waiting = draw_sample(project, Part.LABELLED, 12, "eve", seed=1).waiting
    queue = ranked(reranker.again(), strategy)
    assert [entry.image_id for entry in queue] == waiting.tolist()
    assert "Grains" not in queue[0].reason
    judge_truly(project, waiting[:5])
    assert [entry.image_id for entry in ranked(reranker.again(), strategy)] == waiting[5:].tolist()


@pytest.fixture
def unlabelled(tmp_path):
    """Return 600 images of which the model says 20 wrong ones, the least sure."""
    with seen_project(tmp_path / "p.semgui", 600) as project:
        image_ids = np.arange(1, 601)
        confidence = np.linspace(0.99, 0.4, 600)
        said = [truth(int(i)) for i in image_ids]
        said[580:] = [TIPS if c == GRAINS else GRAINS for c in said[580:]]
        probs = np.repeat(((1 - confidence) / 2)[:, None], 3, axis=1).astype(np.float32)
        probs[np.arange(600), [(GRAINS, WIRES, TIPS).index(c) for c in said]] = confidence
        put_answers(project, MODEL, image_ids, np.random.default_rng(0).normal(size=(600, 24)), probs)
        yield project


def test_predictions_are_accepted_as_far_as_the_audit_proves_them(unlabelled):
    with pytest.raises(UsageError, match="semgui audit --draw 300 --of unlabelled"):
        propose_acceptance(unlabelled, 0.9)
    waiting = draw_sample(unlabelled, Part.UNLABELLED, 240, "eve", seed=5).waiting
    assert {split_of_images(unlabelled)[ImageId(i)] for i in waiting.tolist()} == {Split.TEST}
    early = propose_acceptance(unlabelled, 0.9)
    assert early.ids == ()
    assert "about" in early.sentences()[0]
    assert "more are needed" in early.sentences()[0]
    judge_truly(unlabelled, waiting)
    proposal = propose_acceptance(unlabelled, 0.9)
    assert proposal.judged == 240
    assert len(proposal.ids) > 250
    assert not set(waiting.tolist()) & set(proposal.ids)
    assert proposal.promise.proven >= 0.9
    right = sum(truth(i) == c for i, c in zip(proposal.ids, _said(unlabelled, proposal.ids), strict=True))
    assert right / len(proposal.ids) >= 0.9
    set_labels(unlabelled, [proposal.ids[0]], TIPS, "bob")  # somebody labels while the evidence is read
    batch = accept(unlabelled, proposal, "ann")
    assert batch.title == f"Accept the prediction for {len(proposal.ids) - 1} images"
    given = LabelStore(unlabelled).labels(proposal.ids)
    assert given[proposal.ids[0]].annotator == "bob"
    assert {(given[i].source, given[i].model_id) for i in proposal.ids[1:]} == {(LabelSource.ACCEPTED, MODEL)}
    undo(unlabelled, "ann")
    assert not set(proposal.ids[1:]) & set(LabelStore(unlabelled).current(proposal.ids))


def test_two_who_draw_the_first_sample_at_once_share_one_order(unlabelled, monkeypatch):
    seed_of, asked = AuditSampleStore.seed, []

    def seed(store):
        found = seed_of(store)
        asked.append(found)
        if len(asked) == 2:  # somebody else is faster by a moment
            draw_sample(unlabelled, Part.UNLABELLED, 80, "bob", seed=9)
        return found

    monkeypatch.setattr(AuditSampleStore, "seed", seed)
    part = draw_sample(unlabelled, Part.UNLABELLED, 50, "ann").parts[Part.UNLABELLED]
    assert seed_of(AuditSampleStore(unlabelled)) == 9
    assert part.size == 80
    kept = split_of_images(unlabelled)
    assert {i for i, split in kept.items() if split is Split.TEST} == set(part.order[:80].tolist())


def test_labels_of_a_queue_prove_nothing(unlabelled):
    label(unlabelled, {i: truth(i) for i in range(1, 400)})
    draw_sample(unlabelled, Part.UNLABELLED, 50, "eve", seed=5)
    assert propose_acceptance(unlabelled, 0.8).judged == 0


def test_every_look_at_new_evidence_costs(unlabelled):
    waiting = draw_sample(unlabelled, Part.UNLABELLED, 200, "eve", seed=5).waiting
    judge_truly(unlabelled, waiting)
    once = propose_acceptance(unlabelled, 0.9).promise
    assert propose_acceptance(unlabelled, 0.9).promise == once, "nothing new was to be seen"
    undo(unlabelled, "eve")
    for number in range(0, 200, 50):
        judge_truly(unlabelled, waiting[number : number + 50])
        often = propose_acceptance(unlabelled, 0.9).promise
    assert often.proven < once.proven


def test_a_precision_that_makes_no_sense(unlabelled):
    with pytest.raises(UsageError, match="precision of 95 cannot be promised"):
        propose_acceptance(unlabelled, 95)


def _said(project, image_ids):
    from semgui.catalogue.predictions import PredictionStore

    found = PredictionStore(project).get(MODEL, image_ids)
    return [found[i].predicted for i in image_ids]
