"""Heatmaps of the shipped model point at what its answers depend on, on the sample's pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from semgui.domain.errors import UnreadableImageError, UsageError
from semgui.imaging.limits import DecodeLimits
from semgui.inference.explainer import Explainer
from semgui.inference.folding import load_folded
from semgui.inference.prepare import Prepared, Source, prepare
from semgui.registry.store import find_model
from semgui.sample.files import write_planned
from semgui.sample.plan import plan_sample
from semgui.services.demo import DEFAULT_IMAGES, DEFAULT_SEED
from tests.inference.deletion import compare
from trainer.models import Model


@pytest.fixture
def starter() -> Model:
    try:
        return load_folded(find_model(), torch.device("cpu"))
    except UsageError:
        pytest.skip("the starter model is not in this checkout")


def sample_pictures(folder: Path, model: Model) -> list[Prepared]:
    planned = [p for p in plan_sample(DEFAULT_SEED, DEFAULT_IMAGES) if not p.is_lattice]
    chosen = sorted(planned, key=lambda p: str(p.path))[::5][:16]
    found = []
    for picture in chosen:
        (folder / picture.path).parent.mkdir(parents=True, exist_ok=True)
        write_planned(picture, folder)
        try:
            found.append(prepare(Source(folder / picture.path), model.card.preprocess, DecodeLimits()))
        except UnreadableImageError:  # the sample holds broken files on purpose
            continue
    return found


def test_deleting_what_the_map_shows_hurts_more_than_deleting_by_lot(starter: Model, tmp_path: Path) -> None:
    explainer = Explainer(starter)
    pictures = []
    for prepared in sample_pictures(tmp_path, starter):
        canonical = torch.from_numpy(np.array(prepared.pixels))[None]
        target = int(starter.forward(canonical).logits.argmax())
        pictures.append((prepared.pixels, explainer.explain_prepared(prepared, target).canonical, target))
    drops = compare(starter, pictures)
    gain = drops["map"] - drops["random"]
    assert len(gain) >= 14
    assert gain.mean() > gain.std() / np.sqrt(len(gain)), {k: v.mean() for k, v in drops.items()}
    assert np.mean(gain > 0) > 0.5
