"""Several heads of different random beginnings, averaged into one head that gives the mean of their logits.

With few real images, heads that differ only in their seed disagree on unseen sources; their mean is right
more often than any of them (deep ensembles: Lakshminarayanan et al. 2017). Heads with one hidden layer side
by side are again a head with one hidden layer, so the result is an ordinary model.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from trainer.config import HeadSolver, RunConfig
from trainer.events import EventWriter, Progress
from trainer.head import Examples, HeadTrainer
from trainer.logistic_head import fit_logistic_head
from trainer.run_folder import PartFolder, RunFolder


def fit_head(
    run: RunFolder, config: RunConfig, train: Examples, valid: Examples, key: str, events: EventWriter
) -> nn.Sequential:
    """Fit the head that a run asks for, alone or as a committee; it takes embeddings as they are.

    Raises
    ------
    StoppedError
        If the run was asked to stop; what is done is kept.
    """
    classes, count = len(config.classes), config.head.members
    if config.head.solver is HeadSolver.LBFGS:
        return fit_logistic_head(run, config.head, classes, train, valid, events)
    if count == 1:
        return HeadTrainer(run, config.head, classes, config.seed, key, events).fit(train, valid)
    members = []
    for number in range(count):
        events.write(Progress(stage="members", done=number, total=count))
        part = PartFolder.within(run, "members", number)
        seed = config.seed + number
        trainer = HeadTrainer(
            part, config.head, classes, seed, f"{key} member {number}", EventWriter(part.events)
        )
        members.append(trainer.fit(train, valid))
    events.write(Progress(stage="members", done=count, total=count))
    return joined(members)


def joined(heads: Sequence[nn.Sequential]) -> nn.Sequential:
    """Build the head whose logits are the mean of the heads' logits.

    Parameters
    ----------
    heads
        Alike, with one hidden layer or none.
    """
    layers = [[layer for layer in head if isinstance(layer, nn.Linear)] for head in heads]
    first, last = [own[0] for own in layers], [own[-1] for own in layers]
    weight: list[Tensor] = [layer.weight for layer in first]
    bias: list[Tensor] = [layer.bias for layer in first]
    with torch.no_grad():
        if len(layers[0]) == 1:
            whole = nn.Linear(first[0].in_features, first[0].out_features)
            whole.weight.copy_(torch.stack(weight).mean(dim=0))
            whole.bias.copy_(torch.stack(bias).mean(dim=0))
            return nn.Sequential(whole)
        hidden = nn.Linear(first[0].in_features, sum(layer.out_features for layer in first))
        hidden.weight.copy_(torch.cat(weight))
        hidden.bias.copy_(torch.cat(bias))
        logits = nn.Linear(hidden.out_features, last[0].out_features)
        logits.weight.copy_(torch.cat([layer.weight for layer in last], dim=1) / len(heads))
        logits.bias.copy_(torch.stack([layer.bias for layer in last]).mean(dim=0))
    return nn.Sequential(hidden, nn.ReLU(), logits)
