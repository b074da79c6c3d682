"""The stages of a backbone: which of them are trained, and how fast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from trainer.backbones import FeatureNetwork
from trainer.finetune_config import BatchNorm, ResolvedFineTuning
from trainer.models import Network
from trainer.truncate import stage_names


def stages_of(backbone: FeatureNetwork) -> list[list[str]]:
    """Return the names of the parameters of each stage, from the input up, as timm divides the network."""
    return [[f"body.{name}" for name in stage] for stage in stage_names(backbone.body)]


def release(network: Network, count: int | None, batch_norm: BatchNorm) -> None:
    """Let the head and the last `count` stages of the backbone be trained, and nothing else.

    Parameters
    ----------
    count
        ``None``: all.
    batch_norm
        Whether batch normalisations within them are trained.
    """
    network.requires_grad_(False)
    network.head.requires_grad_(True)
    parameters = dict(network.backbone.named_parameters())
    stages = stages_of(_features(network))
    for name in (name for stage in (stages if count is None else stages[-count:]) for name in stage):
        parameters[name].requires_grad_(True)
    if batch_norm is BatchNorm.FROZEN:
        for module in _batch_norms(network):
            module.requires_grad_(False)


def training_mode(network: Network) -> None:
    """Put a network into training; what is frozen keeps behaving as in inference."""
    network.train()
    for module in _batch_norms(network):
        if not any(parameter.requires_grad for parameter in module.parameters()):
            module.eval()


def parameter_groups(network: Network, params: ResolvedFineTuning) -> list[dict[str, Any]]:
    """Group what is trained by learning rate and weight decay, for an optimizer.

    The head learns at the full rate, the last stage at its share, each stage below slower by the layer decay
    (as fine-tuning of transformers does: Clark et al. 2020). Biases and norms do not decay.
    """
    parameters = dict(network.backbone.named_parameters())
    groups = _split_by_decay(list(network.head.parameters()), params.learning_rate, params)
    for depth, stage in enumerate(reversed(stages_of(_features(network)))):
        rate = params.learning_rate * params.backbone_rate * params.layer_decay**depth
        trained = [parameters[name] for name in stage if parameters[name].requires_grad]
        groups += _split_by_decay(trained, rate, params)
    return groups


def _split_by_decay(
    parameters: Sequence[nn.Parameter], rate: float, params: ResolvedFineTuning
) -> list[dict[str, Any]]:
    matrices = [p for p in parameters if p.ndim > 1]
    others = [p for p in parameters if p.ndim <= 1]
    decays = ((matrices, params.weight_decay), (others, 0.0))
    return [{"params": some, "lr": rate, "rate": rate, "weight_decay": d} for some, d in decays if some]


def _features(network: Network) -> FeatureNetwork:
    if not isinstance(network.backbone, FeatureNetwork):
        raise TypeError("only a network as it was built can be trained")
    return network.backbone


def _batch_norms(network: Network) -> list[nn.Module]:
    return [module for module in network.backbone.modules() if isinstance(module, _BatchNorm)]
