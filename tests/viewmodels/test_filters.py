from __future__ import annotations

from pathlib import Path

import pytest

from semgui.catalogue.facets import State
from semgui.catalogue.query import Choice, ImageQuery, Key, LabelState, Range
from semgui.domain.ids import ClassId
from semgui.domain.image import ImageStatus
from semgui.viewmodels.filters import (
    chips,
    cleared,
    from_json,
    holds,
    in_words,
    is_filtered,
    only,
    to_json,
    toggled,
    with_range,
)
from semgui.viewmodels.groups import group_title
from semgui.viewmodels.ranges import from_place, place_of

FULL = ImageQuery(
    text="spot",
    classes=frozenset({ClassId("a"), ClassId("b")}),
    label_state=LabelState.UNLABELLED,
    predicted=frozenset({ClassId("b")}),
    folder=Path("/data/2024"),
    flagged=True,
    excluded=False,
    tag="tilted",
    databar_uncertain=True,
    ranges=(Range(Key.CONFIDENCE, None, 0.6), Range(Key.ACQUIRED, "2024-03-01", "2024-03-09")),
    choices=(Choice(Key.DETECTOR, frozenset({"SE", "BSD"})),),
    order=Key.HV,
    descending=True,
    group=Key.FOLDER,
)


def name_of(class_id: ClassId) -> str:
    return {"a": "Tips", "b": "Fibres"}[class_id]


def test_every_condition_is_a_chip_and_taking_all_away_leaves_the_arrangement():
    found = chips(FULL, name_of)
    words = [chip.text for chip in found]
    assert words == [
        *("Unlabelled", "Flagged", "Not excluded", "Databar uncertain", "“spot”", "Fibres, Tips"),
        *("predicted: Fibres", "#tilted", "in 2024", "Detector: BSD, SE"),
        *("Confidence ≤ 60 %", "Date acquired 2024-03-01 – 2024-03-09"),
    ]
    left = FULL
    while more := chips(left, name_of):
        assert len(chips(more[0].without, name_of)) == len(more) - 1
        left = more[0].without
    assert left == cleared(FULL)
    assert not is_filtered(left)
    assert (left.order, left.descending, left.group) == (Key.HV, True, Key.FOLDER)
    assert in_words(FULL, name_of).startswith("Shown: Unlabelled · Flagged")


def test_a_state_alone_or_beside_others():
    flagged = only(ImageQuery(text="x", excluded=True), State.FLAGGED)
    assert (flagged.text, flagged.flagged, flagged.excluded) == ("x", True, None)
    both = toggled(flagged, State.UNCERTAIN)
    assert holds(both, State.FLAGGED)
    assert holds(both, State.UNCERTAIN)
    assert holds(both, State.UNLABELLED)  # that is part of being uncertain
    assert toggled(both, State.UNCERTAIN) == flagged
    assert only(both, State.UNREADABLE) == ImageQuery(text="x", status=ImageStatus.UNREADABLE)


def test_saved_filters_come_back_as_they_were():
    assert from_json(to_json(FULL)) == FULL
    assert to_json(ImageQuery()) == "{}"


@pytest.mark.parametrize("text", ["[]", '{"colour": "red"}', '{"order": "weight"}', "no json"])
def test_what_is_no_filter_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        from_json(text)


def test_a_range_without_bounds_is_none():
    narrowed = with_range(ImageQuery(), Range(Key.HV, 5.0))
    assert with_range(narrowed, Range(Key.HV, 2.0)).ranges == (Range(Key.HV, 2.0),)
    assert with_range(narrowed, Range(Key.HV)) == ImageQuery()


@pytest.mark.parametrize(
    ("key", "extent", "place"),
    [
        (Key.CONFIDENCE, (0.1, 1.0), 0.5),
        (Key.PIXEL_SIZE, (0.5, 5000.0), 0.25),
        (Key.ACQUIRED, ("2024-01-01T10:00:00", "2024-12-31T09:00:00"), 0.5),
    ],
)
def test_places_on_a_slider_and_values_belong_together(key, extent, place):
    assert from_place(key, extent, 0) in (extent[0], str(extent[0])[:10])
    assert place_of(key, extent, from_place(key, extent, place)) == pytest.approx(place, abs=0.01)
    assert place_of(key, extent, extent[1]) == 1


def test_pixel_sizes_have_room_for_small_ones():
    assert from_place(Key.PIXEL_SIZE, (1.0, 10_000.0), 0.5) == 100


@pytest.mark.parametrize(
    ("key", "value", "title"),
    [
        (Key.CLASS, "a", "Tips"),
        (Key.LABEL, None, "Not labelled"),
        (Key.CONFIDENCE, 0.9, "90–100 %"),
        (Key.HV, 2.5, "2.5 kV"),
        (Key.WD, 4.0, "4–5 mm"),
        (Key.PIXEL_SIZE, 500.0, "500 nm – 1 µm"),
        (Key.ACQUIRED, "2024-03-05", "2024-03-05"),
        (Key.DETECTOR, None, "Not known"),
    ],
)
def test_groups_have_titles(key, value, title):
    assert group_title(key, value, name_of) == title
