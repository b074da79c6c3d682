from __future__ import annotations

from pathlib import Path

import pytest
import torch

from trainer.backbones import base_sha256
from trainer.card import Backbone, Card, CardClass, Combine, InputSpec, View
from trainer.models import Model, build_head, embedding_size, load_model, save_model
from trainer.preprocess import PreprocessParams


@pytest.fixture(scope="session")
def card() -> Card:
    """Card of an untrained model that looks twice: at the whole and at its quarters."""
    views = (View(edge=96), View(edge=96, grid=2, window=0.5))
    return Card(
        name="untrained",
        classes=(CardClass(id="t.a", name="A"), CardClass(id="t.b", name="B"), CardClass(id="t.c", name="C")),
        preprocess=PreprocessParams(edge=192),
        input=InputSpec(views=views, combine=Combine.CONCAT),
        backbone=Backbone(architecture="efficientnet_lite0", sha256=base_sha256("efficientnet_lite0")),
        weights_sha256="0" * 64,
    )


@pytest.fixture
def model_folder(tmp_path: Path, card: Card) -> Path:
    torch.manual_seed(0)
    head = build_head(embedding_size("efficientnet_lite0", card.input), 3, card.head)
    save_model(tmp_path / "model", card, head, {})
    return tmp_path / "model"


@pytest.fixture
def model(model_folder: Path) -> Model:
    return load_model(model_folder, torch.device("cpu"))
