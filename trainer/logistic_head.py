"""Fit a linear head to its optimum: multinomial logistic regression by L-BFGS.

On a few hundred images the optimum of the penalised loss beats what some epochs of a stochastic optimizer
leave, and there is only one: no seed, no order, no learning rate (`docs/results.md` has figures).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from trainer.config import HeadTraining
from trainer.events import EventWriter
from trainer.head import (
    Examples,
    class_weights,
    epoch_event,
    folded,
    logits_of,
    smoothed_loss,
    standardisation,
    watched,
)
from trainer.models import build_head
from trainer.run_folder import RunFolder

_MOST_STEPS = 1000
_SLOPE, _CHANGE = 1e-6, 1e-10  # per image; below, the optimum is reached


def fit_logistic_head(
    run: RunFolder, params: HeadTraining, classes: int, train: Examples, valid: Examples, events: EventWriter
) -> nn.Sequential:
    """Fit a linear head; it takes embeddings as they are.

    What is least is the sum over images of cross-entropy times class weight, and half of ``params.penalty``
    times the squares of the weights (of standardised embeddings; biases are free). scikit-learn's C is one
    over that penalty.

    Raises
    ------
    StoppedError
        If the run was asked to stop; it takes seconds, nothing is kept.
    """
    mean, scale = standardisation(train)
    embeddings, labels, weights = train.batch(torch.arange(len(train)).numpy())
    inputs = ((embeddings - mean) / scale).double()
    of_class = torch.from_numpy(class_weights(train.labels, train.weights, classes, params.class_weights))
    weights = weights.double() / len(train)
    penalty = params.penalty / len(train)
    layer = nn.Linear(inputs.shape[1], classes, dtype=torch.float64)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    optimizer = torch.optim.LBFGS(
        layer.parameters(),
        max_iter=_MOST_STEPS,
        tolerance_grad=_SLOPE,
        tolerance_change=_CHANGE,
        line_search_fn="strong_wolfe",
    )

    def value() -> Tensor:
        run.raise_if_stopped()
        optimizer.zero_grad()
        each = smoothed_loss(layer(inputs), labels, of_class, params.label_smoothing)
        loss = (each * weights).sum() + 0.5 * penalty * layer.weight.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(value)  # type: ignore[no-untyped-call]
    head = build_head(inputs.shape[1], classes, params.member_spec)
    head.get_submodule("0").load_state_dict(layer.state_dict())
    head = folded(head, mean, scale)
    figures = watched(logits_of(head, valid), valid.labels) if len(valid) else None
    events.write(epoch_event(1, 1, float(value().detach()), figures, best=True))
    return head
