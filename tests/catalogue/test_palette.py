"""Colours of classes can be told apart, by colour-blind people too, on dark and on light ground."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from semgui.catalogue.presets import palette

# Machado, Oliveira and Fernandes, IEEE TVCG 15 (2009) 1291, severity 1, for linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def linear(colours: tuple[str, ...]) -> NDArray[np.float64]:
    """sRGB hex to linear RGB, shape (n, 3)."""
    values = np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colours])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def oklab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear RGB to OKLab × 100 (B. Ottosson, 2020)."""
    cones = np.cbrt(
        np.clip(rgb, 0, 1)
        @ np.array(
            [
                [0.4122214708, 0.2119034982, 0.0883024619],
                [0.5363325363, 0.6806995451, 0.2817188376],
                [0.0514459929, 0.1073969566, 0.6299787005],
            ]
        )
    )
    return 100 * (
        cones
        @ np.array(
            [
                [0.2104542553, 1.9779984951, 0.0259040371],
                [0.7936177850, -2.4285922050, 0.7827717662],
                [-0.0040720468, 0.4505937099, -0.8086757660],
            ]
        )
    )


# The ten colours of matplotlib's tab10 come to 11.3, 0.7, 2.3 and 4.2; Petroff's ten to 9.0, 6.1, 8.4, 7.3.
@pytest.mark.parametrize(
    ("sight", "least"), [("normal", 18.0), ("protanopia", 11.0), ("deuteranopia", 10.5), ("tritanopia", 9.5)]
)
def test_any_two_of_the_first_ten_can_be_told_apart(sight: str, least: float) -> None:
    points = oklab(linear(palette()[:10]) @ SIGHT[sight].T)
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1)
    assert distances[~np.eye(10, dtype=bool)].min() >= least


def test_no_two_colours_of_the_palette_are_alike() -> None:
    points = oklab(linear(palette()))
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1)
    assert distances[~np.eye(len(points), dtype=bool)].min() >= 9


def test_every_colour_stands_out_from_dark_and_light_ground() -> None:
    luminance = linear(palette()) @ np.array([0.2126, 0.7152, 0.0722])
    dark = float((linear(("#1e1e1e",)) @ np.array([0.2126, 0.7152, 0.0722]))[0])
    assert (1.05 / (luminance + 0.05)).min() >= 1.9
    assert ((luminance + 0.05) / (dark + 0.05)).min() >= 1.9
