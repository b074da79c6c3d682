from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from semgui.imaging.perceptual import BITS, perceptual_hash
from semgui.sample.recipe import draw


def distance(one: np.ndarray, other: np.ndarray) -> int:
    return int(np.bitwise_count(perceptual_hash(one) ^ perceptual_hash(other)).sum())


@pytest.fixture(scope="module")
def pictures():
    generator = np.random.default_rng(0)
    kinds = ("Particles", "Fibres", "Porous_Sponge", "Patterned_surface")
    return [draw(kind, generator, (384, 512)) for kind in kinds for _ in range(2)]


def jpeg(picture):
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=40)
    return np.asarray(Image.open(file))


CHANGES = {
    "jpeg": jpeg,
    "darker": lambda p: (0.6 * p.astype(float)).astype(np.uint8),
    "gamma": lambda p: (255 * (p / 255.0) ** 1.5).astype(np.uint8),
    "half the size": lambda p: np.asarray(Image.fromarray(p).resize((256, 192))),
    "blurred": lambda p: np.asarray(Image.fromarray(p).filter(ImageFilter.GaussianBlur(1.5))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_picture_that_was_changed_on_its_way_is_near(pictures, change):
    distances = [distance(picture, CHANGES[change](picture)) for picture in pictures]
    assert np.median(distances) < 30
    assert max(distances) < 80


def test_other_pictures_are_far(pictures):
    distances = [distance(a, b) for i, a in enumerate(pictures) for b in pictures[:i]]
    assert min(distances) > 120
    assert 200 < np.median(distances) < 300


def test_a_hash_is_512_bits():
    code = perceptual_hash(np.zeros((40, 60), np.uint8))
    assert code.dtype == np.uint64
    assert code.size * 64 == BITS == 512
