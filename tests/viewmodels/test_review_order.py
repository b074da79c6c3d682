from __future__ import annotations

import numpy as np

from semgui.viewmodels.review_order import KEPT_AHEAD, ReviewOrder


def order_of(count: int) -> ReviewOrder:
    order = ReviewOrder()
    order.start(np.arange(count))
    return order


def test_another_ranking_moves_only_what_is_behind_the_next_few():
    order = order_of(20)
    order.settle([0, 1, 15])
    assert order.rank_anew(np.arange(19, -1, -1), row=2)
    kept = 3 + KEPT_AHEAD
    assert order.ids[:kept].tolist() == list(range(kept))
    assert order.ids[kept:].tolist() == [*(i for i in range(19, kept - 1, -1) if i != 15), 15]


def test_images_that_a_ranking_lacks_leave_the_queue_unless_they_are_in_sight():
    order = order_of(20)
    order.rank_anew(np.array([12, 3]), row=0)
    assert order.ids.tolist() == [*range(1 + KEPT_AHEAD), 12]


def test_the_same_ranking_moves_nothing():
    order = order_of(30)
    order.settle([0])
    assert not order.rank_anew(np.arange(30), row=1)


def test_images_put_aside_come_first_among_those_that_wait():
    order = order_of(6)
    order.settle([1])
    order.put_first([4, 2])
    assert order.ids.tolist() == [1, 4, 2, 0, 3, 5]


def test_the_next_image_is_one_that_waits():
    order = order_of(5)
    order.settle([1, 2])
    assert order.next_open(0) == 3
    order.settle([3, 4])
    assert order.next_open(0) == -1
    assert order.left_over().tolist() == [0]
    order.reopen([3])
    assert (order.next_open(0), order.open, order.settled) == (3, 2, 3)
