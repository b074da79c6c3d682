"""Groups that are there are found."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import adjusted_rand_score

from semgui.scoring.clusters import propose_groups


def test_groups_that_are_there_are_found_the_largest_first() -> None:
    rng = np.random.default_rng(0)
    of = np.repeat([0, 1, 2], [60, 30, 10])
    points = 5 * rng.normal(size=(3, 20))[of] + rng.normal(size=(100, 20))
    found = propose_groups(points, 3)
    assert adjusted_rand_score(of, found.cluster) == 1
    assert found.sizes.tolist() == [60, 30, 10]
    typical = found.typical(1, 4)
    assert set(of[typical].tolist()) == {1}
    assert found.centrality[typical[0]] == found.centrality[found.cluster == 1].max()
    assert ((found.centrality >= 0) & (found.centrality <= 1)).all()


def test_there_are_never_more_groups_than_images() -> None:
    assert propose_groups(np.eye(3), 10).sizes.tolist() == [1, 1, 1]
    assert propose_groups(np.zeros((0, 4)), 3).cluster.shape == (0,)
