from __future__ import annotations

import numpy as np
import pytest

from trainer.confusions import confused_pairs, order_by_confusion


def test_the_pair_with_most_images_comes_first_with_its_share():
    confusion = np.array([[8, 1, 0], [4, 5, 1], [0, 0, 10]])
    first, second = confused_pairs(confusion)
    assert (first.first, first.second) == (1, 0)
    assert (first.first_as_second, first.second_as_first) == (4, 1)
    assert first.share == pytest.approx(5 / 19)
    assert (second.first, second.second, second.first_as_second) == (1, 2, 1)
    assert confused_pairs(confusion, limit=1) == [first]


def test_classes_that_are_never_confused_are_no_pair():
    assert confused_pairs(np.diag([3, 4])) == []


def test_confused_classes_stand_together():
    confusion = np.diag([50] * 6)
    for a, b in ((0, 4), (4, 2), (1, 5)):
        confusion[a, b] = confusion[b, a] = 10
    order = order_by_confusion(confusion)
    assert sorted(order) == list(range(6))
    place = {c: order.index(c) for c in range(6)}
    assert max(place[c] for c in (0, 2, 4)) - min(place[c] for c in (0, 2, 4)) == 2
    assert abs(place[1] - place[5]) == 1
