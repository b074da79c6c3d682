"""What is unlike the labelled images comes out on top."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import roc_auc_score

from semgui.scoring.folds import make_folds
from semgui.scoring.novelty import novelty
from semgui.scoring.ridge import OutOfFoldRidge
from tests.scoring.conftest import clouds


def scored(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return novelty, labels, and which images are of a kind that nobody labelled."""
    some = clouds(count=400, seed=seed)
    strange = some.truth == 3
    labels = np.where(strange, -1, some.labels)
    folds = make_folds(labels, some.groups, 5, 0)
    answers = OutOfFoldRidge(some.features, folds).logits(labels, 3)
    return novelty(some.features, answers, labels, folds), labels, strange


def test_a_new_kind_comes_out_on_top() -> None:
    found = [roc_auc_score(strange, scores) for scores, _, strange in map(scored, range(4))]
    assert np.mean(found) > 0.75


def test_known_images_are_spread_evenly() -> None:
    scores, labels, _ = scored(0)
    known = np.sort(scores[labels >= 0])
    assert ((scores >= 0) & (scores <= 1)).all()
    np.testing.assert_allclose(np.quantile(known, [0.25, 0.5, 0.75]), [0.25, 0.5, 0.75], atol=0.05)
    assert (known > 0.95).mean() <= 0.06


def test_a_label_makes_an_image_no_less_novel_by_itself() -> None:
    some = clouds(count=400)
    folds = make_folds(some.labels, some.groups, 5, 0)
    answers = np.zeros((400, 4))
    row = int(np.flatnonzero(some.labels >= 0)[0])
    before = novelty(some.features, answers, some.labels, folds)[row]
    far = some.features.copy()
    far[row] = 30 * np.eye(30)[3]
    assert novelty(far, answers, some.labels, folds)[row] > max(before, 0.9)


def test_where_nothing_is_known_nothing_is_novel() -> None:
    some = clouds()
    labels = np.full(240, -1)
    labels[0] = 1
    assert (novelty(some.features, np.zeros((240, 4)), labels, np.zeros(240, np.int64)) == 0.5).all()
