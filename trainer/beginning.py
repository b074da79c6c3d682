"""What a training begins with: embedded weights, a file, another model, or random ones."""

from __future__ import annotations

import torch

from trainer.backbones import FeatureNetwork, base_sha256, build_backbone, fill_backbone, load_backbone
from trainer.config import RunConfig
from trainer.errors import TrainerError
from trainer.models import load_model
from trainer.weights import load_weights


def beginning(config: RunConfig) -> FeatureNetwork:
    """Build the backbone that a run begins with.

    Raises
    ------
    TrainerError
        If its weights are missing or damaged, or a model has another architecture.
    """
    base, name, stages = config.base, config.architecture, config.stages
    if base.kind == "embedded":
        return load_backbone(name, stages)
    if base.kind == "random":
        torch.manual_seed(config.seed)
        return build_backbone(name, stages).eval()
    if base.path is None or base.sha256 is None:
        raise TrainerError(f"The configuration does not say where the base weights of {name} are.")
    if base.kind == "file":
        return load_weights(base.path, name, base.sha256, stages)
    model = load_model(base.path, torch.device("cpu"))
    if model.card.backbone.architecture != name:
        raise TrainerError(
            f"{model.card.name} is a {model.card.backbone.architecture}; a {name} cannot begin with it."
        )
    if model.card.weights_sha256 != base.sha256:
        raise TrainerError(f"{base.path} is not the model that this run was made for; start the run anew.")
    if not isinstance(model.network.backbone, FeatureNetwork):
        raise TypeError("a model is loaded with a backbone as it was built")
    if model.card.backbone.stages == stages:
        return model.network.backbone
    backbone = build_backbone(name, stages)
    fill_backbone(backbone, model.network.backbone.body.state_dict(), f"The stages of {model.card.name}")
    return backbone.eval()


def beginning_sha256(config: RunConfig) -> str | None:
    """Return the SHA-256 of what a run begins with; ``None`` for random weights."""
    return base_sha256(config.architecture) if config.base.kind == "embedded" else config.base.sha256
