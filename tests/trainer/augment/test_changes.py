"""Each change does what its name says, measurably, and more of it at a higher strength."""

from __future__ import annotations

import pytest
import torch

import trainer._torchvision_guard  # noqa: F401
from trainer.augment import beam, exposure, geometry
from trainer.augment.drawing import seeded

EDGE = 128


def grey(value: int = 128, count: int = 64, edge: int = EDGE) -> torch.Tensor:
    return torch.full((count, edge, edge), value, dtype=torch.uint8)


def vertical_edge(count: int = 32) -> torch.Tensor:
    images = grey(40, count)
    images[:, :, EDGE // 2 :] = 200
    return images


def dot(count: int = 64, radius: int = 3) -> torch.Tensor:
    images = grey(0, count)
    middle = slice(EDGE // 2 - radius, EDGE // 2 + radius)
    images[:, middle, middle] = 255
    return images


def centres(images: torch.Tensor) -> torch.Tensor:
    """Centre of mass (N, 2) as x, y in parts of the edge, from the middle."""
    weight = images.float() / images.float().sum(dim=(1, 2), keepdim=True)
    place = (torch.arange(EDGE) + 0.5) / EDGE - 0.5
    return torch.stack([(weight.sum(1) * place).sum(1), (weight.sum(2) * place).sum(1)], dim=1)


def spreads(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Longest and shortest deviation of the bright part of each image, in pixels."""
    weight = images.double() / images.double().sum(dim=(1, 2), keepdim=True)
    y, x = torch.meshgrid(torch.arange(EDGE).double(), torch.arange(EDGE).double(), indexing="ij")
    dx = x - (weight * x).sum(dim=(1, 2), keepdim=True)
    dy = y - (weight * y).sum(dim=(1, 2), keepdim=True)
    moments = torch.stack(
        [(weight * a * b).sum(dim=(1, 2)) for a, b in ((dx, dx), (dx, dy), (dx, dy), (dy, dy))]
    )
    eigenvalues = torch.linalg.eigvalsh(moments.T.reshape(-1, 2, 2))
    return eigenvalues[:, 1].sqrt(), eigenvalues[:, 0].sqrt()


@pytest.mark.parametrize("change", [geometry.flips, geometry.quarter_turns])
def test_mirrors_and_turns_keep_every_pixel(change):
    image = torch.randint(0, 256, (1, 16, 16), dtype=torch.uint8, generator=seeded(0))
    members = {torch.rot90(f[0], k).numpy().tobytes() for f in (image, image.flip(-1)) for k in range(4)}
    seen = {out.numpy().tobytes() for out in change(image.repeat(100, 1, 1), 1.0, seeded(1))}
    assert seen <= members
    assert len(seen) == 4


@pytest.mark.parametrize(("change", "share"), [(geometry.flips, 0.75), (geometry.quarter_turns, 0.75)])
def test_at_full_strength_every_way_is_equally_likely(change, share):
    image = torch.randint(0, 256, (1, 8, 8), dtype=torch.uint8, generator=seeded(0)).repeat(2000, 1, 1)
    for strength in (1.0, 0.5):
        moved = (change(image, strength, seeded(2)) != image).flatten(1).any(dim=1).float().mean()
        expected = share if strength == 1.0 or change is geometry.quarter_turns else 1 - 0.75**2
        expected *= strength if change is geometry.quarter_turns else 1
        assert moved == pytest.approx(expected, abs=0.04)


def test_rotation_turns_by_up_to_its_angle():
    matrices = geometry.rotation(500, 0.1, seeded(0))
    angles = torch.rad2deg(torch.atan2(matrices[:, 1, 0], matrices[:, 0, 0]))
    assert 17 < angles.abs().max() <= 18
    assert angles.mean().abs() < 2
    bar = grey(0, 1)
    bar[:, EDGE // 2 - 2 : EDGE // 2 + 2, 20:-20] = 255
    quarter = torch.tensor([[[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]])
    turned = geometry.warped(bar, quarter)
    assert torch.equal(turned[0], bar[0].T)


def test_shift_moves_the_field_of_view():
    moved = centres(geometry.warped(dot(), geometry.shift(64, 1.0, seeded(0))))
    assert 0.2 < moved.abs().max() <= 0.26
    assert moved.std(dim=0).min() > 0.1


def test_shear_slants_and_keeps_the_area():
    matrices = geometry.shear(200, 1.0, seeded(0))
    slopes = torch.rad2deg(torch.atan(matrices[:, 0, 1]))
    assert 13 < slopes.abs().max() <= 15
    torch.testing.assert_close(torch.linalg.det(matrices), torch.ones(200))


def test_zoom_only_comes_closer_and_never_leaves_the_image():
    matrices = geometry.zoom(500, 1.0, seeded(0))
    factors, offsets = matrices[:, 0, 0], matrices[:, :2, 2]
    assert factors.min() >= 0.5
    assert factors.max() <= 1
    assert (offsets.abs() <= (1 - factors)[:, None] + 1e-6).all()


def test_magnification_stays_within_what_instruments_are_off_by():
    matrices = geometry.magnification(1000, 1.0, seeded(0))
    x, y = matrices[:, 0, 0], matrices[:, 1, 1]
    assert (x * y).sqrt().sub(1).abs().max() <= 0.1 + 1e-6
    assert 0.02 < (x / y).sub(1).abs().max() <= 0.03 + 1e-6


def test_borders_are_mirrored_not_black():
    for draw in geometry.WARPS.values():
        assert (geometry.warped(grey(90), draw(64, 1.0, seeded(1))) == 90).all()


def test_brightness_adds_the_same_everywhere():
    out = exposure.brightness(vertical_edge(), 1.0, seeded(0)).int()
    offsets = out[:, 0, 0] - 40
    assert 40 < offsets.abs().max() <= 64
    unclipped = (out[:, 0, 0] > 0) & (out[:, 0, -1] < 255)
    assert (out[unclipped, 0, -1] - out[unclipped, 0, 0] == 160).all()


def test_contrast_scales_the_distance_from_the_mean():
    images = grey(100)
    images[:, ::2] = 140
    out = exposure.contrast(images, 1.0, seeded(0)).float()
    ranges = out.amax(dim=(1, 2)) - out.amin(dim=(1, 2))
    assert 20 <= ranges.min() < 24
    assert 70 < ranges.max() <= 81
    assert (out.mean(dim=(1, 2)) - 120).abs().max() < 1.5


def test_gamma_keeps_black_and_white():
    images = grey(128)
    images[:, 0], images[:, 1] = 0, 255
    out = exposure.gamma(images, 1.0, seeded(0))
    assert (out[:, 0] == 0).all()
    assert (out[:, 1] == 255).all()
    assert out[:, 2:].min() < 75 and out[:, 2:].max() > 170  # 64 and 181 at the ends


def test_defocus_is_round_and_astigmatism_is_not():
    source, _ = spreads(dot(1))
    long, short = spreads(beam.defocus(dot(), 1.0, seeded(0)))
    torch.testing.assert_close(long, short, rtol=0.02, atol=0.02)
    assert long.max() > source.item() + 0.05
    stretched, narrow = spreads(beam.astigmatism(dot(radius=1), 1.0, seeded(0)))
    assert (stretched / narrow).max() > 1.2
    assert (stretched >= narrow).all()


def test_blur_keeps_the_mean_grey():
    images = vertical_edge()
    for change in (beam.defocus, beam.astigmatism):
        out = change(images, 1.0, seeded(0)).float()
        assert (out.mean(dim=(1, 2)) - images.float().mean()).abs().max() < 0.5


def test_drift_slants_evenly_from_top_to_bottom():
    out = beam.drift(vertical_edge(), 1.0, seeded(0))
    fronts = (out < 120).sum(dim=2).float()  # columns left of the edge, line by line
    middle = fronts[:, 10:-10]
    slopes = (middle[:, -1] - middle[:, 0]) / middle.shape[1]
    assert 0.03 < slopes.abs().max() <= 0.07
    straight = middle[:, :1] + slopes[:, None] * torch.arange(middle.shape[1])
    assert (middle - straight).abs().max() < 2


def test_scan_jitter_moves_whole_lines():
    out = beam.scan_jitter(vertical_edge(), 1.0, seeded(0))
    fronts = (out.float() - 40).div(160).sub(1).neg().sum(dim=2)  # subpixel place of the edge on each line
    moved = fronts - EDGE / 2
    assert 0.2 < moved.abs().max() <= 0.006 * EDGE + 0.1
    assert fronts.diff(dim=1).abs().max() > 0.1
    flat = beam.scan_jitter(grey(77), 1.0, seeded(0))
    assert (flat == 77).all()


def test_charging_leaves_streaks_along_the_line_only():
    images = grey(100, 64)
    images[:, 60:68, 50:60] = 250
    out = beam.charging(images, 1.0, seeded(0)).float()
    beside = out[:, 62:66, 61:66].mean(dim=(1, 2)) - out[:, 62:66, 40:48].mean(dim=(1, 2))
    above = out[:, 52:58, 52:58].mean(dim=(1, 2)) - out[:, 52:58, 40:48].mean(dim=(1, 2))
    assert beside.max() > 10
    assert beside.min() < -10
    assert above.abs().max() < 2


def test_shot_noise_is_that_of_counted_electrons():
    dark, bright = (beam.shot_noise(grey(v, 200), 0.5, seeded(0)).float() for v in (50, 200))
    variances = [x.var(dim=(1, 2)) for x in (dark, bright)]
    # Poisson: the variance goes with the grey value, 255 v / electrons in white; here 64 at least.
    assert (variances[1] / variances[0]).median() == pytest.approx(4, rel=0.15)
    assert variances[1].max() == pytest.approx(255 * 200 / 64, rel=0.25)
    assert (dark.mean(dim=(1, 2)) - 50).abs().max() < 1


@pytest.mark.parametrize(
    "change", [beam.defocus, beam.astigmatism, beam.drift, beam.scan_jitter, beam.charging, beam.shot_noise]
)
def test_more_strength_does_more(change):
    image = torch.randint(0, 256, (1, EDGE, EDGE), dtype=torch.uint8, generator=seeded(4)).repeat(24, 1, 1)
    done = [(change(image, s, seeded(5)).float() - image.float()).abs().mean() for s in (0.1, 0.4, 1.0)]
    assert done[0] < done[1] < done[2]
