from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semgui.domain.errors import UsageError
from semgui.domain.ids import ClassId
from semgui.domain.split import Split, SplitRules
from semgui.inference.prepare import Source
from semgui.jobs.samples import Sample
from semgui.jobs.splits import check_split, divide
from trainer.card import CardClass


def samples(groups: list[tuple[str, int]]) -> list[Sample]:
    """One group an entry: its class and how many images it has."""
    return [
        Sample(f"{number}/{i}", Source(Path(f"{number}-{i}.tif")), ClassId(kind), f"g{number}")
        for number, (kind, count) in enumerate(groups)
        for i in range(count)
    ]


def counts(images: list[Sample], decided: dict[str, Split]) -> dict[str, Counter[Split]]:
    found: dict[str, Counter[Split]] = defaultdict(Counter)
    for sample in images:
        found[sample.class_id][decided[sample.group]] += 1
    return found


@pytest.mark.parametrize("count", [10, 20, 50, 1000])
def test_single_images_are_divided_seven_to_two_to_one_in_every_class(count):
    images = samples([("a", 1)] * count + [("b", 1)] * (3 * count))
    for kind, times in (("a", 1), ("b", 3)):
        shares = counts(images, divide(images, SplitRules(), {}))[kind]
        assert shares == {
            Split.TRAIN: 0.7 * count * times,
            Split.VALID: 0.2 * count * times,
            Split.TEST: 0.1 * count * times,
        }


@pytest.mark.parametrize(
    ("count", "expected"), [(1, (1, 0, 0)), (2, (1, 1, 0)), (3, (2, 1, 0)), (5, (3, 1, 1)), (6, (4, 1, 1))]
)
def test_few_images_go_to_training_first(count, expected):
    images = samples([("a", 1)] * count)
    shares = counts(images, divide(images, SplitRules(), {}))["a"]
    assert (shares[Split.TRAIN], shares[Split.VALID], shares[Split.TEST]) == expected


def test_large_groups_do_not_spoil_the_shares():
    images = samples([("a", 30), ("a", 10), ("a", 8)] + [("a", 1)] * 52)
    shares = counts(images, divide(images, SplitRules(), {}))["a"]
    assert (shares[Split.TRAIN], shares[Split.VALID], shares[Split.TEST]) == (70, 20, 10)


def test_the_seed_decides_and_the_order_of_the_images_does_not():
    images = samples([("a", 1)] * 50)
    assert divide(images, SplitRules(seed=1), {}) == divide(images[::-1], SplitRules(seed=1), {})
    assert divide(images, SplitRules(seed=1), {}) != divide(images, SplitRules(seed=2), {})


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 20)), max_size=40), st.data())
def test_every_group_gets_a_split_and_what_was_decided_stays(groups, data):
    images = samples(groups)
    kept = {
        f"g{i}": data.draw(st.sampled_from(Split)) for i in range(len(groups)) if data.draw(st.booleans())
    }
    decided = divide(images, SplitRules(), kept)
    assert set(decided) == {sample.group for sample in images}
    assert all(decided[group] is split for group, split in kept.items())


def test_other_shares():
    images = samples([("a", 1)] * 100)
    shares = counts(images, divide(images, SplitRules(train=0.5, valid=0.0, test=0.5), {}))["a"]
    assert shares == {Split.TRAIN: 50, Split.TEST: 50}


def classes(*names: str) -> list[CardClass]:
    return [CardClass(id=name, name=name.upper()) for name in names]


def test_a_class_without_training_images_is_refused():
    images = samples([("a", 5), ("a", 5), ("b", 3)])
    decided = {"g0": Split.TRAIN, "g1": Split.VALID, "g2": Split.TEST}
    with pytest.raises(UsageError, match="Grouped by folder, no image of B would be left to train on"):
        check_split(images, decided, classes("a", "b"), SplitRules(by="folder"))


def test_rare_classes_are_told():
    images = samples([("a", 1)] * 20 + [("b", 2), ("b", 1)])
    warnings = check_split(images, divide(images, SplitRules(), {}), classes("a", "b"), SplitRules())
    assert warnings == ["B has 3 images in 2 groups: none for test, so nobody will know how well it is told."]


@pytest.mark.parametrize(
    "bad", [{"by": " "}, {"train": 0.0, "valid": 0.5, "test": 0.5}, {"train": 0.9}, {"test": -0.1}]
)
def test_rules_that_make_no_sense_are_sentences(bad):
    with pytest.raises(UsageError):
        SplitRules(**bad)
