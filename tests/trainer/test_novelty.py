from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from trainer.errors import TrainerError
from trainer.novelty import NoveltyParams, fit_novelty, part_scores, score

PARAMS = NoveltyParams(components=16)
CENTRES = np.random.default_rng(9).normal(0, 3, (3, 40))


def images(count, seed, shift=0.0):
    """Embeddings in three clusters and the logits of a model that knows them."""
    generator = np.random.default_rng(seed)
    which = generator.integers(0, 3, count)
    embeddings = (CENTRES[which] + generator.normal(0, 1, (count, 40)) + shift).astype(np.float32)
    logits = -((embeddings[:, None] - CENTRES[None]) ** 2).sum(axis=2) / 40
    return embeddings, logits.astype(np.float32)


@pytest.fixture(scope="module")
def tensors():
    return fit_novelty(images(600, 0)[0], *images(200, 1), None, PARAMS, seed=0)


def test_score_is_the_share_of_less_strange_images(tensors):
    values = score(tensors, *images(4000, 2))
    assert values.dtype == np.float32
    assert ((values >= 0) & (values <= 1)).all()
    for level in (0.25, 0.5, 0.9):
        assert (values > level).mean() == pytest.approx(1 - level, abs=0.08)


def test_strange_images_come_first_and_the_strangest_before_them(tensors):
    shift = np.zeros(40)
    shift[::2] = 4
    known = score(tensors, *images(300, 3))
    strange = score(tensors, *images(300, 4, shift))
    stranger = score(tensors, *images(300, 4, 3 * shift))
    assert roc_auc_score(np.repeat([0, 1], 300), np.concatenate([known, strange])) > 0.95
    assert stranger.mean() > strange.mean() > 0.9
    assert stranger.max() <= 1


def test_known_foreign_pictures_teach_the_score():
    """A small shift that distance and energy hardly see is found once examples of it are given."""
    shift = np.zeros(40)
    shift[0] = 2
    without = fit_novelty(images(600, 0)[0], *images(200, 1), None, PARAMS, seed=0)
    foreign = fit_novelty(images(600, 0)[0], *images(200, 1), images(60, 5, shift)[0], PARAMS, seed=0)
    truth = np.repeat([0, 1], 300)

    def separation(tensors):
        values = [score(tensors, *images(300, 6)), score(tensors, *images(300, 7, shift))]
        return roc_auc_score(truth, np.concatenate(values))

    assert separation(foreign) > separation(without) + 0.05
    assert set(part_scores(foreign, *images(3, 8))) == {"distance", "energy", "foreign"}
    assert set(part_scores(without, *images(3, 8))) == {"distance", "energy"}


def test_one_part_does_not_excuse_what_another_found(tensors):
    """An image far from all others stays strange, however sure the head is of it."""
    shift = np.zeros(40)
    shift[::2] = 8
    embeddings, logits = images(50, 11, shift)
    assert score(tensors, embeddings, logits + 1000).min() > 0.5


def test_score_does_not_depend_on_the_batch(tensors):
    embeddings, logits = images(50, 10)
    together = score(tensors, embeddings, logits)
    alone = np.concatenate(
        [score(tensors, e[None], z[None]) for e, z in zip(embeddings, logits, strict=True)]
    )
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_few_images_and_constant_features_still_give_a_score():
    embeddings = np.ones((3, 8), np.float32)
    tensors = fit_novelty(embeddings, embeddings, np.zeros((3, 2), np.float32), None, PARAMS, seed=0)
    assert np.isfinite(score(tensors, embeddings * 2, np.zeros((3, 2), np.float32))).all()


def test_one_image_is_too_few():
    one = np.ones((1, 8), np.float32)
    with pytest.raises(TrainerError, match="at least two"):
        fit_novelty(one, one, np.zeros((1, 2), np.float32), None, PARAMS, seed=0)


def test_entries_after_the_leading_ones_are_not_looked_at():
    params = NoveltyParams(components=16, leading=25)
    tensors = fit_novelty(images(600, 0)[0], *images(200, 1), images(60, 5, 1.0)[0], params, seed=0)
    embeddings, logits = images(50, 2)
    changed = embeddings.copy()
    changed[:, 25:] += 100
    np.testing.assert_array_equal(score(tensors, embeddings, logits), score(tensors, changed, logits))
    changed[:, 24] += 100
    assert (score(tensors, changed, logits) > score(tensors, embeddings, logits)).any()
