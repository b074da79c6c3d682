"""Fold batch normalisation into the convolutions before it: the same function, less memory traffic."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

from semgui.domain.errors import ModelError
from trainer.errors import TrainerError
from trainer.models import Model, load_model

TOLERANCE = 1e-4
"""Largest difference of any logit for which the folded network replaces the original one."""


def load_folded(folder: Path, device: torch.device) -> Model:
    """Load a model with its batch normalisations folded, if its logits stay the same.

    Parameters
    ----------
    folder
        A model folder.
    device
        Where the model is to run; the comparison is made on the CPU in single precision.

    Raises
    ------
    ModelError
        If the folder is damaged or does not fit this program.
    """
    try:
        model = load_model(folder, torch.device("cpu"))
    except TrainerError as error:
        raise ModelError(str(error)) from error
    _fold_backbone(model)
    model.network.to(device)
    model.device = device
    return model


def _fold_backbone(model: Model) -> None:
    edge = model.card.preprocess.edge
    noise = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (1, edge, edge), dtype=np.uint8))
    original, expected = model.network.backbone, model.forward(noise).logits
    folded = copy.deepcopy(original)
    seen = model.card.input.views[0].edge
    if fold_batch_norms(folded, torch.zeros(1, 3, seen, seen)) == 0:
        return
    model.network.backbone = folded.to(memory_format=torch.channels_last)
    if not torch.allclose(model.forward(noise).logits, expected, atol=TOLERANCE, rtol=0):
        model.network.backbone = original


def fold_batch_norms(network: nn.Module, example: Tensor) -> int:
    """Fold every batch normalisation that directly follows a convolution into that convolution, in place.

    Parameters
    ----------
    network
        In evaluation mode. An activation inside the normalisation layer (timm's ``BatchNormAct2d``) stays in
        its place under the layer's name.
    example
        Any input the network takes: which layer follows which is seen by running it once.

    Returns
    -------
    int
        How many were folded.
    """
    pairs = _consecutive(network, example)
    places = {
        child: (parent, name) for parent in network.modules() for name, child in parent.named_children()
    }
    for convolution, norm in pairs:
        if (
            norm.running_mean is None or norm.running_var is None
        ):  # normalises by the batch: nothing fixed to fold
            continue
        convolution.weight, convolution.bias = fuse_conv_bn_weights(
            convolution.weight,
            convolution.bias,
            norm.running_mean,
            norm.running_var,
            norm.eps,
            norm.weight,
            norm.bias,
        )
        parent, name = places[norm]
        after = [child for child in norm.children() if not isinstance(child, nn.Identity)]
        setattr(parent, name, after[0] if len(after) == 1 else nn.Sequential(*after))
    return len(pairs)


def _consecutive(network: nn.Module, example: Tensor) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
    """Pair each convolution with the normalisation that is the first to take its output."""
    made_by: dict[int, nn.Conv2d] = {}
    alive: list[Tensor] = []  # an output that is freed would lend its id to another tensor
    pairs: list[tuple[nn.Conv2d, nn.BatchNorm2d]] = []

    def remember(module: nn.Conv2d, _: tuple[Tensor, ...], output: Tensor) -> None:
        made_by[id(output)] = module
        alive.append(output)

    def pair(module: nn.BatchNorm2d, inputs: tuple[Tensor, ...]) -> None:
        convolution = made_by.pop(id(inputs[0]), None)
        if convolution is not None:
            pairs.append((convolution, module))

    hooks = [m.register_forward_hook(remember) for m in network.modules() if isinstance(m, nn.Conv2d)]
    hooks += [m.register_forward_pre_hook(pair) for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    try:
        with torch.no_grad():
            network(example)
    finally:
        for hook in hooks:
            hook.remove()
    # A convolution used twice has no single normalisation to fold.
    used = [convolution for convolution, _ in pairs]
    return [(c, n) for c, n in pairs if used.count(c) == 1]
