from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semgui.domain.ids import ClassId
from semgui.domain.split import Split
from semgui.inference.prepare import Source
from semgui.jobs.samples import Sample
from semgui.jobs.splits import divide


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
        shares = counts(images, divide(images, 0, {}))[kind]
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
    shares = counts(images, divide(images, 0, {}))["a"]
    assert (shares[Split.TRAIN], shares[Split.VALID], shares[Split.TEST]) == expected


def test_large_groups_do_not_spoil_the_shares():
    images = samples([("a", 30), ("a", 10), ("a", 8)] + [("a", 1)] * 52)
    shares = counts(images, divide(images, 0, {}))["a"]
    assert (shares[Split.TRAIN], shares[Split.VALID], shares[Split.TEST]) == (70, 20, 10)


def test_the_seed_decides_and_the_order_of_the_images_does_not():
    images = samples([("a", 1)] * 50)
    assert divide(images, 1, {}) == divide(images[::-1], 1, {})
    assert divide(images, 1, {}) != divide(images, 2, {})


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 20)), max_size=40), st.data())
def test_every_group_gets_a_split_and_what_was_decided_stays(groups, data):
    images = samples(groups)
    kept = {
        f"g{i}": data.draw(st.sampled_from(Split)) for i in range(len(groups)) if data.draw(st.booleans())
    }
    decided = divide(images, 0, kept)
    assert set(decided) == {sample.group for sample in images}
    assert all(decided[group] is split for group, split in kept.items())
