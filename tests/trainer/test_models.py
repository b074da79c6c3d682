from __future__ import annotations

import numpy as np
import pytest
import torch

from trainer.card import CARD_FILE, WEIGHTS_FILE, Combine, InputSpec, View
from trainer.errors import TrainerError
from trainer.models import build_head, embedding_size, load_model, save_model
from trainer.views import cut_windows, mosaic, window_corners

CPU = torch.device("cpu")


def images(count: int, edge: int = 192, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).integers(0, 256, (count, edge, edge), dtype=np.uint8))


def test_an_image_is_judged_alike_alone_and_in_a_batch(model):
    batch = images(5)
    together = model.forward(batch)
    assert together.logits.shape == (5, 3)
    assert together.embedding.shape == (5, 2560)
    alone = torch.cat([model.forward(image[None]).logits for image in batch])
    torch.testing.assert_close(together.logits, alone, atol=1e-4, rtol=1e-4)


def test_loading_gives_what_was_saved(model_folder):
    first, second = (load_model(model_folder, CPU).forward(images(2)).logits for _ in range(2))
    torch.testing.assert_close(first, second, atol=0, rtol=0)


def test_several_views_are_what_they_say(model, card):
    """The embedding of the concatenated views holds those of each view alone."""
    grey = images(2).float() / 255
    both = model.network.embed(grey)
    for number, view in enumerate(card.input.views):
        alone = model.network.view_embedding(grey, view)
        torch.testing.assert_close(both[:, number * 1280 : (number + 1) * 1280], alone)
    quarters = model.network.view_embedding(grey[:, :96, :96], View(edge=96))
    assert not torch.allclose(quarters, model.network.view_embedding(grey, card.input.views[1]))


def test_mean_of_views_keeps_the_length(card):
    views = card.input.views
    assert embedding_size("efficientnet_lite0", InputSpec(views=views, combine=Combine.MEAN)) == 1280
    assert embedding_size("efficientnet_lite0", InputSpec(views=views, combine=Combine.CONCAT)) == 2560


@pytest.mark.parametrize("bad", [images(1, 100), images(1).float(), images(1)[0]])
def test_only_canonical_images_are_taken(model, bad):
    with pytest.raises(ValueError, match="192"):
        model.forward(bad)


def test_changed_weights_are_refused(model_folder):
    weights = model_folder / WEIGHTS_FILE
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(TrainerError, match="SHA-256"):
        load_model(model_folder, CPU)


def test_missing_weights_are_refused(model_folder):
    (model_folder / WEIGHTS_FILE).unlink()
    with pytest.raises(TrainerError, match="cannot be read"):
        load_model(model_folder, CPU)


def test_other_base_weights_are_refused(model_folder, card):
    path = model_folder / CARD_FILE
    text = path.read_text().replace(card.backbone.sha256, "f" * 64)
    path.write_text(text)
    with pytest.raises(TrainerError, match="other base weights"):
        load_model(model_folder, CPU)


def test_a_head_of_another_size_is_refused(tmp_path, card):
    save_model(tmp_path, card, build_head(1280, 3, card.head), {})
    with pytest.raises(TrainerError, match="does not fit its card"):
        load_model(tmp_path, CPU)


def test_windows_cover_the_image_and_come_back_in_place():
    """Cutting an image whose values are positions and laying it out again gives the positions."""
    position = torch.arange(64.0).repeat(64, 1)[None]
    for view in (View(edge=32, grid=2, window=0.5), View(edge=32, grid=3, window=0.5), View(edge=64)):
        size, corners = window_corners(view, 64)
        assert {c + size for pair in corners for c in pair} >= {64}
        windows = cut_windows(position, view)
        assert windows.shape == (view.grid**2, 1, view.edge, view.edge)
        torch.testing.assert_close(mosaic(windows, view)[0, 0], position[0])
