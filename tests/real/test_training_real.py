"""Training on real micrographs, and that a run sees what classification sees."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from semgui.domain.ids import ModelId
from semgui.domain.progress import CancelToken
from semgui.imaging.limits import DecodeLimits
from semgui.inference.classifier import Classifier
from semgui.inference.folding import load_folded
from semgui.inference.prepare import Source
from semgui.jobs.pixel_store import PixelStore
from semgui.jobs.pixels import Place, write_pixels
from semgui.jobs.prepare import JobSpec, prepare_run
from semgui.jobs.supervisor import create_run
from trainer.calibrate import softmax
from trainer.card import load_card
from trainer.events import EventWriter
from trainer.models import load_model
from trainer.run_folder import ManifestRow, PixelCache, RunFolder, read_manifest
from trainer.train import train

SETS = (
    "steel_uhcs",
    "microplastics",
    "perovskite",
    "nffa_sample",
    "nffa_sample_cropped",
    "wild",
    "categories",
    "not_sem",
    "vendor",
)
SUFFIXES = {".tif", ".tiff", ".png", ".jpg", ".jpeg", ".bmp"}


@pytest.fixture(scope="module")
def microplastics(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A head trained on about sixty pictures of microplastics, twenty a class."""
    folder = tmp_path_factory.mktemp("real")
    for kind in sorted((shared_data / "microplastics").iterdir()):
        (folder / "data" / kind.name).mkdir(parents=True)
        for file in sorted(kind.iterdir())[::2][:20]:
            shutil.copy(file, folder / "data" / kind.name)
    spec = JobSpec(name="microplastics", kind="folder", data=folder / "data", seed=0)
    run = create_run(folder / "run", spec).run
    prepare_run(run, EventWriter(run.events))
    train(run)
    return run


def test_a_few_real_pictures_teach_an_easy_task(microplastics, shared_data):
    """Published: near 100 %. Judged on pictures that are not in the run at all."""
    card = load_card(microplastics.model)
    used = {row.image_id for row in read_manifest(microplastics.manifest)}
    assert len(used) < 61
    unseen = [
        file
        for kind in sorted((shared_data / "microplastics").iterdir())
        for file in sorted(kind.iterdir())[1::6]
        if f"{kind.name}/{file.name}" not in used
    ]
    classifier = Classifier(load_folded(microplastics.model, torch.device("cpu")), ModelId("m@0"))
    answers = list(classifier.stream(map(Source, unseen), cancel=CancelToken()))
    names = {c.id: c.name for c in card.classes}
    right = [names[a.answer.predicted] == a.source.path.parent.name for a in answers if a.answer]
    assert len(right) == len(unseen) > 25
    assert np.mean(right) > 0.9


@pytest.mark.parametrize("name", SETS)
def test_a_run_sees_what_classification_sees(microplastics, shared_data, tmp_path, name):
    """Pixel cache and trainer's network against the classifier, on pictures of every real set."""
    files = sorted(p for p in (shared_data / name).rglob("*") if p.suffix.lower() in SUFFIXES)
    sources = [Source(file, root=shared_data / name) for file in files[:: max(1, len(files) // 4)][:4]]
    card = load_card(microplastics.model)
    edge = card.preprocess.edge
    with PixelStore(card.preprocess) as store:
        written = write_pixels(
            sources, RunFolder(tmp_path), card.preprocess, DecodeLimits(), lambda _: None, store
        )
    cache = PixelCache(RunFolder(tmp_path).pixels, edge)
    rows = [
        ManifestRow(image_id=str(i), class_id=None, split="test", group=str(i), offset=place.offset)
        for i, place in enumerate(written.outcomes)
        if isinstance(place, Place)
    ]
    assert len(rows) == len(sources) == 4
    batch = torch.from_numpy(np.stack([cache.image(row) for row in rows]))
    model = load_model(microplastics.model, torch.device("cpu"))
    of_the_run = softmax(model.forward(batch).logits.numpy(), card.temperature)
    classifier = Classifier(load_folded(microplastics.model, torch.device("cpu")), ModelId("m@0"))
    answers = [answer.answer for answer in classifier.stream(sources, cancel=CancelToken())]
    of_classification = np.stack([answer.probabilities for answer in answers if answer])
    np.testing.assert_allclose(of_classification, of_the_run, atol=1e-3)
