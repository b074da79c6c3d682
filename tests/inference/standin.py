"""A model made in a second that behaves like a real one: the embedded base, a head drawn by lot."""

from __future__ import annotations

from pathlib import Path

import torch

from trainer.backbones import base_sha256
from trainer.card import Backbone, Card, CardClass, InputSpec, View
from trainer.models import build_head, embedding_size, save_model
from trainer.preprocess import PreprocessParams

ARCHITECTURE = "efficientnet_lite0"


def make_model(
    folder: Path, *, classes: int = 3, views: tuple[View, ...] = (View(edge=96),), edge: int = 128
) -> Path:
    """Write a model folder; the same every time."""
    spec = InputSpec(views=views)
    card = Card(
        name=folder.name,
        classes=tuple(CardClass(id=f"t.{name}", name=name.upper()) for name in "abcdefghij"[:classes]),
        preprocess=PreprocessParams(edge=edge),
        input=spec,
        backbone=Backbone(architecture=ARCHITECTURE, sha256=base_sha256(ARCHITECTURE)),
        weights_sha256="0" * 64,
    )
    torch.manual_seed(0)
    head = build_head(embedding_size(ARCHITECTURE, spec), classes, card.head)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.mul_(8)  # confident enough to be worth telling apart
    save_model(folder, card, head, {})
    return folder
