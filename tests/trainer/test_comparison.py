from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from trainer.comparison import compare, mcnemar


def _right(both: int, first: int, second: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    a = np.repeat([True, True, False, False], [both, first, second, neither])
    b = np.repeat([True, False, True, False], [both, first, second, neither])
    return a, b


@pytest.mark.parametrize(("broken", "mended"), [(0, 1), (3, 12), (7, 7), (0, 40), (200, 260)])
def test_the_exact_test_is_the_binomial_one(broken: int, mended: int):
    found = mcnemar(*_right(50, broken, mended, 9))
    assert (found.mended, found.broken) == (mended, broken)
    assert found.p_value == pytest.approx(binomtest(mended, mended + broken).pvalue, rel=1e-9)


def test_many_discordant_images_use_the_approximation():
    exact = binomtest(1100, 2100).pvalue
    assert mcnemar(*_right(0, 1000, 1100, 0)).p_value == pytest.approx(exact, rel=0.05)


def test_equal_models_differ_by_chance():
    assert mcnemar(*_right(10, 0, 0, 5)).p_value == 1.0


def test_each_image_is_mended_broken_or_neither():
    labels = np.array(["a", "a", "b", "c", "b"])
    found = compare(labels, np.array(["b", "a", "b", "a", "b"]), np.array(["a", "c", "b", "b", "b"]))
    assert found.mended.tolist() == [0]
    assert found.broken.tolist() == [1]
    assert found.both_wrong_differently.tolist() == [3]
