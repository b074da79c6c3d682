"""A network's stages, from the input up, and networks that end after one of them.

Features of an earlier stage than the last are closer to texture and further from ImageNet's objects
(Yosinski et al. 2014): on micrographs they are often the better ones, and cost less.
"""

from __future__ import annotations

from typing import Any

import torch
from timm.models import group_parameters
from torch import Tensor, nn

from trainer.errors import TrainerError


def stage_names(body: nn.Module) -> list[list[str]]:
    """Return the names of the parameters of each stage, from the input up, as timm divides the network."""
    divided: Any = body
    grouped = group_parameters(body, divided.group_matcher(coarse=True))
    return [grouped[key] for key in sorted(grouped) if grouped[key]]


def truncate(body: nn.Module, stages: int, name: str) -> nn.Module:
    """Let a network end after some of its stages, in place: the modules of later ones are left out.

    Parameters
    ----------
    stages
        How many are kept, counted from the input; the stem is the first.
    name
        Of the network, for the sentence if it has fewer.

    Raises
    ------
    TrainerError
        If the network has no such stage.
    """
    found = stage_names(body)
    if not 1 <= stages <= len(found):
        raise TrainerError(f"{name} has {len(found)} stages, so features after {stages} cannot be had.")
    _leave_out(body, "", {parameter for stage in found[stages:] for parameter in stage})
    return body


def map_channels(body: nn.Module, edge: int) -> int:
    """Return the channels of what leaves a network that was truncated, by looking at it once."""
    was_training = body.training
    with torch.inference_mode():
        out: Tensor = body.eval().forward_features(torch.zeros(1, 3, edge, edge))  # type: ignore[operator]
    body.train(was_training)
    # Tokens, or a map with its channels last as in Swin: a map is square, so its other axis is the channels.
    last = out.ndim == 3 or out.shape[1] == out.shape[2] != out.shape[3]
    return int(out.shape[-1] if last else out.shape[1])


def _leave_out(module: nn.Module, prefix: str, later: set[str]) -> None:
    passed = False
    for name, child in list(module.named_children()):
        own = {f"{prefix}{name}.{parameter}" for parameter, _ in child.named_parameters()}
        if own and own <= later:
            setattr(module, name, nn.Identity())
            passed = True
        elif passed and not own and isinstance(module, nn.Sequential):
            setattr(module, name, nn.Identity())  # activations and poolings between layers that are gone
        elif own & later:
            _leave_out(child, f"{prefix}{name}.", later)
