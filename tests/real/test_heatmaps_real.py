"""Heatmaps point at what the class depends on: deleting it hurts more than deleting anything else."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from semgui.imaging.limits import DecodeLimits
from semgui.inference.explainer import Explainer
from semgui.inference.folding import load_folded
from semgui.inference.prepare import Source, prepare
from semgui.jobs.prepare import JobSpec, prepare_run
from semgui.jobs.supervisor import create_run
from tests.inference.deletion import compare
from trainer.events import EventWriter
from trainer.explain import Method
from trainer.models import Model
from trainer.train import train


def trained(folder: Path, by_class: dict[str, list[Path]]) -> Model:
    """Train a head on a few pictures of each class."""
    for name, files in by_class.items():
        (folder / "data" / name).mkdir(parents=True)
        for file in files:
            shutil.copy(file, folder / "data" / name)
    run = create_run(folder / "run", JobSpec(name="few", kind="folder", data=folder / "data", seed=0)).run
    prepare_run(run, EventWriter(run.events))
    train(run)
    return load_folded(run.model, torch.device("cpu"))


def real_classes(shared_data: Path) -> dict[str, list[Path]]:
    return {
        f.name: sorted(f.iterdir()) for f in sorted((shared_data / "microplastics").iterdir()) if f.is_dir()
    }


@pytest.fixture(scope="module")
def known(shared_data: Path, tmp_path_factory: pytest.TempPathFactory):
    """A model and pictures of its classes that it has not learned from."""
    folder = tmp_path_factory.mktemp("heatmaps")
    classes = real_classes(shared_data)
    model = trained(folder, {name: files[::2][:15] for name, files in classes.items()})
    return model, {name: files[1::2] for name, files in classes.items()}


@pytest.mark.parametrize("method", ["layercam", "gradcam++"])
def test_deleting_what_the_map_shows_hurts_more_than_deleting_by_lot(known, method: Method) -> None:
    model, classes = known
    explainer = Explainer(model)
    pictures = []
    for file in [file for files in classes.values() for file in files[: 18 // len(classes) + 1]]:
        prepared = prepare(Source(file), model.card.preprocess, DecodeLimits())
        target = int(model.forward(torch.from_numpy(np.array(prepared.pixels))[None]).logits.argmax())
        heat = explainer.explain_prepared(prepared, target, method=method).canonical
        pictures.append((prepared.pixels, heat, target))
    drops = compare(model, pictures)
    gain = drops["map"] - drops["random"]
    assert len(gain) >= 14
    assert gain.mean() > 2 * gain.std() / np.sqrt(len(gain)), {k: v.mean() for k, v in drops.items()}
    assert np.mean(gain > 0) > 0.6
