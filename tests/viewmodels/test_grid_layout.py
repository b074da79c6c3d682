from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semgui.viewmodels.grid_layout import GridLayout

TILE = (10, 20)


def slow_boxes(counts, columns, header, folded):
    """Place tiles one by one."""
    boxes, y = [], 0
    for count, is_folded in zip(counts, folded, strict=True):
        y += header
        if is_folded:
            boxes += [None] * count
            continue
        boxes += [((k % columns) * 10, y + (k // columns) * 20) for k in range(count)]
        y += -(-count // columns) * 20
    return boxes, y


layouts = st.tuples(
    st.lists(st.tuples(st.integers(1, 25), st.booleans()), min_size=1, max_size=6),
    st.integers(1, 7),
    st.sampled_from([0, 8]),
)


@given(layouts, st.integers(0, 300), st.integers(1, 200), st.integers(0, 60), st.integers(1, 50))
def test_arithmetic_agrees_with_placing_tiles_one_by_one(made, top, height, left, width):
    groups, columns, header = made
    counts = [count for count, _ in groups]
    folded = [is_folded for _, is_folded in groups] if header else [False] * len(groups)
    layout = GridLayout(counts, TILE, columns, header, folded)
    boxes, end = slow_boxes(counts, columns, header, folded)
    assert layout.height == end
    touched = []
    for row, box in enumerate(boxes):
        if box is None:
            continue
        found = layout.box(row)
        assert (found.x, found.y) == box
        assert layout.row_at(box[0] + 9, box[1] + 19) == row
        if box[0] < left + width and box[0] + 10 > left and box[1] < top + height and box[1] + 20 > top:
            touched.append(row)
    assert layout.rows_in(left, top, left + width, top + height).tolist() == touched


def test_headers_are_no_rows_and_say_which_group_they_are():
    layout = GridLayout([3, 5], TILE, 2, header=8)
    assert list(layout.headers(0, 100)) == [(0, 0), (1, 48)]
    assert layout.is_header(50)
    assert layout.row_at(5, 50) == -1
    assert layout.group_at(50) == 1
    assert layout.group_at(-1) == layout.group_at(10_000) == -1


@pytest.mark.parametrize(
    ("row", "by", "expected"),
    [(0, 1, 3), (1, 1, 4), (2, 1, 4), (3, 1, 5), (4, 1, 6), (5, -1, 3), (7, -1, 4), (0, -1, 0), (0, 9, 5)],
)
def test_up_and_down_stay_in_their_column_and_cross_groups(row, by, expected):
    layout = GridLayout([5, 3], TILE, 3, header=8)  # 0 1 2 / 3 4 | 5 6 7
    assert layout.line_step(row, by) == expected


def test_up_and_down_leap_over_folded_groups():
    layout = GridLayout([3, 4, 3], TILE, 3, header=8, collapsed=[False, True, False])
    assert layout.line_step(1, 1) == 8
    assert layout.line_step(8, -1) == 1


def test_a_hundred_thousand_tiles_cost_no_more_than_ten():
    layout = GridLayout([100_000], TILE, 12)
    assert layout.rows_in(0, 80_000, 120, 80_400).tolist() == list(range(48_000, 48_240))
    assert layout.box(99_999).y == (99_999 // 12) * 20
    assert isinstance(layout.rows_in(0, 0, 1, 1), np.ndarray)
