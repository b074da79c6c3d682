from __future__ import annotations

import numpy as np

from trainer.head import Examples, standardisation


def test_a_feature_that_was_quiet_in_training_does_not_outshout_the_others():
    generator = np.random.default_rng(0)
    embeddings = generator.normal(size=(20, 50)).astype(np.float32)
    embeddings[:, 7] *= 1e-4  # rests in all training images
    train = Examples(embeddings, np.arange(20), np.zeros(20, np.int64), np.ones(20))
    mean, scale = standardisation(train)
    stirred = (1.0 - mean[7]) / scale[7]  # and stirs like any other elsewhere
    assert stirred < 15
    np.testing.assert_allclose(np.delete(scale.numpy(), 7), np.delete(embeddings.std(axis=0), 7), rtol=1e-4)
