from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from trainer.augment.apply import PIXEL_CHANGES, augmented, augmented_copy, preview
from trainer.augment.drawing import seeded
from trainer.augment.geometry import WARPS
from trainer.augment.params import CHANGES, FAULTS, PRESETS, AugmentParams, AugmentPreset

OFF = PRESETS[AugmentPreset.OFF]


@pytest.fixture
def images():
    return torch.randint(0, 256, (6, 64, 64), dtype=torch.uint8, generator=seeded(0))


def test_every_strength_has_a_change_and_every_change_a_strength():
    assert set(CHANGES) == set(PIXEL_CHANGES) | set(WARPS)
    assert set(FAULTS) <= set(PIXEL_CHANGES)


@pytest.mark.parametrize("preset", AugmentPreset)
def test_shape_and_type_stay_and_the_originals_are_left_alone(images, preset):
    before = images.clone()
    out = augmented(images, PRESETS[preset], seeded(1))
    assert out.shape == images.shape
    assert out.dtype == torch.uint8
    assert torch.equal(images, before)
    assert torch.equal(out, images) == (preset is AugmentPreset.OFF)


def test_the_seed_decides_everything(images):
    params = PRESETS[AugmentPreset.STRONG]
    first, again, other = (augmented(images, params, seeded(seed, 5)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_faults_visit_their_share_of_the_images():
    images = torch.full((400, 32, 32), 120, dtype=torch.uint8)
    params = OFF.model_copy(update={"shot_noise": 1.0, "fault_share": 0.25})
    changed = (augmented(images, params, seeded(3)) != images).flatten(1).any(dim=1)
    assert 0.18 < changed.float().mean() < 0.32


def test_a_copy_is_told_by_its_numbers(images):
    image = images[0].numpy()
    image.setflags(write=False)
    one = augmented_copy(image, AugmentParams(), 7, 3, 1)
    np.testing.assert_array_equal(one, augmented_copy(image, AugmentParams(), 7, 3, 1))
    assert not np.array_equal(one, augmented_copy(image, AugmentParams(), 7, 3, 2))


def test_a_preview_shows_different_copies_of_one_image(images):
    shown = preview(images[0].numpy(), AugmentParams(), 5, seed=0)
    assert shown.shape == (5, 64, 64)
    assert len({copy.tobytes() for copy in shown}) == 5
    np.testing.assert_array_equal(shown, preview(images[0].numpy(), AugmentParams(), 5, seed=0))


@pytest.mark.parametrize("bad", [{"gamma": 1.5}, {"shot_noise": -0.1}, {"fault_share": 2}, {"sharpen": 0.5}])
def test_what_makes_no_sense_is_refused(bad):
    with pytest.raises(ValidationError):
        AugmentParams(**bad)


def test_colour_images_are_refused():
    with pytest.raises(ValueError, match=r"\(N, E, E\)"):
        augmented(torch.zeros((2, 3, 8, 8), dtype=torch.uint8), OFF, seeded(0))


def test_the_configuration_is_read_without_torch():
    program = "import sys, trainer.augment.params; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
