"""The head that is fitted to its optimum."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.linear_model import LogisticRegression

from trainer.card import CardClass
from trainer.committee import fit_head
from trainer.config import HeadSolver, HeadTraining, RunConfig
from trainer.events import Epoch, EventReader, EventWriter
from trainer.head import Examples, logits_of, standardisation
from trainer.run_folder import RunFolder


def test_it_is_scikit_learns_logistic_regression(tmp_path):
    generator = np.random.default_rng(0)
    labels = generator.choice(3, 90, p=(0.6, 0.3, 0.1))
    embeddings = (generator.normal(size=(90, 12)) + labels[:, None]).astype(np.float32) * 5 + 3
    examples = Examples(embeddings, np.arange(90), labels, np.ones(90))
    nobody = examples.subset(np.zeros(0, np.int64))
    # The fourth class has no image: it is never the answer.
    config = RunConfig(
        name="any",
        classes=tuple(CardClass(id=name, name=name) for name in "abcd"),
        head=HeadTraining(solver=HeadSolver.LBFGS, penalty=4.0),
    )
    run = RunFolder(tmp_path)
    head = fit_head(run, config, examples, nobody, "", EventWriter(run.events))
    mean, scale = (tensor.numpy() for tensor in standardisation(examples))
    theirs = LogisticRegression(C=1 / 4.0, class_weight="balanced", tol=1e-8, max_iter=2000)
    theirs.fit((embeddings.astype(np.float64) - mean) / scale, labels)
    ours = logits_of(head, examples)
    assert (ours.argmax(axis=1) < 3).all()
    found = np.exp(ours[:, :3]) / np.exp(ours[:, :3]).sum(axis=1, keepdims=True)
    expected = theirs.predict_proba((embeddings.astype(np.float64) - mean) / scale)
    np.testing.assert_allclose(found, expected, atol=2e-3)
    (epoch,) = EventReader(run.events).new()
    assert isinstance(epoch, Epoch) and epoch.best


@pytest.mark.parametrize("other", [{"hidden": (8,)}, {"dropout": 0.2}, {"members": 3}])
def test_it_is_one_linear_head(other):
    with pytest.raises(ValidationError, match="lbfgs fits one linear head"):
        HeadTraining(solver="lbfgs", **other)
