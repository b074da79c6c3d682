"""A model that is ready in a second: the embedded backbone at a small size, and a head of noise."""

from __future__ import annotations

from pathlib import Path

import torch

from semgui.catalogue.presets import load_preset
from trainer.backbones import base_sha256
from trainer.card import Backbone, Card, CardClass, InputSpec, Thresholds, View
from trainer.models import build_head, embedding_size, save_model
from trainer.preprocess import PreprocessParams


def save_small_model(folder: Path) -> None:
    """Write the model; the same at every call."""
    classes = tuple(CardClass(id=c.id, name=c.name) for c in load_preset("nffa10"))
    card = Card(
        name="small",
        classes=classes,
        preprocess=PreprocessParams(edge=192),
        input=InputSpec(views=(View(edge=96),)),
        backbone=Backbone(architecture="efficientnet_lite0", sha256=base_sha256("efficientnet_lite0")),
        thresholds=Thresholds(uncertain_below=0.11, not_sem_above=1.0),
        weights_sha256="0" * 64,
    )
    torch.manual_seed(0)
    head = build_head(embedding_size("efficientnet_lite0", card.input), len(classes), card.head)
    save_model(folder, card, head, {})
