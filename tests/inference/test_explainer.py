from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from semgui.domain.ids import ModelId
from semgui.domain.metadata import Databar
from semgui.domain.progress import CancelToken
from semgui.imaging.limits import DecodeLimits
from semgui.inference.classifier import Classifier
from semgui.inference.explainer import Explainer, look
from semgui.inference.folding import load_folded
from semgui.inference.prepare import Source
from tests.inference.pictures import write_picture, write_pictures
from trainer.models import Model
from trainer.preprocess import PreprocessParams


@pytest.fixture(scope="module")
def model(standin: Path) -> Model:
    return load_folded(standin, torch.device("cpu"))


def test_a_map_has_the_pixels_of_the_picture_and_nothing_on_the_databar(model: Model, tmp_path: Path) -> None:
    source = Source(write_picture(tmp_path / "a.png", height=150, width=211), databar=Databar(117, "user"))
    explainer = Explainer(model)
    heat = explainer.on_picture(explainer.explain(source, 0))
    assert heat.shape == (150, 211)
    assert heat.dtype == np.float32
    assert heat[:117].max() == pytest.approx(1, abs=0.05)
    assert heat.min() >= 0
    assert not heat[117:].any()


@pytest.mark.parametrize("scale", [0.1, 0.33, 0.77])
def test_a_smaller_map_keeps_off_the_databar_too(model: Model, tmp_path: Path, scale: float) -> None:
    source = Source(write_picture(tmp_path / "a.png", height=150, width=211), databar=Databar(117, "user"))
    explainer = Explainer(model)
    heat = explainer.on_picture(explainer.explain(source, 0), scale=scale)
    assert heat.shape == (round(150 * scale), round(211 * scale))
    first_bar_row = int(np.ceil(117 * heat.shape[0] / 150))
    assert not heat[first_bar_row:].any()
    assert heat[: first_bar_row - 1].any()


def test_the_map_is_aligned_with_what_it_explains(model: Model, tmp_path: Path) -> None:
    # Structure in one corner, nothing anywhere else: the map must lie on that corner, left to right as it is.
    pixels = np.full((160, 240), 60, np.uint8)
    pixels[10:60, 170:230] = np.random.default_rng(0).integers(0, 256, (50, 60), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "corner.png")
    explainer = Explainer(model)
    source = Source(tmp_path / "corner.png", databar=Databar())
    heat = np.max([explainer.on_picture(explainer.explain(source, k)) for k in range(3)], axis=0)
    assert heat[:80, 120:].mean() > 2 * heat[80:, :120].mean()


def test_one_class_against_another_is_another_map(model: Model, tmp_path: Path) -> None:
    source = Source(write_picture(tmp_path / "a.png"))
    explainer = Explainer(model)
    plain, contrast = explainer.explain(source, 0), explainer.explain(source, 0, 1)
    assert contrast.canonical.max() == pytest.approx(1, abs=0.05)
    assert np.abs(plain.canonical - contrast.canonical).mean() > 0.01


def test_what_was_asked_before_is_not_computed_again_until_the_file_changes(
    model: Model, tmp_path: Path
) -> None:
    path = write_picture(tmp_path / "a.png")
    explainer = Explainer(model)
    first = explainer.explain(Source(path), 0)
    assert explainer.explain(Source(path), 0) is first
    assert explainer.explain(Source(path, databar=Databar(60, "user")), 0) is not first
    write_picture(path, seed=5, width=140)
    assert explainer.explain(Source(path), 0).width == 140


def test_the_cache_forgets_the_oldest(model: Model, tmp_path: Path) -> None:
    paths = write_pictures(tmp_path, 3)
    explainer = Explainer(model, cache_size=2)
    first, *_ = [explainer.explain(Source(p), 0) for p in paths]
    assert explainer.explain(Source(paths[0]), 0) is not first


def test_explaining_while_others_are_classified_mixes_nothing_up(model: Model, tmp_path: Path) -> None:
    paths = write_pictures(tmp_path, 60)
    classifier = Classifier(model, ModelId("m@0"), batch_size=4)

    def logits() -> list[np.ndarray]:
        results = classifier.stream(map(Source, paths), cancel=CancelToken())
        return [r.answer.logits for r in results if r.answer]

    alone = logits()
    expected = Explainer(model).explain(Source(paths[0]), 1).canonical
    maps: list[np.ndarray] = []
    explainer = Explainer(model, cache_size=0)

    def explain_again_and_again() -> None:
        maps.extend(explainer.explain(Source(paths[0]), 1).canonical for _ in range(8))

    thread = threading.Thread(target=explain_again_and_again)
    thread.start()
    beside = [
        r.answer.logits for r in classifier.stream(map(Source, paths), cancel=CancelToken()) if r.answer
    ]
    thread.join()
    np.testing.assert_allclose(beside, alone, atol=1e-4)
    for found in maps:
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_preview_of_a_large_picture_is_small_and_stretched(tmp_path: Path) -> None:
    pixels = np.linspace(1000, 3000, 3000 * 2500).reshape(2500, 3000).astype(np.uint16)
    Image.fromarray(pixels).save(tmp_path / "large.tif")
    source = Source(tmp_path / "large.tif", databar=Databar())
    _, shown = look(source, PreprocessParams(), DecodeLimits())
    assert shown.pixels.shape == (1707, 2048)
    assert (shown.pixels.min(), shown.pixels.max()) == (0, 255)
