"""A lattice picture has the periods that its class and vectors claim."""

from __future__ import annotations

import math

import numpy as np
import pytest

from semgui.sample.lattices import HAVE_LOOK_ALIKES, LATTICES, LOOK_ALIKE, lattice_scene, random_lattice
from semgui.sample.recipe import lattice_micrograph

SIZE = (512, 512)


def _angle(v: np.ndarray) -> float:
    a, b = v
    return math.degrees(math.acos(float(a @ b) / float(np.linalg.norm(a) * np.linalg.norm(b))))


@pytest.mark.parametrize("kind", ["plain", LOOK_ALIKE])
@pytest.mark.parametrize("name", LATTICES)
def test_vectors_fit_the_class(name, kind):
    for seed in range(20):
        lattice = random_lattice(name, np.random.default_rng(seed), 40.0, kind)
        a, b = np.linalg.norm(lattice.vectors, axis=1)
        angle = _angle(lattice.vectors)
        right, equal = abs(angle - 90) < 1e-6, abs(a - b) < 1e-6
        sixty = abs(angle - 60) < 1e-6
        assert (name == "Square") == (right and equal)
        assert (name == "Rectangular") == (right and not equal)
        assert (name == "Hexagonal") == (equal and sixty)
        assert (name == "Centred rectangular") == (equal and not sixty and not right)
        assert (name == "Oblique") == (not equal and not right)
        assert bool(lattice.look_alike) == (kind == LOOK_ALIKE and name in HAVE_LOOK_ALIKES)
        assert lattice.look_alike != name


def test_a_look_alike_is_near_but_not_equal_to_the_other_class():
    for seed in range(20):
        lattice = random_lattice("Rectangular", np.random.default_rng(seed), 40.0, LOOK_ALIKE)
        a, b = np.linalg.norm(lattice.vectors, axis=1)
        assert lattice.look_alike == "Square"
        assert 1.04 < b / a < 1.1


@pytest.mark.parametrize("name", LATTICES)
def test_the_spectrum_peaks_at_the_reciprocal_vectors(name):
    for seed in range(4):
        rng = np.random.default_rng(seed)
        lattice = random_lattice(name, rng, 36.0)
        scene = lattice_scene(lattice, rng, SIZE)
        field = scene.z / scene.z.std() + scene.albedo * 3
        window = np.hanning(SIZE[0])[:, None] * np.hanning(SIZE[1])
        spectrum = np.abs(np.fft.fft2((field - field.mean()) * window))
        background = np.median(spectrum)
        for reciprocal in np.linalg.inv(lattice.vectors).T:
            at = np.rint(reciprocal * SIZE).astype(int)
            near = [(at[0] + i, at[1] + j) for i in range(-3, 4) for j in range(-3, 4)]
            values = np.array([spectrum[p] for p in near])
            peak = np.array(near[int(values.argmax())])
            assert np.abs(peak - reciprocal * SIZE).max() < 1.1
            assert values.max() > 30 * background


def test_the_picture_is_that_of_the_same_seed():
    first, again = (lattice_micrograph("Oblique", 4, size=(128, 128)) for _ in range(2))
    assert np.array_equal(first.pixels, again.pixels)
    assert not np.array_equal(first.pixels, lattice_micrograph("Oblique", 5, size=(128, 128)).pixels)
