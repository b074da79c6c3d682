"""The plan: which files, which truth, which labels are wrong."""

from __future__ import annotations

from collections import Counter

import pytest

from semgui.sample.categories import CATEGORIES
from semgui.sample.lattices import LATTICES
from semgui.sample.plan import NOT_SEM, plan_sample


def test_the_same_seed_gives_the_same_plan():
    assert plan_sample(3, 60) == plan_sample(3, 60)
    assert plan_sample(3, 60) != plan_sample(4, 60)


@pytest.mark.parametrize("images", [1, 2, 7, 20, 120])
def test_there_are_as_many_files_as_asked_for_all_different(images):
    assert len({p.path for p in plan_sample(1, images)}) == images


def test_all_classes_are_there_in_like_numbers():
    counts = Counter(p.true_class for p in plan_sample(2, 120))
    assert all(7 <= counts[c] <= 11 for c in CATEGORIES)
    assert all(4 <= counts[c] <= 5 for c in LATTICES)
    assert counts[NOT_SEM] == 2


def test_paths_do_not_tell_the_class():
    for p in plan_sample(2, 120):
        assert not any(
            c.lower()[:5] in p.path.lower().removeprefix("lattices/") for c in (*CATEGORIES, *LATTICES)
        )


@pytest.mark.parametrize("seed", range(5))
def test_some_labels_are_wrong_and_known_to_be(seed):
    planned = plan_sample(seed, 120)
    labelled = [p for p in planned if p.given_label]
    planted = [p for p in labelled if p.planted]
    assert 0.45 < len(labelled) / len(planned) < 0.75
    assert 4 <= len(planted) <= 10
    assert all(p.given_label != p.true_class for p in planted)
    assert any(p.is_lattice for p in planted)
    classes = (*CATEGORIES, *LATTICES)
    assert all(p.given_label in classes and p.true_class in classes for p in labelled)
    assert all((p.given_label in LATTICES) == p.is_lattice for p in labelled)


def test_the_odd_files_are_there_once():
    kinds = Counter(p.storage for p in plan_sample(0, 120))
    assert kinds["tiff16"] == kinds["pages"] == kinds["truncated"] == 1
    assert kinds["png"] > 5
    assert kinds["jpeg"] > 5
