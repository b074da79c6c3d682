"""Every strategy puts first what it promises, and says why with numbers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId, ImageId, ModelId
from semgui.review.head import Head
from semgui.review.queue import queue_of, ranked
from semgui.review.strategies import NAMES, STRATEGIES, strategy_named
from semgui.services.marks import exclude
from semgui.services.review import gather
from tests.review_projects import (
    GRAINS,
    MODEL,
    PLANTED,
    WIRES,
    label,
    put_answers,
    reviewed_project,
    same_look,
    seen_project,
    truth,
)


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory):
    with reviewed_project(tmp_path_factory.mktemp("reviewed") / "p.semgui") as project:
        yield project


@pytest.fixture(scope="module")
def evidence(reviewed):
    return gather(reviewed)


def first(evidence, name, number, **options):
    return ranked(evidence, strategy_named(name, **options), number)


@pytest.mark.parametrize("name", ["label_issues", "neighbours", "disagreement"])
def test_planted_errors_come_first(evidence, name):
    queue = first(evidence, name, 8)
    assert {entry.image_id for entry in queue[:6]} == set(PLANTED)
    assert [entry.rank for entry in queue] == list(range(1, len(queue) + 1))
    for entry in queue[:6]:
        assert entry.label == PLANTED[entry.image_id]
        assert 0 <= entry.score <= 1


def test_a_sentence_says_label_opinion_and_neighbours(evidence):
    (entry,) = [e for e in first(evidence, "label_issues", 6) if e.image_id == 10]
    assert entry.reason.startswith("Labelled Wires, but the out-of-fold model says Grains with ")
    assert entry.reason.endswith(" of its 10 nearest labelled images are Grains.")
    assert "%" in entry.reason


def test_a_pair_finds_images_of_one_class_that_look_like_the_other(evidence):
    queue = first(evidence, "pair", 40, pair=(WIRES, GRAINS))
    assert {entry.label for entry in queue} == {WIRES}
    assert queue[0].image_id == 10
    assert "Labelled Wires" in queue[0].reason
    assert "Grains" in queue[0].reason


@pytest.mark.parametrize("name", ["uncertainty", "margin", "entropy"])
def test_doubtful_images_without_a_label_come_first(evidence, name):
    queue = ranked(evidence, strategy_named(name))
    assert {entry.image_id for entry in queue} == set(range(91, 121))
    scores = [entry.score for entry in queue]
    assert scores == sorted(scores, reverse=True)
    assert queue[0].reason.startswith("A model of your labels ")


def test_diversity_begins_far_from_all_labels(evidence):
    far = evidence.embeddings.copy()
    row = evidence.row_of(ImageId(115))
    far[row] = -20
    queue = first(dataclasses.replace(evidence, features=(far,)), "diversity", 5)
    assert queue[0].image_id == 115
    assert {entry.image_id for entry in queue} <= set(range(91, 121)), "labelled ones are covered"


def test_what_is_unlike_everything_known_comes_first(evidence):
    strange = evidence.embeddings.copy()
    strange[evidence.row_of(ImageId(101))] = np.random.default_rng(5).normal(size=strange.shape[1]) * 4
    novel = evidence.model_novelty.copy()
    novel[evidence.row_of(ImageId(95))] = 1.0
    head = Head((strange,), evidence.groups, evidence.labels)
    changed = dataclasses.replace(evidence, features=(strange,), model_novelty=novel, head=head)
    queue = first(changed, "novelty", 30)
    assert [entry.image_id for entry in queue[:2]] == [95, 101]
    assert queue[0].reason == "Unlike what the model was trained on: novelty 100 %."
    assert queue[1].reason.startswith("Unlike the labelled images: novelty 9")
    assert {entry.image_id for entry in queue} == set(range(91, 121)), "labelled ones were looked at"


def test_two_models_that_differ(tmp_path):
    with seen_project(tmp_path / "p.semgui", 60) as project:
        ids = np.arange(1, 61)
        other = np.tile(np.array([[0.9, 0.05, 0.05]], np.float32), (60, 1))
        put_answers(project, ModelId("later@00000002"), ids, np.ones((60, 5), np.float16), other)
        queue = first(gather(project, MODEL), "disagreement", 60)
        assert {truth(entry.image_id) for entry in queue} == {WIRES}, "on grains both say the same"
        assert queue[0].reason.startswith("model@00000001 says Wires with ")


def test_near_duplicates_with_different_labels(tmp_path):
    with reviewed_project(tmp_path / "p.semgui") as project:
        same_look(project, 1, 2, 3, 31)
        queue = first(gather(project), "duplicates", 9)
        assert queue[0].image_id == 31, "the odd one out"
        assert {entry.image_id for entry in queue} == {1, 2, 3, 31}
        assert queue[0].reason == ("Labelled Wires; its near-duplicates are labelled otherwise: 3 Grains.")


def test_excluded_images_are_in_no_queue_and_teach_nothing(tmp_path):
    with reviewed_project(tmp_path / "p.semgui") as project:
        exclude(project, [ImageId(10), ImageId(95)], "ann")
        evidence = gather(project)
        for strategy in STRATEGIES:
            found = evidence.ids[queue_of(evidence, strategy).rows]
            assert not {10, 95} & set(found.tolist()), strategy.name
        assert evidence.labels[evidence.row_of(ImageId(10))] == -1


def test_a_class_with_one_image_is_no_mistake_of_its_own(tmp_path):
    with seen_project(tmp_path / "p.semgui") as project:
        label(project, {i: truth(i) for i in (*range(1, 10), *range(31, 40), 75)})
        queue = first(gather(project), "label_issues", 200)
        assert {entry.image_id for entry in queue} == {*range(1, 10), *range(31, 40)}


def test_a_queue_among_some_images_keeps_the_order(evidence):
    strategy = strategy_named("label_issues")
    every = [entry.image_id for entry in ranked(evidence, strategy)]
    some = ranked(evidence, strategy, among=np.arange(1, 60))
    assert [entry.image_id for entry in some] == [i for i in every if i < 60]


def test_names_are_those_of_the_command_line(evidence):
    assert set(NAMES) == {
        *("uncertainty", "margin", "entropy", "label_issues", "neighbours", "disagreement"),
        *("duplicates", "novelty", "diversity", "audit", "pair"),
    }
    with pytest.raises(UsageError, match="there is no strategy 'luck'"):
        strategy_named("luck")
    with pytest.raises(UsageError, match="needs two classes"):
        strategy_named("pair")
    with pytest.raises(UsageError, match="needs two classes"):
        strategy_named("margin", (GRAINS, ClassId("x")))
